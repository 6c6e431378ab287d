// Embedding: a table with one row of numbers for each id; words become vectors that are learned.
#pragma once

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
  EmbeddingLayer(long long ids, long long width, const EmbeddingOptions& options);
  Shape build(const Shape& input) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  std::vector<Weight*> weights() override { return {&W_}; }

  const std::size_t input_dim, output_dim;
  const EmbeddingOptions options;

 private:
  Weight W_;
};

// (steps) of ids to (steps, output_dim). Weight embeddings (input_dim x output_dim). Throws Error
// for an id that is not a whole number from 0 to input_dim - 1.
struct Embedding : LayerHandle {
  Embedding(long long input_dim, long long output_dim, const EmbeddingOptions& options = {})
      : LayerHandle(std::make_shared<EmbeddingLayer>(input_dim, output_dim, options), options.name,
                    options.input_length > 0 ? Shape(options.input_length) : options.input_shape) {}
};

}  // namespace nn
