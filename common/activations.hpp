// Activation functions: each a pair, apply (H = phi(Z)) and its Jacobian product (dZ from dH).
//
// A value of this type is what programs write: {.activation = nn::relu}, nn::leaky_relu(0.1). All
// but softmax and log_softmax work element by element; those two work on each row.
#pragma once

#include <string>

#include "common/matrix.hpp"

namespace nn::inline NN_PRECISION {

struct ActivationFunction {
  std::string name = "linear";  // Keras's name
  double alpha = 0.0;           // its parameter, where it has one

  // H = phi(Z); H has Z's shape and may be Z itself.
  void (*apply)(const Matrix& Z, Matrix& H, double alpha) = nullptr;

  // dZ = J(Z)^T dH, row by row; dZ may be dH itself. Z is read only where needs_Z is true.
  void (*jacobian_product)(const Matrix& Z, const Matrix& H, const Matrix& dH, Matrix& dZ,
                           double alpha) = nullptr;

  bool needs_Z = false;  // the derivative cannot be told from H alone (GELU, swish)

  bool is_linear() const { return apply == nullptr; }

  // phi(Z) as a new matrix, for programs and tests.
  Matrix operator()(const Matrix& Z) const {
    Matrix H = Z;
    if (apply) apply(Z, H, alpha);
    return H;
  }
  // phi'(Z) element by element (not for softmax, whose Jacobian is no vector).
  Matrix derivative(const Matrix& Z) const {
    const Matrix H = (*this)(Z);
    Matrix D(arma::size(Z), arma::fill::ones);
    if (jacobian_product) jacobian_product(Z, H, D, D, alpha);
    return D;
  }
};

}  // namespace nn::inline NN_PRECISION
