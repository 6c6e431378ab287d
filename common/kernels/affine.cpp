#include "common/kernels/affine.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "common/kernels/batch_products.hpp"
#include "common/kernels/parallel.hpp"
#include "common/kernels/transpose.hpp"

namespace nn {

namespace {

// Who computes A B, A with n rows, with so many multiplications?
enum class Way { by_columns, number_by_number, blas };
bool always_blas = false;
Way best_way(std::size_t n, std::size_t multiplications) {
  if (always_blas) return Way::blas;
  if (n >= vector_lanes)
    return multiplications <= (std::size_t{1} << 31) ? Way::by_columns : Way::blas;
  return multiplications <= 1024 ? Way::number_by_number : Way::blas;
}

// What the products by columns need besides the matrices; it grows to the largest and stays.
struct Memory {
  std::vector<const Real*> read;
  std::vector<Real*> written;
  std::vector<Real> zeros;
  Buffer transposed;

  const Real* zero_start(std::size_t count) {
    if (zeros.size() < count) zeros.resize(count);
    return zeros.data();
  }
};
Memory& memory() {
  thread_local Memory of_this_thread;
  return of_this_thread;
}

template <class Columns, class Pointers>
void point_to_columns(Columns& M, Pointers& pointers) {
  pointers.resize(M.n_cols);
  for (std::size_t j = 0; j < M.n_cols; ++j) pointers[j] = M.colptr(j);
}

// add_weighted_columns for columns of any length and any number of them: in blocks that stay in the
// processor's caches while all outputs are computed from them.
void add_in_blocks(const Real* const* x, std::size_t inputs, WeightView w, std::size_t n,
                   Real* const* z, std::size_t outputs, const Real* start) {
  constexpr std::size_t most_inputs = 256, most_rows = 256, most_outputs = 64;
  std::array<const Real*, most_inputs> x_block;
  std::array<Real*, most_outputs> z_block;
  const std::size_t blocks = (n + most_rows - 1) / most_rows;  // of equal size, but for the last:
  const std::size_t rows = (n / blocks + vector_lanes - 1) / vector_lanes * vector_lanes;
  for (std::size_t i = 0; i < n; i += rows) {
    // What is left over must fill a register, or it goes along with the block before it.
    const std::size_t count_i = n - i < rows + vector_lanes ? n - i : rows;
    for (std::size_t k = 0; k < inputs; k += most_inputs) {
      const std::size_t count_k = std::min(most_inputs, inputs - k);
      for (std::size_t a = 0; a < count_k; ++a) x_block[a] = x[k + a] + i;
      for (std::size_t f = 0; f < outputs; f += most_outputs) {
        const std::size_t count_f = std::min(most_outputs, outputs - f);
        for (std::size_t a = 0; a < count_f; ++a) z_block[a] = z[f + a] + i;
        add_weighted_columns(
            x_block.data(), count_k,
            {w.first + k * w.input_stride + f * w.output_stride, w.input_stride, w.output_stride},
            count_i, z_block.data(), count_f, start && k == 0 ? start + f : nullptr);
      }
    }
    if (count_i == n - i) break;
  }
}

// C = A B or, without start, C += A B; B (inner x columns) is given by its elements.
void multiply_by_columns(const Matrix& A, WeightView B, Matrix& C, const Real* start) {
  Memory& m = memory();
  point_to_columns(A, m.read);
  point_to_columns(C, m.written);
  const double operations = 2.0 * static_cast<double>(C.n_elem) * static_cast<double>(A.n_cols);
  in_parallel(C.n_cols, 8, operations, [&](std::size_t first, std::size_t count) {
    add_in_blocks(m.read.data(), A.n_cols,
                  {B.first + first * B.output_stride, B.input_stride, B.output_stride}, A.n_rows,
                  m.written.data() + first, count, start ? start + first : start);
  });
}

// The same for a few numbers; A's columns lie input_stride apart, its rows row_stride.
void multiply_numbers(const Real* A, std::size_t row_stride, std::size_t column_stride,
                      std::size_t inner, WeightView B, Matrix& C, const Real* start) {
  for (std::size_t j = 0; j < C.n_cols; ++j) {
    Real* c = C.colptr(j);
    const Real* b = B.first + j * B.output_stride;
    for (std::size_t i = 0; i < C.n_rows; ++i) {
      Real sum = start ? start[j] : c[i];
      for (std::size_t k = 0; k < inner; ++k)
        sum += A[i * row_stride + k * column_stride] * b[k * B.input_stride];
      c[i] = sum;
    }
  }
}

// Of a W with more numbers than this, reading rows costs more than the products: columns lie too
// far apart for the processor's caches.
constexpr std::size_t in_cache = (std::size_t{1} << 20) / sizeof(Real);

// dX' = W dZ': a row of dX is a sum of W's columns, weighted with a row of dZ.
void add_input_gradient_transposed(const Matrix& dZ, const Matrix& W, bool replace, Matrix& dX) {
  const std::size_t n = dZ.n_rows, d = W.n_rows;
  Matrix& dX_transposed = memory().transposed.resize(d, n);
  multiply_by_columns(W, {dZ.memptr(), n, 1}, dX_transposed, memory().zero_start(n));
  if (replace)
    transpose(dX_transposed, dX.memptr(), n);
  else
    dX += dX_transposed.t();
}

}  // namespace

void send_products_to_blas(bool all) { always_blas = all; }

void affine(const Matrix& X, const Matrix& W, const Matrix& b, Matrix& Z) {
  const WeightView w{W.memptr(), 1, W.n_rows};
  const Real* start = b.is_empty() ? memory().zero_start(Z.n_cols) : b.memptr();
  switch (best_way(X.n_rows, X.n_elem * W.n_cols)) {
    case Way::by_columns:
      return multiply_by_columns(X, w, Z, start);
    case Way::number_by_number:
      return multiply_numbers(X.memptr(), 1, X.n_rows, X.n_cols, w, Z, start);
    case Way::blas:
      for (std::size_t j = 0; j < Z.n_cols; ++j) std::fill_n(Z.colptr(j), Z.n_rows, start[j]);
      Z += X * W;  // the product adds to what stands there: no second pass for the bias
  }
}

void add_weight_gradient(const Matrix& X, const Matrix& dZ, Gradient& dW) {
  if (!dW.wanted()) return;
  const std::size_t n = X.n_rows, d = X.n_cols, m = dZ.n_cols;
  const WeightView dz{dZ.memptr(), 1, n};
  const Real* start = dW.first() ? memory().zero_start(m) : nullptr;
  const Way way = best_way(d, d * n * m);
  if (way == Way::blas) return dW.add(X.t() * dZ);
  if (way == Way::number_by_number) {
    multiply_numbers(X.memptr(), n, 1, n, dz, dW.matrix(), start);
  } else {
    // A column of dW is a sum of rows of X, weighted with a column of dZ.
    Matrix& X_transposed = memory().transposed.resize(d, n);
    transpose(X, X_transposed.memptr(), d);
    multiply_by_columns(X_transposed, dz, dW.matrix(), start);
  }
  dW.contributed();
}

void add_input_gradient(const Matrix& dZ, const Matrix& W, bool replace, Matrix& dX) {
  const WeightView w{W.memptr(), W.n_rows, 1};
  const Real* start = replace ? memory().zero_start(dX.n_cols) : nullptr;
  switch (best_way(dZ.n_rows, dZ.n_elem * W.n_rows)) {
    case Way::by_columns:
      if (W.n_elem > in_cache) return add_input_gradient_transposed(dZ, W, replace, dX);
      return multiply_by_columns(dZ, w, dX, start);
    case Way::number_by_number:
      return multiply_numbers(dZ.memptr(), 1, dZ.n_rows, dZ.n_cols, w, dX, start);
    case Way::blas:
      if (replace)
        dX = dZ * W.t();
      else
        dX += dZ * W.t();
  }
}

}  // namespace nn
