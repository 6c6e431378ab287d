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
// X (n x steps*d), Y (n x u) or (n x steps*u). The three kernels stand side by side in Keras's
// order: W = [W_z W_r W_g] (d x 3u), U (u x 3u). With reset_after b is (2 x 3u), the second row b'
// belongs to h U; else (1 x 3u).
class GRULayer : public RecurrentLayer {
 public:
  GRULayer(long long units, const GRUOptions& options)
      : RecurrentLayer("GRU", units, 3, options),
        phi_(options.activation),
        s_(options.recurrent_activation),
        options_(options) {}

  void forward(const Inputs& X, Matrix& Y, Cache& cache, const Context&) override {
    const std::size_t n = Y.n_rows, u = units_, steps = X.shape(0)[0];
    const Matrix U_zr = columns(U_.value, 0, 2 * u), U_g = columns(U_.value, 2 * u, u);
    Matrix& A = cache.matrix(kA, n, steps * 3 * u);    // what the activations are applied to
    Matrix& G = cache.matrix(kG, n, steps * 3 * u);    // z r g
    Matrix& V = cache.matrix(kV, n, steps * u);        // reset_after: h U_g + b'_g; else: r h
    Matrix& H = cache.matrix(kH, n, (steps + 1) * u);  // h before the first step (0), after it, ...
    columns(H, 0, u).zeros();
    multiply_inputs(X[0], A);
    for (std::size_t t = 0; t < steps; ++t) {
      const Matrix h = columns(H, t * u, u);
      Matrix a_zr = columns(A, t * 3 * u, 2 * u), a_g = columns(A, (t * 3 + 2) * u, u);
      Matrix z = columns(G, t * 3 * u, u), r = columns(G, (t * 3 + 1) * u, u),
             g = columns(G, (t * 3 + 2) * u, u), v = columns(V, t * u, u);

      add_product(h, U_zr, a_zr, pointers(cache));
      add_recurrent_bias(0, a_zr);
      activate(s_, columns(a_zr, 0, u), z);  // z = s(...)
      activate(s_, columns(a_zr, u, u), r);  // r = s(...)
      if (options_.reset_after) {
        v.zeros();
        add_product(h, U_g, v, pointers(cache));
        add_recurrent_bias(2 * u, v);
        for (std::size_t e = 0; e < n * u; ++e) a_g.at(e) += r.at(e) * v.at(e);
      } else {
        for (std::size_t e = 0; e < n * u; ++e) v.at(e) = r.at(e) * h.at(e);
        add_product(v, U_g, a_g, pointers(cache));
      }
      activate(phi_, a_g, g);  // g = phi(...)
      Matrix h_t = columns(H, (t + 1) * u, u);
      for (std::size_t e = 0; e < n * u; ++e)
        h_t.at(e) = z.at(e) * h.at(e) + (1 - z.at(e)) * g.at(e);
    }
    write_output(H, Y);
  }

  void backward(const Inputs& X, const Matrix& Y, Matrix& dY, const Gradients& dX, Cache& cache,
                const Context&) override {
    const std::size_t n = Y.n_rows, u = units_, steps = X.shape(0)[0];
    const Matrix U_zr = columns(U_.value, 0, 2 * u), U_g = columns(U_.value, 2 * u, u);
    const Matrix &A = cache.matrix(kA), &G = cache.matrix(kG), &V = cache.matrix(kV),
                 &H = cache.matrix(kH);
    Matrix& dA = cache.matrix(kdA, n, steps * 3 * u);
    Matrix& dh = cache.matrix(kdH, n, u);
    Matrix& dv = cache.matrix(kdV, n, u);
    add_penalty_gradients();
    dh.zeros();
    for (std::size_t t = steps; t-- > 0;) {
      const Matrix h = columns(H, t * u, u), a_z = columns(A, t * 3 * u, u),
                   a_r = columns(A, (t * 3 + 1) * u, u), a_g = columns(A, (t * 3 + 2) * u, u),
                   z = columns(G, t * 3 * u, u), r = columns(G, (t * 3 + 1) * u, u),
                   g = columns(G, (t * 3 + 2) * u, u), v = columns(V, t * u, u);
      Matrix dz = columns(dA, t * 3 * u, u), dr = columns(dA, (t * 3 + 1) * u, u),
             dg = columns(dA, (t * 3 + 2) * u, u);

      add_output_gradient(dY, t, steps, dh);
      for (std::size_t e = 0; e < n * u; ++e) {  // h_t = z h + (1 - z) g
        dz.at(e) = dh.at(e) * (h.at(e) - g.at(e));
        dg.at(e) = dh.at(e) * (1 - z.at(e));
        dh.at(e) *= z.at(e);  // from here on: to h_(t-1)
      }
      activate_back(phi_, a_g, g, dg, dg);
      if (options_.reset_after) {  // r (h U_g + b'_g)
        for (std::size_t e = 0; e < n * u; ++e) {
          dr.at(e) = dg.at(e) * v.at(e);
          dv.at(e) = dg.at(e) * r.at(e);
        }
        add_product_transposed(dv, U_g, dh, pointers(cache));
        add_recurrent_gradients(h, dv, 2 * u);
      } else {  // (r h) U_g
        dv.zeros();
        add_product_transposed(dg, U_g, dv, pointers(cache));
        for (std::size_t e = 0; e < n * u; ++e) {
          dr.at(e) = dv.at(e) * h.at(e);
          dh.at(e) += dv.at(e) * r.at(e);
        }
        add_recurrent_gradients(v, dg, 2 * u);
      }
      activate_back(s_, a_z, z, dz, dz);
      activate_back(s_, a_r, r, dr, dr);
      const Matrix dzr = columns(dA, t * 3 * u, 2 * u);  // h U_zr
      add_product_transposed(dzr, U_zr, dh, pointers(cache));
      add_recurrent_gradients(h, dzr, 0);
    }
    add_input_gradients(X[0], dA, dX[0], cache);  // dW, db, dX
  }

  const GRUOptions& options() const { return options_; }

 protected:
  Matrix draw_bias(Rng& rng) const override {
    const std::size_t m = 3 * units_;
    return options_.reset_after ? bias_initializer_.draw(2, m, 2, m, rng)
                                : RecurrentLayer::draw_bias(rng);
  }

 private:
  enum Slot { kA, kG, kV, kH, kdA, kdH, kdV };

  // Y += b' from column `first` on, where there is a b'.
  void add_recurrent_bias(std::size_t first, Matrix& Y) const {
    if (!use_bias_ || !options_.reset_after) return;
    for (std::size_t j = 0; j < Y.n_cols; ++j) Y.col(j) += b_.value.at(1, first + j);
  }
  // dU += h' dY and db' += 1' dY, from column `first` on.
  void add_recurrent_gradients(const Matrix& h, const Matrix& dY, std::size_t first) {
    if (U_.gradient.wanted()) {
      Matrix dU = columns(U_.gradient.sum(), first, dY.n_cols);
      dU += h.t() * dY;
    }
    if (options_.reset_after) add_bias_gradient(dY, 1, first);
  }

  ActivationFunction phi_, s_;
  GRUOptions options_;
};

// (steps, features) to (units), the last state, or with return_sequences to (steps, units).
class GRU : public LayerHandle {
 public:
  explicit GRU(long long units, const GRUOptions& options = {})
      : LayerHandle(std::make_shared<GRULayer>(units, options), options.name, options.input_shape) {
  }
};

}  // namespace nn
