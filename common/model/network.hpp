// Network: layers joined to a directed acyclic graph. Pass: the forward pass and back propagation.
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

// A weight as files and summaries see it: "dense_1/kernel".
struct Parameter {
  std::string name;
  Weight* weight;
  bool trainable;  // it has a gradient and no layer around it is frozen
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
  // The layers and those inside of models used as layers, each once.
  const std::vector<std::shared_ptr<Layer>>& all_layers() const { return all_layers_; }

  // The weights of all layers, each once, as the layers' trainable flags are now.
  std::vector<Parameter> parameters() const;
  std::vector<Weight*> trainable_weights() const;
  double penalty() const;  // of the regularizers; a frozen layer's does not count, as in Keras

 private:
  void name_layers();
  std::vector<NetworkNode> nodes_;
  std::vector<std::size_t> inputs_, outputs_;
  std::vector<std::shared_ptr<Layer>> layers_, all_layers_;
};

// The memory of a pass through a network: Z, H and gradients of every node. Networks that are used
// at several places (a model as a layer, replicas) have one Pass for each. What is frozen is so for
// the whole life of a Pass, as the layers were when it was made.
class Pass {
 public:
  explicit Pass(const Network& network, bool frozen = false);
  virtual ~Pass() = default;
  Pass(const Pass&) = delete;
  Pass& operator=(const Pass&) = delete;

  // Computes every node for the rows of X (one matrix per input). The outputs stay until the next.
  virtual void forward(const std::vector<const Matrix*>& X, bool training, Rng& rng);
  virtual const Matrix& output(std::size_t i) const { return *output_node(i).Y; }

  // Back propagation of the last forward. For each output i the caller writes dE/dH, or dE/dZ if
  // the output is joined with its loss, to output_gradient(i) and says written(i); then backward
  // writes the gradients of the weights. A tensor that is two outputs is written twice.
  void start_backward();
  virtual Matrix& output_gradient(std::size_t i);
  virtual void written(std::size_t i);
  virtual void backward();

  // The output's φ' is left out: see model/compile.cpp.
  void join_with_loss(std::size_t i) { output_node(i).joined = true; }

  // From now on backward also writes the gradients of these inputs.
  void want_input_gradients(const std::vector<bool>& wanted);
  const Matrix& input_gradient(std::size_t i);  // 0 for an input that no output depends on

  // This pass works on rows first ... of a larger batch of `rows`.
  void set_part(std::size_t first, std::size_t rows);

  // The first node with a number that is not finite, as a sentence; "" if there is none.
  std::string find_not_finite() const;
  const Network& network() const { return *network_; }

 private:
  // The memory of one call of a layer: Z = layer(X), H = φ(Z).
  struct Node {
    Layer* layer = nullptr;
    MergeLayer* merge = nullptr;     // the same layer, if it takes several inputs
    const Matrix* Y = nullptr;       // what comes out: &H, or the caller's X
    Matrix Z = {}, H = {}, dH = {};  // Z is used only where φ' needs it; dH becomes delta
    Call call = {};
    std::vector<const Matrix*> X = {};  // the arguments of a call, by input
    std::vector<Matrix*> dX = {};
    bool joined = false;
    bool wants_gradient = false;       // there is a weight to train here or before
    bool has_gradient = false;         // in this backward pass something was written to dH
    std::vector<Matrix> second = {};   // by input: a gradient that is added to another one
    std::vector<Weight*> shared = {};  // weights that a later call uses too, and the gradients that
    std::vector<Matrix> earlier =
        {};  // those calls, which come first on the way back, have written
  };
  Node& output_node(std::size_t i) { return nodes_[network_->outputs()[i]]; }
  const Node& output_node(std::size_t i) const { return nodes_[network_->outputs()[i]]; }
  void plan_gradients();
  void backward_through(std::size_t k);

  const Network* network_;
  std::vector<Node> nodes_;
  Matrix second_output_gradient_;
};

// The penalties' gradients: once for each weight, however often its layer was called.
void add_penalty_gradients(const std::vector<Weight*>& weights);

}  // namespace nn
