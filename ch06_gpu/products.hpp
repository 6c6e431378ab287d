// The matrix product C = AB written by hand in three ways; matrix_products compares them with BLAS.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "ch06_gpu/machine.hpp"

// Three loops as in the definition, c_ij = sum_k a_ik b_kj. Columns lie side by side in memory, so the
// innermost loop jumps through A by a whole column each time.
inline void naive(const nn::Matrix& A, const nn::Matrix& B, nn::Matrix& C) {
  for (std::size_t i = 0; i < C.n_rows; ++i)
    for (std::size_t j = 0; j < C.n_cols; ++j) {
      nn::Real sum = 0;
      for (std::size_t k = 0; k < A.n_cols; ++k) sum += A.at(i, k) * B.at(k, j);
      C.at(i, j) = sum;
    }
}

// The same sums in another order: C's column j is a sum of A's columns. Now the innermost loop runs
// down two columns, and the compiler makes vector instructions of it.
inline void reordered(const nn::Matrix& A, const nn::Matrix& B, nn::Matrix& C) {
  C.zeros();
  for (std::size_t j = 0; j < C.n_cols; ++j)
    for (std::size_t k = 0; k < A.n_cols; ++k) {
      const nn::Real b = B.at(k, j), *a = A.colptr(k);
      nn::Real* c = C.colptr(j);
      for (std::size_t i = 0; i < C.n_rows; ++i) c[i] += a[i] * b;
    }
}

// In tiles, as BLAS does it: 2 registers of rows times 4 columns of C stay in the registers while k
// runs; the piece of A that they need is copied together first, padded with zeros, and used for all
// columns of C.
inline void blocked(const nn::Matrix& A, const nn::Matrix& B, nn::Matrix& C, std::size_t block) {
  using Vector = Register<nn::Real>::Type;
  constexpr std::size_t lanes = nn::vector_lanes, tile = 2 * lanes;
  C.zeros();
  std::vector<nn::Real> packed(block * tile);
  for (std::size_t k0 = 0; k0 < A.n_cols; k0 += block)
    for (std::size_t i0 = 0; i0 < C.n_rows; i0 += tile) {
      const std::size_t count = std::min<std::size_t>(block, A.n_cols - k0);
      const std::size_t rows = std::min<std::size_t>(tile, C.n_rows - i0);
      std::fill(packed.begin(), packed.end(), nn::Real(0));
      for (std::size_t k = 0; k < count; ++k)
        std::copy_n(A.colptr(k0 + k) + i0, rows, &packed[k * tile]);
      for (std::size_t j = 0; j < C.n_cols; j += 4) {
        const nn::Real* b[4];
        for (std::size_t q = 0; q < 4; ++q)
          b[q] = B.colptr(std::min<std::size_t>(j + q, B.n_cols - 1)) + k0;
        Vector sum[4][2] = {};
        for (std::size_t k = 0; k < count; ++k) {
          Vector a[2];
          std::memcpy(a, &packed[k * tile], sizeof a);
          for (int q = 0; q < 4; ++q)
            for (int v = 0; v < 2; ++v) sum[q][v] += a[v] * b[q][k];
        }
        for (std::size_t q = 0; q < 4 && j + q < C.n_cols; ++q)
          for (std::size_t i = 0; i < rows; ++i)
            C.colptr(j + q)[i0 + i] += sum[q][i / lanes][i % lanes];
      }
    }
}

// Whether C is AB up to the rounding of sums of k numbers, added in whatever order.
inline bool agrees(const nn::Matrix& A, const nn::Matrix& B, const nn::Matrix& C) {
  const arma::mat exact = arma::conv_to<arma::mat>::from(A) * arma::conv_to<arma::mat>::from(B);
  const arma::mat bound =
      arma::conv_to<arma::mat>::from(arma::abs(A)) * arma::conv_to<arma::mat>::from(arma::abs(B));
  const double unit = std::numeric_limits<nn::Real>::epsilon() * static_cast<double>(A.n_cols);
  return arma::all(arma::vectorise(arma::abs(exact - C) <= unit * bound));
}
