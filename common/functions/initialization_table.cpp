#include "common/functions/initialization_table.hpp"

#include <cmath>

namespace nn {

std::vector<InitializationAdvice> initialization_table(std::size_t inputs, std::size_t outputs) {
  const double in = static_cast<double>(inputs), both = static_cast<double>(inputs + outputs);
  const double r = std::sqrt(6.0 / both), sd = std::sqrt(2.0 / both), root_2 = std::sqrt(2.0);
  return {{"sigmoid", r, sd, 4.0 * r, 4.0 * sd},
          {"tanh", 4.0 * r, 4.0 * sd, r, sd},
          {"ReLU", root_2 * r, root_2 * sd, std::sqrt(6.0 / in), std::sqrt(2.0 / in)}};
}

}  // namespace nn
