// The products that every layer with weights needs. Each says in its name and comment what plain
// Armadillo would compute; how it is done fast is products.cpp's business.
//
// The result must already have its size; with `add` the product is added to what stands there. A
// sequence has its T time steps side by side: for X (n x T*d) and W (d x m), affine writes Z (n x
// T*m), each time step with the same W and b, and X' delta and 1' delta are sums over the steps.
#pragma once

#include "common/base/matrix.hpp"

namespace nn {

// Z = XW + b; an empty b stands for 0.
void affine(const Matrix& X, const Matrix& W, const Matrix& b, Matrix& Z);

void multiply(const Matrix& A, const Matrix& B, Matrix& C, bool add = false);       // C = A B
void multiply_At_B(const Matrix& A, const Matrix& B, Matrix& C, bool add = false);  // C = A' B
void multiply_A_Bt(const Matrix& A, const Matrix& B, Matrix& C, bool add = false);  // C = A B'
void sum_of_rows(const Matrix& A, Matrix& s, bool add = false);                     // s = 1' A

// With `all`, every product goes to BLAS: for a BLAS that has a faster place for them than this
// processor, or that is to be watched.
void send_products_to_blas(bool all);

}  // namespace nn
