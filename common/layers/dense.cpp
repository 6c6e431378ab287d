#include "common/layers/dense.hpp"

#include "common/kernels/products.hpp"

namespace nn {

DenseLayer::DenseLayer(long long m, const DenseOptions& o)
    : Layer("Dense", o.activation),
      units(positive_count("Dense", "units", m)),
      options(o),
      W_{"kernel", o.kernel_initializer, o.kernel_regularizer},
      b_{"bias", o.bias_initializer, o.bias_regularizer} {}

Shape DenseLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or (steps, features)");
  require_features(input, W_.rows);
  W_.has_size(input.last(), units);  // W (d x m)
  b_.has_length(units);              // b (1 x m)
  return input.with_last(units);
}

void DenseLayer::forward(const Matrix& X, Matrix& Z, Call&) {
  affine(X, W_.value, b_.value, Z);  // Z = XW + b  (notes 004, dense layer)
}

// With z_ij = sum_k x_ik w_kj + b_j the chain rule gives dE/dw_kj = sum_i x_ik delta_ij, and so on.
void DenseLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  if (call.weights_wanted) {
    multiply_At_B(X, delta, W_.gradient);  // dW = X' delta  (notes 003, delta rule)
    if (options.use_bias) sum_of_rows(delta, b_.gradient);  // db = 1' delta
  }
  if (dX) multiply_A_Bt(delta, W_.value, *dX);  // dX = delta W'
}

std::vector<Weight*> DenseLayer::weights() {
  return options.use_bias ? std::vector{&W_, &b_} : std::vector{&W_};
}

}  // namespace nn
