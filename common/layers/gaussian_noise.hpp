// GaussianNoise: in training, adds to each number one drawn from N(0, stddev^2).
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct GaussianNoiseOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// Z = X + noise in training, Z = X when the model predicts. The noise does not depend on X: dX =
// delta.
class GaussianNoiseLayer : public Layer {
 public:
  explicit GaussianNoiseLayer(double deviation);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix&, const Matrix& delta, Matrix* dX, Call&) override {
    if (dX) *dX = delta;
  }
  const double stddev;
};

// Of any shape, which stays. Throws Error for a negative stddev.
struct GaussianNoise : LayerHandle {
  explicit GaussianNoise(double stddev, const GaussianNoiseOptions& options = {})
      : LayerHandle(std::make_shared<GaussianNoiseLayer>(stddev), options.name,
                    options.input_shape) {}
};

}  // namespace nn
