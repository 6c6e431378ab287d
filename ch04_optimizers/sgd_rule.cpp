// The notes' SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True), step by step to the digit.
//
// Notes:  003 케라스 Sequential model (sgd = SGD(...)); erratum 12 (lr is learning_rate today)
// Run:    ./book run ch04/sgd_rule
// Expect: the rule written out and the library agree; the rate is 0.005 at step 1,000,000
// Try:    --momentum 0 --decay 0: plain gradient descent
#include "common/optimizers/optimizers.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The notes' SGD: momentum, Nesterov and decay, to the digit");
  // ---- knobs -----------------------------------------------------------------------------------
  double lr = 0.01;
  program.knob("lr", lr, "learning rate", 0.0, 10.0);
  double decay = 1e-6;
  program.knob("decay", decay, "Keras 2's decay of the learning rate", 0.0, 10.0);
  double momentum = 0.9;
  program.knob("momentum", momentum, "share of the last step that is kept", 0.0, 0.9999);
  bool nesterov = true;
  program.knob("nesterov", nesterov, "look ahead");
  int steps = 10;
  program.knob("steps", steps, "steps", 0, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: E = w^2 / 2, so dE/dw = w
    nn::Matrix w(1, 1, arma::fill::ones);
    double by_hand = 1.0, v = 0.0, worst = 0.0;

    // 2. model: the library's optimizer
    nn::SGD sgd({.learning_rate = lr, .momentum = momentum, .nesterov = nesterov, .decay = decay});

    // 3. the same steps twice
    std::printf("step  rate          v               w by hand          w by nn::SGD\n");
    for (int t = 0; t < steps; ++t) {
      const double gradient = by_hand, rate = lr / (1 + decay * t);  // lr_t = lr / (1 + decay t)
      v = momentum * v - rate * gradient;
      by_hand += nesterov ? momentum * v - rate * gradient : v;
      const nn::Matrix dw = w;
      sgd.step({{w, dw}});
      worst = std::max(worst, std::abs(w[0] - by_hand));
      std::printf("%4d  %.8f  %13.10f  %.14f  %.14f\n", t + 1, rate, v, by_hand, w[0]);
    }

    // 4. result
    const auto rate_at = [&](double t) { return lr / (1 + decay * t); };
    sgd.set_iterations(1000000);
    std::printf("\nlearning rate at step 1,000,000: by formula %.6f, nn::SGD %.6f\n", rate_at(1e6),
                sgd.learning_rate());
    program.result("w_after_the_steps", w[0]);
    program.result("largest_difference", worst < 1e-15 ? 0.0 : worst);
    program.result("rate_at_a_million", sgd.learning_rate());
    nn::Figure figure({.title = "lr / (1 + decay t)",
                       .x_label = "step t",
                       .y_label = "learning rate",
                       .log_x = true,
                       .legend = "off"});
    std::vector<double> t, rates;
    for (double k = 1; k < 1e8; k *= 1.2) {
      t.push_back(k);
      rates.push_back(rate_at(k));
    }
    figure.line(t, rates, "rate");
    figure.vertical(1e6, "");
    program.save(figure, "rate");
  });
}
