// Activation functions: each a pair, apply (H = phi(Z)) and its Jacobian product (dZ from dH).
//
// A value of this type is what programs write. Functions without a parameter are constants, those
// with one are called with it: {.activation = nn::relu}, {.activation = nn::leaky_relu(0.1)}. All
// but softmax and log_softmax work element by element; those two work on each row.
//
// All are stable on the whole range of Real: no overflow, the limit at +-infinity, and a NaN stays
// a NaN. Names and formulas are those of Keras 3 where it has the function.
#pragma once

#include <string>

#include "common/base/matrix.hpp"

namespace nn {

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

// The function with Keras's name ("relu"), for reading a model from a file; alpha is used by those
// that have one. Throws Error for a name that does not exist.
ActivationFunction activation_named(const std::string& name, double alpha = 0.0);

// h = z: no activation.
inline const ActivationFunction linear = activation_named("linear");

// Heaviside's step: 1 where z >= 0, else 0. Its derivative is 0, so that nothing can learn through
// it.
inline const ActivationFunction step = activation_named("step");

// -1, 0 or 1: the sign of z. Derivative 0 as well.
inline const ActivationFunction sign = activation_named("sign");

// 1 / (1 + e^-z), between 0 and 1; derivative h (1 - h).
inline const ActivationFunction sigmoid = activation_named("sigmoid");

// Keras 3's piecewise linear sigmoid: z/6 + 1/2, between 0 and 1.
inline const ActivationFunction hard_sigmoid = activation_named("hard_sigmoid");

// Hyperbolic tangent, between -1 and 1; derivative 1 - h^2.
inline const ActivationFunction tanh = activation_named("tanh");

// max(0, z). Its derivative at 0, where it has none, is taken as 0.
inline const ActivationFunction relu = activation_named("relu");

// SELU (Klambauer et al. 2017): scale (1.0507...) times ELU with alpha 1.6733...
inline const ActivationFunction selu = activation_named("selu");

// GELU (Hendrycks and Gimpel 2016): z Phi(z), Phi the standard normal distribution function.
inline const ActivationFunction gelu = activation_named("gelu");

// Its approximation by tanh: Keras's gelu(approximate=True).
inline const ActivationFunction gelu_tanh = activation_named("gelu_tanh");

// log(1 + e^z), a smooth ReLU; derivative sigmoid(z).
inline const ActivationFunction softplus = activation_named("softplus");

// z sigmoid(z), also called SiLU (Ramachandran et al. 2017).
inline const ActivationFunction swish = activation_named("swish");
inline const ActivationFunction silu = activation_named("silu");

// e^z: for outputs that must be positive.
inline const ActivationFunction exponential = activation_named("exponential");

// e^z_j / sum_k e^z_k for each row: scores become probabilities. The row's largest score is
// subtracted first, which changes nothing but keeps e^z finite.
inline const ActivationFunction softmax = activation_named("softmax");

// Its logarithm, without ever forming a probability that underflows.
inline const ActivationFunction log_softmax = activation_named("log_softmax");

// z where z > 0, else alpha z. The default is that of Keras's LeakyReLU layer; the notes use 0.1,
// the paper (Maas et al. 2013) 0.01. Throws Error if alpha is negative.
ActivationFunction leaky_relu(double alpha = 0.3);

// ELU (Clevert et al. 2015): z where z > 0, else alpha (e^z - 1). Its derivative is continuous at 0
// only for alpha = 1. Throws Error if alpha is negative.
ActivationFunction elu(double alpha = 1.0);

}  // namespace nn
