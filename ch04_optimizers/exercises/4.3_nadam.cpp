// Exercise 4.3: Nadam from Adam
//
// Task:   Adam is written below. Make Nadam of it: replace m_hat by Nesterov's look ahead,
//         m_hat = mu_(t+1) m / (1 - mu_1 ... mu_(t+1)) + (1 - mu_t) g / (1 - mu_1 ... mu_t),
//         with mu_t = beta_1 (1 - 0.96^t / 2).
// Goal:   after ten steps on E = w^2 / 2 with eta 0.1, w = 0.330557
// Run:    ./book exercise 4.3
// Hint:   exercises/README.md, solution: solutions/4.3_nadam.cpp
#include <cmath>

#include "common/program/exercise.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/base/random.hpp"

struct Nadam {
  double eta = 0.1, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  nn::Matrix m = {}, v = {};
  double t = 0.0, product = 1.0;  // product: mu_1 mu_2 ... mu_t

  void step(nn::Matrix& w, const nn::Matrix& g) {
    if (m.is_empty()) {
      m.zeros(w.n_rows, w.n_cols);
      v = m;
    }
    t += 1.0;
    m = beta_1 * m + (1 - beta_1) * g;
    v = beta_2 * v + (1 - beta_2) * g % g;
    const nn::Matrix m_hat = m / (1 - std::pow(beta_1, t));  // TODO: this is Adam's
    const nn::Matrix v_hat = v / (1 - std::pow(beta_2, t));
    w -= eta * m_hat / (arma::sqrt(v_hat) + epsilon);
  }
};

int main() {
  nn::Exercise exercise("4.3");
  return exercise.verdict([&] {
    Nadam yours;
    nn::Matrix w(1, 1, arma::fill::ones);
    for (int t = 0; t < 10; ++t) yours.step(w, nn::Matrix(w));
    exercise.expect("w after ten steps", 0.330557, w[0], 1e-6);

    nn::Rng rng(8);
    nn::Matrix a = rng.normal_matrix(4, 3), b = a;
    Nadam other{.eta = 0.03, .beta_1 = 0.8, .beta_2 = 0.99};
    nn::Nadam library({.learning_rate = 0.03, .beta_1 = 0.8, .beta_2 = 0.99});
    for (int t = 0; t < 30; ++t) {
      const nn::Matrix g = a - rng.normal_matrix(4, 3), h = g;
      other.step(a, g);
      library.step({{b, h}});
    }
    exercise.expect("a matrix after 30 other steps", b, a, 1e-9);
  });
}
