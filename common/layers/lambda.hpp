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
  LambdaLayer(LambdaFunction function, LambdaGradient gradient, Shape output_shape,
              std::string function_name = "")
      : function_(std::move(function)),
        gradient_(std::move(gradient)),
        output_shape_(std::move(output_shape)),
        function_name_(std::move(function_name)) {
    if (!function_ || !gradient_) throw Error("Lambda: the function or its gradient is empty");
  }

  std::string type() const override { return "Lambda"; }
  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 0, "(features) or of higher rank");
    return output_shape_.rank() > 0 ? output_shape_ : input;
  }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    guarded("the function", Y, [&] { function_(X[0], Y); });
  }

  void backward(const Inputs& X, const Matrix& Y, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    if (!dX[0].wanted()) return;
    Matrix& result = cache.matrix(0, X[0].n_rows, X[0].n_cols);
    guarded("the gradient", result, [&] { gradient_(X[0], Y, dY, result); });
    dX[0].add(result);
  }

  const std::string& function_name() const { return function_name_; }
  const Shape& given_output_shape() const { return output_shape_; }  // rank 0: none

 private:
  // Armadillo refuses to write a matrix of another size; say so in our words.
  template <class Work>
  void guarded(const char* what, const Matrix& result, Work work) const {
    try {
      work();
    } catch (const std::logic_error& error) {
      throw Error(text("%s: %s must write a %s matrix (%s)", title().c_str(), what,
                       shape_text(result).c_str(), error.what()));
    }
  }
  LambdaFunction function_;
  LambdaGradient gradient_;
  Shape output_shape_;
  std::string function_name_;
};

// Of any shape, to options.output_shape or the same. Throws Error when the function or its gradient
// gives its result another size.
class Lambda : public LayerHandle {
 public:
  Lambda(LambdaFunction function, LambdaGradient gradient, const LambdaOptions& options = {})
      : LayerHandle(std::make_shared<LambdaLayer>(std::move(function), std::move(gradient),
                                                  options.output_shape, options.function_name),
                    options.name, options.input_shape) {}

  Lambda(ScalarFunction f, ScalarFunction derivative, const LambdaOptions& options = {})
      : Lambda(
            [f](const Matrix& X, Matrix& Y) {
              Y = X;
              Y.transform([&f](Real x) { return static_cast<Real>(f(x)); });
            },
            [derivative](const Matrix& X, const Matrix&, const Matrix& dY, Matrix& dX) {
              for (std::size_t k = 0; k < X.n_elem; ++k)
                dX[k] = dY[k] * static_cast<Real>(derivative(X[k]));
            },
            options) {
    if (!f || !derivative) throw Error("Lambda: the function or its derivative is empty");
  }
};

}  // namespace nn
