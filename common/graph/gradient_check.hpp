// Is this gradient right? Central differences give the answer without any calculus.
//
//   auto E = [&] { return loss.value(Y, model.predict(X)); };   // reads W
//   nn::GradientCheck check = nn::check_gradient(E, W, dW);
//   std::puts(check.str().c_str());                             // relative error 3.1e-11, worst
//   ...
#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include "common/base/checks.hpp"
#include "common/base/matrix.hpp"

namespace nn {

// dE/dW element by element, (E(w + d) - E(w - d)) / 2d. W is changed in place, one element at a
// time, and put back; E is called twice for each. d is h times max(1, |w|); h = 0 chooses the
// cube root of the rounding error of Real, where rounding and curvature weigh the same.
inline Matrix numerical_gradient(const std::function<double()>& E, Matrix& W, double h = 0.0) {
  if (h <= 0.0) h = std::cbrt(static_cast<double>(std::numeric_limits<Real>::epsilon()));
  Matrix gradient(W.n_rows, W.n_cols, arma::fill::none);
  for (arma::uword i = 0; i < W.n_elem; ++i) {
    const Real w = W[i];
    const double d = h * std::fmax(1.0, std::abs(static_cast<double>(w)));
    const Real above = static_cast<Real>(w + d), below = static_cast<Real>(w - d);
    W[i] = above;
    const double E_above = E();
    W[i] = below;
    const double E_below = E();
    W[i] = w;
    gradient[i] = static_cast<Real>((E_above - E_below) / (static_cast<double>(above) - below));
  }
  return gradient;
}

struct GradientCheck {
  double relative_error = 0.0;       // |dW - numerical| / (|dW| + |numerical|), 2-norms
  Matrix numerical = {};             // what central differences give
  std::size_t row = 0, column = 0;   // where the two differ most,
  double expected = 0.0, got = 0.0;  // and by how much: numerical, dW

  std::string str() const {
    return text("relative error %.1e, worst at (%zu, %zu): %.8g, by differences %.8g",
                relative_error, row, column, got, expected);
  }
};

// Compares dW with the numerical gradient of E. A NaN anywhere gives a NaN as relative error.
inline GradientCheck check_gradient(const std::function<double()>& E, Matrix& W, const Matrix& dW,
                                    double h = 0.0) {
  require_shape("check_gradient", "dW", dW, W.n_rows, W.n_cols);
  GradientCheck check;
  check.numerical = numerical_gradient(E, W, h);
  double difference2 = 0.0, dW2 = 0.0, numerical2 = 0.0, worst = -1.0;
  for (arma::uword i = 0; i < W.n_elem; ++i) {
    const double a = dW[i], b = check.numerical[i], difference = std::abs(a - b);
    difference2 += difference * difference;
    dW2 += a * a;
    numerical2 += b * b;
    if (!(difference <= worst)) {  // also true for a NaN, which is the worst of all
      worst = std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
      check.row = i % W.n_rows, check.column = i / W.n_rows;
      check.expected = b, check.got = a;
    }
  }
  const double size = std::sqrt(dW2) + std::sqrt(numerical2);
  check.relative_error = size == 0.0 ? 0.0 : std::sqrt(difference2) / size;
  return check;
}

}  // namespace nn
