// The multilayer perceptron of this chapter, long-hand: every sum and every derivative written out,
// in the letters of the notes. common/ has the same in final form; tests/test_backprop.cpp shows
// that both give the same numbers.
//
// Layers are counted as on the slides: l = 1 is the input, l = L the output. W[l] leads into layer
// l with the source first, W[l](i, j) from neuron i of layer l-1 to neuron j of layer l; so W[0],
// W[1] and b[0], b[1] stay empty, and h^1 = x. Rows are observations: H[l] is (n x m[l]).
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "common/base/checks.hpp"
#include "common/base/matrix.hpp"
#include "common/base/random.hpp"

namespace longhand {

using nn::Matrix, nn::RowVector;

// ---- Activation functions f and their derivatives f' -------------------------------------------

struct Activation {
  std::string name;
  double (*f)(double z);
  double (*derivative)(double z);

  Matrix operator()(Matrix Z) const { return Z.transform(f); }      // f(Z), element by element
  Matrix prime(Matrix Z) const { return Z.transform(derivative); }  // f'(Z)
};

inline const Activation sigmoid{"sigmoid", [](double z) { return 1 / (1 + std::exp(-z)); },
                                [](double z) {
                                  const double h = 1 / (1 + std::exp(-z));
                                  return h * (1 - h);
                                }};
inline const Activation tanh{"tanh", [](double z) { return std::tanh(z); },
                             [](double z) { return 1 - std::tanh(z) * std::tanh(z); }};
inline const Activation relu{"relu", [](double z) { return z > 0 ? z : 0.0; },
                             [](double z) { return z > 0 ? 1.0 : 0.0; }};
inline const Activation linear{"linear", [](double z) { return z; }, [](double) { return 1.0; }};
inline const Activation step{"step", [](double z) { return z >= 0 ? 1.0 : 0.0; },
                             [](double) { return 0.0; }};  // flat on both sides of the jump

// ---- The network --------------------------------------------------------------------------------

struct Mlp {
  std::vector<std::size_t> m;       // m[l] neurons in layer l; m[0] is not used
  std::vector<Activation> f;        // f[l], l = 2 ... L
  std::vector<Matrix> W, dW;        // W[l] (m[l-1] x m[l]) and dE/dW[l]
  std::vector<RowVector> b, db;     // b[l] (m[l]) and dE/db[l]
  std::vector<Matrix> Z, H, delta;  // of the last batch: z^l, h^l, delta^l = dE/dz^l (n x m[l])
  Matrix e;                         // y - o (n x m[L])
  std::size_t L = 0;                // the output layer's number

  // `sizes` from inputs to outputs: {2, 4, 1}. All weights and biases are 0.
  Mlp(const std::vector<std::size_t>& sizes, const Activation& hidden, const Activation& output)
      : m{0}, L(sizes.size()) {
    if (L < 2) throw nn::Error("Mlp: expected at least two sizes, inputs and outputs");
    m.insert(m.end(), sizes.begin(), sizes.end());
    for (std::vector<Matrix>* matrices : {&W, &dW, &Z, &H, &delta}) matrices->resize(L + 1);
    b.resize(L + 1), db.resize(L + 1), f.assign(L + 1, hidden);
    f[L] = output;
    for (std::size_t l = 2; l <= L; ++l) {
      W[l].zeros(m[l - 1], m[l]);
      b[l].zeros(m[l]);
    }
  }

  // Weights from U(-r, r), biases 0. r = 0: sqrt(6 / (m_(l-1) + m_l)) in each layer (chapter 3).
  void initialize(nn::Rng& rng, double r = 0) {
    for (std::size_t l = 2; l <= L; ++l) {
      const double limit = r > 0 ? r : std::sqrt(6.0 / static_cast<double>(m[l - 1] + m[l]));
      W[l] = rng.uniform_matrix(m[l - 1], m[l], -limit, limit);
      b[l].zeros();
    }
  }

  std::size_t parameters() const {  // m_(l-1) m_l weights and m_l biases lead into layer l
    std::size_t count = 0;
    for (std::size_t l = 2; l <= L; ++l) count += m[l - 1] * m[l] + m[l];
    return count;
  }

