// BatchNormalization: each feature gets mean beta and standard deviation gamma (Ioffe, Szegedy
// 2015).
#pragma once

#include "common/functions/initializers.hpp"
#include "common/functions/regularizers.hpp"
#include "common/kernels/sums.hpp"
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
  explicit BatchNormalizationLayer(BatchNormalizationOptions options)
      : options_(std::move(options)) {
    if (!(options_.momentum >= 0.0 && options_.momentum <= 1.0))
      throw Error(text("BatchNormalization: momentum is %g, expected 0 to 1", options_.momentum));
    if (!(options_.epsilon > 0.0))
      throw Error(
          text("BatchNormalization: epsilon is %g, expected more than 0", options_.epsilon));
  }

  std::string type() const override { return "BatchNormalization"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 0, "(features) or (height, width, channels)");
    if (built) require_features(input, moving_mean_.n_elem);
    return input;
  }

  void build(const Shapes& inputs, Rng& rng) override {
    const std::size_t d = inputs[0].sizes().back();
    if (options_.scale) gamma_.set(options_.gamma_initializer.draw(1, d, d, d, rng));
    if (options_.center) beta_.set(options_.beta_initializer.draw(1, d, d, d, rng));
    moving_mean_ = options_.moving_mean_initializer.draw(1, d, d, d, rng);
    moving_variance_ = options_.moving_variance_initializer.draw(1, d, d, d, rng);
  }

  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context& context) override {
    const std::size_t n = Y.n_rows, d = moving_mean_.n_elem;
    Matrix &X_hat = cache.matrix(0, n, Y.n_cols), &inverse_sd = cache.matrix(1, 1, d);
    Matrix &mean = cache.matrix(2, 1, d), &variance = cache.matrix(3, 1, d);
    mean = moving_mean_;
    variance = moving_variance_;
    if (by_batch(context)) {
      measure(X[0], mean, variance);
      const Real m = static_cast<Real>(options_.momentum);
      moving_mean_ = m * moving_mean_ + (1 - m) * mean;
      moving_variance_ = m * moving_variance_ + (1 - m) * variance;
    }
    inverse_sd = 1 / arma::sqrt(variance + static_cast<Real>(options_.epsilon));
    for (std::size_t j = 0; j < Y.n_cols; ++j) {
      const std::size_t f = j % d;
      const Real m = mean[f], s = inverse_sd[f], g = gamma(f), b = beta(f);
      const Real* x = X[0].colptr(j);
      Real *x_hat = X_hat.colptr(j), *y = Y.colptr(j);
      for (std::size_t i = 0; i < n; ++i) {
        x_hat[i] = (x[i] - m) * s;
        y[i] = g * x_hat[i] + b;
      }
    }
  }

  // With g = gamma dY, the mean taken over a feature's N numbers: dX = (g - mean(g) - x_hat mean(g
  // x_hat)) / sd; the two means are what went through the batch's own mean and variance.
  void backward(const Inputs&, const Matrix&, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context& context) override {
    const std::size_t n = dY.n_rows, d = moving_mean_.n_elem;
    const Matrix &X_hat = cache.matrix(0), &inverse_sd = cache.matrix(1);
    Matrix &dgamma = cache.matrix(4, 1, d), &dbeta = cache.matrix(5, 1, d);
    dgamma.zeros();
    dbeta.zeros();
    for (std::size_t j = 0; j < dY.n_cols; ++j) {
      dgamma[j % d] += dot(dY.colptr(j), X_hat.colptr(j), n);
      dbeta[j % d] += sum(dY.colptr(j), n);
    }
    // A shared layer comes here once for each of its calls, its penalty counts once.
    if (gamma_.gradient.first())
      options_.gamma_regularizer.add_gradient(gamma_.value, gamma_.gradient);
    if (beta_.gradient.first()) options_.beta_regularizer.add_gradient(beta_.value, beta_.gradient);
    if (options_.scale) gamma_.gradient.add(dgamma);
    if (options_.center) beta_.gradient.add(dbeta);

    if (!dX[0].wanted()) return;
    const Real N = static_cast<Real>(n * dY.n_cols / d);
    for (std::size_t j = 0; j < dY.n_cols; ++j) {
      const std::size_t f = j % d;
      const Real factor = gamma(f) * inverse_sd[f];
      const Real a = by_batch(context) ? dbeta[f] / N : 0,
                 b = by_batch(context) ? dgamma[f] / N : 0;
      const Real* x_hat = X_hat.colptr(j);
      Real* dy = dY.colptr(j);
      for (std::size_t i = 0; i < n; ++i) dy[i] = factor * (dy[i] - a - x_hat[i] * b);
    }
    dX[0].add(dY);
  }

  std::vector<Parameter> parameters() override {
    std::vector<Parameter> all;
    if (options_.scale) all.push_back({"gamma", &gamma_.value, &gamma_.gradient});
    if (options_.center) all.push_back({"beta", &beta_.value, &beta_.gradient});
    all.push_back({"moving_mean", &moving_mean_});
    all.push_back({"moving_variance", &moving_variance_});
    return all;
  }
  double penalty() const override {
    return options_.gamma_regularizer.penalty(gamma_.value) +
           options_.beta_regularizer.penalty(beta_.value);
  }

  const BatchNormalizationOptions& options() const { return options_; }

 private:
  bool by_batch(const Context& context) const { return context.training && trainable; }
  Real gamma(std::size_t f) const { return options_.scale ? gamma_.value[f] : 1; }
  Real beta(std::size_t f) const { return options_.center ? beta_.value[f] : 0; }

  // Each feature's mean and variance (the sum of squares divided by N, not by N - 1).
  static void measure(const Matrix& X, Matrix& mean, Matrix& variance) {
    const std::size_t n = X.n_rows, d = mean.n_elem;
    mean.zeros();
    variance.zeros();
    for (std::size_t j = 0; j < X.n_cols; ++j) mean[j % d] += sum(X.colptr(j), n);
    mean /= static_cast<Real>(X.n_elem / d);
    for (std::size_t j = 0; j < X.n_cols; ++j) {
      const Real *x = X.colptr(j), m = mean[j % d];
      variance[j % d] += sum_of(n, [x, m](std::size_t i) { return (x[i] - m) * (x[i] - m); });
    }
    variance /= static_cast<Real>(X.n_elem / d);
  }

  BatchNormalizationOptions options_;
  Weight gamma_, beta_;
  Matrix moving_mean_, moving_variance_;
};

// Of any shape, which stays; the last axis holds the features. Weights gamma, beta and the moving
// mean and variance (1 x features each; the last two are not trained).
class BatchNormalization : public LayerHandle {
 public:
  explicit BatchNormalization(const BatchNormalizationOptions& options = {})
      : LayerHandle(std::make_shared<BatchNormalizationLayer>(options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
