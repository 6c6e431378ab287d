#include "common/layers/layer.hpp"

namespace nn {

std::string Layer::title() const { return name.empty() ? type : type + " \"" + name + "\""; }

void Layer::require_rank(const Shape& input, std::size_t rank, const char* axes) const {
  if (rank == 0 ? input.rank() < 1 : input.rank() != rank)
    throw Error(text("%s: expected an input of shape %s, got %s", title().c_str(), axes,
                     input.str().c_str()));
}

void Layer::require_features(const Shape& input, std::size_t expected) const {
  if (expected > 0 && input.last() != expected)
    throw Error(text("%s: the input has %zu features, the weights expect %zu (input shape %s)",
                     title().c_str(), input.last(), expected, input.str().c_str()));
}

}  // namespace nn
