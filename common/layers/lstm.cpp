// Back propagation through time: four gates, each with its own chain rule, make this file longer
// than a layer should be.
#include "common/layers/lstm.hpp"

namespace nn {

namespace {

// b with the forget gate's part 1: first remember, then learn.
Initializer remembering(const LSTMOptions& o) {
  Initializer initializer = o.bias_initializer;
  if (o.unit_forget_bias)
    initializer.draw = [draw = o.bias_initializer.draw](std::size_t rows, std::size_t columns,
                                                        std::size_t in, std::size_t out, Rng& rng) {
      Matrix b = draw(rows, columns, in, out, rng);
      b.cols(columns / 4, columns / 2 - 1).ones();
      return b;
    };
  return initializer;
}

struct LSTMMemory {
  Matrix X;            // turned round, with go_backwards
  Matrix Z, G;         // (n x T*4u): what the activations are applied to, and the gates i f g o
  Matrix C, H, phi_C;  // (n x (T + 1)*u), C and H begin with c and h before the first step, 0
  Matrix dZ, dh, dc;
};

// The four gates of time step t, each a view (n x u).
struct Gates {
  Matrix i, f, g, o;
  Gates(Matrix& G, std::size_t t, std::size_t u)
      : i(columns(G, 4 * t * u, u)),
        f(columns(G, (4 * t + 1) * u, u)),
        g(columns(G, (4 * t + 2) * u, u)),
        o(columns(G, (4 * t + 3) * u, u)) {}
};

}  // namespace

LSTMLayer::LSTMLayer(long long u, const LSTMOptions& o)
    : RecurrentLayer("LSTM", u, 4, recurrent_parts(o)), options(o) {
  b_.initializer = remembering(o);
}

void LSTMLayer::forward(const Matrix& X, Matrix& Z_out, Call& call) {
  auto& [X_turned, Z, G, C, H, phi_C, dZ, dh, dc] = call.memory<LSTMMemory>();
  const ActivationFunction &s = options.recurrent_activation, &phi = options.activation;
  const std::size_t n = X.n_rows, u = units, T = call.shapes[0][0];
  Z.set_size(n, T * 4 * u);
  G.set_size(n, T * 4 * u);
  C.set_size(n, (T + 1) * u);
  H.set_size(n, (T + 1) * u);
  phi_C.set_size(n, T * u);
  C.head_cols(u).zeros();
  H.head_cols(u).zeros();
  affine(in_order(X, X_turned), W_.value, b_.value, Z);
  for (std::size_t t = 0; t < T; ++t) {
    Matrix z = columns(Z, 4 * t * u, 4 * u), gates = columns(G, 4 * t * u, 4 * u);
    multiply(columns(H, t * u, u), U_.value, z, true);  // z = x_t W + b + h_(t-1) U
    gates = z;
    auto [i, f, g, o] = Gates(G, t, u);
    s.activate(i);
    s.activate(f);
    phi.activate(g);
    s.activate(o);
    Matrix c = columns(C, (t + 1) * u, u), h = columns(H, (t + 1) * u, u),
           phi_c = columns(phi_C, t * u, u);
    c = f % columns(C, t * u, u) + i % g;  // c_t = f ∘ c_(t-1) + i ∘ g
    phi_c = c;
    phi.activate(phi_c);
    h = o % phi_c;  // h_t = o ∘ φ(c_t)
  }
  write_output(H, Z_out);
}

void LSTMLayer::backward(const Matrix& X, const Matrix& delta, Matrix* dX, Call& call) {
  auto& [X_turned, Z, G, C, H, phi_C, dZ, dh, dc] = call.memory<LSTMMemory>();
  const ActivationFunction &s = options.recurrent_activation, &phi = options.activation;
  const std::size_t n = X.n_rows, u = units, T = call.shapes[0][0];
  Matrix &S_gates = s.needs_Z ? Z : G, &S_g = phi.needs_Z ? Z : G;
  dZ.set_size(n, T * 4 * u);
  dh.zeros(n, u);
  dc.zeros(n, u);
  for (std::size_t t = T; t-- > 0;) {
    add_output_gradient(delta, t, T, dh);
    const auto [i, f, g, o] = Gates(G, t, u);
    const Gates from(S_gates, t, u), from_g(S_g, t, u);
    auto [di, df, dg, d_o] = Gates(dZ, t, u);
    const Matrix c_before = columns(C, t * u, u), c = columns(C, (t + 1) * u, u),
                 phi_c = columns(phi_C, t * u, u);
    d_o = dh % phi_c;  // h = o ∘ φ(c)
    di = dh % o;       // (di holds dφ(c) for a moment)
    phi.activate_back(phi.needs_Z ? c : phi_c, di);
    dc += di;     // dc += dh ∘ o ∘ φ'(c)
    di = dc % g;  // c = f ∘ c_(t-1) + i ∘ g
    df = dc % c_before;
    dg = dc % i;
    dc %= f;  // now that of c_(t-1)
    s.activate_back(from.i, di);
    s.activate_back(from.f, df);
    phi.activate_back(from_g.g, dg);
    s.activate_back(from.o, d_o);
    multiply_A_Bt(columns(dZ, 4 * t * u, 4 * u), U_.value, dh);  // dh_(t-1) = dz_t U'
  }
  if (call.weights_wanted) {
    multiply_At_B(columns(H, 0, T * u), dZ, U_.gradient);  // dU = sum_t h_(t-1)' dz_t
    if (options.use_bias) sum_of_rows(dZ, b_.gradient);    // db = sum_t 1' dz_t
  }
  write_input_gradients(options.go_backwards ? X_turned : X, dZ, dX, call);
}

}  // namespace nn
