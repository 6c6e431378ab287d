#include "common/layers/simple_rnn.hpp"

namespace nn {

SimpleRNNLayer::SimpleRNNLayer(long long u, const SimpleRNNOptions& o)
    : RecurrentLayer("SimpleRNN", u, 1, recurrent_parts(o)), options(o) {}

namespace {
struct SimpleRNNMemory {
  Matrix X;     // turned round, with go_backwards
  Matrix Z, H;  // (n x T*u); H begins with h before the first time step, 0
  Matrix dZ, dh;
};
}  // namespace

void SimpleRNNLayer::forward(const Matrix& X, Matrix& Z_out, Call& call) {
  auto& [X_turned, Z, H, dZ, dh] = call.memory<SimpleRNNMemory>();
  const std::size_t n = X.n_rows, u = units, T = call.shapes[0][0];
  Z.set_size(n, T * u);
  H.set_size(n, (T + 1) * u);
  H.head_cols(u).zeros();
  affine(in_order(X, X_turned), W_.value, b_.value, Z);
  for (std::size_t t = 0; t < T; ++t) {
    Matrix z = columns(Z, t * u, u), h = columns(H, (t + 1) * u, u);
    multiply(columns(H, t * u, u), U_.value, z, true);  // z_t = x_t W + b + h_(t-1) U
    h = z;
    options.activation.activate(h);  // h_t = φ(z_t)  (notes 004, recurrent layer)
  }
  write_output(H, Z_out);
}

void SimpleRNNLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  auto& [X_turned, Z, H, dZ, dh] = call.memory<SimpleRNNMemory>();
  const ActivationFunction& phi = options.activation;
  const std::size_t n = X.n_rows, u = units, T = call.shapes[0][0];
  dZ.set_size(n, T * u);
  dh.zeros(n, u);
  for (std::size_t t = T; t-- > 0;) {
    Matrix dz = columns(dZ, t * u, u);
    add_output_gradient(delta, t, T, dh);
    dz = dh;
    phi.activate_back(phi.needs_Z ? columns(Z, t * u, u) : columns(H, (t + 1) * u, u), dz);
    multiply_A_Bt(dz, U_.value, dh);  // dh_(t-1) = dz_t U'
  }
  if (call.weights_wanted) {
    multiply_At_B(columns(H, 0, T * u), dZ, U_.gradient);  // dU = sum_t h_(t-1)' dz_t
    if (options.use_bias) sum_of_rows(dZ, b_.gradient);    // db = sum_t 1' dz_t
  }
  write_input_gradients(options.go_backwards ? X_turned : X, dZ, dX, call);
}

}  // namespace nn
