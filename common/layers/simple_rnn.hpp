// SimpleRNN: a dense layer that also sees its own last answer, h_t = phi(x_t W + h_(t-1) U + b).
#pragma once

#include "common/layers/recurrent.hpp"

namespace nn {

struct SimpleRNNOptions {
  ActivationFunction activation = tanh;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform;
  Initializer recurrent_initializer = orthogonal();
  Initializer bias_initializer = zeros;
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  bool return_sequences = false;  // h after every step, (steps, units), instead of after the last
  bool go_backwards = false;      // begins at the end of the sequence
  Shape input_shape = {};         // for the first layer of a Sequential
  std::string name = "";
};

// X (n x T*d), W (d x u), U (u x u), b (1 x u), Z (n x u) or (n x T*u).
class SimpleRNNLayer : public RecurrentLayer {
 public:
  SimpleRNNLayer(long long u, const SimpleRNNOptions& options);
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  const SimpleRNNOptions options;
};

// (steps, features) to (units), the last state, or with return_sequences to (steps, units).
struct SimpleRNN : LayerHandle {
  explicit SimpleRNN(long long units, const SimpleRNNOptions& options = {})
      : LayerHandle(std::make_shared<SimpleRNNLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
