// Loss functions: what each punishes, and its gradient against central differences.
//
// Notes:  001 손실 함수와 옵티마이저 (loss = objective function, MSE, binary and categorical
//         crossentropy); 003 Cross Entropy; erratum 31
// Run:    ./book run ch04/losses
// Expect: every gradient agrees with differences; sum, mean and half differ by a factor only;
//         cross-entropy pulls hardest where MSE has long given up
// Try:    --wrong 0.999
#include <cmath>

#include "common/base/random.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/functions/losses.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Loss functions: values, gradients, and what each punishes", 3);
  // ---- knobs -----------------------------------------------------------------------------------
  double wrong = 0.99;
  program.knob("wrong", wrong, "how sure the wrong answer is: h = 1 - wrong where y = 1", 0.5,
               0.9999999);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: numbers for regression, probabilities for classification
    nn::Rng rng = program.rng();
    const nn::Matrix numbers = rng.normal_matrix(6, 3), targets = rng.normal_matrix(6, 3);
    const nn::Matrix P = rng.uniform_matrix(6, 3, 0.05, 0.95),
                     yes_no = arma::conv_to<nn::Matrix>::from(targets > 0);
    nn::Matrix one_hot(6, 3, arma::fill::zeros), classes(6, 1);
    for (arma::uword i = 0; i < 6; ++i) {
      classes[i] = static_cast<double>(i % 3);
      one_hot(i, i % 3) = 1;
    }
    struct Case {
      nn::Loss loss;
      const nn::Matrix &Y, &P;
    };
    const std::vector<Case> cases{{nn::mean_squared_error, targets, numbers},
                                  {nn::half_sum_squared_error, targets, numbers},
                                  {nn::mean_absolute_error, targets, numbers},
                                  {nn::huber(0.5), targets, numbers},
                                  {nn::hinge, yes_no, numbers},
                                  {nn::binary_crossentropy, yes_no, P},
                                  {nn::categorical_crossentropy, one_hot, P},
                                  {nn::sparse_categorical_crossentropy, classes, P},
                                  {nn::kl_divergence, one_hot, P}};

    // 2. value and gradient of each, 3. the gradient by differences
    std::printf("%-34s %10s %22s\n", "loss", "value", "gradient check");
    double worst = 0.0;
    for (const Case& c : cases) {
      nn::Matrix p = c.P, dP;
      c.loss.gradient(c.Y, p, dP);
      const nn::GradientCheck check =
          nn::check_gradient([&] { return c.loss.value(c.Y, p); }, p, dP);
      worst = std::max(worst, check.relative_error);
      std::printf("%-34s %10.5f        rel. error %.0e\n", c.loss.name.c_str(),
                  c.loss.value(c.Y, c.P), check.relative_error);
    }

    // 4. result: the same error, three conventions; and the pull of a wrong sigmoid answer
    const nn::Matrix e = targets - numbers;
    const double sum = arma::accu(e % e), half = nn::half_sum_squared_error.value(targets, numbers),
                 mean = nn::mean_squared_error.value(targets, numbers);
    std::printf(
        "\nsum e^2 = %.5f; E = 1/2 sum e^2 per sample = %.5f = sum / (2 n); mean = %.5f = sum / (n "
        "m)\n",
        sum, half, mean);
    const double h = 1 - wrong, mse_pull = 2 * (h - 1) * h * (1 - h),
                 ce_pull = h - 1;  // dE/dz, y = 1
    std::printf(
        "y = 1 but h = %g: dE/dz is %.3g with MSE, %.3g with cross-entropy, %.0f times as much\n",
        h, mse_pull, ce_pull, ce_pull / mse_pull);
    program.result("worst_gradient_below_1e-8", worst < 1e-8 ? 1 : 0);
    program.result("sum_over_half", sum / half);
    program.result("sum_over_mean", sum / mean);
    program.result("crossentropy_pull_over_mse", ce_pull / mse_pull);

    nn::Figure regression({.title = "Regression: error e", .x_label = "e", .y_label = "loss"});
    nn::Figure classification(
        {.title = "Classification: y = 1", .x_label = "z, h = sigmoid(z)", .y_label = "loss"});
    std::vector<double> x, square, absolute, huber, z, mse, cross;
    for (double t = -3; t <= 3.0001; t += 0.05) {
      x.push_back(t);
      square.push_back(t * t);
      absolute.push_back(std::abs(t));
      huber.push_back(std::abs(t) < 1 ? t * t / 2 : std::abs(t) - 0.5);
      z.push_back(2 * t);
      const double s = 1 / (1 + std::exp(-2 * t));
      mse.push_back((1 - s) * (1 - s));
      cross.push_back(-std::log(s));
    }
    regression.line(x, square, "MSE").line(x, absolute, "MAE").line(x, huber, "Huber, delta 1");
    classification.line(z, mse, "MSE").line(z, cross, "cross-entropy");
    program.save(nn::Panels(1, 2).add(std::move(regression)).add(std::move(classification)),
                 "curves");
  });
}
