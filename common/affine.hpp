// The two loops that every layer with weights needs: Z = XW + b, and the bias's gradient.
#pragma once

#include <algorithm>

#include "common/layer.hpp"
#include "common/sums.hpp"

namespace nn::inline NN_PRECISION {

// Z = XW + b: X (n x d), W (d x m), b (1 x m, or empty for none), Z (n x m, already that large).
inline void affine(const Matrix& X, const Matrix& W, const Matrix& b, Matrix& Z) {
  if (b.is_empty()) {
    Z = X * W;
    return;
  }
  for (std::size_t j = 0; j < Z.n_cols; ++j) std::fill_n(Z.colptr(j), Z.n_rows, b[j]);
  Z += X * W;  // the product adds to what stands there: no second pass for the bias
}

// gradient += the sum of dZ's rows (1 x m).
inline void add_column_sums(const Matrix& dZ, Gradient& gradient) {
  if (!gradient.wanted()) return;
  Real* sums = gradient.sum().memptr();
  for (std::size_t j = 0; j < dZ.n_cols; ++j) sums[j] += sum(dZ.colptr(j), dZ.n_rows);
}

}  // namespace nn::inline NN_PRECISION
