// GRU: a state h that two gates renew, with fewer weights than an LSTM (Cho et al. 2014).
#pragma once

#include "common/layers/recurrent.hpp"

namespace nn {

struct GRUOptions {
  ActivationFunction activation = tanh;
  ActivationFunction recurrent_activation = sigmoid;
  bool use_bias = true;
  Initializer kernel_initializer = glorot_uniform;
  Initializer recurrent_initializer = orthogonal();
  Initializer bias_initializer = zeros;
  Regularizer kernel_regularizer = {};
  Regularizer recurrent_regularizer = {};
  Regularizer bias_regularizer = {};
  bool return_sequences = false;  // h after every step, (steps, units), instead of after the last
  bool go_backwards = false;      // begins at the end of the sequence
  bool reset_after = true;        // true: h U, then the reset gate; false: as in the paper
  Shape input_shape = {};         // for the first layer of a Sequential
  std::string name = "";
};

// With s the gates' activation (sigmoid), phi the activation (tanh) and h = h_(t-1):
//
//   z = s(x_t W_z + h U_z + b_z)                         update gate: how much of the old stays
//   r = s(x_t W_r + h U_r + b_r)                         reset gate: how much of the old is seen
//   g = phi(x_t W_g + b_g + r (h U_g + b'_g))            what is new, reset_after
//   g = phi(x_t W_g + b_g + (r h) U_g)                   the same, not reset_after
//   h_t = z h + (1 - z) g
//
// X (n x T*d), Z (n x u) or (n x T*u). The three kernels stand side by side in Keras's
// order: W = [W_z W_r W_g] (d x 3u), U (u x 3u). With reset_after b is (2 x 3u), the second row b'
// belongs to h U; else (1 x 3u).
class GRULayer : public RecurrentLayer {
 public:
  GRULayer(long long u, const GRUOptions& options);
  Shape build(const Shape& sequence) override;
  void forward(const Matrix& X, Matrix& Z, Call& call) override;
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) override;
  const GRUOptions options;
};

// (steps, features) to (units), the last state, or with return_sequences to (steps, units).
struct GRU : LayerHandle {
  explicit GRU(long long units, const GRUOptions& options = {})
      : LayerHandle(std::make_shared<GRULayer>(units, options), options.name, options.input_shape) {
  }
};

}  // namespace nn
