// The products that every layer with weights needs: Z = XW + b, dW = X'dZ, dX = dZ W', db = 1'dZ.
//
// Batches that fill a vector register are multiplied here, without the copies that a BLAS makes of
// its matrices and which products of this size do not repay (batch_products.hpp). Very large
// products, those of a few samples with many numbers, and all of them where the BLAS is NVBLAS,
// which moves products to a GPU, go to BLAS.
#pragma once

#include "common/layers/layer.hpp"
#include "common/kernels/sums.hpp"

namespace nn {

// Z = XW + b: X (n x d), W (d x m), b (1 x m, or empty for none), Z (n x m, already that large).
void affine(const Matrix& X, const Matrix& W, const Matrix& b, Matrix& Z);

// dW += X'dZ (d x m); does nothing if dW is not wanted.
void add_weight_gradient(const Matrix& X, const Matrix& dZ, Gradient& dW);

// dX += dZ W' (n x d, already that large), or dX = dZ W' with `replace`.
void add_input_gradient(const Matrix& dZ, const Matrix& W, bool replace, Matrix& dX);

// With `all`, every product goes to BLAS: for a BLAS that has a faster place for them than this
// processor, or that is to be watched.
void send_products_to_blas(bool all);

// gradient += the sum of dZ's rows (1 x m).
inline void add_column_sums(const Matrix& dZ, Gradient& gradient) {
  if (!gradient.wanted()) return;
  Real* sums = gradient.sum().memptr();
  for (std::size_t j = 0; j < dZ.n_cols; ++j) sums[j] += sum(dZ.colptr(j), dZ.n_rows);
}

}  // namespace nn
