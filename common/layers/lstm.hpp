// LSTM: a memory c that three gates protect (Hochreiter and Schmidhuber 1997; the forget gate is
// that of Gers, Schmidhuber and Cummins 2000).
#pragma once

#include "common/layers/recurrent.hpp"

namespace nn {

struct LSTMOptions {
  ActivationFunction activation = tanh;
  ActivationFunction recurrent_activation = sigmoid;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform;
  Initializer recurrent_initializer = orthogonal();
  Initializer bias_initializer = zeros;
  bool unit_forget_bias = true;  // the forget gate's bias starts at 1: first remember, then learn
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  bool return_sequences = false;  // h after every step, (steps, units), instead of after the last
  bool go_backwards = false;      // begins at the end of the sequence
  Shape input_shape = {};         // for the first layer of a Sequential
  std::string name = "";
};

// With s the gates' activation (sigmoid) and phi the activation (tanh):
//
//   i = s(x_t W_i + h_(t-1) U_i + b_i)       input gate: how much of the new is written
//   f = s(x_t W_f + h_(t-1) U_f + b_f)       forget gate: how much of the old stays
//   g = phi(x_t W_g + h_(t-1) U_g + b_g)     what is new
//   o = s(x_t W_o + h_(t-1) U_o + b_o)       output gate: how much is shown
//   c_t = f c_(t-1) + i g,   h_t = o phi(c_t)
//
// X (n x T*d), Z (n x u) or (n x T*u). The four kernels stand side by side in Keras's
// order: W = [W_i W_f W_g W_o] (d x 4u), U (u x 4u), b (1 x 4u).
class LSTMLayer : public RecurrentLayer {
 public:
  LSTMLayer(long long u, const LSTMOptions& options);
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  const LSTMOptions options;
};

// (steps, features) to (units), the last output, or with return_sequences to (steps, units).
struct LSTM : LayerHandle {
  explicit LSTM(long long units, const LSTMOptions& options = {})
      : LayerHandle(std::make_shared<LSTMLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
