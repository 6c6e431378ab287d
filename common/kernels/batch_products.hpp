// Sums of products in which a number stands for the whole batch.
//
// A column of a matrix is one feature of n samples: n adjacent numbers. Z = XW + b says that every
// column of Z is a sum of columns of X with weights, z_f = b_f + sum_k x_k w(k, f), and dW = X'dZ
// that every element of dW is a dot product of two columns. If the columns of X lie scattered in
// memory, as the pixels under a window of a convolution do, a product by BLAS needs a copy of them;
// the two functions below take pointers to the columns instead. They keep as many sums at once in
// the processor's vector registers as fit.
#pragma once

#include <cstddef>
#include <vector>

#include "common/base/matrix.hpp"
#include "common/kernels/vector_register.hpp"

namespace nn {

// w(k, f), element of a matrix or of its transpose.
struct WeightView {
  const Real* first = nullptr;
  std::size_t input_stride = 1, output_stride = 1;  // from w(k, f) to w(k + 1, f), to w(k, f + 1)
};

// z_f += sum over k of x_k w(k, f), k = 0 ... inputs - 1, f = 0 ... outputs - 1; with `start`
// z_f = start[f] + that sum. All columns have n numbers, n >= vector_lanes; no z_f overlaps another
// column.
void add_weighted_columns(const Real* const* x, std::size_t inputs, WeightView w, std::size_t n,
                          Real* const* z, std::size_t outputs, const Real* start = nullptr);

// G(k, f) += sum over p of the dot product of x_pk and z_pf: p = 0 ... places - 1 are places with
// columns x[p * inputs + k] and z[p * outputs + f] of n numbers each, n >= vector_lanes.
// G (inputs x outputs) is stored column after column.
void add_dot_products(const Real* const* x, std::size_t inputs, const Real* const* z,
                      std::size_t outputs, std::size_t places, std::size_t n, Real* G);

}  // namespace nn
