// Initializers: where weights start. Names and formulas are Keras's.
//
// fan_in and fan_out are the numbers of connections into and out of one unit: for a dense layer the
// rows and columns of W; a convolution multiplies both by the size of its window.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"
#include "common/base/random.hpp"

namespace nn {

struct Initializer {
  std::string name = "";  // Keras's

  // A new matrix (rows x columns).
  std::function<Matrix(std::size_t rows, std::size_t columns, std::size_t fan_in,
                       std::size_t fan_out, Rng& rng)>
      draw = nullptr;

  std::vector<double> options = {};  // what it was called with, in that order

  // For a dense layer's W (inputs x outputs), whose fans are its rows and columns.
  Matrix operator()(std::size_t inputs, std::size_t outputs, Rng& rng) const {
    return draw(inputs, outputs, inputs, outputs, rng);
  }
};

Initializer constant(double value = 0.0);
Initializer uniform(double low = -0.05, double high = 0.05);  // in [low, high)
Initializer normal(double mean = 0.0, double stddev = 0.05);
// Normal, but numbers more than two stddev from the mean are not drawn.
Initializer truncated_normal(double mean = 0.0, double stddev = 0.05);
// gain times a random matrix with orthonormal columns (rows, if there are fewer of them): Saxe et
// al. 2014.
Initializer orthogonal(double gain = 1.0);

// U(-r, r) or a truncated N(0, s^2) whose variance is factor / (fan_in + fan_out) or factor /
// fan_in.
enum class Fans { in_and_out, in };
Initializer scaled_uniform(const char* name, double factor, Fans fans);
Initializer scaled_normal(const char* name, double factor, Fans fans);

inline const Initializer zeros{"zeros", constant(0.0).draw};
inline const Initializer ones{"ones", constant(1.0).draw};
// Glorot and Bengio 2010, for tanh
inline const Initializer glorot_uniform = scaled_uniform("glorot_uniform", 2.0, Fans::in_and_out);
inline const Initializer glorot_normal = scaled_normal("glorot_normal", 2.0, Fans::in_and_out);
// He et al. 2015, for ReLU
inline const Initializer he_uniform = scaled_uniform("he_uniform", 2.0, Fans::in);
inline const Initializer he_normal = scaled_normal("he_normal", 2.0, Fans::in);
// LeCun et al. 1998, for SELU
inline const Initializer lecun_uniform = scaled_uniform("lecun_uniform", 1.0, Fans::in);
inline const Initializer lecun_normal = scaled_normal("lecun_normal", 1.0, Fans::in);

}  // namespace nn
