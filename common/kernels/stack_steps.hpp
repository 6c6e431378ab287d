// Steps side by side and one below the other.
//
// A sequence (t, d) or an image (pixels, channels) of n samples is a matrix (n x t*d): the steps
// stand side by side, each n x d. Multiplying all of them by the same W is one product if they
// stand one below the other, as a matrix (t*n x d); that costs a copy in runs of n numbers.
#pragma once

#include <algorithm>

#include "common/base/matrix.hpp"

namespace nn {

// S = the steps first ... first + count - 1 of X, one below the other: X (n x steps*d), S (count*n
// x d).
inline void stack_steps(const Matrix& X, std::size_t first, std::size_t count, Matrix& S) {
  const std::size_t n = X.n_rows, d = S.n_cols;
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t t = 0; t < count; ++t)
      std::copy_n(X.colptr((first + t) * d + j), n, S.colptr(j) + t * n);
}

// The way back: X's steps = S.
inline void unstack_steps(const Matrix& S, std::size_t first, std::size_t count, Matrix& X) {
  const std::size_t n = X.n_rows, d = S.n_cols;
  for (std::size_t j = 0; j < d; ++j)
    for (std::size_t t = 0; t < count; ++t)
      std::copy_n(S.colptr(j) + t * n, n, X.colptr((first + t) * d + j));
}

}  // namespace nn
