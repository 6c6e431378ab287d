// BatchNormalization: each feature gets mean beta and standard deviation gamma (Ioffe, Szegedy
// 2015).
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct BatchNormalizationOptions {
  double momentum = 0.99;  // of the moving averages
  double epsilon = 1e-3;   // added to the variance
  bool center = true;      // beta, else 0
  bool scale = true;       // gamma, else 1
  Initializer beta_initializer = zeros;
  Initializer gamma_initializer = ones;
  Initializer moving_mean_initializer = zeros;
  Initializer moving_variance_initializer = ones;
  Regularizer beta_regularizer = {};
  Regularizer gamma_regularizer = {};
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// A feature is a position on the last axis: a column of (features), a channel of (height, width,
// channels), whose mean and variance are then taken over samples, height and width. In training
// they are those of the batch, and moving averages follow them; when the model predicts (and in a
// frozen layer) the moving averages are used. Column j belongs to feature j mod d.
class BatchNormalizationLayer : public Layer {
 public:
  explicit BatchNormalizationLayer(const BatchNormalizationOptions& options);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  std::vector<Weight*> weights() override;
  const BatchNormalizationOptions options;

 private:
  Real gamma(std::size_t f) const { return options.scale ? gamma_.value[f] : 1; }
  Real beta(std::size_t f) const { return options.center ? beta_.value[f] : 0; }
  Weight gamma_, beta_, moving_mean_, moving_variance_;
};

// Of any shape, which stays; the last axis holds the features. Weights gamma, beta and the moving
// mean and variance (1 x features each; the last two are not trained).
struct BatchNormalization : LayerHandle {
  explicit BatchNormalization(const BatchNormalizationOptions& options = {})
      : LayerHandle(std::make_shared<BatchNormalizationLayer>(options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
