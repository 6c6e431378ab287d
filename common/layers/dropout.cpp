#include "common/layers/dropout.hpp"

namespace nn {

DropoutLayer::DropoutLayer(double p) : Layer("Dropout"), rate(p) {
  if (!(rate >= 0.0 && rate < 1.0))
    throw Error(text("Dropout: rate is %g, expected at least 0 and less than 1", rate));
}

Shape DropoutLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or of higher rank");
  return input;
}

namespace {
struct DropoutMemory {
  Matrix mask;  // like X: 0, or 1 / (1 - rate)
};
}  // namespace

void DropoutLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  if (!call.training || rate == 0.0) {
    Z = X;
    return;
  }
  Matrix& mask = call.memory<DropoutMemory>().mask;
  mask.set_size(X.n_rows, X.n_cols);
  // Looked up, since a branch that goes either way at random costs more than all the rest.
  const Real factor[] = {0, static_cast<Real>(1.0 / (1.0 - rate))};
  call.fill_random(mask, [&](Rng& rng) { return factor[rng.uniform() >= rate]; });
  Z = X % mask;  // Z = X ∘ mask
}

void DropoutLayer::backward(const Matrix&, const Matrix& delta, Matrix* dX, Call& call) {
  if (!dX) return;
  *dX = delta;
  if (call.training && rate > 0.0) *dX %= call.memory<DropoutMemory>().mask;  // dX = delta ∘ mask
}

}  // namespace nn
