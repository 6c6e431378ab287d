// Add, Multiply, Average, Maximum: several inputs of the same shape, element by element.
#pragma once

#include "common/layers/tensor.hpp"

namespace nn {

struct MergeOptions {
  std::string name = "";
};

class MergeLayer : public Layer {
 public:
  Shape output_shape(const Shapes& inputs) const override {
    if (inputs.empty()) throw Error(title() + ": takes at least one input, got 0");
    for (std::size_t i = 1; i < inputs.size(); ++i)
      if (inputs[i] != inputs[0])
        throw Error(text("%s: input %zu has shape %s, expected %s like input 0", title().c_str(), i,
                         inputs[i].str().c_str(), inputs[0].str().c_str()));
    return inputs[0];
  }
};

// Y = X_1 + X_2 + ...: the gradient goes to every input.
class AddLayer : public MergeLayer {
 public:
  std::string type() const override { return "Add"; }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    Y = X[0];
    for (std::size_t i = 1; i < X.size(); ++i) Y += X[i];
  }
  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    for (std::size_t i = 0; i < X.size(); ++i) dX[i].add(dY);
  }
};

// Y = (X_1 + ... + X_k) / k.
class AverageLayer : public MergeLayer {
 public:
  std::string type() const override { return "Average"; }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    Y = X[0];
    for (std::size_t i = 1; i < X.size(); ++i) Y += X[i];
    Y /= static_cast<Real>(X.size());
  }
  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache&,
                const Context&) override {
    for (std::size_t i = 0; i < X.size(); ++i) dX[i].add(dY / static_cast<Real>(X.size()));
  }
};

// Y = X_1 X_2 ...: each input's gradient is dY times the product of the others (not Y / X_i, which
// may be 0 / 0).
class MultiplyLayer : public MergeLayer {
 public:
  std::string type() const override { return "Multiply"; }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    Y = X[0];
    for (std::size_t i = 1; i < X.size(); ++i) Y %= X[i];
  }
  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    Matrix& product = cache.matrix(0, dY.n_rows, dY.n_cols);
    for (std::size_t i = 0; i < X.size(); ++i) {
      if (!dX[i].wanted()) continue;
      product = dY;
      for (std::size_t j = 0; j < X.size(); ++j)
        if (j != i) product %= X[j];
      dX[i].add(product);
    }
  }
};

// Y = max(X_1, X_2 ...): the gradient goes to the largest, to the first of them where several are.
class MaximumLayer : public MergeLayer {
 public:
  std::string type() const override { return "Maximum"; }

  void forward(const Inputs& X, Matrix& Y, Cache&, const Context&) override {
    Y = X[0];
    Real* y = Y.memptr();
    for (std::size_t i = 1; i < X.size(); ++i) {
      const Real* x = X[i].memptr();
      for (std::size_t k = 0; k < Y.n_elem; ++k) y[k] = x[k] > y[k] ? x[k] : y[k];
    }
  }
  void backward(const Inputs& X, const Matrix& Y, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    Matrix& share = cache.matrix(0, dY.n_rows, dY.n_cols);  // what goes to input i
    for (std::size_t i = 0; i < X.size(); ++i) {
      for (std::size_t k = 0; k < dY.n_elem; ++k) {
        const bool largest = X[i][k] == Y[k];
        share[k] = largest ? dY[k] : Real(0);
        dY[k] = largest ? Real(0) : dY[k];  // nothing is left for the next input
      }
      dX[i].add(share);
    }
  }
};

// Y = X_1 + X_2 + ...; like the three below of inputs of one shape, which stays.
class Add : public LayerHandle {
 public:
  explicit Add(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<AddLayer>(), options.name) {}
};

// Y = (X_1 + ... + X_n) / n.
class Average : public LayerHandle {
 public:
  explicit Average(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<AverageLayer>(), options.name) {}
};

// Y = X_1 * X_2 * ..., element by element.
class Multiply : public LayerHandle {
 public:
  explicit Multiply(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<MultiplyLayer>(), options.name) {}
};

// Y = max(X_1, X_2, ...), element by element.
class Maximum : public LayerHandle {
 public:
  explicit Maximum(const MergeOptions& options = {})
      : LayerHandle(std::make_shared<MaximumLayer>(), options.name) {}
};

inline Tensor add(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Add(options)(inputs);
}
inline Tensor average(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Average(options)(inputs);
}
inline Tensor multiply(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Multiply(options)(inputs);
}
inline Tensor maximum(const std::vector<Tensor>& inputs, const MergeOptions& options = {}) {
  return Maximum(options)(inputs);
}

}  // namespace nn
