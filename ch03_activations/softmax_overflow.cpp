// Softmax by the formula overflows for large scores; subtracting the largest changes nothing else.
//
// Notes:  003 소프트맥스 함수; erratum 27
// Run:    ./book run ch03/softmax_overflow
// Expect: exp(1000) is inf and inf / inf is NaN; with the shift the probabilities are right
// Try:    --size 709 and --size 710: where does exp overflow?
#include <cmath>

#include "common/functions/activations.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Softmax with and without subtracting the largest score");
  // ---- knobs -----------------------------------------------------------------------------------
  double size = 1000.0;
  program.knob("size", size, "the scores are size, size - 1, size - 2", -1e6, 1e6);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Matrix small{{2.0, 1.0, 0.1}}, large{{size, size - 1, size - 2}};

    // 2. both forms: exp(z_j) / sum_k exp(z_k) and exp(z_j - max) / sum_k exp(z_k - max)
    const auto by_formula = [](const nn::Matrix& z) {
      return nn::Matrix(arma::exp(z) / arma::accu(arma::exp(z)));
    };
    const auto shifted = [](const nn::Matrix& z) {
      return nn::Matrix(arma::exp(z - z.max()) / arma::accu(arma::exp(z - z.max())));
    };

    // 3. what they give
    for (const nn::Matrix& z : {small, large}) {
      const nn::Matrix a = by_formula(z), b = shifted(z), c = nn::softmax(z),
                       d = nn::log_softmax(z);
      std::printf(
          "z            exp(z)      formula   with shift   nn::softmax   nn::log_softmax\n");
      for (arma::uword k = 0; k < 3; ++k)
        std::printf("%-8g %10.4g %12.4f %12.4f %13.4f %17.4f\n", z[k], std::exp(z[k]), a[k], b[k],
                    c[k], d[k]);
      std::printf("\n");
    }
    double largest = 0.0;
    while (std::isfinite(std::exp(largest + 0.01))) largest += 0.01;
    std::printf("exp is finite up to about %.2f\n", largest);

    // 4. result
    const nn::Matrix a = by_formula(large), b = shifted(large);
    program.result("formula_is_nan", a.has_nan() ? 1 : 0);
    program.result("with_shift_first", b[0]);
    program.result("difference_for_small_scores",
                   arma::abs(by_formula(small) - shifted(small)).max() < 1e-15 ? 0 : 1);
    program.result("library_first", nn::softmax(large)[0]);
    nn::Figure figure({.title = "Largest probability by the formula",
                       .x_label = "size of the scores",
                       .y_label = "softmax of the largest",
                       .y_range = {-0.05, 1.05},
                       .legend = "bottom left"});
    std::vector<double> x, unshifted, good;
    for (double s = 0; s <= 1000; s += 5) {
      const nn::Matrix z{{s, s - 1, s - 2}};
      x.push_back(s);
      unshifted.push_back(by_formula(z)[0]);
      good.push_back(shifted(z)[0]);
    }
    figure.line(x, good, "with shift", {.width = 5});
    figure.line(x, unshifted, "formula (ends where it becomes NaN)");
    program.save(figure, "range");
  });
}
