// Activation: H = φ(X), an activation function as a layer of its own; LeakyReLU and ELU, those with
// a parameter, as Keras's layers of these names.
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct ActivationOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// Z = X; the network does the rest.
class ActivationLayer : public Layer {
 public:
  explicit ActivationLayer(const ActivationFunction& phi, std::string layer_type = "Activation")
      : Layer(std::move(layer_type), phi) {}
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call&) override { Z = X; }
  void backward(const Matrix&, const Matrix& delta, Matrix* dX, Call&) override {
    if (dX) *dX = delta;
  }
};

// Of any shape, which stays; softmax acts along the last axis.
struct Activation : LayerHandle {
  explicit Activation(const ActivationFunction& phi, const ActivationOptions& options = {})
      : LayerHandle(std::make_shared<ActivationLayer>(phi), options.name, options.input_shape) {}
};

struct LeakyReLUOptions {
  double negative_slope = 0.3;
  Shape input_shape = {};
  std::string name = "";
};

// h = x for x > 0, else negative_slope * x (Maas et al. 2013).
struct LeakyReLU : LayerHandle {
  explicit LeakyReLU(const LeakyReLUOptions& options = {});
};

struct ELUOptions {
  double alpha = 1.0;
  Shape input_shape = {};
  std::string name = "";
};

// h = x for x > 0, else alpha (e^x - 1) (Clevert et al. 2015).
struct ELU : LayerHandle {
  explicit ELU(const ELUOptions& options = {});
};

}  // namespace nn
