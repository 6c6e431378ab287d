// Options as names and numbers (yes is 1, no is 0): what a file must hold to make a loss, a metric,
// an initializer, a schedule or an optimizer again. Names are Keras's.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

using Settings = std::vector<std::pair<std::string, double>>;

// The number with this name, or `otherwise`, the default, if there is none.
inline double setting(const Settings& settings, const std::string& name, double otherwise) {
  for (const auto& [key, value] : settings)
    if (key == name) return value;
  return otherwise;
}

}  // namespace nn
