#include "common/layers/batch_normalization.hpp"

#include "common/kernels/sums.hpp"

namespace nn {

BatchNormalizationLayer::BatchNormalizationLayer(const BatchNormalizationOptions& o)
    : Layer("BatchNormalization"),
      options(o),
      gamma_{"gamma", o.gamma_initializer, o.gamma_regularizer},
      beta_{"beta", o.beta_initializer, o.beta_regularizer},
      moving_mean_{"moving_mean", o.moving_mean_initializer, {}, false},
      moving_variance_{"moving_variance", o.moving_variance_initializer, {}, false} {
  if (!(o.momentum >= 0.0 && o.momentum <= 1.0))
    throw Error(text("BatchNormalization: momentum is %g, expected 0 to 1", o.momentum));
  if (!(o.epsilon > 0.0))
    throw Error(text("BatchNormalization: epsilon is %g, expected more than 0", o.epsilon));
}

Shape BatchNormalizationLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or (height, width, channels)");
  require_features(input, moving_mean_.columns);
  for (Weight* weight : weights()) weight->has_length(input.last());
  return input;
}

std::vector<Weight*> BatchNormalizationLayer::weights() {
  std::vector<Weight*> all;
  if (options.scale) all.push_back(&gamma_);
  if (options.center) all.push_back(&beta_);
  all.insert(all.end(), {&moving_mean_, &moving_variance_});
  return all;
}

namespace {

struct BatchNormalizationMemory {
  bool by_batch = false;  // else by the moving averages
  Matrix X_hat, mean, variance, inverse_sd, dgamma, dbeta;
};

// Each feature's mean and variance (the sum of squares divided by N, not by N - 1).
void measure(const Matrix& X, Matrix& mean, Matrix& variance) {
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

}  // namespace

void BatchNormalizationLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  auto& [by_batch, X_hat, mean, variance, inverse_sd, dgamma, dbeta] =
      call.memory<BatchNormalizationMemory>();
  const std::size_t n = X.n_rows, d = moving_mean_.value.n_elem;
  mean = moving_mean_.value;
  variance = moving_variance_.value;
  by_batch = call.training && call.weights_wanted && trainable;
  if (by_batch) {
    measure(X, mean, variance);
    const Real m = static_cast<Real>(options.momentum);
    moving_mean_.value = m * moving_mean_.value + (1 - m) * mean;
    moving_variance_.value = m * moving_variance_.value + (1 - m) * variance;
  }
  inverse_sd = 1 / arma::sqrt(variance + static_cast<Real>(options.epsilon));
  X_hat.set_size(n, X.n_cols);
  for (std::size_t j = 0; j < X.n_cols; ++j) {
    const std::size_t f = j % d;
    const Real m = mean[f], s = inverse_sd[f], g = gamma(f), b = beta(f);
    const Real* x = X.colptr(j);
    Real *x_hat = X_hat.colptr(j), *z = Z.colptr(j);
    for (std::size_t i = 0; i < n; ++i) {
      x_hat[i] = (x[i] - m) * s;
      z[i] = g * x_hat[i] + b;
    }
  }
}

// With g = gamma delta, the mean taken over a feature's N numbers: dX = (g - mean(g) - x_hat mean(g
// x_hat)) / sd; the two means are what went through the batch's own mean and variance.
void BatchNormalizationLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX,
                                       Call& call) {
  auto& [by_batch, X_hat, mean, variance, inverse_sd, dgamma, dbeta] =
      call.memory<BatchNormalizationMemory>();
  const std::size_t n = X.n_rows, d = moving_mean_.value.n_elem;
  dgamma.zeros(1, d);
  dbeta.zeros(1, d);
  for (std::size_t j = 0; j < X.n_cols; ++j) {
    dgamma[j % d] += dot(delta.colptr(j), X_hat.colptr(j), n);
    dbeta[j % d] += sum(delta.colptr(j), n);
  }
  if (call.weights_wanted && options.scale) gamma_.gradient = dgamma;
  if (call.weights_wanted && options.center) beta_.gradient = dbeta;
  const Real N = static_cast<Real>(X.n_elem / d);
  for (std::size_t j = 0; dX && j < X.n_cols; ++j) {
    const std::size_t f = j % d;
    const Real factor = gamma(f) * inverse_sd[f];
    const Real a = by_batch ? dbeta[f] / N : 0, b = by_batch ? dgamma[f] / N : 0;
    const Real *x_hat = X_hat.colptr(j), *dz = delta.colptr(j);
    Real* dx = dX->colptr(j);
    for (std::size_t i = 0; i < n; ++i) dx[i] = factor * (dz[i] - a - x_hat[i] * b);
  }
}

}  // namespace nn
