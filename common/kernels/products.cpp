#include "common/kernels/products.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "common/kernels/batch_products.hpp"
#include "common/kernels/parallel.hpp"
#include "common/kernels/sums.hpp"
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
  Matrix transposed;

  const Real* zero_start(std::size_t count) {
    if (zeros.size() < count) zeros.resize(count);
    return zeros.data();
  }
};
Memory& own_memory() { return thread_memories<Memory>()[0]; }

double operations(const Matrix& C, std::size_t inner) {
  return 2.0 * static_cast<double>(C.n_elem) * static_cast<double>(inner);
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

// C = start + A B, `start` a row of numbers; without it C += A B. B (inner x columns) is given by
// its elements.
void multiply_by_columns(Memory& memory, const Matrix& A, WeightView B, Matrix& C,
                         const Real* start) {
  point_to_columns(A, memory.read);
  point_to_columns(C, memory.written);
  in_parallel(C.n_cols, 8, operations(C, A.n_cols), [&](std::size_t first, std::size_t count) {
    add_in_blocks(memory.read.data(), A.n_cols,
                  {B.first + first * B.output_stride, B.input_stride, B.output_stride}, A.n_rows,
                  memory.written.data() + first, count, start ? start + first : start);
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

// C' = B A': a row of C is a sum of B's columns, weighted with a row of A.
void multiply_A_Bt_transposed(Memory& memory, const Matrix& A, const Matrix& B, bool add,
                              Matrix& C) {
  Matrix& Ct = memory.transposed;
  Ct.set_size(B.n_rows, A.n_rows);
  multiply_by_columns(memory, B, {A.memptr(), A.n_rows, 1}, Ct, memory.zero_start(A.n_rows));
  if (add)
    C += Ct.t();
  else
    transpose(Ct, C.memptr(), C.n_rows);
}

// C = start + A B; without start C += A B.
void multiply_from(Memory& memory, const Matrix& A, const Matrix& B, Matrix& C, const Real* start) {
  const WeightView b{B.memptr(), 1, B.n_rows};
  switch (best_way(A.n_rows, A.n_elem * B.n_cols)) {
    case Way::by_columns:
      return multiply_by_columns(memory, A, b, C, start);
    case Way::number_by_number:
      return multiply_numbers(A.memptr(), 1, A.n_rows, A.n_cols, b, C, start);
    case Way::blas:
      if (start)
        for (std::size_t j = 0; j < C.n_cols; ++j) std::fill_n(C.colptr(j), C.n_rows, start[j]);
      C += A * B;  // the product adds to what stands there: no second pass for the bias
  }
}

void step_At_B(Memory& memory, const Matrix& A, const Matrix& B, Matrix& C, bool add) {
  const std::size_t n = A.n_rows, d = A.n_cols, m = B.n_cols;
  const WeightView b{B.memptr(), 1, n};
  const Real* start = add ? nullptr : memory.zero_start(m);
  switch (best_way(d, d * n * m)) {
    case Way::by_columns: {  // a column of C is a sum of rows of A, weighted with a column of B
      Matrix& At = memory.transposed;
      At.set_size(d, n);
      transpose(A, At.memptr(), d);
      return multiply_by_columns(memory, At, b, C, start);
    }
    case Way::number_by_number:
      return multiply_numbers(A.memptr(), n, 1, n, b, C, start);
    case Way::blas:
      if (add)
        C += A.t() * B;
      else
        C = A.t() * B;
  }
}

void step_A_Bt(Memory& memory, const Matrix& A, const Matrix& B, Matrix& C, bool add) {
  const WeightView b{B.memptr(), B.n_rows, 1};
  const Real* start = add ? nullptr : memory.zero_start(C.n_cols);
  switch (best_way(A.n_rows, A.n_elem * B.n_rows)) {
    case Way::by_columns:
      if (B.n_elem > in_cache) return multiply_A_Bt_transposed(memory, A, B, add, C);
      return multiply_by_columns(memory, A, b, C, start);
    case Way::number_by_number:
      return multiply_numbers(A.memptr(), 1, A.n_rows, A.n_cols, b, C, start);
    case Way::blas:
      if (add)
        C += A * B.t();
      else
        C = A * B.t();
  }
}

// step(memory, t) for T time steps that write to different places, several at the same time.
template <class Step>
void each_time_step(std::size_t T, std::size_t widest, double work, Step step) {
  std::vector<Memory>& memories = thread_memories<Memory>();
  for (Memory& memory : memories) {
    memory.read.reserve(widest);
    memory.written.reserve(widest);
    memory.zero_start(widest);
  }
  in_parallel(T, 1, work, [&](std::size_t first, std::size_t count) {
    for (std::size_t t = first; t < first + count; ++t)
      step(memories[static_cast<std::size_t>(thread_number())], t);
  });
}

}  // namespace

void send_products_to_blas(bool all) { always_blas = all; }

// ---- One product, or one for each time step -----------------------------------------------------

void affine(const Matrix& X, const Matrix& W, const Matrix& b, Matrix& Z) {
  const std::size_t d = W.n_rows, m = W.n_cols, T = X.n_cols / d;
  const Real* start = b.is_empty() ? own_memory().zero_start(m) : b.memptr();
  if (T == 1) return multiply_from(own_memory(), X, W, Z, start);
  each_time_step(T, std::max(d, m), operations(Z, d), [&](Memory& memory, std::size_t t) {
    Matrix z = columns(Z, t * m, m);
    multiply_from(memory, columns(X, t * d, d), W, z, start);  // z_t = x_t W + b
  });
}

void multiply(const Matrix& A, const Matrix& B, Matrix& C, bool add) {
  Memory& memory = own_memory();
  multiply_from(memory, A, B, C, add ? nullptr : memory.zero_start(C.n_cols));
}

void multiply_At_B(const Matrix& A, const Matrix& B, Matrix& C, bool add) {
  const std::size_t d = C.n_rows, m = C.n_cols, T = A.n_cols / d;
  Memory& memory = own_memory();
  if (T == 1) return step_At_B(memory, A, B, C, add);
  for (std::size_t t = 0; t < T; ++t)  // C = sum_t a_t' b_t
    step_At_B(memory, columns(A, t * d, d), columns(B, t * m, m), C, add || t > 0);
}

void multiply_A_Bt(const Matrix& A, const Matrix& B, Matrix& C, bool add) {
  const std::size_t d = B.n_rows, m = B.n_cols, T = A.n_cols / m;
  if (T == 1) return step_A_Bt(own_memory(), A, B, C, add);
  each_time_step(T, std::max(d, m), operations(C, m), [&](Memory& memory, std::size_t t) {
    Matrix c = columns(C, t * d, d);
    step_A_Bt(memory, columns(A, t * m, m), B, c, add);  // c_t = a_t B'
  });
}

void sum_of_rows(const Matrix& A, Matrix& s, bool add) {
  if (!add) s.zeros();
  for (std::size_t j = 0; j < A.n_cols; ++j) s[j % s.n_elem] += sum(A.colptr(j), A.n_rows);
}

}  // namespace nn
