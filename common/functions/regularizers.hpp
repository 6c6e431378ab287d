// Penalties on large weights, added to the loss: l1 sum |w| + l2 sum w^2, as Keras counts them (no
// factor 1/2, no division by the number of samples).
#pragma once

#include <cmath>

#include "common/layers/layer.hpp"
#include "common/base/matrix.hpp"

namespace nn {

struct Regularizer {
  double l1 = 0.0, l2 = 0.0;

  bool is_none() const { return l1 == 0.0 && l2 == 0.0; }

  double penalty(const Matrix& W) const {
    if (is_none()) return 0.0;
    double absolute = 0.0, squared = 0.0;
    for (const Real w : W) absolute += std::abs(w), squared += static_cast<double>(w) * w;
    return l1 * absolute + l2 * squared;
  }

  // dW += l1 sign(w) + 2 l2 w, with sign(0) = 0.
  void add_gradient(const Matrix& W, Gradient& dW) const {
    if (is_none() || !dW.wanted()) return;
    const Real a = static_cast<Real>(l1), b = static_cast<Real>(2.0 * l2);
    const Real* w = W.memptr();
    Real* dw = dW.sum().memptr();
    for (arma::uword i = 0; i < W.n_elem; ++i)
      dw[i] += a * static_cast<Real>((w[i] > 0) - (w[i] < 0)) + b * w[i];
  }
};

inline Regularizer l1(double strength = 0.01) { return {strength, 0.0}; }
inline Regularizer l2(double strength = 0.01) { return {0.0, strength}; }
inline Regularizer l1_l2(double l1_strength = 0.01, double l2_strength = 0.01) {
  return {l1_strength, l2_strength};
}

}  // namespace nn
