#include "common/model/model.hpp"

#include "common/model/model_layer.hpp"

namespace nn {

// ---- Model: structure --------------------------------------------------------------------------

Model::Model(const Tensor& input, const Tensor& output, ModelOptions options) {
  assemble({input}, {output}, "Functional", options.name);
}

Model::Model(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
             ModelOptions options) {
  assemble(inputs, outputs, "Functional", options.name);
}

void Model::assemble(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
                     const std::string& type, const std::string& name) {
  auto network = std::make_shared<Network>(inputs, outputs);
  // A model with one input may be the first layer of a Sequential: it brings the input shape.
  const Shape input_shape = inputs.size() == 1 ? inputs[0].shape() : Shape();
  static_cast<LayerHandle&>(*this) =
      LayerHandle(std::make_shared<ModelLayer>(network, type), name, input_shape);
  trainer_.reset();  // it knows the network of before
}

const Network& Model::network() const { return static_cast<const ModelLayer&>(layer()).network(); }

std::vector<LayerHandle> Model::layers() const {
  std::vector<LayerHandle> handles;
  for (const auto& layer : network().layers())
    if (!dynamic_cast<const InputLayer*>(layer.get())) handles.push_back(LayerHandle(layer));
  return handles;
}

LayerHandle Model::get_layer(const std::string& name) const {
  std::string names;
  for (const LayerHandle& handle : layers()) {
    if (handle.name() == name) return handle;
    names += (names.empty() ? "" : ", ") + handle.name();
  }
  throw Error(text("Model: no layer is named \"%s\"; there are %s", name.c_str(), names.c_str()));
}

// ---- Sequential --------------------------------------------------------------------------------

Sequential::Sequential(std::initializer_list<LayerHandle> layers, const ModelOptions& options)
    : name_(options.name) {
  for (const LayerHandle& layer : layers) add(layer);
}

void Sequential::add(const LayerHandle& layer) {
  if (!layer.shared())
    throw Error("Sequential: the added layer is empty (a Sequential that has no layers yet?)");
  if (shared() && layer.shared() == shared())
    throw Error("Sequential: a model cannot be a layer of itself");
  stack_.push_back(layer);
  if (!started_) {
    if (stack_.size() > 1 || layer.input_shape().rank() == 0) return;  // fit will tell the shape
    start(layer.input_shape());
  } else {
    output_ = layer(output_);
    assemble({input_}, {output_}, "Sequential", name_);
  }
}

void Sequential::start(const Shape& input_shape) {
  input_ = output_ = Input(input_shape);
  for (const LayerHandle& layer : stack_) output_ = layer(output_);
  started_ = true;
  assemble({input_}, {output_}, "Sequential", name_);
}

Tensor Sequential::operator()(const Tensor& input) {
  if (!started_ && !stack_.empty()) start(input.shape());
  return Model::operator()(input);
}

void Sequential::prepare(const MatrixList& X) {
  if (started_) return;
  if (stack_.empty()) throw Error("Sequential: it has no layers; add some before training");
  if (X.size() != 1) throw Error(text("Sequential: takes one input, got %zu", X.size()));
  start(Shape(X[0].n_cols));
}

}  // namespace nn
