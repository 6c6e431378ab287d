#include "common/batches.hpp"

#include <algorithm>

namespace nn::inline NN_PRECISION {

namespace {
constexpr std::size_t kTile = 16;  // one cache line of float32 in each direction
}

BatchStore::BatchStore(const Matrix& X, std::size_t first, std::size_t count)
    : samples_(X.n_cols, count, arma::fill::none) {
  for (std::size_t j0 = 0; j0 < X.n_cols; j0 += kTile)
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t j = j0; j < std::min<std::size_t>(j0 + kTile, X.n_cols); ++j)
        samples_.at(j, i) = X.at(first + i, j);
}

void BatchStore::gather(const arma::uword* rows, std::size_t count, Matrix& batch) const {
  const std::size_t d = samples_.n_rows;
  for (std::size_t i0 = 0; i0 < count; i0 += kTile) {
    const std::size_t i1 = std::min(i0 + kTile, count);
    for (std::size_t j0 = 0; j0 < d; j0 += kTile) {
      const std::size_t j1 = std::min(j0 + kTile, d);
      for (std::size_t i = i0; i < i1; ++i) {
        const Real* sample = samples_.colptr(rows[i]);
        for (std::size_t j = j0; j < j1; ++j) batch.at(i, j) = sample[j];
      }
    }
  }
}

void copy_rows(const Matrix& X, std::size_t first, Matrix& batch) {
  for (std::size_t j = 0; j < X.n_cols; ++j)
    std::copy_n(X.colptr(j) + first, batch.n_rows, batch.colptr(j));
}

}  // namespace nn::inline NN_PRECISION
