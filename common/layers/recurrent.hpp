// What SimpleRNN, LSTM and GRU share: a sequence goes in time step by time step, and the state h
// that one leaves behind is an input of the next.
#pragma once

#include "common/kernels/products.hpp"
#include "common/layers/tensor.hpp"

namespace nn {

// The options that all three have.
struct RecurrentParts {
  bool use_bias;
  Initializer kernel_initializer, recurrent_initializer, bias_initializer;
  Regularizer kernel_regularizer, recurrent_regularizer, bias_regularizer;
  bool return_sequences, go_backwards;
};
template <class Options>
RecurrentParts recurrent_parts(const Options& o) {
  return {o.use_bias,         o.kernel_initializer, o.recurrent_initializer,
          o.bias_initializer, o.kernel_regularizer, o.recurrent_regularizer,
          o.bias_regularizer, o.return_sequences,   o.go_backwards};
}

// X (n x T*d), W (d x gates*u), U (u x gates*u), b (1 x gates*u). The output is h after the last
// time step (n x u), or after each of them (n x T*u).
//
// The shares of the inputs, x_t W + b, do not wait for each other: they are one product before the
// first time step, and dW, db and dX one after the last.
class RecurrentLayer : public Layer {
 public:
  RecurrentLayer(const char* type, long long u, std::size_t gates, const RecurrentParts& parts);
  Shape build(const Shape& sequence) override;
  std::vector<Weight*> weights() override;
  const std::size_t units;

 protected:
  // X in the order in which its time steps are gone through; `memory` holds it where that is not
  // X's own.
  const Matrix& in_order(const Matrix& X, Matrix& memory) const;

  // What all three write after their loop, from dZ of all time steps (n x T*gates*u).
  void write_input_gradients(const Matrix& X, const Matrix& dZ, Matrix* dX, Call& call);

  // Z from the states H (n x (T + 1)*u): h before the first time step, after it, ...
  void write_output(const Matrix& H, Matrix& Z) const;
  // dh += what delta says about the state after time step t.
  void add_output_gradient(const Matrix& delta, std::size_t t, std::size_t T, Matrix& dh) const;

  Weight W_, U_, b_;

 private:
  std::size_t gates_;
  bool use_bias_, return_sequences_, go_backwards_;
};

}  // namespace nn
