#include "common/kernels/transpose.hpp"

#include <utility>
#include <vector>

#include "common/kernels/vector_register.hpp"

namespace nn {

namespace {

constexpr std::size_t lanes = vector_lanes;

// a0 b0 a1 b1 ... of the first halves of a and b, or (from = lanes / 2) of the second ones.
template <std::size_t from, std::size_t... i>
Vector interleaved(const Vector& a, const Vector& b, std::index_sequence<i...>) {
#if defined(__has_builtin) && __has_builtin(__builtin_shufflevector)
  return __builtin_shufflevector(a, b, (from + i / 2 + (i % 2) * lanes)...);
#else
  return Vector{(i % 2 ? b : a)[from + i / 2]...};
#endif
}

// A square of lanes x lanes numbers. Interleaving row i with row i + lanes / 2 moves the rows'
// highest bit of their number to the lowest bit of the position inside of a row: after as many
// rounds as there are bits, rows and positions have changed places.
inline void transpose_square(const Real* const* from, std::size_t first, Real* to,
                             std::size_t stride) {
  constexpr std::size_t half = lanes / 2;
  constexpr auto all = std::make_index_sequence<lanes>();
  Vector rows[lanes], next[lanes];
  for (std::size_t i = 0; i < lanes; ++i) rows[i] = load(from[i] + first);
  for (std::size_t bit = 1; bit < lanes; bit *= 2) {
    for (std::size_t i = 0; i < half; ++i) {
      next[2 * i] = interleaved<0>(rows[i], rows[i + half], all);
      next[2 * i + 1] = interleaved<half>(rows[i], rows[i + half], all);
    }
    for (std::size_t i = 0; i < lanes; ++i) rows[i] = next[i];
  }
  for (std::size_t j = 0; j < lanes; ++j) store(rows[j], to + j * stride);
}

}  // namespace

void transpose(const Real* const* from, std::size_t count, std::size_t length, Real* to,
               std::size_t stride) {
  const std::size_t squares = length - length % lanes;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (std::size_t j = 0; j < squares; j += lanes)
      transpose_square(from + i, j, to + j * stride + i, stride);
    for (std::size_t j = squares; j < length; ++j)
      for (std::size_t k = i; k < i + lanes; ++k) to[j * stride + k] = from[k][j];
  }
  for (std::size_t j = 0; j < length; ++j)  // fewer than a register's numbers
    for (std::size_t k = i; k < count; ++k) to[j * stride + k] = from[k][j];
}

void transpose(const Matrix& M, Real* to, std::size_t stride) {
  thread_local std::vector<const Real*> columns;  // grows to the widest matrix, then stays
  columns.resize(M.n_cols);
  for (std::size_t j = 0; j < M.n_cols; ++j) columns[j] = M.colptr(j);
  transpose(columns.data(), M.n_cols, M.n_rows, to, stride);
}

}  // namespace nn
