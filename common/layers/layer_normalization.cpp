#include "common/layers/layer_normalization.hpp"

#include "common/kernels/sums.hpp"

namespace nn {

LayerNormalizationLayer::LayerNormalizationLayer(const LayerNormalizationOptions& o)
    : Layer("LayerNormalization"),
      options(o),
      gamma_{"gamma", o.gamma_initializer, o.gamma_regularizer},
      beta_{"beta", o.beta_initializer, o.beta_regularizer} {
  if (!(o.epsilon > 0.0))
    throw Error(text("LayerNormalization: epsilon is %g, expected more than 0", o.epsilon));
}

Shape LayerNormalizationLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or (steps, features)");
  for (Weight* weight : weights()) {
    require_features(input, weight->columns);
    weight->has_length(input.last());
  }
  return input;
}

std::vector<Weight*> LayerNormalizationLayer::weights() {
  std::vector<Weight*> all;
  if (options.scale) all.push_back(&gamma_);
  if (options.center) all.push_back(&beta_);
  return all;
}

namespace {
struct LayerNormalizationMemory {
  Matrix X_hat, inverse_sd;  // (n x T*d), (n x T)
  Matrix a, b;               // two numbers for each sample of a time step
};
}  // namespace

void LayerNormalizationLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  auto& [X_hat, inverse_sd, mean, variance] = call.memory<LayerNormalizationMemory>();
  const std::size_t n = X.n_rows, d = call.shapes[0].last(), T = X.n_cols / d;
  X_hat.set_size(n, X.n_cols);
  inverse_sd.set_size(n, T);
  for (std::size_t t = 0; t < T; ++t) {
    const Matrix x = columns(X, t * d, d);
    Matrix x_hat = columns(X_hat, t * d, d), z = columns(Z, t * d, d);
    mean.zeros(n, 1);
    for (std::size_t f = 0; f < d; ++f) mean += x.col(f);
    mean /= static_cast<Real>(d);
    variance.zeros(n, 1);
    for (std::size_t f = 0; f < d; ++f) {
      x_hat.col(f) = x.col(f) - mean;
      variance += arma::square(x_hat.col(f));
    }
    variance /= static_cast<Real>(d);
    inverse_sd.col(t) = 1 / arma::sqrt(variance + static_cast<Real>(options.epsilon));
    for (std::size_t f = 0; f < d; ++f) {
      x_hat.col(f) %= inverse_sd.col(t);
      z.col(f) = gamma(f) * x_hat.col(f) + beta(f);
    }
  }
}

// With g = gamma delta, the mean taken over the features: dX = (g - mean(g) - x_hat mean(g x_hat))
// / sd; the two means are what went through the sample's own mean and variance.
void LayerNormalizationLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX,
                                       Call& call) {
  auto& [X_hat, inverse_sd, mean_g, mean_gx] = call.memory<LayerNormalizationMemory>();
  const std::size_t n = X.n_rows, d = call.shapes[0].last();
  if (call.weights_wanted) {
    gamma_.gradient.zeros();
    beta_.gradient.zeros();
  }
  for (std::size_t j = 0; call.weights_wanted && j < X.n_cols; ++j) {
    if (options.scale) gamma_.gradient[j % d] += dot(delta.colptr(j), X_hat.colptr(j), n);
    if (options.center) beta_.gradient[j % d] += sum(delta.colptr(j), n);
  }
  for (std::size_t t = 0; dX && t < inverse_sd.n_cols; ++t) {
    const Matrix x_hat = columns(X_hat, t * d, d);
    Matrix g = columns(*dX, t * d, d);  // becomes dx
    mean_g.zeros(n, 1);
    mean_gx.zeros(n, 1);
    for (std::size_t f = 0; f < d; ++f) {
      g.col(f) = gamma(f) * delta.col(t * d + f);
      mean_g += g.col(f);
      mean_gx += g.col(f) % x_hat.col(f);
    }
    mean_g /= static_cast<Real>(d);
    mean_gx /= static_cast<Real>(d);
    for (std::size_t f = 0; f < d; ++f) {
      g.col(f) -= mean_g;
      g.col(f) -= x_hat.col(f) % mean_gx;
      g.col(f) %= inverse_sd.col(t);
    }
  }
}

}  // namespace nn
