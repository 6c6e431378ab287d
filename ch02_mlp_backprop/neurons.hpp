// The error back-propagation algorithm neuron by neuron: every sum of the slides is a loop, every
// letter has its indices. mlp.hpp says the same with matrices; error_backpropagation.cpp and
// tests/test_backprop.cpp show that both give the same numbers.
#pragma once

#include "ch02_mlp_backprop/mlp.hpp"

namespace longhand {

// All neurons are sigmoids. Indices as on the slides, but neurons are counted from 0.
struct Neurons {
  std::vector<std::size_t> m;  // m[l] neurons in layer l = 1 ... L
  std::size_t L;
  std::vector<Matrix> W;                  // W[l](i, j): from neuron i of layer l-1 to neuron j of l
  std::vector<RowVector> b, z, h, delta;  // [l](j)
  RowVector e;                            // [j], of the output layer

  // Starts from the weights of `net`.
  explicit Neurons(const Mlp& net)
      : m(net.m), L(net.L), W(net.W), b(net.b), z(L + 1), h(L + 1), delta(L + 1) {
    for (std::size_t l = 1; l <= L; ++l) z[l] = h[l] = delta[l] = RowVector(m[l]);
    e = RowVector(m[L]);
  }

  static double f(double z) { return 1 / (1 + std::exp(-z)); }
  static double f_prime(double z) { return f(z) * (1 - f(z)); }

  // EBP 3, forward computation, for one observation x. Returns E(n) = 1/2 sum_j e_j^2 (erratum 5).
  double forward(const RowVector& x, const RowVector& y) {
    for (std::size_t j = 0; j < m[1]; ++j) h[1](j) = x(j);  // (3b) h_j^1 = x_j
    for (std::size_t l = 2; l <= L; ++l)                    //      l = 2 ... L (erratum 4)
      for (std::size_t j = 0; j < m[l]; ++j) {
        z[l](j) = b[l](j);  // (3a) z_j^l = sum_i W_ij^l h_i^(l-1) + b_j^l, i = 1 ... m_(l-1)
        for (std::size_t i = 0; i < m[l - 1]; ++i) z[l](j) += W[l](i, j) * h[l - 1](i);
        h[l](j) = f(z[l](j));  // (3b) h_j^l = f_j(z_j^l)
      }
    double E = 0;
    for (std::size_t j = 0; j < m[L]; ++j) {
      e(j) = y(j) - h[L](j);  // (3c) e_j = y_j - o_j
      E += e(j) * e(j) / 2;
    }
    return E;
  }

  // EBP 4, backward computation: delta_j^l = dE/dz_j^l for every neuron.
  void backward() {
    for (std::size_t j = 0; j < m[L]; ++j) delta[L](j) = -e(j) * f_prime(z[L](j));  // (4a)
    for (std::size_t l = L - 1; l >= 2; --l)
      for (std::size_t j = 0; j < m[l]; ++j) {
        double sum = 0;  // (4b) f'(z_j^l) sum_k delta_k^(l+1) W_jk^(l+1), k = 1 ... m_(l+1)
        for (std::size_t k = 0; k < m[l + 1]; ++k) sum += delta[l + 1](k) * W[l + 1](j, k);
        delta[l](j) = f_prime(z[l](j)) * sum;  // the slide has a minus here (erratum 1)
      }
  }

  // EBP 5, the delta rule: change = learning rate * local gradient * input, downhill. `show` prints
  // the three factors of every weight.
  void update(double eta, bool show = false) {
    if (show) std::printf("  l i j     -eta *   delta_j^l * h_i^(l-1) =    change\n");
    for (std::size_t l = 2; l <= L; ++l)
      for (std::size_t j = 0; j < m[l]; ++j) {
        for (std::size_t i = 0; i < m[l - 1]; ++i) {
          const double change = -eta * delta[l](j) * h[l - 1](i);  // (5b), the minus: erratum 1
          W[l](i, j) += change;
          if (show)
            std::printf("  %zu %zu %zu  %7.3f * %11.6f * %9.6f = %9.6f\n", l, i + 1, j + 1, -eta,
                        delta[l](j), h[l - 1](i), change);
        }
        b[l](j) += -eta * delta[l](j) * 1;  // the bias neuron's output is 1
      }
  }

  // dE/dW and dE/db of this observation as one squared length.
  double squared_gradient() const {
    double sum = 0;
    for (std::size_t l = 2; l <= L; ++l)
      for (std::size_t j = 0; j < m[l]; ++j) {
        for (std::size_t i = 0; i < m[l - 1]; ++i) sum += std::pow(delta[l](j) * h[l - 1](i), 2);
        sum += std::pow(delta[l](j), 2);
      }
    return sum;
  }
};

}  // namespace longhand
