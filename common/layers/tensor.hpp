// Symbolic tensors: what a layer is called on when a model is described.
//
//   nn::Tensor x = nn::Input({64});
//   nn::Tensor y = nn::Dense(10)(x);
//
// A program writes small handles (nn::Dense); they share the layer that does the work
// (nn::DenseLayer): copying a handle or calling it again shares the weights.
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "common/layers/layer.hpp"

namespace nn {

class Tensor;

// One call of a layer. Calls are numbered as they are made and an input is always older than what
// is computed from it: the numbers are a topological order, and a cycle cannot be written down.
struct Call {
  std::shared_ptr<Layer> layer;
  std::vector<Tensor> inputs;
  Shape shape;  // of one sample of the output
  std::size_t number = 0;
};

class Tensor {
 public:
  Tensor() = default;  // names nothing yet; using it is refused
  explicit Tensor(std::shared_ptr<const Call> call) : call_(std::move(call)) {}

  const Shape& shape() const { return call().shape; }
  const Call& call() const {
    if (!call_)
      throw Error("Tensor: this tensor is empty; make it with Input or by calling a layer");
    return *call_;
  }
  bool operator==(const Tensor& other) const { return call_ == other.call_; }

 private:
  std::shared_ptr<const Call> call_;
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

  const std::string& name() const { return layer().name; }
  std::string type() const { return layer().type(); }
  void set_trainable(bool trainable) { layer().set_trainable(trainable); }

  // Copies of the weights, in Keras's order; set_weights checks number and shapes.
  std::vector<Matrix> weights() const;
  void set_weights(const std::vector<Matrix>& weights) const;
  std::size_t parameter_count() const;

  Layer& layer() const {
    if (!layer_)
      throw Error(
          "Sequential: it has no layers yet, or no input shape; give the first layer .input_shape");
    return *layer_;
  }
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

// Where data enters. As a layer it has no input and nothing to compute.
class InputLayer : public Layer {
 public:
  explicit InputLayer(Shape shape) : shape_(std::move(shape)) {}
  std::string type() const override { return "InputLayer"; }
  Shape output_shape(const Shapes&) const override { return shape_; }
  void forward(const Inputs&, Matrix&, Cache&, const Context&) override {}
  void backward(const Inputs&, const Matrix&, Matrix&, const Gradients&, Cache&,
                const Context&) override {}

 private:
  Shape shape_;
};

struct InputOptions {
  std::string name = "";
};
Tensor Input(Shape shape, InputOptions options = {});

}  // namespace nn
