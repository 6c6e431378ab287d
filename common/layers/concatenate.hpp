// Concatenate: several inputs side by side along one axis.
#pragma once

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
// turns in Z.
class ConcatenateLayer : public MergeLayer {
 public:
  explicit ConcatenateLayer(int given_axis) : MergeLayer("Concatenate"), axis(given_axis) {}
  Shape merged_shape(const Shapes& inputs) override;
  void merge(const Inputs& X, Matrix& Z, Call& call) override;
  void split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call& call) override;
  const int axis;  // as it was given

 private:
  std::size_t sample_axis(std::size_t rank) const;  // the axis as an index into a sample's Shape
  std::size_t blocks(const Shape& shape) const;
};

// Inputs of equal shape but for `axis` (of a sample, -1 the last); throws Error for others.
struct Concatenate : LayerHandle {
  explicit Concatenate(const ConcatenateOptions& options = {})
      : LayerHandle(std::make_shared<ConcatenateLayer>(options.axis), options.name) {}
};

inline Tensor concatenate(const std::vector<Tensor>& inputs,
                          const ConcatenateOptions& options = {}) {
  return Concatenate(options)(inputs);
}

}  // namespace nn