  // EBP 3, forward computation, for all rows of X (n x m[1]). Returns the outputs o (n x m[L]).
  const Matrix& forward(const Matrix& X) {
    nn::require_columns("Mlp", "X", X, m[1], "the input layer has");
    H[1] = X;  // (3b) h_j^1 = x_j
    for (std::size_t l = 2; l <= L; ++l) {
      Z[l] = H[l - 1] * W[l];   // (3a) z_j^l = sum_i W_ij^l h_i^(l-1), i = 1 ... m_(l-1),
      Z[l].each_row() += b[l];  //      + b_j^l, l = 2 ... L (erratum 4)
      H[l] = f[l](Z[l]);        // (3b) h_j^l = f_j(z_j^l)
    }
    return H[L];  // (3b) h_j^L = o_j
  }

  // The error of the last forward pass, E = mean over n of 1/2 sum_j e_j^2 (erratum 5).
  double error(const Matrix& Y) {
    nn::require_shape("Mlp", "Y", Y, H[L].n_rows, m[L]);
    e = Y - H[L];  // (3c) e_j = y_j - o_j
    return arma::accu(e % e) / 2 / static_cast<double>(Y.n_rows);
  }

  // EBP 4, backward computation, after forward: delta^l = dE/dz^l, then the gradients. The mean
  // over the n observations is taken once, in delta^L; for n = 1 these are the slide's formulas.
  void backward(const Matrix& Y) {
    error(Y);
    delta[L] = -e % f[L].prime(Z[L]) / static_cast<double>(Y.n_rows);  // (4a) -e_j f'(z_j^L)
    for (std::size_t l = L - 1; l >= 2; --l)
      delta[l] = f[l].prime(Z[l]) %              // (4b) f'(z_j^l) sum_k delta_k^(l+1) W_jk^(l+1);
                 (delta[l + 1] * W[l + 1].t());  //      the slide has a minus here (erratum 1)
    for (std::size_t l = 2; l <= L; ++l) {
      dW[l] = H[l - 1].t() * delta[l];  // (5a) dE/dW_ij^l = h_i^(l-1) delta_j^l, summed over n
      db[l] = arma::sum(delta[l], 0);   // (5a) for the bias h = 1
    }
  }

  // EBP 5, the delta rule: downhill, hence a minus where delta = dE/dz (erratum 1).
  void update(double eta) {
    for (std::size_t l = 2; l <= L; ++l) {
      W[l] -= eta * dW[l];  // (5b) W_ij^l(n+1) = W_ij^l(n) - eta delta_j^l h_i^(l-1)
      b[l] -= eta * db[l];
    }
  }

  // The outputs for X; nothing is remembered.
  Matrix predict(const Matrix& X) const {
    nn::require_columns("Mlp", "X", X, m[1], "the input layer has");
    Matrix h = X;
    for (std::size_t l = 2; l <= L; ++l) {
      Matrix z = h * W[l];
      z.each_row() += b[l];
      h = f[l](z);
    }
    return h;
  }
};

// EBP 2 to 5 once: the rows of X and Y in the given order, `batch_size` at a time (1: one update
// for each observation, as on the slide; the last batch may be shorter). Returns the mean error E
// of the observations, each before its own update.
inline double train_epoch(Mlp& net, const Matrix& X, const Matrix& Y, const nn::Indices& order,
                          std::size_t batch_size, double eta) {
  double E = 0;
  for (std::size_t first = 0; first < order.n_elem; first += batch_size) {
    const std::size_t last = std::min<std::size_t>(first + batch_size, order.n_elem) - 1;
    const nn::Indices rows = order.subvec(first, last);
    net.forward(X.rows(rows));
    net.backward(Y.rows(rows));
    net.update(eta);
    E += arma::accu(net.e % net.e) / 2;
  }
  return E / static_cast<double>(order.n_elem);
}

// What summary() of a library prints: sizes, activations, parameters; and depth counted both ways.
inline void print_summary(const Mlp& net) {
  std::printf("layer   neurons   activation   parameters (weights + biases)\n");
  std::printf("%3d %11zu   %-10s %6d\n", 1, net.m[1], "(input)", 0);
  for (std::size_t l = 2; l <= net.L; ++l) {
    const std::size_t weights = net.m[l - 1] * net.m[l], biases = net.m[l];
    std::printf("%3zu %11zu   %-10s %6zu   (%zu x %zu + %zu)\n", l, net.m[l], net.f[l].name.c_str(),
                weights + biases, net.m[l - 1], net.m[l], biases);
  }
  std::printf("total %32zu\n", net.parameters());
  std::printf("hidden layers: %zu; layers with weights: %zu; layers with the input: %zu\n",
              net.L - 2, net.L - 1, net.L);
}

}  // namespace longhand
