#include "common/kernels/batches.hpp"

#include <algorithm>
#include <vector>

#include "common/kernels/transpose.hpp"

namespace nn {

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
  thread_local std::vector<const Real*> samples;  // grows to the largest batch, then stays
  samples.resize(count);
  batch.set_size(count, samples_.n_rows);
  for (std::size_t i = 0; i < count; ++i) samples[i] = samples_.colptr(rows[i]);
  transpose(samples.data(), count, samples_.n_rows, batch.memptr(), batch.n_rows);
}

void copy_rows(const Matrix& X, std::size_t first, std::size_t count, Matrix& batch) {
  batch.set_size(count, X.n_cols);
  for (std::size_t j = 0; j < X.n_cols; ++j)
    std::copy_n(X.colptr(j) + first, count, batch.colptr(j));
}

}  // namespace nn
