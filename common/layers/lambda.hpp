// Lambda: a function of your own as a layer without weights.
//
//   nn::Lambda([](double x) { return x * x; }, [](double x) { return 2 * x; })        f and f'
//
//   nn::Lambda([](const nn::Matrix& X, nn::Matrix& Y) { Y = X.head_cols(2); },        rows together
//              [](const nn::Matrix&, const nn::Matrix&, const nn::Matrix& dY, nn::Matrix& dX) {
//                dX.zeros();
//                dX.head_cols(2) = dY;
//              },
//              {.output_shape = {2}})
//
// Where weights are needed, derive from nn::Layer and use nn::make_layer.
#pragma once

#include <functional>

#include "common/layers/tensor.hpp"

namespace nn {

// Writes all of Y (n x size of the output shape, already that large) from X (n x d).
using LambdaFunction = std::function<void(const Matrix& X, Matrix& Y)>;
// Writes all of dX = dE/dX (n x d, already that large) from dY = dE/dY.
using LambdaGradient =
    std::function<void(const Matrix& X, const Matrix& Y, const Matrix& dY, Matrix& dX)>;
// y = f(x) of each element on its own, or f'(x).
using ScalarFunction = std::function<double(double)>;

struct LambdaOptions {
  Shape output_shape = {};  // of one sample; if not given, the input's
  Shape input_shape = {};   // for the first layer of a Sequential
  std::string name = "";
  std::string function_name = "";  // under which it is registered, for a model that is saved
};

class LambdaLayer : public Layer {
 public:
  LambdaLayer(LambdaFunction function, LambdaGradient gradient, const LambdaOptions& options);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  const LambdaOptions options;

 private:
  LambdaFunction function_;
  LambdaGradient gradient_;
};

// Of any shape, to options.output_shape or the same. Throws Error when the function or its gradient
// gives its result another size.
struct Lambda : LayerHandle {
  Lambda(LambdaFunction function, LambdaGradient gradient, const LambdaOptions& options = {});
  Lambda(ScalarFunction f, ScalarFunction derivative, const LambdaOptions& options = {});
};

}  // namespace nn
