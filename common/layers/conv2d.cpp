#include "common/layers/conv2d.hpp"

#include "common/kernels/convolution.hpp"
#include "common/kernels/parallel.hpp"

namespace nn {

Conv2DLayer::Conv2DLayer(long long m, Size2D window, const Conv2DOptions& o)
    : Layer("Conv2D", o.activation),
      filters(positive_count("Conv2D", "filters", m)),
      kernel_size(window),
      options(o),
      W_{"kernel", o.kernel_initializer, o.kernel_regularizer},
      b_{"bias", o.bias_initializer, o.bias_regularizer} {
  require_positive("Conv2D", "kernel_size", window);
  require_positive("Conv2D", "strides", o.strides);
}

Shape Conv2DLayer::build(const Shape& image) {
  require_rank(image, 3, "(height, width, channels)");
  const Windows windows = windows_over(image);
  require_windows(title(), windows, image);
  const std::size_t cells = kernel_size.height * kernel_size.width, channels = image[2];
  if (W_.rows > 0 && W_.rows != cells * channels)
    throw Error(text("%s: the input has %zu channels, the weights expect %zu (input shape %s)",
                     title().c_str(), channels, W_.rows / cells, image.str().c_str()));
  W_.has_size(cells * channels, filters, cells * channels, cells * filters);
  b_.has_length(filters);
  return windows.output(filters);
}

std::vector<Weight*> Conv2DLayer::weights() {
  return options.use_bias ? std::vector{&W_, &b_} : std::vector{&W_};
}

namespace {

struct Conv2DMemory {
  Matrix G;  // [dW; db] of each share of the windows
};

// The windows are shared out among the threads, each share in blocks:
// work(convolution, share, first window, how many).
constexpr std::size_t shares = 8;
template <class Work>
void each_block(const Windows& windows, std::size_t n, std::size_t filters, Work work) {
  auto& memories = Convolution::memories(windows, n, filters);
  const double operations = Convolution(windows, n, filters, memories[0]).operations();
  in_parallel(shares, 1, operations, [&](std::size_t first_share, std::size_t count) {
    Convolution convolution(windows, n, filters,
                            memories[static_cast<std::size_t>(thread_number())]);
    for (std::size_t share = first_share; share < first_share + count; ++share) {
      const std::size_t end = (share + 1) * windows.count() / shares;
      for (std::size_t first = share * windows.count() / shares; first < end;
           first += convolution.block())
        work(convolution, share, first, std::min(convolution.block(), end - first));
    }
  });
}

}  // namespace

void Conv2DLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  each_block(windows_over(call.shapes[0]), X.n_rows, filters,
             [&](Convolution& convolution, std::size_t, std::size_t first, std::size_t count) {
               convolution.forward(X, first, count, W_.value, b_.value, Z);  // Z = patch W + b
             });
}

void Conv2DLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  const Windows windows = windows_over(call.shapes[0]);
  if (call.weights_wanted) {
    // Every share of the windows has its own [dW; db]. They are added up in the end, always in this
    // order: the result is the same with any number of threads.
    const std::size_t cells = W_.value.n_rows;
    Matrix& G = call.memory<Conv2DMemory>().G;
    G.zeros(cells + 1, shares * filters);
    each_block(
        windows, X.n_rows, filters,
        [&](Convolution& convolution, std::size_t share, std::size_t first, std::size_t count) {
          Matrix g = columns(G, share * filters, filters);
          convolution.add_weight_gradients(X, first, count, delta,
                                           g);  // dW = sum_p patch_p' delta_p
        });
    Matrix sum = columns(G, 0, filters);
    for (std::size_t share = 1; share < shares; ++share)
      sum += columns(G, share * filters, filters);
    W_.gradient = sum.head_rows(cells);
    if (options.use_bias) b_.gradient = sum.row(cells);  // db = sum_p 1' delta_p
  }
  if (!dX) return;
  dX->zeros();
  Convolution convolution(windows, X.n_rows, filters,
                          Convolution::memories(windows, X.n_rows, filters)[0]);
  for (std::size_t first = 0; first < windows.count(); first += convolution.block())
    convolution.add_input_gradients(delta, first,
                                    std::min(convolution.block(), windows.count() - first),
                                    W_.value, *dX);  // dpatch_p = delta_p W', where it came from
}

}  // namespace nn
