// Embedding: a table with one row of numbers for each id; words become vectors that are learned.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/functions/initializers.hpp"
#include "common/kernels/parallel.hpp"
#include "common/functions/regularizers.hpp"
#include "common/layers/tensor.hpp"

namespace nn {

struct EmbeddingOptions {
  Initializer embeddings_initializer = uniform();  // between -0.05 and 0.05
  Regularizer embeddings_regularizer = {};
  int input_length = 0;    // ids in a sample, shorter than input_shape = {...}; 0: not given
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// X (n x steps) holds whole numbers 0 ... input_dim - 1, W is (input_dim x output_dim). An input of
// shape (steps) gives (steps, output_dim): at step s of sample i stands row X(i, s) of W.
class EmbeddingLayer : public Layer {
 public:
  EmbeddingLayer(long long input_dim, long long output_dim, EmbeddingOptions options)
      : ids_(positive_count("Embedding", "input_dim", input_dim)),
        width_(positive_count("Embedding", "output_dim", output_dim)),
        options_(std::move(options)) {
    // Whole numbers up to 2^24 are exact in float32; 32 bits hold an id in the cache.
    const double limit = std::min(2.0 / std::numeric_limits<Real>::epsilon(), 4294967295.0);
    if (static_cast<double>(ids_) > limit)
      throw Error(text("Embedding: input_dim is %lld, expected at most %.0f", input_dim, limit));
    if (options_.input_length < 0)
      throw Error(
          text("Embedding: input_length is %d, expected at least 1", options_.input_length));
  }

  std::string type() const override { return "Embedding"; }

  Shape output_shape(const Shapes& inputs) const override {
    const Shape& input = single_input(inputs, 0, "(steps)");
    if (options_.input_length > 0 && input != Shape(options_.input_length))
      throw Error(text("%s: input_length is %d, got an input of shape %s", title().c_str(),
                       options_.input_length, input.str().c_str()));
    std::vector<std::size_t> sizes = input.sizes();
    sizes.push_back(width_);
    return Shape(sizes);
  }

  void build(const Shapes&, Rng& rng) override {
    W_.set(options_.embeddings_initializer.draw(ids_, width_, ids_, width_, rng));
  }

  // A large W does not fit into the processor's cache, a few of its columns do: they are taken
  // through all steps before the next ones come.
  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context&) override {
    constexpr std::size_t few = 4;
    const std::vector<std::uint32_t>& rows = read_ids(X[0], cache);
    const std::size_t n = Y.n_rows, steps = X[0].n_cols;
    in_parallel(width_, few, operations(Y), [&](std::size_t begin, std::size_t count) {
      for (std::size_t first = begin; first < begin + count; first += few)
        for (std::size_t s = 0; s < steps; ++s)
          for (std::size_t k = first; k < std::min(first + few, begin + count); ++k)
            gather(W_.value.colptr(k), rows.data() + s * n, n, Y.colptr(s * width_ + k));
    });
  }

  // Each row of W collects the gradients of the places where it was used; ids have none.
  void backward(const Inputs& X, const Matrix&, Matrix& dY, const Gradients&, Cache& cache,
                const Context&) override {
    if (!W_.gradient.wanted()) return;
    const std::vector<std::uint32_t>& rows = cache.state<std::vector<std::uint32_t>>();
    const std::size_t n = dY.n_rows, steps = X[0].n_cols;
    const bool first = W_.gradient.first();
    Matrix& dW = W_.gradient.matrix();
    in_parallel(width_, 4, operations(dY), [&](std::size_t begin, std::size_t count) {
      for (std::size_t k = begin; k < begin + count; ++k) {
        Real* dw = dW.colptr(k);
        if (first) std::fill_n(dw, ids_, Real(0));
        for (std::size_t s = 0; s < steps; ++s) {
          const std::uint32_t* row = rows.data() + s * n;
          const Real* dy = dY.colptr(s * width_ + k);
          for (std::size_t i = 0; i < n; ++i) dw[row[i]] += dy[i];
        }
      }
    });
    W_.gradient.contributed();
    // A shared layer comes here once for each of its calls, its penalty counts once.
    if (first) options_.embeddings_regularizer.add_gradient(W_.value, W_.gradient);
  }

  std::vector<Parameter> parameters() override { return {{"embeddings", &W_.value, &W_.gradient}}; }
  double penalty() const override { return options_.embeddings_regularizer.penalty(W_.value); }

  std::size_t input_dim() const { return ids_; }
  std::size_t output_dim() const { return width_; }
  const EmbeddingOptions& options() const { return options_; }

 private:
  // The ids as whole numbers, column after column.
  const std::vector<std::uint32_t>& read_ids(const Matrix& X, Cache& cache) const {
    std::vector<std::uint32_t>& rows = cache.state<std::vector<std::uint32_t>>();
    const std::size_t n = X.n_rows;
    rows.resize(X.n_elem);
    for (std::size_t k = 0; k < X.n_elem; ++k) {
      const Real id = X[k];
      if (!(id >= 0 && id < static_cast<Real>(ids_)) || id != std::floor(id))
        throw Error(
            text("%s: the id in row %zu of the batch, column %zu, is %g, expected a whole number "
                 "from 0 to "
                 "%zu",
                 title().c_str(), k % n, k / n, static_cast<double>(id), ids_ - 1));
      rows[k] = static_cast<std::uint32_t>(id);
    }
    return rows;
  }

  // Reading and writing a number here and there takes the time of several calculations.
  static double operations(const Matrix& Y) { return 20.0 * static_cast<double>(Y.n_elem); }

  // y[i] = w[row[i]], sixteen at a time: written one by one, half of the time would go into waiting
  // for y's memory.
  static void gather(const Real* w, const std::uint32_t* row, std::size_t n, Real* y) {
    constexpr std::size_t some = 16;
    std::size_t i = 0;
    Real values[some];
    for (; i + some <= n; i += some) {
      for (std::size_t k = 0; k < some; ++k) values[k] = w[row[i + k]];
      std::copy_n(values, some, y + i);
    }
    for (; i < n; ++i) y[i] = w[row[i]];
  }

  std::size_t ids_, width_;
  EmbeddingOptions options_;
  Weight W_;
};

// (steps) of ids to (steps, output_dim). Weight embeddings (input_dim x output_dim). Throws Error
// for an id that is not a whole number from 0 to input_dim - 1.
class Embedding : public LayerHandle {
 public:
  Embedding(long long input_dim, long long output_dim, const EmbeddingOptions& options = {})
      : LayerHandle(std::make_shared<EmbeddingLayer>(input_dim, output_dim, options), options.name,
                    options.input_length > 0 ? Shape(options.input_length) : options.input_shape) {}
};

}  // namespace nn
