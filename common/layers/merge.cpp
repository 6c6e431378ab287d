#include "common/layers/merge.hpp"

namespace nn {

Shape ElementwiseLayer::merged_shape(const Shapes& inputs) {
  if (inputs.empty()) throw Error(title() + ": takes at least one input, got 0");
  for (std::size_t i = 1; i < inputs.size(); ++i)
    if (inputs[i] != inputs[0])
      throw Error(text("%s: input %zu has shape %s, expected %s like input 0", title().c_str(), i,
                       inputs[i].str().c_str(), inputs[0].str().c_str()));
  return inputs[0];
}

void AddLayer::merge(const Inputs& X, Matrix& Z, Call&) {
  Z = *X[0];
  for (std::size_t i = 1; i < X.size(); ++i) Z += *X[i];  // Z = X_1 + X_2 + ...
  if (average_) Z /= static_cast<Real>(X.size());
}

void AddLayer::split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call&) {
  for (Matrix* dx : dX)
    if (dx) *dx = delta * (average_ ? 1 / static_cast<Real>(X.size()) : Real(1));
}

void MultiplyLayer::merge(const Inputs& X, Matrix& Z, Call&) {
  Z = *X[0];
  for (std::size_t i = 1; i < X.size(); ++i) Z %= *X[i];  // Z = X_1 ∘ X_2 ∘ ...
}

void MultiplyLayer::split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call&) {
  for (std::size_t i = 0; i < X.size(); ++i) {
    if (!dX[i]) continue;
    *dX[i] = delta;
    for (std::size_t j = 0; j < X.size(); ++j)
      if (j != i) *dX[i] %= *X[j];  // dX_i = delta ∘ the others
  }
}

namespace {
struct MaximumMemory {
  Matrix winner;  // the number of the largest input, place by place
};
}  // namespace

void MaximumLayer::merge(const Inputs& X, Matrix& Z, Call& call) {
  Matrix& winner = call.memory<MaximumMemory>().winner;
  Z = *X[0];
  winner.zeros(Z.n_rows, Z.n_cols);
  for (std::size_t i = 1; i < X.size(); ++i) {
    const Real* x = X[i]->memptr();
    for (std::size_t k = 0; k < Z.n_elem; ++k) {
      winner[k] = x[k] > Z[k] ? static_cast<Real>(i) : winner[k];
      Z[k] = x[k] > Z[k] ? x[k] : Z[k];
    }
  }
}

void MaximumLayer::split(const Inputs& X, const Matrix& delta, const Gradients& dX, Call& call) {
  const Matrix& winner = call.memory<MaximumMemory>().winner;
  for (std::size_t i = 0; i < X.size(); ++i)
    for (std::size_t k = 0; dX[i] && k < delta.n_elem; ++k)
      (*dX[i])[k] = winner[k] == static_cast<Real>(i) ? delta[k] : Real(0);
}

}  // namespace nn
