// Activation: H = phi(X), an activation function as a layer of its own.
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct ActivationOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// X and H have the same shape. Softmax works along the last axis: (steps, classes) is normalised at
// every step.
class ActivationLayer : public Layer {
 public:
  explicit ActivationLayer(ActivationFunction phi, std::string type = "Activation")
      : phi_(std::move(phi)), type_(std::move(type)) {}

  std::string type() const override { return type_; }
  Shape output_shape(const Shapes& inputs) const override {
    return single_input(inputs, 0, "(features) or of higher rank");
  }

  void forward(const Inputs& X, Matrix& H, Cache&, const Context&) override {
    if (phi_.is_linear())
      H = X[0];
    else if (X.shape(0).rank() == 1)
      phi_.apply(X[0], H, phi_.alpha);  // H = phi(X)
    else {
      const std::size_t d = X.shape(0).sizes().back();
      for (std::size_t first = 0; first < H.n_cols; first += d) {
        Matrix h = columns(H, first, d);
        phi_.apply(columns(X[0], first, d), h, phi_.alpha);
      }
    }
  }

  void backward(const Inputs& X, const Matrix& H, Matrix& dH, const Gradients& dX, Cache&,
                const Context& context) override {
    if (!phi_.is_linear() && !context.joined_with_loss) {
      const std::size_t d = X.shape(0).sizes().back();
      for (std::size_t first = 0; first < H.n_cols; first += d) {
        Matrix dh = columns(dH, first, d);  // dX = phi'(X) dH
        phi_.jacobian_product(columns(X[0], first, d), columns(H, first, d), dh, dh, phi_.alpha);
      }
    }
    dX[0].add(dH);
  }

  const ActivationFunction* output_activation() const override { return &phi_; }

 private:
  ActivationFunction phi_;
  std::string type_;
};

// Of any shape, which stays; softmax acts along the last axis.
class Activation : public LayerHandle {
 public:
  explicit Activation(const ActivationFunction& phi, const ActivationOptions& options = {})
      : LayerHandle(std::make_shared<ActivationLayer>(phi), options.name, options.input_shape) {}
};

}  // namespace nn
