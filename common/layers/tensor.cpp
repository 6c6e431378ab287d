#include "common/layers/tensor.hpp"

#include "common/base/checks.hpp"

#include <atomic>

namespace nn {

Tensor LayerHandle::call(const std::vector<Tensor>& inputs) const {
  static std::atomic<std::size_t> calls{0};
  Shapes shapes;
  for (const Tensor& input : inputs) shapes.push_back(input.shape());
  Shape shape = layer().output_shape(shapes);
  if (!layer_->built) layer_->build(shapes, global_rng());
  layer_->built = true;
  return Tensor(std::make_shared<const Call>(Call{layer_, inputs, std::move(shape), ++calls}));
}

std::vector<Matrix> LayerHandle::weights() const {
  std::vector<Matrix> values;
  for (const Parameter& parameter : layer().parameters()) values.push_back(*parameter.value);
  return values;
}

void LayerHandle::set_weights(const std::vector<Matrix>& weights) const {
  const std::vector<Parameter> parameters = layer().parameters();
  if (weights.size() != parameters.size())
    throw Error(text("%s: set_weights got %zu matrices, expected %zu", layer_->title().c_str(),
                     weights.size(), parameters.size()));
  for (std::size_t i = 0; i < weights.size(); ++i)  // all are checked before one is changed
    require_shape(layer_->title() + ": set_weights", parameters[i].name.c_str(), weights[i],
                  parameters[i].value->n_rows, parameters[i].value->n_cols);
  for (std::size_t i = 0; i < weights.size(); ++i) *parameters[i].value = weights[i];
}

std::size_t LayerHandle::parameter_count() const {
  std::size_t count = 0;
  for (const Parameter& parameter : layer().parameters()) count += parameter.value->n_elem;
  return count;
}

Tensor Input(Shape shape, InputOptions options) {
  if (shape.size() == 0)
    throw Error(text("Input: the shape %s has a size of 0", shape.str().c_str()));
  return LayerHandle(std::make_shared<InputLayer>(std::move(shape)),
                     std::move(options.name))(std::vector<Tensor>{});
}

}  // namespace nn
