// Back propagation through time, with the reset gate before or after its product: two chain rules
// make this file longer than a layer should be.
#include "common/layers/gru.hpp"

#include "common/kernels/sums.hpp"

namespace nn {

namespace {

struct GRUMemory {
  Matrix X;     // turned round, with go_backwards
  Matrix Z, G;  // (n x T*3u): what the activations are applied to, and z r g
  Matrix V;     // (n x T*u): reset_after: h U_g + b'_g; else: r ∘ h
  Matrix H;     // (n x (T + 1)*u), begins with h before the first time step, 0
  Matrix b;     // the input's bias, b's first row
  Matrix dZ, dh, dv;
};

}  // namespace

GRULayer::GRULayer(long long u, const GRUOptions& o)
    : RecurrentLayer("GRU", u, 3, recurrent_parts(o)), options(o) {}

Shape GRULayer::build(const Shape& sequence) {
  if (options.reset_after) b_.has_size(2, 3 * units);
  return RecurrentLayer::build(sequence);
}

void GRULayer::forward(const Matrix& X, Matrix& Z_out, Call& call) {
  GRUMemory& m = call.memory<GRUMemory>();
  const ActivationFunction &s = options.recurrent_activation, &phi = options.activation;
  const std::size_t n = X.n_rows, u = units, T = call.shapes[0][0];
  const Matrix U_zr = columns(U_.value, 0, 2 * u), U_g = columns(U_.value, 2 * u, u);
  const bool second_bias = options.use_bias && options.reset_after;
  if (options.use_bias) m.b = b_.value.row(0);
  m.Z.set_size(n, T * 3 * u);
  m.G.set_size(n, T * 3 * u);
  m.V.set_size(n, T * u);
  m.H.set_size(n, (T + 1) * u);
  m.H.head_cols(u).zeros();
  affine(in_order(X, m.X), W_.value, m.b, m.Z);
  for (std::size_t t = 0; t < T; ++t) {
    const Matrix h = columns(m.H, t * u, u);
    Matrix a_zr = columns(m.Z, 3 * t * u, 2 * u), a_g = columns(m.Z, (3 * t + 2) * u, u),
           gates = columns(m.G, 3 * t * u, 3 * u), z = columns(m.G, 3 * t * u, u),
           r = columns(m.G, (3 * t + 1) * u, u), g = columns(m.G, (3 * t + 2) * u, u),
           v = columns(m.V, t * u, u), h_t = columns(m.H, (t + 1) * u, u);
    multiply(h, U_zr, a_zr, true);
    for (std::size_t j = 0; second_bias && j < 2 * u; ++j) a_zr.col(j) += b_.value.at(1, j);
    z = columns(a_zr, 0, u);
    r = columns(a_zr, u, u);
    s.activate(z);  // z = s(x_t W_z + b_z + h U_z)
    s.activate(r);  // r = s(x_t W_r + b_r + h U_r)
    if (options.reset_after) {
      multiply(h, U_g, v);
      for (std::size_t j = 0; second_bias && j < u; ++j) v.col(j) += b_.value.at(1, 2 * u + j);
      a_g += r % v;  // x_t W_g + b_g + r ∘ (h U_g + b'_g)
    } else {
      v = r % h;
      multiply(v, U_g, a_g, true);  // x_t W_g + b_g + (r ∘ h) U_g
    }
    g = a_g;
    phi.activate(g);
    h_t = z % h + (1 - z) % g;
  }
  write_output(m.H, Z_out);
}

void GRULayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  GRUMemory& m = call.memory<GRUMemory>();
  const ActivationFunction &s = options.recurrent_activation, &phi = options.activation;
  const std::size_t n = X.n_rows, u = units, T = call.shapes[0][0];
  const Matrix U_zr = columns(U_.value, 0, 2 * u), U_g = columns(U_.value, 2 * u, u);
  Matrix &S = s.needs_Z ? m.Z : m.G, &S_g = phi.needs_Z ? m.Z : m.G;
  if (call.weights_wanted) U_.gradient.zeros(), b_.gradient.zeros();
  Matrix dU_zr = columns(U_.gradient, 0, 2 * u), dU_g = columns(U_.gradient, 2 * u, u);
  m.dZ.set_size(n, T * 3 * u);
  m.dv.set_size(n, u);
  m.dh.zeros(n, u);
  Matrix &dh = m.dh, &dv = m.dv;
  for (std::size_t t = T; t-- > 0;) {
    const Matrix h = columns(m.H, t * u, u), z = columns(m.G, 3 * t * u, u),
                 r = columns(m.G, (3 * t + 1) * u, u), g = columns(m.G, (3 * t + 2) * u, u),
                 v = columns(m.V, t * u, u);
    Matrix dz = columns(m.dZ, 3 * t * u, u), dr = columns(m.dZ, (3 * t + 1) * u, u),
           dg = columns(m.dZ, (3 * t + 2) * u, u);
    add_output_gradient(delta, t, T, dh);
    dz = dh % (h - g);  // h_t = z ∘ h + (1 - z) ∘ g
    dg = dh % (1 - z);
    dh %= z;  // from here on: to h_(t-1)
    phi.activate_back(columns(S_g, (3 * t + 2) * u, u), dg);
    if (options.reset_after) {  // r ∘ (h U_g + b'_g)
      dr = dg % v;
      dv = dg % r;
      multiply_A_Bt(dv, U_g, dh, true);
      if (call.weights_wanted) multiply_At_B(h, dv, dU_g, true);
      for (std::size_t j = 0; call.weights_wanted && options.use_bias && j < u; ++j)
        b_.gradient.at(1, 2 * u + j) += sum(dv.colptr(j), n);
    } else {  // (r ∘ h) U_g
      multiply_A_Bt(dg, U_g, dv);
      dr = dv % h;
      dh += dv % r;
      if (call.weights_wanted) multiply_At_B(v, dg, dU_g, true);
    }
    s.activate_back(columns(S, 3 * t * u, u), dz);
    s.activate_back(columns(S, (3 * t + 1) * u, u), dr);
    const Matrix dzr = columns(m.dZ, 3 * t * u, 2 * u);
    multiply_A_Bt(dzr, U_zr, dh, true);  // h U_zr
    if (call.weights_wanted) multiply_At_B(h, dzr, dU_zr, true);
  }
  if (call.weights_wanted && options.use_bias)
    for (std::size_t j = 0; j < m.dZ.n_cols; ++j) {  // db = sum_t 1' dz_t, and b' of z and r too
      const Real d = sum(m.dZ.colptr(j), n);
      b_.gradient.at(0, j % (3 * u)) += d;
      if (options.reset_after && j % (3 * u) < 2 * u) b_.gradient.at(1, j % (3 * u)) += d;
    }
  write_input_gradients(options.go_backwards ? m.X : X, m.dZ, dX, call);
}

}  // namespace nn
