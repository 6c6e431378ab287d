// Weight: a matrix that training changes, with its gradient. And Regularizer, its penalty.
#pragma once

#include <string>

#include "common/functions/initializers.hpp"

namespace nn {

// l1 sum |w| + l2 sum w^2, added to the loss as Keras does: no factor 1/2, no division by n.
struct Regularizer {
  double l1 = 0.0, l2 = 0.0;

  bool is_none() const { return l1 == 0.0 && l2 == 0.0; }
  double penalty(const Matrix& W) const {
    double absolute = 0.0, squared = 0.0;
    for (const Real w : W) absolute += std::abs(w), squared += static_cast<double>(w) * w;
    return l1 * absolute + l2 * squared;
  }
  void add_gradient(const Matrix& W, Matrix& dW) const {  // d/dw (l1 |w| + l2 w^2), sign(0) = 0
    const Real a = static_cast<Real>(l1), b = static_cast<Real>(2.0 * l2);
    for (std::size_t i = 0; i < W.n_elem; ++i)
      dW[i] += a * static_cast<Real>((W[i] > 0) - (W[i] < 0)) + b * W[i];
  }
};

inline Regularizer l1(double strength = 0.01) { return {strength, 0.0}; }
inline Regularizer l2(double strength = 0.01) { return {0.0, strength}; }
inline Regularizer l1_l2(double l1_strength = 0.01, double l2_strength = 0.01) {
  return {l1_strength, l2_strength};
}

struct Weight {
  std::string name = "";  // Keras's: "kernel", "bias"
  Initializer initializer = zeros;
  Regularizer regularizer = {};
  bool trained = true;  // false: carried along, without gradient (BatchNormalization's averages)
  Matrix value = {}, gradient = {};  // dE/dW has W's size

  // Said by has_size, before there are values; 0: not yet.
  std::size_t rows = 0, columns = 0, fan_in = 0, fan_out = 0;

  // A layer that is called again says it again: throws Error if it is another one than at first.
  void has_size(std::size_t d, std::size_t m, std::size_t in, std::size_t out) {
    if (rows + columns > 0 && (rows != d || columns != m))
      throw Error(text("this input needs a %s of (%zu, %zu), it is (%zu, %zu)", name.c_str(), d, m,
                       rows, columns));
    rows = d, columns = m, fan_in = in, fan_out = out;
  }
  void has_size(std::size_t d, std::size_t m) { has_size(d, m, d, m); }  // a kernel
  void has_length(std::size_t m) { has_size(1, m, m, m); }               // a bias and the like

  // Draws the first values, unless there are some.
  void draw(Rng& rng) {
    if (!value.is_empty()) return;
    value = initializer.draw(rows, columns, fan_in, fan_out, rng);
    if (trained) gradient.zeros(rows, columns);
  }
};

}  // namespace nn
