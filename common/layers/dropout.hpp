// Dropout: in training, each number is set to 0 with probability `rate` (Srivastava et al. 2014).
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct DropoutOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// What is kept is divided by 1 - rate, so that the expected value is that of X and nothing is left
// to do when the model predicts: then Z = X.
class DropoutLayer : public Layer {
 public:
  explicit DropoutLayer(double p);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  const double rate;
};

// Of any shape, which stays. Throws Error unless 0 <= rate < 1.
struct Dropout : LayerHandle {
  explicit Dropout(double rate, const DropoutOptions& options = {})
      : LayerHandle(std::make_shared<DropoutLayer>(rate), options.name, options.input_shape) {}
};

}  // namespace nn
