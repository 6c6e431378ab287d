// What a layer is: weights, and the arithmetic of one forward and one backward pass.
//
// A layer keeps no state of a call. The output, the gradient and the scratch memory of a call
// belong to the model's node, so that one layer can be called twice (shared layers) and nothing is
// allocated in a training step after the first.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "common/base/shape.hpp"
#include "common/functions/activations.hpp"
#include "common/base/matrix.hpp"
#include "common/base/random.hpp"

namespace nn {

// A matrix whose memory only ever grows: resizing it between a full and a short last batch
// allocates nothing. (Armadillo's own set_size moves a matrix of up to 16 elements in and out of
// the heap.)
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { *this = std::move(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    memory_ = std::move(other.memory_);
    reseat(other.view_.n_rows, other.view_.n_cols);
    other.reseat(0, 0);
    return *this;
  }

  // The matrix with the given size; its contents are undefined when the size changes.
  Matrix& resize(std::size_t rows, std::size_t columns) {
    if (rows == view_.n_rows && columns == view_.n_cols) return view_;
    const std::size_t needed = rows * columns + cache_line / sizeof(Real);
    if (needed > memory_.size()) memory_.resize(needed);
    reseat(rows, columns);
    return view_;
  }
  Matrix& operator*() { return view_; }
  const Matrix& operator*() const { return view_; }
  Matrix* operator->() { return &view_; }
  const Matrix* operator->() const { return &view_; }

 private:
  // A view of fixed size that begins with a line of the processor's cache: the widest vector
  // instructions are slower on numbers that lie across two lines.
  void reseat(std::size_t rows, std::size_t columns) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory_.data());
    const std::size_t skipped = (cache_line - address % cache_line) % cache_line / sizeof(Real);
    view_.~Matrix();
    new (&view_) Matrix(memory_.data() + skipped, rows, columns, false, true);
  }
  static constexpr std::size_t cache_line = 64;  // bytes
  std::vector<Real> memory_;
  Matrix view_;
};

// Where a gradient is collected. The first contribution of a step replaces what stood there, the
// following ones add to it: that spares a pass that sets it to zero.
class Gradient {
 public:
  bool wanted() const { return wanted_; }
  void set_wanted(bool wanted) { wanted_ = wanted; }

  // Begins a step: nothing contributed yet.
  void start(std::size_t rows, std::size_t columns) {
    matrix_.resize(rows, columns);
    first_ = true;
  }
  // += expression (= for the first). Does nothing if nobody wants this gradient.
  template <class Expression>
  void add(const Expression& expression) {
    if (!wanted_) return;
    if (first_)
      *matrix_ = expression;
    else
      *matrix_ += expression;
    first_ = false;
  }
  // For layers that add in place: the sum so far, zero if nothing contributed.
  Matrix& sum() {
    if (first_) matrix_->zeros();
    first_ = false;
    return *matrix_;
  }
  // For layers that write the elements themselves: first() tells whether to write or to add, and
  // contributed() that it is done.
  bool first() const { return first_; }
  void contributed() { first_ = false; }
  Matrix& matrix() { return *matrix_; }

 private:
  Buffer matrix_;
  bool wanted_ = true, first_ = true;
};

// A matrix that training changes, with its gradient; `name` is Keras's ("kernel", "bias").
struct Weight {
  std::string name;
  Matrix value;
  Gradient gradient;

  void set(Matrix start_value) {
    value = std::move(start_value);
    gradient.start(value.n_rows, value.n_cols);
  }
};

// What optimizers, files and summaries see of a layer's weights. A parameter without gradient is
// state that training only carries along (the averages of BatchNormalization).
struct Parameter {
  std::string name;
  Matrix* value = nullptr;
  Gradient* gradient = nullptr;
  bool trainable = true;  // false inside a model used as a layer: that layer is frozen
};

// The inputs of one call, and the gradients that go back to them (some may be unwanted).
class Inputs {
 public:
  void push_back(const Matrix* X, const Shape* shape) { X_.push_back({X, shape}); }
  void clear() { X_.clear(); }
  const Matrix& operator[](std::size_t i) const { return *X_[i].matrix; }
  const Shape& shape(std::size_t i) const { return *X_[i].shape; }  // of one sample of input i
  std::size_t size() const { return X_.size(); }

 private:
  struct Input {
    const Matrix* matrix;
    const Shape* shape;  // a shared layer may be called on images of different sizes
  };
  std::vector<Input> X_;
};
class Gradients {
 public:
  void push_back(Gradient* dX) { dX_.push_back(dX); }
  void clear() { dX_.clear(); }
  Gradient& operator[](std::size_t i) const { return *dX_[i]; }
  std::size_t size() const { return dX_.size(); }

