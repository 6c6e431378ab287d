// Solution of exercise 4.6: clip by the global norm
#include <cmath>
#include <vector>

#include "common/program/exercise.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/base/random.hpp"

static void clip([[maybe_unused]] std::vector<nn::Matrix>& gradients,
                 [[maybe_unused]] double limit) {
  double squares = 0.0;
  for (const nn::Matrix& g : gradients) squares += arma::accu(g % g);
  const double length = std::sqrt(squares);
  if (length > limit)
    for (nn::Matrix& g : gradients) g *= limit / length;
}

int main() {
  nn::Exercise exercise("4.6");
  return exercise.verdict([&] {
    std::vector<nn::Matrix> g{nn::Matrix{{3.0, 4.0}}, nn::Matrix(1, 1, arma::fill::value(12.0))};
    clip(g, 6.5);
    exercise.expect("first gradient", nn::Matrix{{1.5, 2.0}}, g[0], 1e-12);
    exercise.expect("second gradient", nn::Matrix(1, 1, arma::fill::value(6.0)), g[1], 1e-12);
    clip(g, 100.0);
    exercise.expect("a short gradient", nn::Matrix{{1.5, 2.0}}, g[0], 1e-12);

    nn::Rng rng(6);
    nn::Matrix a = rng.normal_matrix(3, 3), b = rng.normal_matrix(1, 3), a_library = a,
               b_library = b;
    std::vector<nn::Matrix> both{5 * rng.normal_matrix(3, 3), 5 * rng.normal_matrix(1, 3)};
    nn::SGD library({.learning_rate = 0.1, .global_clipnorm = 2.0});
    library.step({{a_library, both[0]}, {b_library, both[1]}});
    clip(both, 2.0);
    a -= 0.1 * both[0];
    b -= 0.1 * both[1];
    exercise.expect("a step with global_clipnorm 2", a_library, a, 1e-12);
    exercise.expect("its second weight", b_library, b, 1e-12);
  });
}
