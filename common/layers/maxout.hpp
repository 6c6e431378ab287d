// Maxout: H = max(XW_1 + b_1, XW_2 + b_2, ...) (Goodfellow et al. 2013).
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct MaxoutOptions {
  int pieces = 2;  // how many affine maps the maximum is taken of
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform;
  Initializer bias_initializer = zeros;
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// X (n x d), H (n x units). The pieces stand side by side, W = [W_1 W_2 ...] (d x pieces units) and
// b (1 x pieces units), so that one product computes them all: Z = XW + b = [Z_1 Z_2 ...].
class MaxoutLayer : public Layer {
 public:
  MaxoutLayer(long long m, const MaxoutOptions& options);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& H, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  std::vector<Weight*> weights() override;

  const std::size_t units;
  const MaxoutOptions options;

 private:
  std::size_t pieces_;
  Weight W_, b_;
};

// (features) to (units).
struct Maxout : LayerHandle {
  explicit Maxout(long long units, const MaxoutOptions& options = {})
      : LayerHandle(std::make_shared<MaxoutLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
