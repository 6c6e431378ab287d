// Pooling: a window slides over the image and keeps of each channel its maximum or its mean.
//
// In a matrix (n x height*width*channels) the channels of one pixel, for the whole batch, are
// n*channels adjacent numbers. A window's answer is computed from a few such blocks; that is the
// innermost loop.
#pragma once

#include "common/kernels/parallel.hpp"
#include "common/layers/tensor.hpp"
#include "common/kernels/window.hpp"

namespace nn {

struct MaxPooling2DOptions {
  Size2D strides = {};  // not given: as pool_size
  Padding padding = Padding::valid;
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};
struct AveragePooling2DOptions {
  Size2D strides = {};  // not given: as pool_size
  Padding padding = Padding::valid;
  Shape input_shape = {};
  std::string name = "";
};
struct GlobalAveragePooling2DOptions {
  bool keepdims = false;  // (1, 1, channels) instead of (channels)
  Shape input_shape = {};
  std::string name = "";
};

// What maximum and mean have in common: X (n x height*width*c), Y (n x windows*c), no weights.
class Pooling2DLayer : public Layer {
 public:
  Pooling2DLayer(std::string type, Size2D pool_size, Size2D strides, Padding padding)
      : type_(std::move(type)),
        pool_size_(pool_size),
        strides_(strides == Size2D{} ? pool_size : strides),
        padding_(padding) {
    require_positive(type_, "pool_size", pool_size_);
    require_positive(type_, "strides", strides_);
  }

  std::string type() const override { return type_; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& image = single_input(inputs, 3, "(height, width, channels)");
    require_windows(title(), windows_over(image), image);
    return windows_over(image).output(image[2]);
  }

  Size2D pool_size() const { return pool_size_; }
  Size2D strides() const { return strides_; }
  Padding padding() const { return padding_; }

 protected:
  Windows windows_over(const Shape& image) const {
    return Windows(image, pool_size_, strides_, padding_);
  }

 private:
  std::string type_;
  Size2D pool_size_, strides_;
  Padding padding_;
};

// The largest of each channel; pixels outside of the image are not looked at. Of equal ones the
// first, row by row, counts as the largest: its gradient is dY, that of the others 0.
class MaxPooling2DLayer : public Pooling2DLayer {
 public:
  MaxPooling2DLayer(Size2D pool_size, const MaxPooling2DOptions& options)
      : Pooling2DLayer("MaxPooling2D", pool_size, options.strides, options.padding) {}

  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context&) override {
    const Windows windows = windows_over(X.shape(0));
    const std::size_t c = windows.channels, block = c * X[0].n_rows;
    Matrix& winner = cache.matrix(0, Y.n_rows, Y.n_cols);  // the number k of the largest's cell
    each_window(windows, operations(X[0]), [&](std::size_t window) {
      Real* y = Y.colptr(window * c);
      Real* w = winner.colptr(window * c);
      bool first = true;
      windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t k) {
        const Real* x = X[0].colptr(windows.pixel(row, column));
        if (first) {
          std::copy_n(x, block, y);
          std::fill_n(w, block, static_cast<Real>(k));
        } else {
          keep_larger(x, static_cast<Real>(k), block, y, w);
        }
        first = false;
      });
    });
  }

  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    if (!dX[0].wanted()) return;
    const Windows windows = windows_over(X.shape(0));
    const std::size_t c = windows.channels, block = c * X[0].n_rows;
    const Matrix& winner = cache.matrix(0);
    const bool replace = dX[0].first() && windows.tile_the_image();  // spares setting dX to 0
    Matrix& sum = replace ? dX[0].matrix() : dX[0].sum();
    // Windows that share pixels are gone through one after the other.
    const double work = windows.tile_the_image() ? operations(X[0]) : 0.0;
    each_window(windows, work, [&](std::size_t window) {
      const Real* dy = dY.colptr(window * c);
      const Real* w = winner.colptr(window * c);
      windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t k) {
        Real* dx = sum.colptr(windows.pixel(row, column));
        const Real cell = static_cast<Real>(k);
        if (replace)
          for (std::size_t i = 0; i < block; ++i) dx[i] = w[i] == cell ? dy[i] : Real(0);
        else
          for (std::size_t i = 0; i < block; ++i) dx[i] += w[i] == cell ? dy[i] : Real(0);
      });
    });
    dX[0].contributed();
  }

 private:
  template <class Work>
  static void each_window(const Windows& windows, double operations, Work work) {
    in_parallel(windows.count(), 1, operations, [&](std::size_t first, std::size_t count) {
      for (std::size_t window = first; window < first + count; ++window) work(window);
    });
  }
  // Moving a number takes the time of some calculations.
  static double operations(const Matrix& X) { return 8.0 * static_cast<double>(X.n_elem); }

  // y = max(y, x), w = k where that is x. A NaN is larger than every number: it must not be lost.
  static void keep_larger(const Real* x, Real k, std::size_t count, Real* y, Real* w) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool larger = x[i] > y[i] || x[i] != x[i];
      y[i] = larger ? x[i] : y[i];
      w[i] = larger ? k : w[i];
    }
  }
};

