#include "common/layers/tensor.hpp"

#include <atomic>

namespace nn {

Tensor::Tensor(TensorSource source)
    : source_(std::make_shared<const TensorSource>(std::move(source))) {}

const TensorSource& Tensor::source() const {
  if (!source_)
    throw Error("Tensor: this tensor is empty; make it with Input or by calling a layer");
  return *source_;
}

const Shape& Tensor::shape() const { return source().shape; }

namespace {
std::size_t next_number() {
  static std::atomic<std::size_t> number{0};
  return ++number;
}
}  // namespace

Tensor Input(Shape shape, InputOptions options) {
  if (shape.size() == 0)
    throw Error(text("Input: the shape %s has a size of 0", shape.str().c_str()));
  auto layer = std::make_shared<InputLayer>(shape);
  layer->name = std::move(options.name);
  return Tensor({layer, {}, std::move(shape), next_number()});
}

Layer& LayerHandle::layer() const {
  if (!layer_)
    throw Error(
        "Sequential: it has no layers yet, or no input shape; give the first layer .input_shape");
  return *layer_;
}

Shape LayerHandle::build(const Shapes& inputs) const {
  if (auto* merge = dynamic_cast<MergeLayer*>(&layer())) return merge->merged_shape(inputs);
  if (inputs.size() != 1)
    throw Error(text("%s: takes one input, got %zu", layer().title().c_str(), inputs.size()));
  return layer().build(inputs[0]);
}

Tensor LayerHandle::call(const std::vector<Tensor>& inputs) const {
  Shapes shapes;
  for (const Tensor& input : inputs) shapes.push_back(input.shape());
  Shape shape = build(shapes);
  for (Weight* weight : layer().weights()) weight->draw(global_rng());
  return Tensor({layer_, inputs, std::move(shape), next_number()});
}

std::vector<Matrix> LayerHandle::weights() const {
  std::vector<Matrix> values;
  for (const Weight* weight : layer().weights()) values.push_back(weight->value);
  return values;
}

void LayerHandle::set_weights(const std::vector<Matrix>& values) const {
  const std::vector<Weight*> weights = layer().weights();
  if (values.size() != weights.size())
    throw Error(text("%s: set_weights got %zu matrices, expected %zu", layer().title().c_str(),
                     values.size(), weights.size()));
  for (std::size_t i = 0; i < values.size(); ++i)  // all are checked before one is changed
    require_shape(layer().title() + ": set_weights", weights[i]->name.c_str(), values[i],
                  weights[i]->value.n_rows, weights[i]->value.n_cols);
  for (std::size_t i = 0; i < values.size(); ++i) weights[i]->value = values[i];
}

std::size_t LayerHandle::parameter_count() const {
  std::size_t count = 0;
  for (const Weight* weight : layer().weights()) count += weight->value.n_elem;
  return count;
}

}  // namespace nn
