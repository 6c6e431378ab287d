#include "common/kernels/batch_products.hpp"

#include "common/kernels/vector_register.hpp"

namespace nn {

namespace {

constexpr std::size_t lanes = vector_lanes;

// The last n % lanes numbers of a column are reached by a vector that ends with the column. It covers
// some numbers for the second time; where sums are added to, these are multiplied by 0.
struct Tail {
  explicit Tail(std::size_t n) : first(n - lanes), exists(n % lanes != 0) {
    for (std::size_t i = 0; i < lanes; ++i) mask[i] = i >= lanes - n % lanes ? Real(1) : Real(0);
  }
  Vector mask = {};
  std::size_t first;
  bool exists;
};

// ---- Weighted sums of columns -----------------------------------------------------------------

// What a tile of sums begins with: what z holds (the x of numbers that are covered for the second
// time then count 0), or the same number for the whole column.
enum Begin { from_z, from_z_masked, from_start };

// `outputs` sums of `vectors` registers each, from number i of the columns on.
template <int outputs, int vectors, Begin begin>
inline void add_tile(const Real* const* x, std::size_t inputs, const WeightView& w, std::size_t i,
                     Real* const* z, const Real* start, const Vector& mask) {
  Vector sum[outputs][vectors];
  for (int f = 0; f < outputs; ++f)
    for (int v = 0; v < vectors; ++v)
      sum[f][v] = begin == from_start ? Vector{} + start[f] : load(z[f] + i + v * lanes);
  const Real* weights = w.first;
  for (std::size_t k = 0; k < inputs; ++k, weights += w.input_stride) {
    Vector x_k[vectors];
    for (int v = 0; v < vectors; ++v) {
      x_k[v] = load(x[k] + i + v * lanes);
      if (begin == from_z_masked) x_k[v] *= mask;
    }
    for (int f = 0; f < outputs; ++f) {
      const Real weight = weights[f * w.output_stride];
      for (int v = 0; v < vectors; ++v) sum[f][v] += weight * x_k[v];
    }
  }
  for (int f = 0; f < outputs; ++f)
    for (int v = 0; v < vectors; ++v) store(sum[f][v], z[f] + i + v * lanes);
}

// `outputs` columns, all their numbers.
template <int outputs, Begin begin, Begin tail_begin>
void add_outputs(const Real* const* x, std::size_t inputs, const WeightView& w, std::size_t n,
                 Real* const* z, const Real* start, const Tail& tail) {
  std::size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes)
    add_tile<outputs, 2, begin>(x, inputs, w, i, z, start, tail.mask);
  if (i + lanes <= n) add_tile<outputs, 1, begin>(x, inputs, w, i, z, start, tail.mask);
  if (tail.exists) add_tile<outputs, 1, tail_begin>(x, inputs, w, tail.first, z, start, tail.mask);
}

// As many columns at once as have sums that fit into the registers.
template <Begin begin, Begin tail_begin>
void add_columns(const Real* const* x, std::size_t inputs, WeightView w, std::size_t n,
                 Real* const* z, std::size_t outputs, const Real* start) {
  const Tail tail(n);
  constexpr std::size_t most = vector_bytes == 64 ? 8 : 4;
  for (std::size_t count; outputs > 0; outputs -= count) {
    if (outputs >= most) {
      add_outputs<most, begin, tail_begin>(x, inputs, w, n, z, start, tail);
      count = most;
    } else if (outputs >= 3) {
      add_outputs<3, begin, tail_begin>(x, inputs, w, n, z, start, tail);
      count = 3;
    } else {
      add_outputs<1, begin, tail_begin>(x, inputs, w, n, z, start, tail);
      count = 1;
    }
    w.first += count * w.output_stride;
    z += count;
    if (begin == from_start) start += count;
  }
}

}  // namespace

void add_weighted_columns(const Real* const* x, std::size_t inputs, WeightView w, std::size_t n,
                          Real* const* z, std::size_t outputs, const Real* start) {
  if (start)
    add_columns<from_start, from_start>(x, inputs, w, n, z, outputs, start);
  else
    add_columns<from_z, from_z_masked>(x, inputs, w, n, z, outputs, nullptr);
}

// ---- Dot products of columns ------------------------------------------------------------------

namespace {

template <int rows, int columns>
void add_dot_tile(const Real* const* x, std::size_t inputs, const Real* const* z,
                  std::size_t outputs, std::size_t places, std::size_t n, const Tail& tail,
                  Real* G) {
  Vector sum[rows][columns] = {};
  for (std::size_t p = 0; p < places; ++p, x += inputs, z += outputs) {
    for (std::size_t i = 0; i + lanes <= n; i += lanes) {
      Vector x_k[rows];
      for (int k = 0; k < rows; ++k) x_k[k] = load(x[k] + i);
      for (int f = 0; f < columns; ++f) {
        const Vector z_f = load(z[f] + i);
        for (int k = 0; k < rows; ++k) sum[k][f] += x_k[k] * z_f;
      }
    }
    if (tail.exists)
      for (int f = 0; f < columns; ++f) {
        const Vector z_f = load(z[f] + tail.first) * tail.mask;
        for (int k = 0; k < rows; ++k) sum[k][f] += load(x[k] + tail.first) * z_f;
      }
  }
  // Each register's lanes are added up, all registers side by side.
  Real parts[columns * rows][lanes];
  for (int f = 0; f < columns; ++f)
    for (int k = 0; k < rows; ++k) store(sum[k][f], parts[f * rows + k]);
  for (std::size_t half = lanes / 2; half > 0; half /= 2)
    for (auto& part : parts)
      for (std::size_t i = 0; i < half; ++i) part[i] += part[i + half];
  for (int f = 0; f < columns; ++f)
    for (int k = 0; k < rows; ++k) G[f * inputs + k] += parts[f * rows + k][0];
}

// `rows` rows of G: the columns x[0] ... x[rows - 1] against all columns z.
template <int rows>
void add_dot_rows(const Real* const* x, std::size_t inputs, const Real* const* z,
                  std::size_t outputs, std::size_t places, std::size_t n, const Tail& tail,
                  Real* G) {
  std::size_t f = 0;
  for (; f + 4 <= outputs; f += 4)
    add_dot_tile<rows, 4>(x, inputs, z + f, outputs, places, n, tail, G + f * inputs);
  for (; f < outputs; ++f)
    add_dot_tile<rows, 1>(x, inputs, z + f, outputs, places, n, tail, G + f * inputs);
}

}  // namespace

void add_dot_products(const Real* const* x, std::size_t inputs, const Real* const* z,
                      std::size_t outputs, std::size_t places, std::size_t n, Real* G) {
  const Tail tail(n);
  constexpr std::size_t most =
      vector_bytes == 64 ? 6 : 3;  // rows whose sums fit into the registers
  const std::size_t groups = (inputs + most - 1) / most;
  for (std::size_t k = 0, group = 0, rows = 0; group < groups; ++group, k += rows) {
    rows = (inputs - k) / (groups - group);  // 10 = 5 + 5 rather than 6 + 4
    const auto add = rows == 6   ? add_dot_rows<6>
                     : rows == 5 ? add_dot_rows<5>
                     : rows == 4 ? add_dot_rows<4>
                     : rows == 3 ? add_dot_rows<3>
                     : rows == 2 ? add_dot_rows<2>
                                 : add_dot_rows<1>;
    add(x + k, inputs, z, outputs, places, n, tail, G + k);
  }
}

}  // namespace nn
