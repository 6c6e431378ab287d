#include "common/layers/gaussian_noise.hpp"

namespace nn {

GaussianNoiseLayer::GaussianNoiseLayer(double deviation)
    : Layer("GaussianNoise"), stddev(deviation) {
  if (!(stddev >= 0.0 && std::isfinite(stddev)))
    throw Error(text("GaussianNoise: stddev is %g, expected at least 0", stddev));
}

Shape GaussianNoiseLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or of higher rank");
  return input;
}

void GaussianNoiseLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  if (!call.training || stddev == 0.0) {
    Z = X;
    return;
  }
  call.fill_random(Z, [&](Rng& rng) { return static_cast<Real>(rng.normal(0.0, stddev)); });
  Z += X;
}

}  // namespace nn