 private:
  std::vector<Gradient*> dX_;
};

// What one call keeps between forward and backward, and scratch memory; it belongs to the node.
class Cache {
 public:
  // Slot 0, 1, 2 ...: resized (contents undefined if the size changes), or as it was left.
  Matrix& matrix(std::size_t slot, std::size_t rows, std::size_t columns) {
    while (slot >= matrices_.size()) matrices_.emplace_back();
    return matrices_[slot].resize(rows, columns);
  }
  Matrix& matrix(std::size_t slot) { return *matrices_.at(slot); }

  // Anything else a layer keeps, made from `arguments` at its first use.
  template <class State, class... Arguments>
  State& state(Arguments&&... arguments) {
    if (!state_) state_ = std::make_shared<State>(std::forward<Arguments>(arguments)...);
    return *static_cast<State*>(state_.get());
  }

 private:
  std::deque<Buffer> matrices_;  // a deque: references stay valid while it grows
  std::shared_ptr<void> state_;
};

// How a call is made. A replica that works on rows first_row ... of a larger batch of batch_rows
// draws its random masks for the whole batch, so that splitting a batch changes nothing.
struct Context {
  bool training = false;
  Rng* rng = nullptr;
  std::size_t first_row = 0, batch_rows = 0;
  // The model joined the activation that ends this layer with the loss: backward gets dZ, not dY.
  bool joined_with_loss = false;

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
};

// A count as a program gave it; throws "Dense: units is -1, expected at least 1" for less.
inline std::size_t positive_count(const char* who, const char* argument, long long value) {
  if (value < 1) throw Error(text("%s: %s is %lld, expected at least 1", who, argument, value));
  return static_cast<std::size_t>(value);
}

class Layer {
 public:
  virtual ~Layer() = default;

  std::string name;       // unique in a model; "dense", "dense_1" ... if not given
  bool trainable = true;  // false: frozen, the optimizer leaves its weights alone
  bool built = false;     // the weights were made
  bool numbered = false;  // the name was given by a model

  std::string title() const;  // for messages: Dense "hidden1"

  // Freezes (false) or frees; a model used as a layer passes it on to the layers inside.
  virtual void set_trainable(bool value) { trainable = value; }

  // The class as Keras names it: "Dense".
  virtual std::string type() const = 0;

  // The output's shape for inputs of these shapes; throws an Error that names layer, expected and
  // given if the layer does not take them.
  virtual Shape output_shape(const Shapes& inputs) const = 0;

  // Makes the weights. Called once, before the first forward, after output_shape.
  virtual void build(const Shapes& inputs, Rng& rng) {
    (void)inputs;
    (void)rng;
  }

  // Writes Y (n x size of the output shape, already that large) from X[i] (n x size of shape i).
  virtual void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context& context) = 0;

  // From dY = dE/dY: adds to the gradients of the weights and to dX[i] where wanted. X, Y and cache
  // are those of the forward call. dY may be used as scratch memory.
  virtual void backward(const Inputs& X, const Matrix& Y, Matrix& dY, const Gradients& dX,
                        Cache& cache, const Context& context) = 0;

  virtual std::vector<Parameter> parameters() { return {}; }

  // The activation that ends this layer, if one does: lets the model join softmax or sigmoid with
  // its cross-entropy, whose gradient for Z is simply H - Y (see Context::joined_with_loss).
  virtual const ActivationFunction* output_activation() const { return nullptr; }

  // The layers inside of a model that is used as a layer.
  virtual std::vector<std::shared_ptr<Layer>> inner_layers() const { return {}; }

  // The penalty of the layer's regularizers; their gradient is added by backward.
  virtual double penalty() const { return 0.0; }

 protected:
  // The one input's shape; throws if there are more or fewer inputs, or if the rank is not `rank`
  // (0: any rank from 1 on). `axes` names what is expected: "(height, width, channels)".
  const Shape& single_input(const Shapes& inputs, std::size_t rank, const char* axes) const;

  // For a layer that is called again: throws unless the last axis of `input` has the number of
  // features for which the weights were made.
  void require_features(const Shape& input, std::size_t expected) const;
};

// The layer as its class L. A class of a program's own may have the same type() as one of ours: that
// one is refused.
template <class L>
const L& layer_as(const Layer& layer, const char* who) {
  const L* same = dynamic_cast<const L*>(&layer);
  if (!same)
    throw Error(std::string(who) + ": " + layer.title() +
                " has the type of one of the library's layers, but is another class");
  return *same;
}

}  // namespace nn
