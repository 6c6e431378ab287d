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
  std::string type() const override { return "Flatten"; }
  Shape output_shape(const Shapes& inputs) const override {
    return Shape(single_input(inputs, 0, "(features) or of higher rank").size());
  }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override { Y = X[0]; }

  void backward(const Inputs&, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    dX[0].add(dY);
  }
};

// Of any shape, to (number of values).
class Flatten : public LayerHandle {
 public:
  explicit Flatten(const FlattenOptions& options = {})
      : LayerHandle(std::make_shared<FlattenLayer>(), options.name, options.input_shape) {}
};

}  // namespace nn
