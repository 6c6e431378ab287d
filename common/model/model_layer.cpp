#include "common/model/model_layer.hpp"

#include <optional>

namespace nn {

namespace {
struct ModelMemory {
  std::optional<Pass> pass;
  std::vector<bool> inputs_wanted = {};  // empty: not known yet
};
}  // namespace

void ModelLayer::set_trainable(bool value) {
  trainable = value;
  for (const auto& layer : network_->layers()) layer->set_trainable(value);
}

std::vector<Weight*> ModelLayer::weights() {
  std::vector<Weight*> all;
  for (const Parameter& parameter : network_->parameters()) all.push_back(parameter.weight);
  return all;
}

Shape ModelLayer::merged_shape(const Shapes& inputs) {
  if (network_->outputs().size() != 1)
    throw Error(text("%s: a model with %zu outputs cannot be used as a layer", title().c_str(),
                     network_->outputs().size()));
  if (inputs.size() != network_->inputs().size())
    throw Error(text("%s: takes %zu inputs, got %zu", title().c_str(), network_->inputs().size(),
                     inputs.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Shape& expected = network_->nodes()[network_->inputs()[i]].shape;
    if (inputs[i] != expected)
      throw Error(text("%s: input %zu has shape %s, expected %s", title().c_str(), i,
                       inputs[i].str().c_str(), expected.str().c_str()));
  }
  return network_->nodes()[network_->outputs()[0]].shape;
}

void ModelLayer::start(Call& call) const {
  call.memory<ModelMemory>().pass.emplace(*network_, !call.weights_wanted);
}

void ModelLayer::merge(const Inputs& X, Matrix& Z, Call& call) {
  Pass& pass = *call.memory<ModelMemory>().pass;
  pass.set_part(call.first_row, call.batch_rows);
  pass.forward(X, call.training, *call.rng);
  Z = pass.output(0);
}

void ModelLayer::split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call& call) {
  Pass& pass = *call.memory<ModelMemory>().pass;
  std::vector<bool>& wanted = call.memory<ModelMemory>().inputs_wanted;
  if (wanted.empty()) {
    for (const Matrix* dx : dX) wanted.push_back(dx != nullptr);
    pass.want_input_gradients(wanted);
  }
  pass.start_backward();
  pass.output_gradient(0) = delta;
  pass.written(0);
  pass.backward();
  for (std::size_t i = 0; i < X.size(); ++i)
    if (dX[i]) *dX[i] = pass.input_gradient(i);
}

}  // namespace nn
