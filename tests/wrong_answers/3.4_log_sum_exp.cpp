// A typical wrong answer to exercise 3.4: the shift is not added again
#include <cmath>

#include "common/program/exercise.hpp"
#include "common/functions/losses.hpp"
#include "common/base/random.hpp"

static double log_sum_exp(const nn::RowVector& z) {
  const double m = z.max();
  return std::log(arma::accu(arma::exp(z - m)));
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
