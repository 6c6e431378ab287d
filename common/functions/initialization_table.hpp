// The notes' table of initial weights, as they print it and as the papers have it.
#pragma once

#include <string>
#include <vector>

namespace nn {

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
