// Exercise 3.4: cross-entropy straight from the scores
//
// Task:   -log softmax(z)_c = log(sum_k exp(z_k)) - z_c. Write the logarithm of the sum so that it
//         neither overflows nor takes the log of 0; then no probability has to be formed at all.
// Goal:   loss 1000 for the scores 1000, 0 and class 1, where -log of the probability is infinite
// Run:    ./book exercise 3.4
// Hint:   exercises/README.md, solution: solutions/3.4_log_sum_exp.cpp
#include <cmath>

#include "common/program/exercise.hpp"
#include "common/functions/losses.hpp"
#include "common/base/random.hpp"

static double log_sum_exp(const nn::RowVector& z) {
  return z[0];  // TODO: log(sum_k exp(z_k)), for scores of any size
}

static double loss(const nn::RowVector& z, std::size_t c) { return log_sum_exp(z) - z[c]; }

int main() {
  nn::Exercise exercise("3.4");
  return exercise.verdict([&] {
    exercise.expect("loss of 2, 1, 0.1, class 0", 0.4170300163, loss({2.0, 1.0, 0.1}, 0));
    exercise.expect("loss of 1000, 0, class 1", 1000, loss({1000, 0}, 1));
    exercise.expect("loss of -1000, -1000, class 0", std::log(2.0), loss({-1000, -1000}, 0));
    nn::Rng rng(4);
    const nn::Loss by_library = nn::sparse_categorical_crossentropy({.from_logits = true});
    for (double size : {1.0, 100.0, 1e5}) {
      const nn::Matrix z = rng.normal_matrix(1, 6, -size, size);
      for (std::size_t c = 0; c < 6; ++c)
        exercise.expect(nn::text("scores of size %g, class %zu", size, c),
                        by_library.value(nn::Matrix(1, 1, arma::fill::value(c)), z), loss(z, c),
                        1e-9 * size);
    }
  });
}
