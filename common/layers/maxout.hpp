// Maxout: H = max(XW_1 + b_1, XW_2 + b_2, ...) (Goodfellow et al. 2013).
#pragma once

#include "common/kernels/affine.hpp"
#include "common/functions/initializers.hpp"
#include "common/functions/regularizers.hpp"
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
  MaxoutLayer(long long units, MaxoutOptions options)
      : units_(positive_count("Maxout", "units", units)),
        pieces_(positive_count("Maxout", "pieces", options.pieces)),
        options_(std::move(options)) {}

  std::string type() const override { return "Maxout"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 1, "(features)");
    if (built) require_features(input, W_.value.n_rows);
    return Shape(units_);
  }

  void build(const Shapes& inputs, Rng& rng) override {
    const std::size_t d = inputs[0][0], columns = pieces_ * units_;
    W_.set(options_.kernel_initializer.draw(d, columns, d, units_, rng));  // each piece's own fans
    if (options_.use_bias) b_.set(options_.bias_initializer.draw(1, columns, units_, units_, rng));
  }

  void forward(const Inputs& X, Matrix& H, Cache& cache, const Context&) override {
    Matrix& Z = cache.matrix(0, H.n_rows, pieces_ * units_);
    affine(X[0], W_.value, b_.value, Z);  // Z = XW + b
    H = columns(Z, 0, units_);
    for (std::size_t piece = 1; piece < pieces_; ++piece) {
      const Real* z = Z.colptr(piece * units_);
      Real* h = H.memptr();
      for (std::size_t k = 0; k < H.n_elem; ++k)
        h[k] = z[k] > h[k] ? z[k] : h[k];  // max over pieces
    }
  }

  void backward(const Inputs& X, const Matrix& H, Matrix& dH, const Gradients& dX, Cache& cache,
                const Context&) override {
    if (W_.gradient.first()) options_.kernel_regularizer.add_gradient(W_.value, W_.gradient);
    if (b_.gradient.first()) options_.bias_regularizer.add_gradient(b_.value, b_.gradient);

    // The gradient goes to the piece that is the largest, to the first of them where several are.
    const Matrix& Z = cache.matrix(0);
    Matrix& dZ = cache.matrix(1, Z.n_rows, Z.n_cols);
    Real* dh = dH.memptr();
    for (std::size_t piece = 0; piece < pieces_; ++piece) {
      const Real *z = Z.colptr(piece * units_), *h = H.memptr();
      Real* dz = dZ.colptr(piece * units_);
      for (std::size_t k = 0; k < H.n_elem; ++k) {
        const bool largest = z[k] == h[k];
        dz[k] = largest ? dh[k] : Real(0);
        dh[k] = largest ? Real(0) : dh[k];  // nothing is left for the next piece
      }
    }
    W_.gradient.add(X[0].t() * dZ);                           // dW = X'dZ
    if (options_.use_bias) add_column_sums(dZ, b_.gradient);  // db = 1'dZ
    dX[0].add(dZ * W_.value.t());                             // dX = dZ W'
  }

  std::vector<Parameter> parameters() override {
    if (!options_.use_bias) return {{"kernel", &W_.value, &W_.gradient}};
    return {{"kernel", &W_.value, &W_.gradient}, {"bias", &b_.value, &b_.gradient}};
  }
  double penalty() const override {
    return options_.kernel_regularizer.penalty(W_.value) +
           options_.bias_regularizer.penalty(b_.value);
  }

  std::size_t units() const { return units_; }
  const MaxoutOptions& options() const { return options_; }

 private:
  std::size_t units_, pieces_;
  MaxoutOptions options_;
  Weight W_, b_;
};

// (features) to (units).
class Maxout : public LayerHandle {
 public:
  explicit Maxout(long long units, const MaxoutOptions& options = {})
      : LayerHandle(std::make_shared<MaxoutLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
