#include "common/data/one_hot.hpp"

#include <cmath>

namespace nn {

Matrix one_hot(const Indices& classes, std::size_t n_classes) {
  if (classes.is_empty()) throw Error("one_hot: there are no classes to encode");
  const std::size_t largest = classes.max();
  // A label that is an identifier or -1 (2^64 - 1 as an index) would ask for a huge matrix.
  if (n_classes == 0 && largest >= 1'000'000)
    throw Error(
        text("one_hot: the largest class is %zu, expected numbers from 0 without gaps; give "
             "n_classes if that is meant",
             largest));
  if (n_classes == 0) n_classes = largest + 1;
  Matrix Y(classes.n_elem, n_classes, arma::fill::zeros);
  for (std::size_t row = 0; row < classes.n_elem; ++row) {
    const std::size_t k = classes[row];
    if (k >= n_classes)
      throw Error(text("one_hot: row %zu is class %zu, expected 0 ... %zu (n_classes is %zu)", row,
                       k, n_classes - 1, n_classes));
    Y(row, k) = 1;
  }
  return Y;
}

Indices argmax_rows(const Matrix& P) {
  if (P.n_cols == 0) throw Error("argmax_rows: P has no columns");
  Indices best(P.n_rows, arma::fill::zeros);
  for (std::size_t row = 0; row < P.n_rows; ++row)
    for (std::size_t column = 0; column < P.n_cols; ++column) {
      if (std::isnan(P(row, column)))
        throw Error(text("argmax_rows: P(%zu, %zu) is nan", row, column));
      if (P(row, column) > P(row, best[row])) best[row] = column;
    }
  return best;
}

}  // namespace nn
