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
// X (n x steps*d), Y (n x u) or (n x steps*u). The four kernels stand side by side in Keras's
// order: W = [W_i W_f W_g W_o] (d x 4u), U (u x 4u), b (1 x 4u).
class LSTMLayer : public RecurrentLayer {
 public:
  LSTMLayer(long long units, const LSTMOptions& options)
      : RecurrentLayer("LSTM", units, 4, options),
        phi_(options.activation),
        s_(options.recurrent_activation),
        options_(options) {}

  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context&) override {
    const std::size_t n = Y.n_rows, u = units_, steps = X.shape(0)[0];
    const bool keep_Z = s_.needs_Z || phi_.needs_Z;
    Matrix& Z = cache.matrix(kZ, n, steps * 4 * u);
    Matrix& G = keep_Z ? cache.matrix(kG, n, steps * 4 * u) : Z;  // the gates i f g o
    Matrix& C = cache.matrix(kC, n, (steps + 1) * u);  // c before the first step (0), after it, ...
    Matrix& P = cache.matrix(kP, n, steps * u);        // phi(c)
    Matrix& H = cache.matrix(kH, n, (steps + 1) * u);  // h, like c
    columns(C, 0, u).zeros();
    columns(H, 0, u).zeros();
    multiply_inputs(X[0], Z);
    for (std::size_t t = 0; t < steps; ++t) {
      Matrix z = columns(Z, t * 4 * u, 4 * u), gates = columns(G, t * 4 * u, 4 * u);
      add_product(columns(H, t * u, u), U_.value, z, pointers(cache));  // z = x_t W + b + h_(t-1) U
      for (std::size_t k = 0; k < 4; ++k) {
        Matrix gate = columns(gates, k * u, u);
        activate(k == 2 ? phi_ : s_, columns(z, k * u, u), gate);
      }
      Matrix c = columns(C, (t + 1) * u, u), p = columns(P, t * u, u);
      const Real *i = gates.colptr(0), *f = gates.colptr(u), *g = gates.colptr(2 * u),
                 *o = gates.colptr(3 * u), *c_before = C.colptr(t * u);
      Real *c_now = c.memptr(), *h = H.colptr((t + 1) * u);
      for (std::size_t e = 0; e < n * u; ++e) c_now[e] = f[e] * c_before[e] + i[e] * g[e];
      activate(phi_, c, p);
      for (std::size_t e = 0; e < n * u; ++e) h[e] = o[e] * p[e];
    }
    write_output(H, Y);
  }

  void backward(const Inputs& X, const Matrix& Y, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    const std::size_t n = Y.n_rows, u = units_, steps = X.shape(0)[0];
    const bool keep_Z = s_.needs_Z || phi_.needs_Z;
    const Matrix &Z = cache.matrix(kZ), &G = keep_Z ? cache.matrix(kG) : Z, &C = cache.matrix(kC),
                 &P = cache.matrix(kP), &H = cache.matrix(kH);
    Matrix& dZ = cache.matrix(kdZ, n, steps * 4 * u);
    Matrix& dH = cache.matrix(kdH, n, u);  // dh, dc, dphi(c) of one step
    Matrix& dC = cache.matrix(kdC, n, u);
    Matrix& dP = cache.matrix(kdP, n, u);
    Real *dh = dH.memptr(), *dc = dC.memptr(), *dp = dP.memptr();
    add_penalty_gradients();
    dH.zeros();
    dC.zeros();
    for (std::size_t t = steps; t-- > 0;) {
      add_output_gradient(dY, t, steps, dH);
      const Matrix z = columns(Z, t * 4 * u, 4 * u), gates = columns(G, t * 4 * u, 4 * u);
      Matrix dz = columns(dZ, t * 4 * u, 4 * u);
      const Real *i = gates.colptr(0), *f = gates.colptr(u), *g = gates.colptr(2 * u),
                 *o = gates.colptr(3 * u), *c_before = C.colptr(t * u), *p = P.colptr(t * u);
      Real* d_o = dz.colptr(3 * u);
      for (std::size_t e = 0; e < n * u; ++e) {  // h = o phi(c)
        d_o[e] = dh[e] * p[e];
        dp[e] = dh[e] * o[e];
      }
      activate_back(phi_, columns(C, (t + 1) * u, u), columns(P, t * u, u), dP, dP);
      back_to_gates(n * u, dp, i, f, g, c_before, dc, dz.colptr(0), dz.colptr(u), dz.colptr(2 * u));
      for (std::size_t k = 0; k < 4; ++k) {
        Matrix d_gate = columns(dz, k * u, u);
        activate_back(k == 2 ? phi_ : s_, columns(z, k * u, u), columns(gates, k * u, u), d_gate,
                      d_gate);
      }
      U_.gradient.add(columns(H, t * u, u).t() * dz);  // dU = sum of h_(t-1)' dz_t
      dH.zeros();
      add_product_transposed(dz, U_.value, dH, pointers(cache));  // dh_(t-1) = dz_t U'
    }
    add_input_gradients(X[0], dZ, dX[0], cache);  // dW, db, dX
  }

  const LSTMOptions& options() const { return options_; }

 protected:
  Matrix draw_bias(Rng& rng) const override {
    Matrix b = RecurrentLayer::draw_bias(rng);
    if (options_.unit_forget_bias) columns(b, units_, units_).ones();
    return b;
  }

 private:
  // c = f c_(t-1) + i g, backwards; dc leaves as that of c_(t-1). A function of its own, so that the
  // compiler may take for granted that the columns it writes do not overlap.
  static void back_to_gates(std::size_t count, const Real* dp, const Real* i, const Real* f,
                            const Real* g, const Real* c_before, Real* __restrict dc,
                            Real* __restrict di, Real* __restrict df, Real* __restrict dg) {
    for (std::size_t e = 0; e < count; ++e) {
      const Real dc_now = dc[e] + dp[e];
      di[e] = dc_now * g[e];
      dg[e] = dc_now * i[e];
      df[e] = dc_now * c_before[e];
      dc[e] = dc_now * f[e];
    }
  }

  enum Slot { kZ, kG, kC, kP, kH, kdZ, kdH, kdC, kdP };
  ActivationFunction phi_, s_;
  LSTMOptions options_;
};

// (steps, features) to (units), the last output, or with return_sequences to (steps, units).
class LSTM : public LayerHandle {
 public:
  explicit LSTM(long long units, const LSTMOptions& options = {})
      : LayerHandle(std::make_shared<LSTMLayer>(units, options), options.name,
                    options.input_shape) {}
};

}  // namespace nn
