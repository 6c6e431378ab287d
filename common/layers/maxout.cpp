#include "common/layers/maxout.hpp"

#include "common/kernels/products.hpp"

namespace nn {

MaxoutLayer::MaxoutLayer(long long m, const MaxoutOptions& o)
    : Layer("Maxout"),
      units(positive_count("Maxout", "units", m)),
      options(o),
      pieces_(positive_count("Maxout", "pieces", o.pieces)),
      W_{"kernel", o.kernel_initializer, o.kernel_regularizer},
      b_{"bias", o.bias_initializer, o.bias_regularizer} {}

Shape MaxoutLayer::build(const Shape& input) {
  require_rank(input, 1, "(features)");
  require_features(input, W_.rows);
  const std::size_t d = input[0], all = pieces_ * units;
  W_.has_size(d, all, d, units);  // each piece's own fans
  b_.has_size(1, all, units, units);
  return Shape(units);
}

std::vector<Weight*> MaxoutLayer::weights() {
  return options.use_bias ? std::vector{&W_, &b_} : std::vector{&W_};
}

namespace {
struct MaxoutMemory {
  Matrix Z, dZ;   // of all pieces, side by side
  Matrix winner;  // whose piece is the largest, the first of them where several are
};
}  // namespace

void MaxoutLayer::forward(const Matrix& X, Matrix& H, Call& call) {
  auto& [Z, dZ, winner] = call.memory<MaxoutMemory>();
  Z.set_size(X.n_rows, pieces_ * units);
  affine(X, W_.value, b_.value, Z);  // Z = XW + b = [Z_1 Z_2 ...]
  H = columns(Z, 0, units);
  winner.zeros(H.n_rows, H.n_cols);
  for (std::size_t piece = 1; piece < pieces_; ++piece) {
    const Real* z = Z.colptr(piece * units);
    for (std::size_t k = 0; k < H.n_elem; ++k) {
      winner[k] = z[k] > H[k] ? static_cast<Real>(piece) : winner[k];
      H[k] = z[k] > H[k] ? z[k] : H[k];  // H = max(Z_1, Z_2, ...)  (notes 003, maxout)
    }
  }
}

void MaxoutLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  auto& [Z, dZ, winner] = call.memory<MaxoutMemory>();
  dZ.set_size(Z.n_rows, Z.n_cols);
  for (std::size_t piece = 0; piece < pieces_; ++piece) {  // the gradient goes to the largest
    Real* dz = dZ.colptr(piece * units);
    for (std::size_t k = 0; k < delta.n_elem; ++k)
      dz[k] = winner[k] == static_cast<Real>(piece) ? delta[k] : Real(0);
  }
  if (call.weights_wanted) {
    multiply_At_B(X, dZ, W_.gradient);                   // dW = X'dZ
    if (options.use_bias) sum_of_rows(dZ, b_.gradient);  // db = 1'dZ
  }
  if (dX) multiply_A_Bt(dZ, W_.value, *dX);  // dX = dZ W'
}

}  // namespace nn
