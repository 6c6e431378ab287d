// Options of what a program wrote itself, as names and numbers (yes is 1, no is 0): what a file holds
// of them. See register_layer in architecture.hpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace nn {

using Settings = std::vector<std::pair<std::string, double>>;

// The number with this name, or `otherwise`, the default, if there is none.
inline double setting(const Settings& settings, const std::string& name, double otherwise) {
  for (const auto& [key, value] : settings)
    if (key == name) return value;
  return otherwise;
}

}  // namespace nn
