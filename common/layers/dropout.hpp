// Dropout: in training, each number is set to 0 with probability `rate` (Srivastava et al. 2014).
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct DropoutOptions {
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// Inverted dropout: what stays is divided by 1 - rate, so that the expected value is that of X and
// nothing is left to do when the model predicts, where Y = X.
class DropoutLayer : public Layer {
 public:
  explicit DropoutLayer(double rate) : rate_(rate) {
    if (!(rate >= 0.0 && rate < 1.0))
      throw Error(text("Dropout: rate is %g, expected at least 0 and less than 1", rate));
  }

  std::string type() const override { return "Dropout"; }
  Shape output_shape(const Shapes& inputs) const override {
    return single_input(inputs, 0, "(features) or of higher rank");
  }

  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context& context) override {
    if (!drops(context)) {
      Y = X[0];
      return;
    }
    Matrix& mask = cache.matrix(0, Y.n_rows, Y.n_cols);
    // Looked up, since a branch that goes either way at random costs more than all the rest.
    const Real factor[] = {0, static_cast<Real>(1.0 / (1.0 - rate_))};
    context.fill_random(mask, [&](Rng& rng) { return factor[rng.uniform() >= rate_]; });
    Y = X[0] % mask;
  }

  void backward(const Inputs&, const Matrix&, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context& context) override {
    if (drops(context))
      dX[0].add(dY % cache.matrix(0));
    else
      dX[0].add(dY);
  }

  double rate() const { return rate_; }

 private:
  bool drops(const Context& context) const { return context.training && rate_ > 0.0; }
  double rate_;
};

// Of any shape, which stays. Throws Error unless 0 <= rate < 1.
class Dropout : public LayerHandle {
 public:
  explicit Dropout(double rate, const DropoutOptions& options = {})
      : LayerHandle(std::make_shared<DropoutLayer>(rate), options.name, options.input_shape) {}
};

}  // namespace nn
