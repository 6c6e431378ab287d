// Conv2D: the same small W at every place of an image, H = phi(patch W + b).
#pragma once

#include "common/affine.hpp"
#include "common/im2col.hpp"
#include "common/initializers.hpp"
#include "common/regularizers.hpp"
#include "common/steps.hpp"
#include "common/tensor.hpp"

namespace nn::inline NN_PRECISION {

struct Conv2DOptions {
  Size2D strides = {1, 1};
  Padding padding = Padding::valid;
  ActivationFunction activation = linear;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform;
  Initializer bias_initializer = zeros;
  Regularizer kernel_regularizer = {};
  Regularizer bias_regularizer = {};
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// X (n x height*width*c), W (kh*kw*c x filters), b (1 x filters), H (n x windows*filters). W is
// Keras's array (kh, kw, c, filters) in its order. Like everywhere in deep learning the kernel is
// not mirrored: what is computed is a cross-correlation.
class Conv2DLayer : public Layer {
 public:
  Conv2DLayer(long long filters, Size2D kernel_size, Conv2DOptions options)
      : filters_(positive_count("Conv2D", "filters", filters)),
        kernel_size_(kernel_size),
        options_(std::move(options)) {
    require_positive("Conv2D", "kernel_size", kernel_size);
    require_positive("Conv2D", "strides", options_.strides);
  }

  std::string type() const override { return "Conv2D"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& image = single_input(inputs, 3, "(height, width, channels)");
    const Windows windows = windows_over(image);
    require_windows(title(), windows, image);
    const std::size_t expected = W_.value.n_rows / (kernel_size_.height * kernel_size_.width);
    if (built && image[2] != expected)
      throw Error(text("%s: the input has %zu channels, W expects %zu (input shape %s)",
                       title().c_str(), image[2], expected, image.str().c_str()));
    return windows.output(filters_);
  }

  void build(const Shapes& inputs, Rng& rng) override {
    const std::size_t cells = kernel_size_.height * kernel_size_.width, c = inputs[0][2];
    W_.set(options_.kernel_initializer.draw(cells * c, filters_, cells * c, cells * filters_, rng));
    if (options_.use_bias)
      b_.set(options_.bias_initializer.draw(1, filters_, filters_, filters_, rng));
  }

  void forward(const Inputs& X, Matrix& H, Cache& cache, const Context&) override {
    const ActivationFunction& phi = options_.activation;
    const Windows windows = windows_over(X.shape(0));
    Matrix& Z = phi.needs_Z ? cache.matrix(0, H.n_rows, H.n_cols) : H;
    for_blocks(
        windows, H.n_rows, cache, [&](std::size_t first, std::size_t count, Matrix& P, Matrix& S) {
          im2col(X[0], windows, first, count, P);
          affine(P, W_.value, b_.value, S);  // Z = patch W + b
          unstack_steps(S, first, count, Z);
          for (std::size_t window = first; window < first + count && !phi.is_linear(); ++window) {
            Matrix h = at(H, window);
            phi.apply(at(Z, window), h, phi.alpha);  // H = phi(Z)
          }
        });
  }

  void backward(const Inputs& X, const Matrix& H, Matrix& dH, const Gradients& dX, Cache& cache,
                const Context& context) override {
    const ActivationFunction& phi = options_.activation;
    const Windows windows = windows_over(X.shape(0));
    const Matrix& Z = phi.needs_Z ? cache.matrix(0) : H;
    if (W_.gradient.first()) options_.kernel_regularizer.add_gradient(W_.value, W_.gradient);
    if (b_.gradient.first()) options_.bias_regularizer.add_gradient(b_.value, b_.gradient);
    if (dX[0].wanted()) dX[0].sum();  // patches overlap: theirs are added one after the other
    for_blocks(windows, H.n_rows, cache,
               [&](std::size_t first, std::size_t count, Matrix& P, Matrix& dS) {
                 if (!phi.is_linear() && !context.joined_with_loss)
                   for (std::size_t window = first; window < first + count; ++window) {
                     Matrix dz = at(dH, window);
                     phi.jacobian_product(at(Z, window), at(H, window), dz, dz,
                                          phi.alpha);  // dZ = phi'(Z) dH
                   }
                 stack_steps(dH, first, count, dS);
                 im2col(X[0], windows, first, count, P);
                 W_.gradient.add(P.t() * dS);                              // dW = patches' dZ
                 if (options_.use_bias) add_column_sums(dS, b_.gradient);  // db = 1' dZ
                 if (dX[0].wanted()) {
                   P = dS * W_.value.t();  // dpatch = dZ W'
                   add_col2im(P, windows, first, count, dX[0].matrix());
                 }
               });
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

 private:
  Windows windows_over(const Shape& image) const {
    return Windows(image, kernel_size_, options_.strides, options_.padding);
  }
  // The filters' answers at one window, n x filters.
  Matrix at(Matrix& H, std::size_t window) const { return columns(H, window * filters_, filters_); }
  const Matrix at(const Matrix& H, std::size_t window) const {
    return columns(H, window * filters_, filters_);
  }

  // The windows in blocks whose patches P and answers S stay in the processor's cache.
  template <class Action>
  void for_blocks(const Windows& windows, std::size_t n, Cache& cache, Action action) const {
    const std::size_t cells = W_.value.n_rows, widest = std::max(cells, filters_);
    const std::size_t block = std::clamp<std::size_t>(65536 / (n * widest), 1, windows.count());
    for (std::size_t first = 0; first < windows.count(); first += block) {
      const std::size_t count = std::min(block, windows.count() - first);
      action(first, count, cache.matrix(1, count * n, cells), cache.matrix(2, count * n, filters_));
    }
  }

  std::size_t filters_;
  Size2D kernel_size_;
  Conv2DOptions options_;
  Weight W_, b_;
};

class Conv2D : public LayerHandle {
 public:
  Conv2D(long long filters, Size2D kernel_size, const Conv2DOptions& options = {})
      : LayerHandle(std::make_shared<Conv2DLayer>(filters, kernel_size, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn::inline NN_PRECISION
