// A loss that is a mean or a sum over the columns: l_i = mean_j value(y_ij, p_ij).
#pragma once

#include "common/functions/losses.hpp"

namespace nn {

enum class Over { mean, sum };

// l_i = value(y_i1, p_i1) + value(y_i2, p_i2) + ..., divided by the number of columns for a mean.
template <class Value>
void columnwise_values(const Matrix& Y, const Matrix& P, Over over, ColVector& l, Value value) {
  l.zeros();
  for (std::size_t j = 0; j < P.n_cols; ++j) {
    const Real *y = Y.colptr(j), *p = P.colptr(j);
    for (std::size_t i = 0; i < P.n_rows; ++i) l[i] += value(y[i], p[i]);
  }
  if (over == Over::mean) l /= static_cast<Real>(P.n_cols);
}

// dP = derivative(Y, P) element by element, divided by the number of columns for a mean.
template <class Derivative>
void columnwise_gradient(const Matrix& Y, const Matrix& P, Over over, Matrix& dP,
                         Derivative derivative) {
  const Real factor = over == Over::mean ? Real(1) / static_cast<Real>(P.n_cols) : Real(1);
  const Real *y = Y.memptr(), *p = P.memptr();
  Real* dp = dP.memptr();
  for (std::size_t i = 0; i < P.n_elem; ++i) dp[i] = factor * derivative(y[i], p[i]);
}

template <class Value, class Derivative>
Loss columnwise(const char* name, Loss::Target target, Over over, Value value,
                Derivative derivative) {
  return Loss(
      name, target,
      [=](const Matrix& Y, const Matrix& P, ColVector& l) {
        columnwise_values(Y, P, over, l, value);
      },
      [=](const Matrix& Y, const Matrix& P, Matrix& dP) {
        columnwise_gradient(Y, P, over, dP, derivative);
      });
}

}  // namespace nn
