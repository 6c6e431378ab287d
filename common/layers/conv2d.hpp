// Conv2D: the same small W at every place of an image, H = phi(patch W + b).
#pragma once

#include "common/kernels/convolution.hpp"
#include "common/functions/initializers.hpp"
#include "common/kernels/parallel.hpp"
#include "common/functions/regularizers.hpp"
#include "common/layers/tensor.hpp"

namespace nn {

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
      throw Error(text("%s: the input has %zu channels, the weights expect %zu (input shape %s)",
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
    each_block(windows, H.n_rows,
               [&](Convolution& convolution, std::size_t, std::size_t first, std::size_t count) {
                 convolution.forward(X[0], first, count, W_.value, b_.value, Z);  // Z = patch W + b
                 for (std::size_t p = first; p < first + count && !phi.is_linear(); ++p) {
                   Matrix h = answers(H, p);
                   phi.apply(answers(Z, p), h, phi.alpha);  // H = phi(Z)
                 }
               });
  }

  void backward(const Inputs& X, const Matrix& H, Matrix& dH, const Gradients& dX, Cache& cache,
                const Context& context) override {
    // A shared layer comes here once for each of its calls, its penalty counts once.
    if (W_.gradient.first()) options_.kernel_regularizer.add_gradient(W_.value, W_.gradient);
    if (b_.gradient.first()) options_.bias_regularizer.add_gradient(b_.value, b_.gradient);

    const ActivationFunction& phi = options_.activation;
    const Windows windows = windows_over(X.shape(0));
    const Matrix& Z = phi.needs_Z ? cache.matrix(0) : H;
    const bool through_phi = !phi.is_linear() && !context.joined_with_loss;
    const std::size_t cells = W_.value.n_rows;
    // Every share of the windows has its own [dW; db]. They are added up in the end, always in this
    // order: the result is the same with any number of threads.
    Matrix& G = cache.matrix(1, cells + 1, shares * filters_);
    G.zeros();
    each_block(
        windows, H.n_rows,
        [&](Convolution& convolution, std::size_t share, std::size_t first, std::size_t count) {
          for (std::size_t p = first; p < first + count && through_phi; ++p) {
            Matrix dz = answers(dH, p);
            phi.jacobian_product(answers(Z, p), answers(H, p), dz, dz,
                                 phi.alpha);  // dZ = phi'(Z) dH
          }
          Matrix g = columns(G, share * filters_, filters_);
          if (W_.gradient.wanted())
            convolution.add_weight_gradients(X[0], first, count, dH, g);  // dW = sum of patch' dZ
        });
    Matrix sum = columns(G, 0, filters_);
    for (std::size_t share = 1; share < shares; ++share)
      sum += columns(G, share * filters_, filters_);
    W_.gradient.add(sum.head_rows(cells));
    if (options_.use_bias) b_.gradient.add(sum.row(cells));  // db = sum of 1' dZ

    if (!dX[0].wanted()) return;
    Convolution convolution(windows, H.n_rows, filters_,
                            Convolution::memories(windows, H.n_rows, filters_)[0]);
    Matrix& dx = dX[0].sum();  // patches overlap: theirs are added one after the other
    for (std::size_t first = 0; first < windows.count(); first += convolution.block()) {
      const std::size_t count = std::min(convolution.block(), windows.count() - first);
      convolution.add_input_gradients(dH, first, count, W_.value, dx);  // dZ W'
    }
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

  std::size_t filters() const { return filters_; }
  Size2D kernel_size() const { return kernel_size_; }
  const Conv2DOptions& options() const { return options_; }

 private:
  Windows windows_over(const Shape& image) const {
    return Windows(image, kernel_size_, options_.strides, options_.padding);
  }
  // The windows are shared out among the threads, each share in blocks:
  // work(convolution, share, first window, how many).
  static constexpr std::size_t shares = 8;
  template <class Work>
  void each_block(const Windows& windows, std::size_t n, Work work) const {
    auto& memories = Convolution::memories(windows, n, filters_);
    const double operations = Convolution(windows, n, filters_, memories[0]).operations();
    in_parallel(shares, 1, operations, [&](std::size_t first_share, std::size_t count) {
      Convolution convolution(windows, n, filters_,
                              memories[static_cast<std::size_t>(thread_number())]);
      for (std::size_t share = first_share; share < first_share + count; ++share) {
        const std::size_t end = (share + 1) * windows.count() / shares;
        for (std::size_t first = share * windows.count() / shares; first < end;
             first += convolution.block())
          work(convolution, share, first, std::min(convolution.block(), end - first));
      }
    });
  }
  // The filters' answers at window p, n x filters.
  Matrix answers(Matrix& H, std::size_t p) const { return columns(H, p * filters_, filters_); }
  const Matrix answers(const Matrix& H, std::size_t p) const {
    return columns(H, p * filters_, filters_);
  }

  std::size_t filters_;
  Size2D kernel_size_;
  Conv2DOptions options_;
  Weight W_, b_;
};

// (height, width, channels) to (rows, columns, filters). Weights kernel (cells of a window *
// channels x filters), bias (1 x filters).
class Conv2D : public LayerHandle {
 public:
  Conv2D(long long filters, Size2D kernel_size, const Conv2DOptions& options = {})
      : LayerHandle(std::make_shared<Conv2DLayer>(filters, kernel_size, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
