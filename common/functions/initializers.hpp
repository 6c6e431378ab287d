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
#include "common/functions/settings.hpp"

namespace nn {

struct Initializer {
  std::string name = "";

  // A new matrix (rows x columns).
  std::function<Matrix(std::size_t rows, std::size_t columns, std::size_t fan_in,
                       std::size_t fan_out, Rng& rng)>
      draw = nullptr;

  Settings settings = {};  // its options, for a file: {{"mean", 0}, {"stddev", 0.05}}

  // For a dense layer's W (inputs x outputs), whose fans are its rows and columns.
  Matrix operator()(std::size_t inputs, std::size_t outputs, Rng& rng) const {
    return draw(inputs, outputs, inputs, outputs, rng);
  }
};

// The initializer with this name ("glorot_uniform"; those with options have Keras's too, like
// "random_normal") and these settings; what is not set has its default. Throws Error for a name that
// does not exist.
Initializer initializer_named(const std::string& name, const Settings& settings = {});

inline const Initializer zeros = initializer_named("zeros");
inline const Initializer ones = initializer_named("ones");

// Glorot and Bengio 2010, for tanh: variance 2 / (fan_in + fan_out).
inline const Initializer glorot_uniform = initializer_named("glorot_uniform");
inline const Initializer glorot_normal = initializer_named("glorot_normal");

// He et al. 2015, for ReLU: variance 2 / fan_in.
inline const Initializer he_uniform = initializer_named("he_uniform");
inline const Initializer he_normal = initializer_named("he_normal");

// LeCun et al. 1998, for SELU: variance 1 / fan_in.
inline const Initializer lecun_uniform = initializer_named("lecun_uniform");
inline const Initializer lecun_normal = initializer_named("lecun_normal");

Initializer constant(double value = 0.0);
Initializer uniform(double low = -0.05, double high = 0.05);  // in [low, high)
Initializer normal(double mean = 0.0, double stddev = 0.05);
// Normal, but numbers more than two stddev from the mean are not drawn.
Initializer truncated_normal(double mean = 0.0, double stddev = 0.05);

// gain times a random matrix with orthonormal columns (rows, if there are fewer of them): Saxe et
// al. 2014.
Initializer orthogonal(double gain = 1.0);

// ---- The notes' table -------------------------------------------------------------------------

// Recommended limits r of U(-r, r) and standard deviations of N(0, stddev^2) for one layer.
struct InitializationAdvice {
  std::string activation = "";
  double notes_limit = 0.0, notes_stddev = 0.0;  // as the notes' table prints them
  double limit = 0.0, stddev = 0.0;              // as the papers have them
};

// The rows sigmoid, tanh, ReLU for a layer with `inputs` (m_l) and `outputs` (m_{l+1}) connections.
// The notes give the factor 4 to tanh; it belongs to the sigmoid, whose slope at 0 is 1/4. Their
// row for ReLU, sqrt(2) times Glorot's, is He's only where inputs = outputs.
std::vector<InitializationAdvice> initialization_table(std::size_t inputs, std::size_t outputs);

}  // namespace nn
