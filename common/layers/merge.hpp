// Add, Average, Multiply, Maximum: several inputs of the same shape, element by element.
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct MergeOptions {
  std::string name = "";
};

// What the four have in common: all inputs have the shape of the first, which is the output's.
class ElementwiseLayer : public MergeLayer {
 public:
  using MergeLayer::MergeLayer;
  Shape merged_shape(const Shapes& inputs) override;
};

// Z = X_1 + X_2 + ..., or that divided by their number: the gradient goes to every input.
class AddLayer : public ElementwiseLayer {
 public:
  explicit AddLayer(bool average = false)
      : ElementwiseLayer(average ? "Average" : "Add"), average_(average) {}
  void merge(const Inputs& X, Matrix& Z, Call&) override;
  void split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call&) override;

 private:
  bool average_;
};

// Z = X_1 X_2 ...: each input's gradient is delta times the product of the others (not Z / X_i,
// which may be 0 / 0).
class MultiplyLayer : public ElementwiseLayer {
 public:
  MultiplyLayer() : ElementwiseLayer("Multiply") {}
  void merge(const Inputs& X, Matrix& Z, Call&) override;
  void split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call&) override;
};

// Z = max(X_1, X_2 ...): the gradient goes to the largest, to the first of them where several are.
class MaximumLayer : public ElementwiseLayer {
 public:
  MaximumLayer() : ElementwiseLayer("Maximum") {}
  void merge(const Inputs& X, Matrix& Z, Call& call) override;
  void split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call& call) override;
};

// Z = X_1 + X_2 + ...; like the three below of inputs of one shape, which stays.
struct Add : LayerHandle {
  explicit Add(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<AddLayer>(), options.name) {}
};

// Z = (X_1 + ... + X_n) / n.
struct Average : LayerHandle {
  explicit Average(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<AddLayer>(true), options.name) {}
};

// Z = X_1 * X_2 * ..., element by element.
struct Multiply : LayerHandle {
  explicit Multiply(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<MultiplyLayer>(), options.name) {}
};

// Z = max(X_1, X_2, ...), element by element.
struct Maximum : LayerHandle {
  explicit Maximum(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<MaximumLayer>(), options.name) {}
};

inline Tensor add(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Add(options)(inputs);
}
inline Tensor average(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Average(options)(inputs);
}
inline Tensor multiply(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Multiply(options)(inputs);
}
inline Tensor maximum(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Maximum(options)(inputs);
}

}  // namespace nn
