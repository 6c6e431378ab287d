#include "common/kernels/convolution.hpp"

#include <algorithm>

#include "common/kernels/im2col.hpp"
#include "common/kernels/parallel.hpp"
#include "common/kernels/stack_steps.hpp"

namespace nn {

Convolution::Convolution(const Windows& windows, std::size_t n, std::size_t filters, Memory& memory)
    : windows_(windows),
      n_(n),
      cells_(windows.down.size() * windows.across.size() * windows.channels),
      filters_(filters),
      by_columns_(n >= vector_lanes),
      memory_(memory) {
  const std::size_t widest = std::max(by_columns_ ? windows.channels : cells_, filters);
  block_ = std::clamp<std::size_t>(65536 / (n * widest), 1, windows.count());
  memory_.outside.zeros(n, 3);
  memory_.outside.col(1).ones();
}

std::vector<Convolution::Memory>& Convolution::memories(const Windows& windows, std::size_t n,
                                                        std::size_t filters) {
  auto& memories = thread_memories<Memory>();
  for (Memory& memory : memories) Convolution(windows, n, filters, memory).reserve();
  return memories;
}

void Convolution::reserve() {
  if (!by_columns_) {
    memory_.patches.set_size(block_ * n_, cells_ + 1);
    memory_.outputs.set_size(block_ * n_, filters_);
    return;
  }
  memory_.no_bias.resize(filters_);
  memory_.cells_read.reserve(block_ * (cells_ + 1));
  memory_.cells_written.reserve(cells_);
  memory_.outputs_read.reserve(block_ * filters_);
  memory_.outputs_written.reserve(filters_);
}

double Convolution::operations() const {
  return 2.0 * static_cast<double>(n_ * cells_ * filters_) * static_cast<double>(windows_.count());
}

Matrix& Convolution::patches(std::size_t count) {
  memory_.patches.set_size(count * n_, cells_ + 1);
  return memory_.patches;
}
Matrix& Convolution::outputs(std::size_t count) {
  memory_.outputs.set_size(count * n_, filters_);
  return memory_.outputs;
}

template <class Image, class Column>
void Convolution::find_cells(Image& X, std::size_t window, Column* outside, Column** cells) const {
  std::fill_n(cells, cells_, outside);
  const Covered rows = windows_.rows(window), across = windows_.columns(window);
  for (std::size_t y = 0; y < rows.count; ++y) {
    Column* pixel = X.colptr(windows_.pixel(rows.first + y, across.first));
    Column** cell = cells + windows_.cell(rows.cell + y, across.cell);
    for (std::size_t j = 0; j < across.count * windows_.channels; ++j) cell[j] = pixel + j * n_;
  }
}

template <class Outputs, class Column>
void Convolution::find_outputs(Outputs& Z, std::size_t first, std::size_t count,
                               std::vector<Column*>& outputs) const {
  outputs.resize(count * filters_);
  Column* column = Z.colptr(first * filters_);
  for (std::size_t f = 0; f < outputs.size(); ++f) outputs[f] = column + f * n_;
}

void Convolution::forward(const Matrix& X, std::size_t first, std::size_t count, const Matrix& W,
                          const Matrix& b, Matrix& Z) {
  if (!by_columns_) {
    Matrix &P = patches(count), &S = outputs(count);
    im2col(X, windows_, first, count, P);
    for (std::size_t f = 0; f < filters_; ++f)
      std::fill_n(S.colptr(f), S.n_rows, b.is_empty() ? Real(0) : b[f]);
    S += columns(P, 0, cells_) * W;  // S = P W + b
    unstack_steps(S, first, count, Z);
    return;
  }
  const Real* bias = b.is_empty() ? memory_.no_bias.data() : b.memptr();
  memory_.cells_read.resize(cells_);
  for (std::size_t window = first; window < first + count; ++window) {
    find_cells<const Matrix, const Real>(X, window, memory_.outside.colptr(0),
                                         memory_.cells_read.data());
    find_outputs(Z, window, 1, memory_.outputs_written);
    add_weighted_columns(memory_.cells_read.data(), cells_, {W.memptr(), 1, cells_}, n_,
                         memory_.outputs_written.data(), filters_, bias);
  }
}

void Convolution::add_weight_gradients(const Matrix& X, std::size_t first, std::size_t count,
                                       const Matrix& dZ, Matrix& G) {
  if (!by_columns_) {
    Matrix &P = patches(count), &dS = outputs(count);
    im2col(X, windows_, first, count, P);
    P.col(cells_).ones();
    stack_steps(dZ, first, count, dS);
    G += P.t() * dS;
    return;
  }
  memory_.cells_read.resize(count * (cells_ + 1));
  for (std::size_t p = 0; p < count; ++p) {
    const Real** cells = &memory_.cells_read[p * (cells_ + 1)];
    find_cells<const Matrix, const Real>(X, first + p, memory_.outside.colptr(0), cells);
    cells[cells_] = memory_.outside.colptr(1);
  }
  find_outputs(dZ, first, count, memory_.outputs_read);
  add_dot_products(memory_.cells_read.data(), cells_ + 1, memory_.outputs_read.data(), filters_,
                   count, n_, G.memptr());
}

void Convolution::add_input_gradients(const Matrix& dZ, std::size_t first, std::size_t count,
                                      const Matrix& W, Matrix& dX) {
  if (!by_columns_) {
    Matrix &P = patches(count), &dS = outputs(count);
    stack_steps(dZ, first, count, dS);
    Matrix dP = columns(P, 0, cells_);
    dP = dS * W.t();
    add_col2im(dP, windows_, first, count, dX);
    return;
  }
  memory_.cells_written.resize(cells_);
  for (std::size_t window = first; window < first + count; ++window) {
    find_cells(dX, window, memory_.outside.colptr(2), memory_.cells_written.data());
    find_outputs(dZ, window, 1, memory_.outputs_read);
    add_weighted_columns(memory_.outputs_read.data(), filters_, {W.memptr(), cells_, 1}, n_,
                         memory_.cells_written.data(), cells_);
  }
}

}  // namespace nn
