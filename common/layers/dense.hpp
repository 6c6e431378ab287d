// Dense: Z = XW + b, every input joined to every unit.
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct DenseOptions {
  ActivationFunction activation = linear;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform;
  Initializer bias_initializer = zeros;
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// X (n x d), W (d x m), b (1 x m), Z (n x m). A sequence (T, d) gives (T, m), the same W and b at
// every time step (see products.hpp).
class DenseLayer : public Layer {
 public:
  DenseLayer(long long m, const DenseOptions& options);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call&) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  std::vector<Weight*> weights() override;

  const std::size_t units;
  const DenseOptions options;

 private:
  Weight W_, b_;
};

// (features) to (units); of more axes the last becomes `units`. Weights kernel (features x units),
// bias (1 x units). Throws Error for units below 1 and for other features than at first.
struct Dense : LayerHandle {
  explicit Dense(long long units, const DenseOptions& options = {})
      : LayerHandle(std::make_shared<DenseLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
