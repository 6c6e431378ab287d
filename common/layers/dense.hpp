// Dense: H = phi(XW + b), every input joined to every unit.
#pragma once

#include "common/kernels/affine.hpp"
#include "common/functions/initializers.hpp"
#include "common/functions/regularizers.hpp"
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

// X (n x d), W (d x units), b (1 x units), H (n x units). An input of higher rank is taken apart
// along its last axis: (steps, d) gives (steps, units), the same W and b at every step.
class DenseLayer : public Layer {
 public:
  DenseLayer(long long units, DenseOptions options)
      : units_(positive_count("Dense", "units", units)), options_(std::move(options)) {}

  std::string type() const override { return "Dense"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 0, "(features) or (steps, features)");
    if (built) require_features(input, W_.value.n_rows);
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
    Matrix& Z = phi().needs_Z ? cache.matrix(0, H.n_rows, H.n_cols) : H;
    const std::size_t d = W_.value.n_rows, steps = H.n_cols / units_;
    if (steps == 1) return forward_step(X[0], Z, H);
    for (std::size_t t = 0; t < steps; ++t) {
      const Matrix x = columns(X[0], t * d, d);
      Matrix z = columns(Z, t * units_, units_), h = columns(H, t * units_, units_);
      forward_step(x, z, h);
    }
  }

  void backward(const Inputs& X, const Matrix& H, Matrix& dH, const Gradients& dX, Cache& cache,
                const Context& context) override {
    // A shared layer comes here once for each of its calls, its penalty counts once.
    if (W_.gradient.first()) options_.kernel_regularizer.add_gradient(W_.value, W_.gradient);
    if (b_.gradient.first()) options_.bias_regularizer.add_gradient(b_.value, b_.gradient);

    const Matrix& Z = phi().needs_Z ? cache.matrix(0) : H;
    const bool through_phi = !phi().is_linear() && !context.joined_with_loss;
    const std::size_t d = W_.value.n_rows, steps = H.n_cols / units_;
    if (steps == 1) {
      backward_step(X[0], Z, H, dH, through_phi);
      if (dX[0].wanted())
        add_input_gradient(dH, W_.value, dX[0].first(), dX[0].matrix());  // dX = dZ W'
      dX[0].contributed();
      return;
    }
    for (std::size_t t = 0; t < steps; ++t) {
      const Matrix x = columns(X[0], t * d, d), z = columns(Z, t * units_, units_),
                   h = columns(H, t * units_, units_);
      Matrix dh = columns(dH, t * units_, units_);
      backward_step(x, z, h, dh, through_phi);
      if (!dX[0].wanted()) continue;
      Matrix dx = columns(dX[0].matrix(), t * d, d);
      add_input_gradient(dh, W_.value, dX[0].first(), dx);
    }
    dX[0].contributed();
  }

  std::vector<Parameter> parameters() override {
    if (!options_.use_bias) return {{"kernel", &W_.value, &W_.gradient}};
    return {{"kernel", &W_.value, &W_.gradient}, {"bias", &b_.value, &b_.gradient}};
  }
  const ActivationFunction* output_activation() const override { return &options_.activation; }
  double penalty() const override {
    return options_.kernel_regularizer.penalty(W_.value) +
           options_.bias_regularizer.penalty(b_.value);
  }

  std::size_t units() const { return units_; }
  const DenseOptions& options() const { return options_; }

 private:
  const ActivationFunction& phi() const { return options_.activation; }

  void forward_step(const Matrix& x, Matrix& z, Matrix& h) const {
    affine(x, W_.value, b_.value, z);                        // Z = XW + b
    if (!phi().is_linear()) phi().apply(z, h, phi().alpha);  // H = phi(Z)
  }
  // dh becomes dz.
  void backward_step(const Matrix& x, const Matrix& z, const Matrix& h, Matrix& dh,
                     bool through_phi) {
    if (through_phi) phi().jacobian_product(z, h, dh, dh, phi().alpha);  // dZ = phi'(Z) dH
    add_weight_gradient(x, dh, W_.gradient);                             // dW = X'dZ
    if (options_.use_bias) add_column_sums(dh, b_.gradient);             // db = 1'dZ
  }

  std::size_t units_;
  DenseOptions options_;
  Weight W_, b_;
};

// (features) to (units); of more axes the last becomes `units`. Weights kernel (features x units),
// bias (1 x units). Throws Error for units below 1 and for other features than at first.
class Dense : public LayerHandle {
 public:
  explicit Dense(long long units, const DenseOptions& options = {})
      : LayerHandle(std::make_shared<DenseLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
