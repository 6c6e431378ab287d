// Exercise 1.5: it says it is done, and it is wrong
//
// Task:   this training loop stops on AND after one epoch and reports no mistake in it, yet three
//         of four answers are wrong. Find the error (it is in `train`) and mend it.
// Goal:   AND is learned in 6 epochs with 11 mistakes
// Run:    ./book exercise 1.5
// Hint:   exercises/README.md, solution: solutions/1.5_stops_too_early.cpp
#include <cmath>

#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

struct Training {
  int epochs = 0;
  double mistakes = 0;
};

// TODO: one line of this function is wrong.
static Training train(nn::Tlu& neuron, const nn::Matrix& X, const nn::ColVector& y) {
  Training training;
  double mistakes = 1;
  while (mistakes != 0 && training.epochs < 1000) {
    mistakes = 0;
    for (std::size_t i = 0; i < X.n_rows; ++i) {
      const nn::RowVector x = X.row(i);
      const double error = y[i] - neuron.output(x);
      neuron.w += error * x.t();
      neuron.b += error;
      mistakes += error;
    }
    training.mistakes += mistakes;
    ++training.epochs;
  }
  return training;
}

int main() {
  nn::Exercise exercise("1.5");
  return exercise.verdict([&] {
    const nn::Dataset gate = nn::gate(nn::Gate::AND);
    const nn::ColVector y = arma::conv_to<nn::ColVector>::from(gate.y);
    nn::Tlu neuron{.w = {0, 0}};
    const Training training = train(neuron, gate.X, y);
    exercise.expect("epochs for AND", 6, training.epochs);
    exercise.expect("mistakes on AND", 11, training.mistakes);

    const nn::Dataset iris = nn::load_iris();
    const nn::ColVector setosa = arma::conv_to<nn::ColVector>::from(iris.y == 0);
    nn::Tlu flower{.w = nn::ColVector(4)};
    exercise.expect("mistakes on iris", 5, train(flower, iris.X, setosa).mistakes);
    exercise.expect("setosa errors", 0, arma::accu(flower.outputs(iris.X) != setosa));
  });
}
