// Matrix: rows are samples, columns are features. X (n x d), W (d x m), b (1 x m), Z = XW + b.
//
// A matrix is stored column after column: the n numbers of one feature lie side by side.
#pragma once

#include <string>

#include "common/base/armadillo.hpp"
#include "common/base/error.hpp"
#include "common/base/real.hpp"

namespace nn {

using Matrix = arma::Mat<Real>;
using RowVector = arma::Row<Real>;
using ColVector = arma::Col<Real>;
using Indices = arma::uvec;  // row numbers or class numbers, from 0

// Throws unless X has the columns first ... first + count - 1.
inline void require_column_range(const Matrix& X, std::size_t first, std::size_t count) {
  if (first > X.n_cols || count > X.n_cols - first)
    throw Error(text("columns: %zu columns from %zu on, X has %llu", count, first,
                     static_cast<unsigned long long>(X.n_cols)));
}

// `count` adjacent columns from `first` on: a view, it shares X's memory and copies nothing. Of a
// sequence (n x T*d), columns(X, t * d, d) is time step t. To write to the view, give it a name:
//
//   Matrix x = columns(X, t * d, d);      // x is the view, x = ... writes to X
//   Y = columns(X, t * d, d);             // Y is a matrix of its own and gets a copy
//
// (The result is const so that the second line copies: Armadillo would move, and make Y a view
// too.)
inline const Matrix columns(Matrix& X, std::size_t first, std::size_t count) {
  require_column_range(X, first, count);
  return Matrix(X.colptr(first), X.n_rows, count, false, true);
}
inline const Matrix columns(const Matrix& X, std::size_t first, std::size_t count) {
  require_column_range(X, first, count);
  return Matrix(const_cast<Real*>(X.colptr(first)), X.n_rows, count, false, true);
}

// "(4, 6)": rows and columns of any Armadillo object.
template <class M>
std::string shape_text(const M& matrix) {
  return text("(%llu, %llu)", static_cast<unsigned long long>(matrix.n_rows),
              static_cast<unsigned long long>(matrix.n_cols));
}

}  // namespace nn
