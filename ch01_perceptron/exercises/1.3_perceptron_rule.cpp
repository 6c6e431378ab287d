// Exercise 1.3: the perceptron rule
//
// Task:   correct the weights of one TLU after one sample: w += eta (y - yhat) x, and the bias as
//         the weight of a neuron that always sends 1.
// Goal:   NAND is learned with 10 mistakes
// Run:    ./book exercise 1.3
// Hint:   exercises/README.md, solution: solutions/1.3_perceptron_rule.cpp
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

static void correct([[maybe_unused]] nn::Tlu& neuron, [[maybe_unused]] const nn::RowVector& x,
                    [[maybe_unused]] double y, [[maybe_unused]] double yhat,
                    [[maybe_unused]] double eta) {
  // TODO: neuron.w and neuron.b; x is a row, x.t() is the column that neuron.w is
}

// Epochs until one is without a mistake, at most `epochs`; returns the mistakes made.
static int train(nn::Tlu& neuron, const nn::Matrix& X, const nn::ColVector& y, double eta,
                 int epochs) {
  int mistakes = 0, before = -1;
  for (int epoch = 0; epoch < epochs && mistakes != before; ++epoch) {
    before = mistakes;
    for (std::size_t i = 0; i < X.n_rows; ++i) {
      const double yhat = neuron.output(X.row(i));
      if (yhat != y[i]) ++mistakes;
      correct(neuron, X.row(i), y[i], yhat, eta);
    }
  }
  return mistakes;
}

int main() {
  nn::Exercise exercise("1.3");
  return exercise.verdict([&] {
    const nn::Dataset nand = nn::gate(nn::Gate::NAND);
    nn::Tlu neuron{.w = {0, 0}};
    const nn::ColVector y = arma::conv_to<nn::ColVector>::from(nand.y);
    exercise.expect("mistakes on NAND", 10, train(neuron, nand.X, y, 1.0, 100));

    nn::Rng rng(5);
    const nn::Matrix X = rng.normal_matrix(30, 4);
    const nn::ColVector sides = arma::conv_to<nn::ColVector>::from(X.col(1) > 0.2);
    nn::Tlu yours{.w = nn::ColVector(4)};
    train(yours, X, sides, 0.25, 6);
    nn::Perceptron ours(4, 1);
    ours.fit(X, sides, {.learning_rate = 0.25, .epochs = 6});
    exercise.expect("w on other data, eta 0.25", ours.W(), yours.w, 1e-9);
    exercise.expect("b on other data, eta 0.25", ours.b()[0], yours.b, 1e-9);
  });
}
