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

// X (n x steps*d), W (d x u), U (u x u), b (1 x u), Y (n x u) or (n x steps*u).
class SimpleRNNLayer : public RecurrentLayer {
 public:
  SimpleRNNLayer(long long units, const SimpleRNNOptions& options)
      : RecurrentLayer("SimpleRNN", units, 1, options),
        phi_(options.activation),
        options_(options) {}

  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context&) override {
    const std::size_t n = Y.n_rows, u = units_, steps = X.shape(0)[0];
    Matrix& Z = cache.matrix(0, n, steps * u);
    Matrix& H = cache.matrix(1, n, (steps + 1) * u);  // h before the first step (0), after it, ...
    columns(H, 0, u).zeros();
    multiply_inputs(X[0], Z);
    for (std::size_t t = 0; t < steps; ++t) {
      Matrix z = columns(Z, t * u, u), h = columns(H, (t + 1) * u, u);
      add_product(columns(H, t * u, u), U_.value, z,
                  pointers(cache));  // z_t = x_t W + b + h_(t-1) U
      activate(phi_, z, h);          // h_t = phi(z_t)
    }
    write_output(H, Y);
  }

  void backward(const Inputs& X, const Matrix& Y, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    const std::size_t n = Y.n_rows, u = units_, steps = X.shape(0)[0];
    const Matrix &Z = cache.matrix(0), &H = cache.matrix(1);
    Matrix& dZ = cache.matrix(2, n, steps * u);
    Matrix& dh = cache.matrix(3, n, u);
    add_penalty_gradients();
    dh.zeros();
    for (std::size_t t = steps; t-- > 0;) {
      Matrix dz = columns(dZ, t * u, u);
      add_output_gradient(dY, t, steps, dh);
      activate_back(phi_, columns(Z, t * u, u), columns(H, (t + 1) * u, u), dh, dz);
      U_.gradient.add(columns(H, t * u, u).t() * dz);  // dU = sum of h_(t-1)' dz_t
      dh.zeros();
      add_product_transposed(dz, U_.value, dh, pointers(cache));  // dh_(t-1) = dz_t U'
    }
    add_input_gradients(X[0], dZ, dX[0], cache);  // dW, db, dX
  }

  const SimpleRNNOptions& options() const { return options_; }

 private:
  ActivationFunction phi_;
  SimpleRNNOptions options_;
};

// (steps, features) to (units), the last state, or with return_sequences to (steps, units).
class SimpleRNN : public LayerHandle {
 public:
  explicit SimpleRNN(long long units, const SimpleRNNOptions& options = {})
      : LayerHandle(std::make_shared<SimpleRNNLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
