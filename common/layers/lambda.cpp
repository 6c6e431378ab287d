#include "common/layers/lambda.hpp"

namespace nn {

LambdaLayer::LambdaLayer(LambdaFunction function, LambdaGradient gradient, const LambdaOptions& o)
    : Layer("Lambda"), options(o), function_(std::move(function)), gradient_(std::move(gradient)) {
  if (!function_ || !gradient_) throw Error("Lambda: the function or its gradient is empty");
}

Shape LambdaLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or of higher rank");
  return options.output_shape.rank() > 0 ? options.output_shape : input;
}

namespace {

struct LambdaMemory {
  Matrix Y;
};

// Armadillo refuses to write a matrix of another size; say so in our words.
template <class Work>
void guarded(const Layer& layer, const char* what, const Matrix& result, Work work) {
  try {
    work();
  } catch (const std::logic_error& error) {
    throw Error(text("%s: %s must write a %s matrix (%s)", layer.title().c_str(), what,
                     shape_text(result).c_str(), error.what()));
  }
}

}  // namespace

void LambdaLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  guarded(*this, "the function", Z, [&] {
    Matrix result(Z.memptr(), Z.n_rows, Z.n_cols, false, true);
    function_(X, result);
  });
  call.memory<LambdaMemory>().Y = Z;
}

void LambdaLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  if (!dX) return;
  guarded(*this, "the gradient", *dX, [&] {
    Matrix result(dX->memptr(), dX->n_rows, dX->n_cols, false, true);
    gradient_(X, call.memory<LambdaMemory>().Y, delta, result);
  });
}

Lambda::Lambda(LambdaFunction function, LambdaGradient gradient, const LambdaOptions& o)
    : LayerHandle(std::make_shared<LambdaLayer>(std::move(function), std::move(gradient), o),
                  o.name, o.input_shape) {}

Lambda::Lambda(ScalarFunction f, ScalarFunction derivative, const LambdaOptions& o)
    : Lambda(
          [f](const Matrix& X, Matrix& Y) {
            Y = X;
            Y.transform([&f](Real x) { return static_cast<Real>(f(x)); });
          },
          [derivative](const Matrix& X, const Matrix&, const Matrix& dY, Matrix& dX) {
            for (std::size_t k = 0; k < X.n_elem; ++k)
              dX[k] = dY[k] * static_cast<Real>(derivative(X[k]));
          },
          o) {
  if (!f || !derivative) throw Error("Lambda: the function or its derivative is empty");
}

}  // namespace nn
