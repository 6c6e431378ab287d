#include "common/layers/concatenate.hpp"

namespace nn {

std::size_t ConcatenateLayer::sample_axis(std::size_t rank) const {
  const int last = static_cast<int>(rank), counted = axis < 0 ? axis + last + 1 : axis;
  if (counted < 1 || counted > last)
    throw Error(text("%s: axis is %d, expected 1 to %d, or -%d to -1 (axis 0 is the batch)",
                     title().c_str(), axis, last, last));
  return static_cast<std::size_t>(counted - 1);
}

std::size_t ConcatenateLayer::blocks(const Shape& shape) const {
  std::size_t count = 1;
  for (std::size_t k = 0; k < sample_axis(shape.rank()); ++k) count *= shape[k];
  return count;
}

Shape ConcatenateLayer::merged_shape(const Shapes& inputs) {
  if (inputs.empty()) throw Error(title() + ": takes at least one input, got 0");
  const std::size_t along = sample_axis(inputs[0].rank());
  std::vector<std::size_t> sizes = inputs[0].sizes();
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    bool fits = inputs[i].rank() == sizes.size();
    for (std::size_t k = 0; fits && k < sizes.size(); ++k)
      fits = k == along || inputs[i][k] == sizes[k];
    if (!fits)
      throw Error(text("%s: input %zu has shape %s and input 0 has %s; only axis %d may differ",
                       title().c_str(), i, inputs[i].str().c_str(), inputs[0].str().c_str(), axis));
    sizes[along] += inputs[i][along];
  }
  return Shape(sizes);
}

void ConcatenateLayer::merge(const Inputs& X, Matrix& Z, Call& call) {
  const std::size_t n_blocks = blocks(call.shapes[0]), width = Z.n_cols / n_blocks;
  std::size_t first = 0;  // column of input i within Z's block
  for (const Matrix* x : X) {
    const std::size_t d = x->n_cols / n_blocks;
    for (std::size_t block = 0; block < n_blocks; ++block) {
      Matrix place = columns(Z, block * width + first, d);
      place = columns(*x, block * d, d);  // Z = [X_1 X_2 ...]
    }
    first += d;
  }
}

void ConcatenateLayer::split(const Inputs& X, const Matrix& delta, const Gradients& dX,
                             Call& call) {
  const std::size_t n_blocks = blocks(call.shapes[0]), width = delta.n_cols / n_blocks;
  std::size_t first = 0;
  for (std::size_t i = 0; i < X.size(); ++i) {
    const std::size_t d = X[i]->n_cols / n_blocks;
    for (std::size_t block = 0; dX[i] && block < n_blocks; ++block) {
      Matrix dx = columns(*dX[i], block * d, d);
      dx = columns(delta, block * width + first, d);  // [dX_1 dX_2 ...] = delta
    }
    first += d;
  }
}

}  // namespace nn
