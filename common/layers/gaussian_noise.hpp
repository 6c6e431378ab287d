// GaussianNoise: in training, adds to each number one drawn from N(0, stddev^2).
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct GaussianNoiseOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// Y = X + noise in training, Y = X when the model predicts. The noise does not depend on X: dX =
// dY.
class GaussianNoiseLayer : public Layer {
 public:
  explicit GaussianNoiseLayer(double stddev) : stddev_(stddev) {
    if (!(stddev >= 0.0 && std::isfinite(stddev)))
      throw Error(text("GaussianNoise: stddev is %g, expected at least 0", stddev));
  }

  std::string type() const override { return "GaussianNoise"; }
  Shape output_shape(const Shapes& inputs) const override {
    return single_input(inputs, 0, "(features) or of higher rank");
  }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context& context) override {
    if (!context.training || stddev_ == 0.0) {
      Y = X[0];
      return;
    }
    context.fill_random(Y, [&](Rng& rng) { return static_cast<Real>(rng.normal(0.0, stddev_)); });
    Y += X[0];
  }

  void backward(const Inputs&, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    dX[0].add(dY);
  }

  double stddev() const { return stddev_; }

 private:
  double stddev_;
};

// Of any shape, which stays. Throws Error for a negative stddev.
class GaussianNoise : public LayerHandle {
 public:
  explicit GaussianNoise(double stddev, const GaussianNoiseOptions& options = {})
      : LayerHandle(std::make_shared<GaussianNoiseLayer>(stddev), options.name,
                    options.input_shape) {}
};

}  // namespace nn
