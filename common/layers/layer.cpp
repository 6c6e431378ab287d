#include "common/layers/layer.hpp"

namespace nn {

std::string Layer::title() const { return name.empty() ? type() : type() + " \"" + name + "\""; }

const Shape& Layer::single_input(const Shapes& inputs, std::size_t rank, const char* axes) const {
  if (inputs.size() != 1)
    throw Error(text("%s: takes one input, got %zu", title().c_str(), inputs.size()));
  const Shape& shape = inputs[0];
  if (rank == 0 ? shape.rank() < 1 : shape.rank() != rank)
    throw Error(text("%s: expected an input of shape %s, got %s", title().c_str(), axes,
                     shape.str().c_str()));
  return shape;
}

void Layer::require_features(const Shape& input, std::size_t expected) const {
  const std::size_t given = input.sizes().back();
  if (given != expected)
    throw Error(text("%s: the input has %zu features, the weights expect %zu (input shape %s)",
                     title().c_str(), given, expected, input.str().c_str()));
}

}  // namespace nn
