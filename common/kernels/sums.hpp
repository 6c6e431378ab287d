// Sums along a column. Added one after the other, each number would wait for the one before it;
// sixteen partial sums are independent, and the compiler makes vector instructions of them.
#pragma once

#include "common/base/matrix.hpp"

namespace nn {

// sum_i term(i), i = 0 ... n-1.
template <class Term>
Real sum_of(std::size_t n, Term term) {
  constexpr std::size_t lanes = 16;
  Real total = 0;
  std::size_t i = 0;
  if (n >= lanes) {
    Real partial[lanes] = {};
    for (; i + lanes <= n; i += lanes)
      for (std::size_t k = 0; k < lanes; ++k) partial[k] += term(i + k);
    for (std::size_t half = lanes / 2; half > 0; half /= 2)
      for (std::size_t k = 0; k < half; ++k) partial[k] += partial[k + half];
    total = partial[0];
  }
  for (; i < n; ++i) total += term(i);  // the rest, fewer than sixteen
  return total;
}

inline Real sum(const Real* x, std::size_t n) {
  return sum_of(n, [x](std::size_t i) { return x[i]; });
}
inline Real dot(const Real* x, const Real* y, std::size_t n) {
  return sum_of(n, [x, y](std::size_t i) { return x[i] * y[i]; });
}

}  // namespace nn
