// A typical wrong answer to exercise 2.6: a right line was changed, f'(Z) to f'(H), and the wrong
// one stayed
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/program/exercise.hpp"
#include "common/graph/gradient_check.hpp"

// One step of gradient descent for a network with one hidden layer.
static void step(longhand::Mlp& net, const nn::Matrix& X, const nn::Matrix& Y, double eta) {
  net.forward(X);
  net.error(Y);
  const double n = static_cast<double>(X.n_rows);
  net.delta[3] = -net.e % net.f[3].prime(net.Z[3]) / n;
  net.W[3] -= eta * net.H[2].t() * net.delta[3];
  net.b[3] -= eta * arma::sum(net.delta[3], 0);
  net.delta[2] = net.f[2].prime(net.H[2]) % (net.delta[3] * net.W[3].t());
  net.W[2] -= eta * net.H[1].t() * net.delta[2];
  net.b[2] -= eta * arma::sum(net.delta[2], 0);
}

int main() {
  nn::Exercise exercise("2.6");
  return exercise.verdict([&] {
    nn::Rng rng(12);
    const nn::Matrix X = rng.normal_matrix(8, 3), Y = rng.uniform_matrix(8, 2);
    longhand::Mlp net({3, 4, 2}, longhand::sigmoid, longhand::sigmoid);
    net.initialize(rng, 1.0);
    const auto E = [&] {
      net.forward(X);
      return net.error(Y);
    };
    for (double eta : {0.01, 1.0, 10.0}) {
      longhand::Mlp moved = net;
      step(moved, X, Y, eta);
      for (std::size_t l = 3; l >= 2; --l) {
        const nn::Matrix slope =
            (net.W[l] - moved.W[l]) / eta;  // what the step took for the gradient
        exercise.expect_at_most(nn::text("relative error of the step of W[%zu], eta %g", l, eta),
                                1e-6, nn::check_gradient(E, net.W[l], slope).relative_error);
        const nn::RowVector old_b = net.b[l];
        nn::Matrix b = old_b;
        const auto E_of_b = [&] {
          net.b[l] = b;
          return E();
        };
        exercise.expect_at_most(
            nn::text("relative error of the step of b[%zu], eta %g", l, eta), 1e-6,
            nn::check_gradient(E_of_b, b, (old_b - moved.b[l]) / eta).relative_error);
        net.b[l] = old_b;
      }
    }
  });
}
