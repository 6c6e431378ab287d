// LayerNormalization: each sample gets mean 0 and variance 1, then a scale and a shift of its
// features (Ba, Kiros, Hinton 2016).
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct LayerNormalizationOptions {
  double epsilon = 1e-3;  // added to the variance
  bool center = true;     // beta, else 0
  bool scale = true;      // gamma, else 1
  Initializer beta_initializer = zeros;
  Initializer gamma_initializer = ones;
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// Mean and variance are taken over the last axis: over the features of each sample, of each step of
// (steps, features). The same in training and when the model predicts.
class LayerNormalizationLayer : public Layer {
 public:
  explicit LayerNormalizationLayer(const LayerNormalizationOptions& options);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  std::vector<Weight*> weights() override;
  const LayerNormalizationOptions options;

 private:
  Real gamma(std::size_t f) const { return options.scale ? gamma_.value[f] : 1; }
  Real beta(std::size_t f) const { return options.center ? beta_.value[f] : 0; }
  Weight gamma_, beta_;
};

// Of any shape, which stays; the last axis is normalised. Weights gamma, beta (1 x its size).
struct LayerNormalization : LayerHandle {
  explicit LayerNormalization(const LayerNormalizationOptions& options = {})
      : LayerHandle(std::make_shared<LayerNormalizationLayer>(options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
