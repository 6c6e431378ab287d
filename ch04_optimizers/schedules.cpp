// Learning-rate schedules: their curves, and what they do to a noisy descent.
//
// Notes:  003 SGD(decay=1e-6); Optimizer
// Run:    ./book run ch04/schedules
// Expect: with noisy gradients a constant rate stops at a noise floor, a falling one gets below
// Try:    --noise 0, --eta 0.2
#include "common/optimizers/optimizers.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Learning-rate schedules, and what they do to a noisy descent", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int steps = 1000;
  program.knob("steps", steps, "steps", 10, 100000);
  double eta = 0.1;
  program.knob("eta", eta, "first learning rate", 1e-6, 1.0);
  double noise = 1.0;
  program.knob("noise", noise, "standard deviation of the noise in every gradient", 0.0, 100.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: E = w^2 / 2 in 100 dimensions, gradient w + noise, as a mini-batch gives it
    // 2. the schedules
    const double n = steps;
    const std::vector<std::pair<std::string, nn::LearningRate>> schedules{
        {"constant", eta},
        {"inverse time", nn::InverseTimeDecay(eta, n / 50, 1.0)},
        {"exponential", nn::ExponentialDecay(eta, n, 0.01)},
        {"step", nn::PiecewiseConstantDecay({n / 3, 2 * n / 3}, {eta, eta / 10, eta / 100})},
        {"polynomial", nn::PolynomialDecay(eta, n, {.end_learning_rate = eta / 100, .power = 2.0})},
        {"cosine, warm-up",
         nn::CosineDecay(eta / 10, 0.9 * n, {.warmup_target = eta, .warmup_steps = 0.1 * n})}};

    // 3. descent with each, the same noise for all
    nn::Figure rates({.title = "Learning rate",
                      .x_label = "step",
                      .y_label = "rate",
                      .log_y = true,
                      .legend = "bottom left"});
    nn::Figure losses({.title = "E with noisy gradients",
                       .x_label = "step",
                       .y_label = "E per dimension",
                       .log_y = true,
                       .legend = "off"});
    std::printf("%-16s %12s %12s %16s\n", "schedule", "first rate", "last rate", "E, last tenth");
    std::vector<std::pair<std::string, double>> results;
    for (const auto& [name, schedule] : schedules) {
      nn::Rng rng = program.rng();
      nn::SGD sgd({.learning_rate = schedule});
      nn::Matrix w(1, 100, arma::fill::value(5.0));
      std::vector<double> t, rate, E;
      double tail = 0.0;
      for (int k = 0; k < steps; ++k) {
        if (k % std::max(1, steps / 200) == 0) {
          t.push_back(k);
          rate.push_back(sgd.learning_rate());
          E.push_back(arma::accu(w % w) / 200);
        }
        const nn::Matrix dw = w + noise * rng.normal_matrix(1, 100);
        sgd.step({{w, dw}});
        if (k >= steps - steps / 10) tail += arma::accu(w % w) / 200 / (steps / 10);
      }
      std::printf("%-16s %12.5f %12.5f %16.5f\n", name.c_str(), rate.front(), rate.back(), tail);
      results.emplace_back(name.substr(0, name.find_first_of(" ,")) + "_E", tail);
      rates.line(t, rate, name);
      losses.line(t, E, name);
    }
    std::printf("\nnoise floor of the constant rate, eta noise^2 / (2 (2 - eta)): %.5f\n",
                eta * noise * noise / (2 * (2 - eta)));

    // 4. result
    for (const auto& [name, E] : results) program.result(name, E);
    program.save(nn::Panels(1, 2).add(std::move(rates)).add(std::move(losses)), "rates_and_losses");
  });
}
