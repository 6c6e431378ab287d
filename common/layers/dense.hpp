// Dense: H = phi(XW + b), every input joined to every unit.
#pragma once

#include "common/affine.hpp"
#include "common/initializers.hpp"
#include "common/regularizers.hpp"
#include "common/tensor.hpp"

namespace nn::inline NN_PRECISION {

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

// X (n x d), W (d x units), b (1 x units), H (n x units). An input of higher rank is taken apart
// along its last axis: (steps, d) gives (steps, units), the same W and b at every step.
class DenseLayer : public Layer {
 public:
  DenseLayer(std::size_t units, DenseOptions options) : units_(units), options_(std::move(options)) {
    if (units == 0) throw Error("Dense: units is 0, expected at least 1");
  }

  std::string type() const override { return "Dense"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 0, "(features) or (steps, features)");
    if (built && input.sizes().back() != W_.value.n_rows)
      throw Error(text("%s: the input has %zu features, W expects %llu (input shape %s)",
                       title().c_str(), input.sizes().back(), W_.value.n_rows,
                       input.str().c_str()));
    std::vector<std::size_t> sizes = input.sizes();
    sizes.back() = units_;
    return Shape(sizes);
  }

  void build(const Shapes& inputs, Rng& rng) override {
    const std::size_t d = inputs[0].sizes().back();
    W_.set(options_.kernel_initializer.draw(d, units_, d, units_, rng));
    if (options_.use_bias) b_.set(options_.bias_initializer.draw(1, units_, units_, units_, rng));
  }

  void forward(const Inputs& X, Matrix& H, Cache& cache, const Context&) override {
    const ActivationFunction& phi = options_.activation;
    Matrix& Z = phi.needs_Z ? cache.matrix(0, H.n_rows, H.n_cols) : H;
    for (std::size_t step = 0, d = W_.value.n_rows; step * units_ < H.n_cols; ++step) {
      const Matrix x = columns(X[0], step * d, d);
      Matrix z = columns(Z, step * units_, units_);
      affine(x, W_.value, b_.value, z);                                     // Z = XW + b
    }
    if (!phi.is_linear()) phi.apply(Z, H, phi.alpha);                       // H = phi(Z)
  }

  void backward(const Inputs& X, const Matrix& H, Matrix& dH, const Gradients& dX, Cache& cache,
                const Context& context) override {
    const ActivationFunction& phi = options_.activation;
    Matrix& dZ = dH;
    if (!phi.is_linear() && !context.joined_with_loss)
      phi.jacobian_product(phi.needs_Z ? cache.matrix(0) : H, H, dH, dZ, phi.alpha);  // dZ = phi'(Z) dH
    for (std::size_t step = 0, d = W_.value.n_rows; step * units_ < H.n_cols; ++step) {
      const Matrix x = columns(X[0], step * d, d), dz = columns(dZ, step * units_, units_);
      W_.gradient.add(x.t() * dz);                                          // dW = X'dZ
      if (options_.use_bias) add_column_sums(dz, b_.gradient);              // db = 1'dZ
      if (dX[0].wanted()) {
        Matrix dx = columns(dX[0].matrix(), step * d, d);
        if (dX[0].first()) dx = dz * W_.value.t();                          // dX = dZ W'
        else dx += dz * W_.value.t();
      }
    }
    dX[0].contributed();
    options_.kernel_regularizer.add_gradient(W_.value, W_.gradient);
    if (options_.use_bias) options_.bias_regularizer.add_gradient(b_.value, b_.gradient);
  }

  std::vector<Parameter> parameters() override {
    if (!options_.use_bias) return {{"kernel", &W_.value, &W_.gradient}};
    return {{"kernel", &W_.value, &W_.gradient}, {"bias", &b_.value, &b_.gradient}};
  }
  const ActivationFunction* output_activation() const override { return &options_.activation; }
  double penalty() const override {
    return options_.kernel_regularizer.penalty(W_.value) + options_.bias_regularizer.penalty(b_.value);
  }

 private:
  std::size_t units_;
  DenseOptions options_;
  Weight W_, b_;
};

class Dense : public LayerHandle {
 public:
  explicit Dense(std::size_t units, const DenseOptions& options = {})
      : LayerHandle(std::make_shared<DenseLayer>(units, options), options.name, options.input_shape) {}
};

}  // namespace nn::inline NN_PRECISION
