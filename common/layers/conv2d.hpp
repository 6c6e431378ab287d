// Conv2D: the same small W at every place of an image, Z = patch W + b.
#pragma once

#include "common/kernels/window.hpp"
#include "common/layers/tensor.hpp"

namespace nn {

struct Conv2DOptions {
  Size2D strides = {1, 1};
  Padding padding = Padding::valid;
  ActivationFunction activation = linear;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform;
  Initializer bias_initializer = zeros;
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// X (n x height*width*c), W (kh*kw*c x filters), b (1 x filters), Z (n x windows*filters). W is
// Keras's array (kh, kw, c, filters) in its order. Like everywhere in deep learning the kernel is
// not mirrored: what is computed is a cross-correlation.
class Conv2DLayer : public Layer {
 public:
  Conv2DLayer(long long m, Size2D window, const Conv2DOptions& options);
  Shape build(const Shape& image) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  std::vector<Weight*> weights() override;

  const std::size_t filters;
  const Size2D kernel_size;
  const Conv2DOptions options;

 private:
  Windows windows_over(const Shape& image) const {
    return Windows(image, kernel_size, options.strides, options.padding);
  }
  Weight W_, b_;
};

// (height, width, channels) to (rows, columns, filters). Weights kernel (cells of a window *
// channels x filters), bias (1 x filters).
struct Conv2D : LayerHandle {
  Conv2D(long long filters, Size2D kernel_size, const Conv2DOptions& options = {})
      : LayerHandle(std::make_shared<Conv2DLayer>(filters, kernel_size, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
