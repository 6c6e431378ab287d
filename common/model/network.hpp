// A network: layers joined to a directed acyclic graph, and the memory of a pass through it.
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

// "SimpleRNN" -> "simple_rnn", "Conv2D" -> "conv2d", "InputLayer" -> "input_layer": Keras's rule.
std::string snake_case(const std::string& type);

// One call of a layer inside a network.
struct NetworkNode {
  std::shared_ptr<Layer> layer;
  std::vector<std::size_t> inputs;  // numbers of the nodes it is computed from
  Shape shape;                      // of one sample of its output
};

// The structure: nodes in topological order, so that forward is one loop and backward the same
// loop in reverse.
class Network {
 public:
  // Walks back from the outputs to the inputs. Throws if an output depends on an Input that is not
  // listed. Layers without a name get Keras's ("dense", "dense_1" ...), where two models that
  // are joined gave the same one, one of them anew; the same name given to two layers is refused.
  Network(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs);

  const std::vector<NetworkNode>& nodes() const { return nodes_; }
  const std::vector<std::size_t>& inputs() const { return inputs_; }  // in the caller's order
  const std::vector<std::size_t>& outputs() const { return outputs_; }
  const std::vector<std::shared_ptr<Layer>>& layers() const { return layers_; }  // each once

  // The weights of all layers, each once, named "dense_1/kernel", with the trainable flags as the
  // layers have them now.
  std::vector<Parameter> parameters() const;

  // The layers and those inside of models used as layers, each once.
  const std::vector<std::shared_ptr<Layer>>& all_layers() const { return all_layers_; }
  // Of the layers' regularizers; a frozen layer's does not count, as in Keras.
  double penalty() const;

 private:
  void name_layers();
  std::vector<NetworkNode> nodes_;
  std::vector<std::size_t> inputs_, outputs_;
  std::vector<std::shared_ptr<Layer>> layers_, all_layers_;
};

// The memory of a pass: outputs, gradients and caches of every node. Networks that are used at
// several places (a model as a layer, replicas) have one Pass for each.
class Pass {
 public:
  explicit Pass(const Network& network);

  // Computes every node for the rows of X (one matrix per input). The outputs stay until the next.
  void forward(const std::vector<const Matrix*>& X, const Context& context);
  const Matrix& output(std::size_t i) const { return *memory_[network_->outputs()[i]].Y; }

  // Finds out which nodes' gradients are wanted: those on the way to a weight whose gradient is
  // wanted, or to one of the wanted inputs.
  void plan_gradients(const std::vector<bool>& inputs_wanted);
  // Marks output i: its gradient is already that of Z (see Context::joined_with_loss).
  void join_with_loss(std::size_t i) { memory_[network_->outputs()[i]].joined = true; }

  // A backward pass: start_gradients; contribute to the outputs' gradients; backward. The weights'
  // gradients are the caller's to start.
  void start_gradients();
  Gradient& output_gradient(std::size_t i) { return memory_[network_->outputs()[i]].dY; }
  Gradient& input_gradient(std::size_t i) { return memory_[network_->inputs()[i]].dY; }
  void backward(const Context& context);

  // The first node with a number that is not finite, as a sentence; "" if there is none.
  std::string find_not_finite() const;

 private:
  struct Memory {
    const Matrix* Y = nullptr;  // the caller's matrix for an input, else &*own_Y
    Buffer own_Y;
    Gradient dY;
    Cache cache;
    Inputs X;
    Gradients dX;
    bool joined = false;
  };
  const Network* network_;
  std::vector<Memory> memory_;
};

}  // namespace nn
