// Tensor: a place in a model that is being described, and LayerHandle, what a program writes.
//
//   nn::Tensor x = nn::Input({64});
//   nn::Tensor y = nn::Dense(10)(x);
//
// nn::Dense is a small handle; it shares the nn::DenseLayer that does the work: copying a handle or
// calling it again shares the weights.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/layers/layer.hpp"

namespace nn {

// Where a tensor comes from: the call of a layer on other tensors.
struct TensorSource;

class Tensor {
 public:
  Tensor() = default;  // names nothing yet; using it is refused
  explicit Tensor(TensorSource source);

  const TensorSource& source() const;
  const Shape& shape() const;  // of one sample
  bool operator==(const Tensor& other) const { return source_ == other.source_; }

 private:
  std::shared_ptr<const TensorSource> source_;
};

// Calls are numbered as they are made and an input is older than what is computed from it: sorted
// by number, a model is computed from its inputs to its outputs, and a cycle cannot be written
// down.
struct TensorSource {
  std::shared_ptr<Layer> layer;
  std::vector<Tensor> inputs;
  Shape shape;
  std::size_t number = 0;
};

class LayerHandle {
 public:
  LayerHandle() = default;
  explicit LayerHandle(std::shared_ptr<Layer> layer) : layer_(std::move(layer)) {}
  LayerHandle(std::shared_ptr<Layer> layer, std::string name, Shape input_shape = {})
      : layer_(std::move(layer)), input_shape_(std::move(input_shape)) {
    layer_->name = std::move(name);
  }

  // Calls the layer: checks the shapes, makes the weights at the first call.
  Tensor operator()(const Tensor& input) const { return call({input}); }
  Tensor operator()(const std::vector<Tensor>& inputs) const { return call(inputs); }

  // What a call does first: the shape of the output for inputs of these shapes; the weights know
  // their sizes then. Throws Error where the layer does not take them.
  Shape build(const Shapes& inputs) const;

  const std::string& name() const { return layer().name; }
  const std::string& type() const { return layer().type; }
  void set_trainable(bool trainable) { layer().set_trainable(trainable); }

  // Copies of the weights, in Keras's order; set_weights checks number and shapes.
  std::vector<Matrix> weights() const;
  void set_weights(const std::vector<Matrix>& weights) const;
  std::size_t parameter_count() const;

  Layer& layer() const;
  const std::shared_ptr<Layer>& shared() const { return layer_; }
  const Shape& input_shape() const { return input_shape_; }  // as given to a Sequential's first

 private:
  Tensor call(const std::vector<Tensor>& inputs) const;
  std::shared_ptr<Layer> layer_;
  Shape input_shape_;
};

// A user's own subclass of Layer as a handle: nn::make_layer<MyLayer>(arguments)(x).
template <class OwnLayer, class... Arguments>
LayerHandle make_layer(Arguments&&... arguments) {
  static_assert(std::is_base_of_v<Layer, OwnLayer>, "the class must derive from nn::Layer");
  return LayerHandle(std::make_shared<OwnLayer>(std::forward<Arguments>(arguments)...));
}

// Where data enters: it has no input and nothing to compute.
class InputLayer : public Layer {
 public:
  explicit InputLayer(Shape given) : Layer("InputLayer"), shape(std::move(given)) {}
  const Shape shape;
  Shape build(const Shape&) override { return shape; }
  void forward(const Matrix&, Matrix&, Call&) override {}
  void backward(const Matrix&, const Matrix&, Matrix*, Call&) override {}
};

struct InputOptions {
  std::string name = "";
};
Tensor Input(Shape shape, InputOptions options = {});

}  // namespace nn
