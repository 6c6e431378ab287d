#include "common/layers/embedding.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "common/kernels/parallel.hpp"

namespace nn {

EmbeddingLayer::EmbeddingLayer(long long ids, long long width, const EmbeddingOptions& o)
    : Layer("Embedding"),
      input_dim(positive_count("Embedding", "input_dim", ids)),
      output_dim(positive_count("Embedding", "output_dim", width)),
      options(o),
      W_{"embeddings", o.embeddings_initializer, o.embeddings_regularizer} {
  // Whole numbers up to 2^24 are exact in float32; 32 bits hold an id in the memory of a call.
  const double limit = std::min(2.0 / std::numeric_limits<Real>::epsilon(), 4294967295.0);
  if (static_cast<double>(input_dim) > limit)
    throw Error(text("Embedding: input_dim is %lld, expected at most %.0f", ids, limit));
  if (options.input_length < 0)
    throw Error(text("Embedding: input_length is %d, expected at least 1", options.input_length));
}

Shape EmbeddingLayer::build(const Shape& input) {
  require_rank(input, 0, "(steps)");
  if (options.input_length > 0 && input != Shape(options.input_length))
    throw Error(text("%s: input_length is %d, got an input of shape %s", title().c_str(),
                     options.input_length, input.str().c_str()));
  W_.has_size(input_dim, output_dim);
  std::vector<std::size_t> sizes = input.sizes();
  sizes.push_back(output_dim);
  return Shape(sizes);
}

namespace {

struct EmbeddingMemory {
  std::vector<std::uint32_t> rows;  // X as whole numbers, column after column
};

// Reading and writing a number here and there takes the time of several calculations.
double operations(const Matrix& Z) { return 20.0 * static_cast<double>(Z.n_elem); }

// z[i] = w[row[i]], sixteen at a time: written one by one, half of the time would go into waiting
// for z's memory.
void gather(const Real* w, const std::uint32_t* row, std::size_t n, Real* z) {
  constexpr std::size_t some = 16;
  Real values[some];
  std::size_t i = 0;
  for (; i + some <= n; i += some) {
    for (std::size_t k = 0; k < some; ++k) values[k] = w[row[i + k]];
    std::copy_n(values, some, z + i);
  }
  for (; i < n; ++i) z[i] = w[row[i]];
}

}  // namespace

// A large W does not fit into the processor's cache, a few of its columns do: they are taken
// through all time steps before the next ones come.
void EmbeddingLayer::forward(const Matrix& X, Matrix& Z, Call& call) {
  std::vector<std::uint32_t>& rows = call.memory<EmbeddingMemory>().rows;
  const std::size_t n = X.n_rows, T = X.n_cols;
  rows.resize(X.n_elem);
  for (std::size_t k = 0; k < X.n_elem; ++k) {
    const Real id = X[k];
    if (!(id >= 0 && id < static_cast<Real>(input_dim)) || id != std::floor(id))
      throw Error(
          text("%s: the id in row %zu of the batch, column %zu, is %g, expected a whole "
               "number from 0 to %zu",
               title().c_str(), k % n, k / n, static_cast<double>(id), input_dim - 1));
    rows[k] = static_cast<std::uint32_t>(id);
  }
  constexpr std::size_t few = 4;
  in_parallel(output_dim, few, operations(Z), [&](std::size_t begin, std::size_t count) {
    for (std::size_t first = begin; first < begin + count; first += few)
      for (std::size_t t = 0; t < T; ++t)
        for (std::size_t k = first; k < std::min(first + few, begin + count); ++k)
          gather(W_.value.colptr(k), rows.data() + t * n, n, Z.colptr(t * output_dim + k));
  });
}

// Each row of W collects the gradients of the places where it was used; ids have none.
void EmbeddingLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  const std::vector<std::uint32_t>& rows = call.memory<EmbeddingMemory>().rows;
  const std::size_t n = X.n_rows, T = X.n_cols;
  if (dX) dX->zeros();
  if (!call.weights_wanted) return;
  in_parallel(output_dim, 4, operations(delta), [&](std::size_t begin, std::size_t count) {
    for (std::size_t k = begin; k < begin + count; ++k) {
      Real* dw = W_.gradient.colptr(k);
      std::fill_n(dw, input_dim, Real(0));
      for (std::size_t t = 0; t < T; ++t) {
        const std::uint32_t* row = rows.data() + t * n;
        const Real* d = delta.colptr(t * output_dim + k);
        for (std::size_t i = 0; i < n; ++i) dw[row[i]] += d[i];  // dW = one-hot(X)' delta
      }
    }
  });
}

}  // namespace nn
