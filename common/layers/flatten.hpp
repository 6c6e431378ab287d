// Flatten: (28, 28, 1) becomes (784), a sample's values in the same order.
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct FlattenOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// A sample's values stand in one row whatever its shape: only the Shape changes.
class FlattenLayer : public Layer {
 public:
  FlattenLayer() : Layer("Flatten") {}
  Shape build(const Shape& input) override {
    require_rank(input, 0, "(features) or of higher rank");
    return Shape(input.size());
  }
  void forward(const Matrix& X, Matrix& Z, Call&) override { Z = X; }
  void backward(const Matrix&, const Matrix& delta, Matrix* dX, Call&) override {
    if (dX) *dX = delta;
  }
};

// Of any shape, to (number of values).
struct Flatten : LayerHandle {
  explicit Flatten(const FlattenOptions& options = {})
      : LayerHandle(std::make_shared<FlattenLayer>(), options.name, options.input_shape) {}
};

}  // namespace nn
