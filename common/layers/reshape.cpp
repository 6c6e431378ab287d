#include "common/layers/reshape.hpp"

namespace nn {

ReshapeLayer::ReshapeLayer(TargetShape target) : Layer("Reshape"), target_shape(std::move(target)) {
  int open = 0;
  for (const long long size : target_shape.sizes()) {
    if (size == 0 || size < -1)
      throw Error(
          text("Reshape: a size of the target shape is %lld, expected at least 1, or -1", size));
    if (size == -1 && ++open > 1)
      throw Error("Reshape: two sizes of the target shape are -1, expected one at most");
  }
}

Shape ReshapeLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or of higher rank");
  std::vector<std::size_t> sizes, given;
  std::string asked;
  for (const long long size : target_shape.sizes()) {
    if (size > 0) given.push_back(static_cast<std::size_t>(size));
    asked += (asked.empty() ? "" : ", ") + std::to_string(size);
  }
  const std::size_t product = Shape(given).size();  // refuses one that overflows
  for (const long long size : target_shape.sizes())
    sizes.push_back(size > 0 ? static_cast<std::size_t>(size) : input.size() / product);
  const Shape shape(sizes);
  if (shape.size() != input.size())
    throw Error(text("%s: an input of shape %s has %zu values, they do not fit into (%s)",
                     title().c_str(), input.str().c_str(), input.size(), asked.c_str()));
  return shape;
}

}  // namespace nn
