// Exercise 4.4: Adam that starts too boldly
//
// Task:   this Adam jumps in its first steps. Find the planted error and mend it.
// Goal:   after ten steps on E = w^2 / 2 with eta 0.1, w = 0.07625
// Run:    ./book exercise 4.4
// Hint:   exercises/README.md, solution: solutions/4.4_adam_too_bold.cpp
#include <cmath>

#include "common/program/exercise.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/base/random.hpp"

// TODO: one line of step is wrong.
struct Adam {
  double eta = 0.1, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  nn::Matrix m = {}, v = {};
  double t = 0.0;

  void step(nn::Matrix& w, const nn::Matrix& g) {
    if (m.is_empty()) {
      m.zeros(w.n_rows, w.n_cols);
      v = m;
    }
    t += 1.0;
    m = beta_1 * m + (1 - beta_1) * g;
    v = beta_2 * v + (1 - beta_2) * g % g;
    const nn::Matrix m_hat = m / (1 - std::pow(beta_1, t)), v_hat = v;
    w -= eta * m_hat / (arma::sqrt(v_hat) + epsilon);
  }
};

int main() {
  nn::Exercise exercise("4.4");
  return exercise.verdict([&] {
    Adam yours;
    nn::Matrix w(1, 1, arma::fill::ones);
    for (int t = 0; t < 10; ++t) yours.step(w, nn::Matrix(w));
    exercise.expect("w after ten steps", 0.07625, w[0], 2e-6);

    nn::Rng rng(8);
    nn::Matrix a = rng.normal_matrix(4, 3), b = a;
    Adam other{.eta = 0.03, .beta_1 = 0.8, .beta_2 = 0.99};
    nn::Adam library({.learning_rate = 0.03, .beta_1 = 0.8, .beta_2 = 0.99});
    for (int t = 0; t < 30; ++t) {
      const nn::Matrix g = a - rng.normal_matrix(4, 3), h = g;
      other.step(a, g);
      library.step({{b, h}});
    }
    exercise.expect("a matrix after 30 other steps", b, a, 1e-5);
  });
}
