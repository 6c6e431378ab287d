// LayerNormalization: each sample gets mean 0 and variance 1, then a scale and a shift of its
// features (Ba, Kiros, Hinton 2016).
#pragma once

#include "common/functions/initializers.hpp"
#include "common/functions/regularizers.hpp"
#include "common/kernels/sums.hpp"
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
  explicit LayerNormalizationLayer(LayerNormalizationOptions options)
      : options_(std::move(options)) {
    if (!(options_.epsilon > 0.0))
      throw Error(
          text("LayerNormalization: epsilon is %g, expected more than 0", options_.epsilon));
  }

  std::string type() const override { return "LayerNormalization"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 0, "(features) or (steps, features)");
    if (options_.scale && built) require_features(input, gamma_.value.n_elem);
    if (options_.center && built) require_features(input, beta_.value.n_elem);
    return input;
  }

  void build(const Shapes& inputs, Rng& rng) override {
    const std::size_t d = inputs[0].sizes().back();
    if (options_.scale) gamma_.set(options_.gamma_initializer.draw(1, d, d, d, rng));
    if (options_.center) beta_.set(options_.beta_initializer.draw(1, d, d, d, rng));
  }

  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context&) override {
    const std::size_t n = Y.n_rows, d = X.shape(0).sizes().back();
    Matrix &X_hat = cache.matrix(0, n, Y.n_cols), &inverse_sd = cache.matrix(1, n, Y.n_cols / d);
    Matrix &mean = cache.matrix(2, n, 1), &variance = cache.matrix(3, n, 1);
    for (std::size_t t = 0; t < inverse_sd.n_cols; ++t) {
      const Matrix x = columns(X[0], t * d, d);
      Matrix x_hat = columns(X_hat, t * d, d), y = columns(Y, t * d, d);
      mean.zeros();
      for (std::size_t f = 0; f < d; ++f) mean += x.col(f);
      mean /= static_cast<Real>(d);
      variance.zeros();
      for (std::size_t f = 0; f < d; ++f) {
        x_hat.col(f) = x.col(f) - mean;
        variance += arma::square(x_hat.col(f));
      }
      variance /= static_cast<Real>(d);
      inverse_sd.col(t) = 1 / arma::sqrt(variance + static_cast<Real>(options_.epsilon));
      for (std::size_t f = 0; f < d; ++f) {
        x_hat.col(f) %= inverse_sd.col(t);
        y.col(f) = gamma(f) * x_hat.col(f) + beta(f);
      }
    }
  }

  // With g = gamma dY, the mean taken over the features: dX = (g - mean(g) - x_hat mean(g x_hat)) /
  // sd; the two means are what went through the sample's own mean and variance.
  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    const std::size_t n = dY.n_rows, d = X.shape(0).sizes().back();
    Matrix &X_hat = cache.matrix(0), &inverse_sd = cache.matrix(1);
    // A shared layer comes here once for each of its calls, its penalty counts once.
    if (gamma_.gradient.first())
      options_.gamma_regularizer.add_gradient(gamma_.value, gamma_.gradient);
    if (beta_.gradient.first()) options_.beta_regularizer.add_gradient(beta_.value, beta_.gradient);
    for (std::size_t j = 0; j < dY.n_cols; ++j) {
      if (options_.scale) gamma_.gradient.sum()[j % d] += dot(dY.colptr(j), X_hat.colptr(j), n);
      if (options_.center) beta_.gradient.sum()[j % d] += sum(dY.colptr(j), n);
    }
    if (!dX[0].wanted()) return;
    Matrix &mean_g = cache.matrix(2, n, 1), &mean_gx = cache.matrix(3, n, 1);
    for (std::size_t t = 0; t < inverse_sd.n_cols; ++t) {
      Matrix g = columns(dY, t * d, d);
      const Matrix x_hat = columns(X_hat, t * d, d);
      mean_g.zeros();
      mean_gx.zeros();
      for (std::size_t f = 0; f < d; ++f) {
        g.col(f) *= gamma(f);
        mean_g += g.col(f);
        mean_gx += g.col(f) % x_hat.col(f);
      }
      mean_g /= static_cast<Real>(d);
      mean_gx /= static_cast<Real>(d);
      for (std::size_t f = 0; f < d; ++f) {
        g.col(f) -= mean_g + x_hat.col(f) % mean_gx;
        g.col(f) %= inverse_sd.col(t);
      }
    }
    dX[0].add(dY);
  }

  std::vector<Parameter> parameters() override {
    std::vector<Parameter> all;
    if (options_.scale) all.push_back({"gamma", &gamma_.value, &gamma_.gradient});
    if (options_.center) all.push_back({"beta", &beta_.value, &beta_.gradient});
    return all;
  }
  double penalty() const override {
    return options_.gamma_regularizer.penalty(gamma_.value) +
           options_.beta_regularizer.penalty(beta_.value);
  }

  const LayerNormalizationOptions& options() const { return options_; }

 private:
  Real gamma(std::size_t f) const { return options_.scale ? gamma_.value[f] : 1; }
  Real beta(std::size_t f) const { return options_.center ? beta_.value[f] : 0; }

  LayerNormalizationOptions options_;
  Weight gamma_, beta_;
};

// Of any shape, which stays; the last axis is normalised. Weights gamma, beta (1 x its size).
class LayerNormalization : public LayerHandle {
 public:
  explicit LayerNormalization(const LayerNormalizationOptions& options = {})
      : LayerHandle(std::make_shared<LayerNormalizationLayer>(options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
