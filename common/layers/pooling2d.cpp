#include "common/layers/pooling2d.hpp"

#include "common/kernels/parallel.hpp"

namespace nn {

Pooling2DLayer::Pooling2DLayer(std::string layer_type, Size2D window, Size2D stride, Padding pad)
    : Layer(std::move(layer_type)),
      pool_size(window),
      strides(stride == Size2D{} ? window : stride),
      padding(pad) {
  require_positive(type, "pool_size", pool_size);
  require_positive(type, "strides", strides);
}

Shape Pooling2DLayer::build(const Shape& image) {
  require_rank(image, 3, "(height, width, channels)");
  require_windows(title(), windows_over(image), image);
  return windows_over(image).output(image[2]);
}

// ---- The largest --------------------------------------------------------------------------------

namespace {

struct MaxPoolingMemory {
  Matrix winner;  // like Z: the number k of the largest's cell
};

template <class Work>
void each_window(const Windows& windows, double operations, Work work) {
  in_parallel(windows.count(), 1, operations, [&](std::size_t first, std::size_t count) {
    for (std::size_t window = first; window < first + count; ++window) work(window);
  });
}

// Moving a number takes the time of some calculations.
double operations(const Matrix& X) { return 8.0 * static_cast<double>(X.n_elem); }

// z = max(z, x), w = k where that is x. A NaN is larger than every number: it must not be lost.
void keep_larger(const Real* x, Real k, std::size_t count, Real* z, Real* w) {
  for (std::size_t i = 0; i < count; ++i) {
    const bool larger = x[i] > z[i] || x[i] != x[i];
    z[i] = larger ? x[i] : z[i];
    w[i] = larger ? k : w[i];
  }
}

}  // namespace

void MaxPooling2DLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  const Windows windows = windows_over(call.shapes[0]);
  const std::size_t c = windows.channels, block = c * X.n_rows;
  Matrix& winner = call.memory<MaxPoolingMemory>().winner;
  winner.set_size(Z.n_rows, Z.n_cols);
  each_window(windows, operations(X), [&](std::size_t window) {
    Real *z = Z.colptr(window * c), *w = winner.colptr(window * c);
    bool first = true;
    windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t k) {
      const Real* x = X.colptr(windows.pixel(row, column));
      if (first) std::copy_n(x, block, z), std::fill_n(w, block, static_cast<Real>(k));
      if (!first) keep_larger(x, static_cast<Real>(k), block, z, w);
      first = false;
    });
  });
}

void MaxPooling2DLayer::backward(const Matrix&, const Matrix& delta, Matrix* dX, Call& call) {
  if (!dX) return;
  const Windows windows = windows_over(call.shapes[0]);
  const std::size_t c = windows.channels, block = c * delta.n_rows;
  const Matrix& winner = call.memory<MaxPoolingMemory>().winner;
  const bool every_pixel_once = windows.tile_the_image();
  if (!every_pixel_once) dX->zeros();
  // Windows that share pixels are gone through one after the other.
  each_window(windows, every_pixel_once ? operations(*dX) : 0.0, [&](std::size_t window) {
    const Real *d = delta.colptr(window * c), *w = winner.colptr(window * c);
    windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t k) {
      Real* dx = dX->colptr(windows.pixel(row, column));
      const Real cell = static_cast<Real>(k);
      if (every_pixel_once)
        for (std::size_t i = 0; i < block; ++i) dx[i] = w[i] == cell ? d[i] : Real(0);
      else
        for (std::size_t i = 0; i < block; ++i) dx[i] += w[i] == cell ? d[i] : Real(0);
    });
  });
}

// ---- The mean -----------------------------------------------------------------------------------

namespace {
// 1 / the number of pixels under a window.
Real share_of_a_pixel(const Windows& windows, std::size_t window) {
  return Real(1) / static_cast<Real>(windows.rows(window).count * windows.columns(window).count);
}
}  // namespace

void AveragePooling2DLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  const Windows windows = windows_over(call.shapes[0]);
  const std::size_t c = windows.channels, block = c * X.n_rows;
  Z.zeros();
  for (std::size_t window = 0; window < windows.count(); ++window) {
    Real* z = Z.colptr(window * c);
    const Real share = share_of_a_pixel(windows, window);
    windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t) {
      const Real* x = X.colptr(windows.pixel(row, column));
      for (std::size_t i = 0; i < block; ++i) z[i] += share * x[i];
    });
  }
}

void AveragePooling2DLayer::backward(const Matrix&, const Matrix& delta, Matrix* dX, Call& call) {
  if (!dX) return;
  const Windows windows = windows_over(call.shapes[0]);
  const std::size_t c = windows.channels, block = c * delta.n_rows;
  dX->zeros();
  for (std::size_t window = 0; window < windows.count(); ++window) {
    const Real* d = delta.colptr(window * c);
    const Real share = share_of_a_pixel(windows, window);
    windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t) {
      Real* dx = dX->colptr(windows.pixel(row, column));
      for (std::size_t i = 0; i < block; ++i) dx[i] += share * d[i];
    });
  }
}

// ---- The mean of all ----------------------------------------------------------------------------

Shape GlobalAveragePooling2DLayer::build(const Shape& image) {
  require_rank(image, 3, "(height, width, channels)");
  return keepdims ? Shape(1, 1, image[2]) : Shape(image[2]);
}

void GlobalAveragePooling2DLayer::forward(const Matrix& X, Matrix& Z, Call&) {
  const std::size_t c = Z.n_cols, pixels = X.n_cols / c;
  Z.zeros();
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) Z += columns(X, pixel * c, c);
  Z /= static_cast<Real>(pixels);
}

void GlobalAveragePooling2DLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX,
                                           Call&) {
  if (!dX) return;
  const std::size_t c = delta.n_cols, pixels = X.n_cols / c;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    Matrix dx = columns(*dX, pixel * c, c);
    dx = delta / static_cast<Real>(pixels);
  }
}

}  // namespace nn
