// A typical wrong answer to exercise 3.5: He's rule for every slope
#include <cmath>

#include "common/functions/activations.hpp"
#include "common/program/exercise.hpp"
#include "common/base/random.hpp"

static double standard_deviation(int inputs, [[maybe_unused]] double a) {
  return std::sqrt(2.0 / inputs);
}

// The mean of h^2 after `layers` layers of changing width, relative to the mean before them.
static double growth(double a, int layers, int narrow, int wide, nn::Rng rng) {
  nn::Matrix H = rng.normal_matrix(100, narrow);
  const double before = arma::accu(H % H) / H.n_elem;
  for (int l = 0; l < layers; ++l) {
    const int inputs = static_cast<int>(H.n_cols), outputs = inputs == narrow ? wide : narrow;
    H = nn::leaky_relu(a)(H *
                          rng.normal_matrix(inputs, outputs, 0.0, standard_deviation(inputs, a)));
  }
  return arma::accu(H % H) / H.n_elem / before;
}

int main() {
  nn::Exercise exercise("3.5");
  return exercise.verdict([&] {
    for (double a : {0.0, 0.1, 0.3, 1.0, 1.5})
      for (int wide : {150, 300}) {
        double log_growth = 0.0;
        for (std::uint64_t seed = 51; seed < 61; ++seed)
          log_growth += std::log(growth(a, 20, 150, wide, nn::Rng(seed))) / 10;
        const std::string what = nn::text("mean of h^2, a = %g, widths 150 and %d", a, wide);
        exercise.expect_at_least(what, 0.5, std::exp(log_growth));
        exercise.expect_at_most(what, 2, std::exp(log_growth));
      }
  });
}
