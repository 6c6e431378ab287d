// Convolution as a matrix product: what each window sees becomes a row.
#pragma once

#include <algorithm>

#include "common/kernels/window.hpp"

namespace nn {

// P = the patches under the windows first ... first + count - 1 of the images X (n x h*w*c), one
// window's n patches below the other: P (count*n x kh*kw*c). Pixels outside of the image are 0.
inline void im2col(const Matrix& X, const Windows& windows, std::size_t first, std::size_t count,
                   Matrix& P) {
  const std::size_t n = X.n_rows, channels = windows.channels;
  P.zeros();
  for (std::size_t s = 0; s < count; ++s) {
    const Covered rows = windows.rows(first + s), columns = windows.columns(first + s);
    for (std::size_t y = 0; y < rows.count; ++y) {
      const std::size_t pixels = windows.pixel(rows.first + y, columns.first);
      const std::size_t cells = windows.cell(rows.cell + y, columns.cell);
      for (std::size_t j = 0; j < columns.count * channels; ++j)
        std::copy_n(X.colptr(pixels + j), n, P.colptr(cells + j) + s * n);
    }
  }
}

// The way back, for gradients: dX += dP, every cell to the pixel it was taken from.
inline void add_col2im(const Matrix& dP, const Windows& windows, std::size_t first,
                       std::size_t count, Matrix& dX) {
  const std::size_t n = dX.n_rows, channels = windows.channels;
  for (std::size_t s = 0; s < count; ++s) {
    const Covered rows = windows.rows(first + s), columns = windows.columns(first + s);
    for (std::size_t y = 0; y < rows.count; ++y) {
      const std::size_t pixels = windows.pixel(rows.first + y, columns.first);
      const std::size_t cells = windows.cell(rows.cell + y, columns.cell);
      for (std::size_t j = 0; j < columns.count * channels; ++j) {
        const Real* from = dP.colptr(cells + j) + s * n;
        Real* to = dX.colptr(pixels + j);
        for (std::size_t i = 0; i < n; ++i) to[i] += from[i];
      }
    }
  }
}

}  // namespace nn
