// Exercise 2.4: one hidden layer more
//
// Task:   the backward pass of a network with one hidden layer is there. Give it the second one:
//         delta of layer 3 and of layer 2, and the gradients of W[2] and W[3].
// Goal:   all gradients agree with central differences to a relative error of 1e-6
// Run:    ./book exercise 2.4
// Hint:   exercises/README.md, solution: solutions/2.4_third_layer.cpp
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/program/exercise.hpp"
#include "common/graph/gradient_check.hpp"

// Layers 1 (inputs), 2 and 3 (hidden), 4 (outputs); net.Z, net.H and net.e are known.
static void backward(longhand::Mlp& net) {
  const double n = static_cast<double>(net.e.n_rows);
  net.delta[4] = -net.e % net.f[4].prime(net.Z[4]) / n;
  net.dW[4] = net.H[3].t() * net.delta[4];
  // TODO: delta[3] and dW[3] from delta[4], then delta[2] and dW[2] from delta[3]
}

int main() {
  nn::Exercise exercise("2.4");
  return exercise.verdict([&] {
    nn::Rng rng(3);
    for (const longhand::Activation& hidden : {longhand::sigmoid, longhand::tanh}) {
      const nn::Matrix X = rng.normal_matrix(5, 3), Y = rng.uniform_matrix(5, 2);
      longhand::Mlp net({3, 5, 4, 2}, hidden, longhand::sigmoid);
      net.initialize(rng, 1.0);
      for (std::size_t l = 2; l <= 4; ++l) net.dW[l].zeros(net.m[l - 1], net.m[l]);
      const auto E = [&] {
        net.forward(X);
        return net.error(Y);
      };
      E();
      backward(net);
      for (std::size_t l = 4; l >= 2; --l)
        exercise.expect_at_most(nn::text("relative error of dW[%zu], %s", l, hidden.name.c_str()),
                                1e-6, nn::check_gradient(E, net.W[l], net.dW[l]).relative_error);
    }
  });
}