// The mean of each channel over the pixels that the window covers: those outside of the image are
// neither added nor counted.
class AveragePooling2DLayer : public Pooling2DLayer {
 public:
  AveragePooling2DLayer(Size2D pool_size, const AveragePooling2DOptions& options)
      : Pooling2DLayer("AveragePooling2D", pool_size, options.strides, options.padding) {}

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    const Windows windows = windows_over(X.shape(0));
    const std::size_t c = windows.channels, block = c * X[0].n_rows;
    Y.zeros();
    for (std::size_t window = 0; window < windows.count(); ++window) {
      Real* y = Y.colptr(window * c);
      const Real share = Real(1) / static_cast<Real>(pixels_under(windows, window));
      windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t) {
        const Real* x = X[0].colptr(windows.pixel(row, column));
        for (std::size_t i = 0; i < block; ++i) y[i] += share * x[i];
      });
    }
  }

  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    if (!dX[0].wanted()) return;
    const Windows windows = windows_over(X.shape(0));
    const std::size_t c = windows.channels, block = c * X[0].n_rows;
    Matrix& sum = dX[0].sum();
    for (std::size_t window = 0; window < windows.count(); ++window) {
      const Real* dy = dY.colptr(window * c);
      const Real share = Real(1) / static_cast<Real>(pixels_under(windows, window));
      windows.for_each_pixel(window, [&](std::size_t row, std::size_t column, std::size_t) {
        Real* dx = sum.colptr(windows.pixel(row, column));
        for (std::size_t i = 0; i < block; ++i) dx[i] += share * dy[i];
      });
    }
  }

 private:
  static std::size_t pixels_under(const Windows& windows, std::size_t window) {
    return windows.rows(window).count * windows.columns(window).count;
  }
};

// The mean of each channel over the whole image: (height, width, c) becomes (c).
class GlobalAveragePooling2DLayer : public Layer {
 public:
  explicit GlobalAveragePooling2DLayer(const GlobalAveragePooling2DOptions& options)
      : keepdims_(options.keepdims) {}

  std::string type() const override { return "GlobalAveragePooling2D"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& image = single_input(inputs, 3, "(height, width, channels)");
    return keepdims_ ? Shape(1, 1, image[2]) : Shape(image[2]);
  }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    const std::size_t c = Y.n_cols, pixels = X[0].n_cols / c, block = Y.n_elem;
    Real* y = Y.memptr();
    Y.zeros();
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      const Real* x = X[0].colptr(pixel * c);
      for (std::size_t i = 0; i < block; ++i) y[i] += x[i];
    }
    Y /= static_cast<Real>(pixels);
  }

  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    if (!dX[0].wanted()) return;
    const std::size_t c = dY.n_cols, pixels = X[0].n_cols / c, block = dY.n_elem;
    dY /= static_cast<Real>(pixels);
    Matrix& sum = dX[0].sum();
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      Real* dx = sum.colptr(pixel * c);
      for (std::size_t i = 0; i < block; ++i) dx[i] += dY.at(i);
    }
  }

  bool keepdims() const { return keepdims_; }

 private:
  bool keepdims_;
};

// (height, width, channels) to (rows, columns, channels), of each window its largest number.
class MaxPooling2D : public LayerHandle {
 public:
  explicit MaxPooling2D(Size2D pool_size = {2, 2}, const MaxPooling2DOptions& options = {})
      : LayerHandle(std::make_shared<MaxPooling2DLayer>(pool_size, options), options.name,
                    options.input_shape) {}
};

// The same with each window's mean; padding does not count.
class AveragePooling2D : public LayerHandle {
 public:
  explicit AveragePooling2D(Size2D pool_size = {2, 2}, const AveragePooling2DOptions& options = {})
      : LayerHandle(std::make_shared<AveragePooling2DLayer>(pool_size, options), options.name,
                    options.input_shape) {}
};

// (height, width, channels) to (channels), the mean over all places; with keepdims
// to (1, 1, channels).
class GlobalAveragePooling2D : public LayerHandle {
 public:
  explicit GlobalAveragePooling2D(const GlobalAveragePooling2DOptions& options = {})
      : LayerHandle(std::make_shared<GlobalAveragePooling2DLayer>(options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
