// Layer: weights, and the arithmetic of one forward and one backward pass. The contract.
//
// What a network does with each layer, in the letters of the notes:
//
//   Z = forward(X)           the layer
//   H = φ(Z)                 its activation
//   delta = dE/dH ∘ φ'(Z)    back through the activation
//   backward(X, delta)       the layer again: writes the gradients of its weights, and dE/dX
//
// So a layer never sees an activation, and what it gets back is always the notes' delta. It only
// writes (=): where a layer is called twice or an output is used twice, the network adds up. It
// keeps no state of a call: what it needs again in backward it keeps in the Call, which belongs to
// the network. So one layer may be called at several places.
#pragma once

#include <any>
#include <memory>
#include <string>
#include <vector>

#include "common/base/checks.hpp"
#include "common/base/random.hpp"
#include "common/base/shape.hpp"
#include "common/functions/activations.hpp"
#include "common/functions/weight.hpp"

namespace nn {

// One call of a layer: how it is made, and what it keeps between forward and backward.
class Call {
 public:
  bool training = false;       // false: the model predicts
  bool weights_wanted = true;  // false: the layer is frozen, its gradients need not be computed
  Shapes shapes = {};          // of one sample of each input
  Rng* rng = nullptr;          // for random masks
  // A replica that works on rows first_row ... of a larger batch of batch_rows draws its random
  // masks for the whole batch, so that splitting a batch changes nothing. 0: not a part.
  std::size_t first_row = 0, batch_rows = 0;

  // The layer's own struct of matrices, empty at first: auto& memory = call.memory<LSTMMemory>();
  template <class Memory>
  Memory& memory() {
    if (!memory_) memory_ = std::make_shared<Memory>();
    return *static_cast<Memory*>(memory_.get());
  }

  // Fills M (n x d) with draw(*rng), column after column: these rows of the whole batch.
  template <class Draw>
  void fill_random(Matrix& M, Draw draw) const {
    const std::size_t n = M.n_rows, whole = batch_rows > 0 ? batch_rows : n;
    for (std::size_t j = 0; j < M.n_cols; ++j) {
      for (std::size_t i = 0; i < first_row; ++i) draw(*rng);  // rows of other replicas
      for (std::size_t i = 0; i < n; ++i) M.at(i, j) = draw(*rng);
      for (std::size_t i = first_row + n; i < whole; ++i) draw(*rng);
    }
  }

 private:
  std::shared_ptr<void> memory_;
};

class Layer {
 public:
  explicit Layer(std::string layer_type, const ActivationFunction& phi = linear)
      : type(std::move(layer_type)), activation(phi) {}
  virtual ~Layer() = default;

  const std::string type;         // the class as Keras names it: "Dense"
  std::string name = "";          // unique in a model; "dense", "dense_1" ... if not given
  bool numbered = false;          // the name was given by a model
  ActivationFunction activation;  // φ: what the network applies to the Z of forward
  bool trainable = true;          // false: frozen, the optimizer leaves its weights alone

  // Given the shape of one sample of X, returns that of Z, and says the sizes of the weights.
  // Throws Error if the layer does not take this shape.
  virtual Shape build(const Shape& input) = 0;

  // Writes Z (n x size of its shape, already that large) from X.
  virtual void forward(const Matrix& X, Matrix& Z, Call& call) = 0;

  // From delta = dE/dZ: writes the gradients of the weights, and dX = dE/dX (already n x d) unless
  // it is null: then nobody wants it. X and call are those of forward.
  virtual void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) = 0;

  virtual std::vector<Weight*> weights() { return {}; }

  // Freezes (false) or frees; a model used as a layer passes it on to the layers inside.
  virtual void set_trainable(bool value) { trainable = value; }
  // The layers inside of a model that is used as a layer.
  virtual std::vector<std::shared_ptr<Layer>> inner_layers() const { return {}; }

  std::string title() const;  // for messages: Dense "hidden1"

 protected:
  // Throws unless the shape has this rank (0: any from 1 on); `axes` names what is expected:
  // "(height, width, channels)".
  void require_rank(const Shape& input, std::size_t rank, const char* axes) const;
  // For a layer that is called again: throws unless the last axis of `input` has the number of
  // features for which W, with a row for each, was made (0: it was not yet).
  void require_features(const Shape& input, std::size_t expected) const;
};

// A layer with several inputs, Concatenate, Add ...: the same three functions with lists.
class MergeLayer : public Layer {
 public:
  using Layer::Layer;
  using Inputs = std::vector<const Matrix*>;
  using Gradients = std::vector<Matrix*>;  // null: not wanted

  virtual Shape merged_shape(const Shapes& inputs) = 0;
  virtual void merge(const Inputs& X, Matrix& Z, Call& call) = 0;
  virtual void split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call& call) = 0;

 private:  // with a single input
  Shape build(const Shape& input) final { return merged_shape({input}); }
  void forward(const Matrix& X, Matrix& Z, Call& call) final { merge({&X}, Z, call); }
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) final {
    split({&X}, delta, {dX}, call);
  }
};

}  // namespace nn
