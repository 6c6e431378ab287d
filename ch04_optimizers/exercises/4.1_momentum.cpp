// Exercise 4.1: momentum by hand
//
// Task:   write one step of gradient descent with momentum: v = momentum v - eta g, then
//         w += v.
// Goal:   after ten steps on E = w^2 / 2 with eta 0.1 and momentum 0.9, w = -0.588789
// Run:    ./book exercise 4.1
// Hint:   exercises/README.md, solution: solutions/4.1_momentum.cpp
#include "common/program/exercise.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/base/random.hpp"

struct Momentum {
  double eta = 0.1, momentum = 0.9;
  nn::Matrix v = {};

  void step(nn::Matrix& w, const nn::Matrix& g) {
    if (v.is_empty()) v.zeros(w.n_rows, w.n_cols);
    // TODO: change v, then w; until then this is a descent that stands still
    w += 0.0 * g;
  }
};

int main() {
  nn::Exercise exercise("4.1");
  return exercise.verdict([&] {
    Momentum yours;
    nn::Matrix w(1, 1, arma::fill::ones);
    for (int t = 0; t < 10; ++t) yours.step(w, nn::Matrix(w));
    exercise.expect("w after ten steps", -0.588789, w[0], 1e-6);

    nn::Rng rng(4);
    nn::Matrix a = rng.normal_matrix(3, 2), b = a;
    Momentum slow{.eta = 0.02, .momentum = 0.7};
    nn::SGD library({.learning_rate = 0.02, .momentum = 0.7});
    for (int t = 0; t < 25; ++t) {
      const nn::Matrix g = a % a % a - rng.normal_matrix(3, 2), h = g;
      slow.step(a, g);
      library.step({{b, h}});
    }
    exercise.expect("a matrix after 25 other steps", b, a, 1e-12);
  });
}
