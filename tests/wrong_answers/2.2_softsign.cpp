// A typical wrong answer to exercise 2.2: the quotient rule stopped half way
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"

static double softsign(double z) { return z / (1 + std::abs(z)); }

static double softsign_derivative([[maybe_unused]] double z) { return 1 / (1 + std::abs(z)); }

int main() {
  nn::Exercise exercise("2.2");
  return exercise.verdict([&] {
    for (double z : {-40.0, -2.5, -0.3, 0.0, 0.7, 11.0}) {
      const double h = 1e-6, differences = (softsign(z + h) - softsign(z - h)) / (2 * h);
      exercise.expect(nn::text("f'(%g)", z), differences, softsign_derivative(z),
                      z == 0 ? 2e-6 : 1e-8);
    }
    const nn::Dataset data = nn::gate(nn::Gate::XOR);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);
    nn::Rng rng(5);
    longhand::Mlp net({2, 6, 1}, {"softsign", softsign, softsign_derivative}, longhand::sigmoid);
    net.initialize(rng, 1.0);
    for (int epoch = 0; epoch < 2000; ++epoch)
      longhand::train_epoch(net, data.X, Y, arma::regspace<nn::Indices>(0, 3), 4, 2.0);
    net.forward(data.X);
    exercise.expect_at_most("E of XOR after training", 0.01, net.error(Y));
  });
}
