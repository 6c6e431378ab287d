// Exercise 2.3: weight decay by hand
//
// Task:   add lambda/2 times the sum of all squared weights to E and take one gradient-descent step
//         of the sum. The biases are left out of the sum, as is usual.
// Goal:   the step equals central differences of the whole sum to 1e-6
// Run:    ./book exercise 2.3
// Hint:   exercises/README.md, solution: solutions/2.3_weight_decay.cpp
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/program/exercise.hpp"
#include "common/graph/gradient_check.hpp"

// After net.forward(X) and net.backward(Y): dW[l] and db[l] hold the gradients of E alone.
static void update_with_decay(longhand::Mlp& net, double eta, [[maybe_unused]] double lambda) {
  for (std::size_t l = 2; l <= net.L; ++l) {
    net.W[l] -= eta * net.dW[l];  // TODO: and the gradient of lambda/2 * sum of W^2
    net.b[l] -= eta * net.db[l];
  }
}

int main() {
  nn::Exercise exercise("2.3");
  return exercise.verdict([&] {
    nn::Rng rng(9);
    const nn::Matrix X = rng.normal_matrix(6, 3), Y = rng.uniform_matrix(6, 2);
    for (double lambda : {0.0, 0.1, 0.5}) {
      longhand::Mlp net({3, 4, 2}, longhand::tanh, longhand::sigmoid);
      net.initialize(rng, 1.0);
      for (std::size_t l = 2; l <= net.L; ++l) net.b[l] = rng.uniform_matrix(1, net.m[l], -1, 1);
      longhand::Mlp moved = net;
      const double eta = 0.3;
      moved.forward(X);
      moved.backward(Y);
      update_with_decay(moved, eta, lambda);
      const auto E_and_penalty = [&] {
        net.forward(X);
        double squares = 0;
        for (std::size_t l = 2; l <= net.L; ++l) squares += arma::accu(arma::square(net.W[l]));
        return net.error(Y) + lambda / 2 * squares;
      };
      for (std::size_t l = 2; l <= net.L; ++l) {
        const nn::Matrix step = -eta * nn::numerical_gradient(E_and_penalty, net.W[l]);
        exercise.expect(nn::text("step of W[%zu], lambda %g", l, lambda), step,
                        moved.W[l] - net.W[l], 1e-6);
        const nn::RowVector old_b = net.b[l], new_b = moved.b[l];
        net.backward(Y);
        exercise.expect(nn::text("step of b[%zu], lambda %g", l, lambda), -eta * net.db[l],
                        new_b - old_b, 1e-6);
      }
    }
  });
}
