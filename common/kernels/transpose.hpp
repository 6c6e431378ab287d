// Transposing: what lies side by side comes to lie far apart. Number by number that is many times
// slower than a product; here squares of numbers are turned inside the vector registers.
#pragma once

#include <cstddef>

#include "common/base/matrix.hpp"

namespace nn {

// to[j * stride + i] = from[i][j] for i = 0 ... count - 1 and j = 0 ... length - 1.
void transpose(const Real* const* from, std::size_t count, std::size_t length, Real* to,
               std::size_t stride);

// The same for a matrix: to[i * stride + j] = M(i, j).
void transpose(const Matrix& M, Real* to, std::size_t stride);

}  // namespace nn
