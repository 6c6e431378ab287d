// Concatenate: several inputs side by side along one axis.
#pragma once

#include <algorithm>

#include "common/layers/tensor.hpp"

namespace nn {

struct ConcatenateOptions {
  int axis =
      -1;  // counted as Keras does: 0 is the batch, 1 the first axis of a sample, -1 the last
  std::string name = "";
};

// The inputs' shapes may differ only along `axis`: (32, 32, 64) and (32, 32, 128) give (32, 32,
// 192). A row holds a sample's values with the last axis fastest. So each input consists of
// `blocks` of adjacent columns, one for each position on the axes before `axis`, and they take
// turns in Y.
class ConcatenateLayer : public Layer {
 public:
  explicit ConcatenateLayer(int axis) : axis_(axis) {}

  std::string type() const override { return "Concatenate"; }

  Shape output_shape(const Shapes& inputs) const override {
    if (inputs.empty()) throw Error(title() + ": takes at least one input, got 0");
    const std::size_t axis = sample_axis(inputs[0].rank());
    std::vector<std::size_t> sizes = inputs[0].sizes();
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      bool fits = inputs[i].rank() == sizes.size();
      for (std::size_t k = 0; fits && k < sizes.size(); ++k)
        fits = k == axis || inputs[i][k] == sizes[k];
      if (!fits)
        throw Error(text("%s: input %zu has shape %s and input 0 has %s; only axis %d may differ",
                         title().c_str(), i, inputs[i].str().c_str(), inputs[0].str().c_str(),
                         axis_));
      sizes[axis] += inputs[i][axis];
    }
    return Shape(sizes);
  }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    const std::size_t blocks = count_blocks(X.shape(0)), width = Y.n_cols / blocks;
    std::size_t first = 0;  // column of input i within Y's block
    for (std::size_t i = 0; i < X.size(); ++i) {
      const std::size_t d = X[i].n_cols / blocks;
      for (std::size_t block = 0; block < blocks; ++block)
        std::copy_n(X[i].colptr(block * d), Y.n_rows * d, Y.colptr(block * width + first));
      first += d;
    }
  }

  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    const std::size_t blocks = count_blocks(X.shape(0)), width = dY.n_cols / blocks;
    std::size_t first = 0;
    for (std::size_t i = 0; i < X.size(); ++i) {
      const std::size_t d = X[i].n_cols / blocks;
      for (std::size_t block = 0; dX[i].wanted() && block < blocks; ++block) {
        const Matrix dy = columns(dY, block * width + first, d);
        Matrix dx = columns(dX[i].matrix(), block * d, d);
        if (dX[i].first())
          dx = dy;
        else
          dx += dy;
      }
      dX[i].contributed();
      first += d;
    }
  }

  int axis() const { return axis_; }  // as it was given

 private:
  // The axis as an index into a sample's Shape.
  std::size_t sample_axis(std::size_t rank) const {
    const int last = static_cast<int>(rank), axis = axis_ < 0 ? axis_ + last + 1 : axis_;
    if (axis < 1 || axis > last)
      throw Error(text("%s: axis is %d, expected 1 to %d, or -%d to -1 (axis 0 is the batch)",
                       title().c_str(), axis_, last, last));
    return static_cast<std::size_t>(axis - 1);
  }
  std::size_t count_blocks(const Shape& shape) const {
    std::size_t blocks = 1;
    for (std::size_t k = 0; k < sample_axis(shape.rank()); ++k) blocks *= shape[k];
    return blocks;
  }
  int axis_;
};

// Inputs of equal shape but for `axis` (of a sample, -1 the last); throws Error for others.
class Concatenate : public LayerHandle {
 public:
  explicit Concatenate(const ConcatenateOptions& options = {})
      : LayerHandle(std::make_shared<ConcatenateLayer>(options.axis), options.name) {}
};

inline Tensor concatenate(const std::vector<Tensor>& inputs,
                          const ConcatenateOptions& options = {}) {
  return Concatenate(options)(inputs);
}

}  // namespace nn
