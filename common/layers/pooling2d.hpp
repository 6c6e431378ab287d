// Pooling: a window slides over the image and keeps of each channel its maximum or its mean.
//
// In a matrix (n x height*width*channels) the channels of one pixel, for the whole batch, are
// n*channels adjacent numbers. A window's output is computed from a few such blocks; that is the
// innermost loop.
#pragma once

#include "common/kernels/window.hpp"
#include "common/layers/tensor.hpp"

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

// What maximum and mean have in common: X (n x height*width*c), Z (n x windows*c), no weights.
class Pooling2DLayer : public Layer {
 public:
  Pooling2DLayer(std::string type, Size2D window, Size2D stride, Padding pad);
  Shape build(const Shape& image) override;
  const Size2D pool_size, strides;
  const Padding padding;

 protected:
  Windows windows_over(const Shape& image) const {
    return Windows(image, pool_size, strides, padding);
  }
};

// The largest of each channel; pixels outside of the image are not looked at. Of equal ones the
// first, row by row, counts as the largest: its gradient is delta, that of the others 0.
class MaxPooling2DLayer : public Pooling2DLayer {
 public:
  MaxPooling2DLayer(Size2D window, const MaxPooling2DOptions& o)
      : Pooling2DLayer("MaxPooling2D", window, o.strides, o.padding) {}
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
};

// The mean of each channel over the pixels that the window covers: those outside of the image are
// neither added nor counted.
class AveragePooling2DLayer : public Pooling2DLayer {
 public:
  AveragePooling2DLayer(Size2D window, const AveragePooling2DOptions& o)
      : Pooling2DLayer("AveragePooling2D", window, o.strides, o.padding) {}
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
};

// The mean of each channel over the whole image: (height, width, c) becomes (c).
class GlobalAveragePooling2DLayer : public Layer {
 public:
  explicit GlobalAveragePooling2DLayer(const GlobalAveragePooling2DOptions& o)
      : Layer("GlobalAveragePooling2D"), keepdims(o.keepdims) {}
  Shape build(const Shape& image) override;
  void forward(const Matrix& X, Matrix& Z, Call&) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call&) override;
  const bool keepdims;
};

// (height, width, channels) to (rows, columns, channels), of each window its largest number.
struct MaxPooling2D : LayerHandle {
  explicit MaxPooling2D(Size2D pool_size = {2, 2}, const MaxPooling2DOptions& options = {})
      : LayerHandle(std::make_shared<MaxPooling2DLayer>(pool_size, options), options.name,
                    options.input_shape) {}
};

// The same with each window's mean; padding does not count.
struct AveragePooling2D : LayerHandle {
  explicit AveragePooling2D(Size2D pool_size = {2, 2}, const AveragePooling2DOptions& options = {})
      : LayerHandle(std::make_shared<AveragePooling2DLayer>(pool_size, options), options.name,
                    options.input_shape) {}
};

// (height, width, channels) to (channels), the mean over all places; with keepdims
// to (1, 1, channels).
struct GlobalAveragePooling2D : LayerHandle {
  explicit GlobalAveragePooling2D(const GlobalAveragePooling2DOptions& options = {})
      : LayerHandle(std::make_shared<GlobalAveragePooling2DLayer>(options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
