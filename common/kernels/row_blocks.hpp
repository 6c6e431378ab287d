// Working on the rows of a column-major matrix: a row's elements lie far apart in memory, a
// column's side by side. So a block of rows is taken at a time, column after column, with one
// number for each of its rows on the stack.
#pragma once

#include <algorithm>
#include <array>
#include <limits>

#include "common/kernels/fast_math.hpp"
#include "common/base/matrix.hpp"

namespace nn {

inline constexpr std::size_t block_rows = 256;
using RowBlock = std::array<Real, block_rows>;

// work(first row, how many) for each block of `rows` rows.
template <class Work>
void each_block(std::size_t rows, Work work) {
  for (std::size_t first = 0; first < rows; first += block_rows)
    work(first, std::min(block_rows, rows - first));
}

// max[i] = max_j Z(first + i, j); a NaN is passed over.
inline void row_maxima(const Matrix& Z, std::size_t first, std::size_t count, RowBlock& max) {
  max.fill(-std::numeric_limits<Real>::infinity());
  for (std::size_t column = 0; column < Z.n_cols; ++column) {
    const Real* z = Z.colptr(column) + first;
    for (std::size_t i = 0; i < count; ++i) max[i] = z[i] > max[i] ? z[i] : max[i];
  }
}

// z - max, and 0 for the maximum itself: that also gives the limits where the maximum is infinite.
inline Real below_max(Real z, Real max) { return z == max ? Real(0) : z - max; }

// log_sum[i] = log sum_j e^(z_j - max): then log softmax(z)_j = below_max(z_j, max) - log_sum.
inline void row_log_sums(const Matrix& Z, std::size_t first, std::size_t count, const RowBlock& max,
                         RowBlock& log_sum) {
  log_sum.fill(Real(0));
  for (std::size_t column = 0; column < Z.n_cols; ++column) {
    const Real* z = Z.colptr(column) + first;
    for (std::size_t i = 0; i < count; ++i) log_sum[i] += fast_exp(below_max(z[i], max[i]));
  }
  for (std::size_t i = 0; i < count; ++i) log_sum[i] = std::log(log_sum[i]);
}

}  // namespace nn
