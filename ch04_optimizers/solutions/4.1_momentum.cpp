// Solution of exercise 4.1: momentum by hand
#include "common/program/exercise.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/base/random.hpp"

struct Momentum {
  double eta = 0.1, momentum = 0.9;
  nn::Matrix v = {};

  void step(nn::Matrix& w, const nn::Matrix& g) {
    if (v.is_empty()) v.zeros(w.n_rows, w.n_cols);
    v = momentum * v - eta * g;
    w += v;
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
