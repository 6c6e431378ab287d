// The family of optimizers: each rule written out in one or two lines, against the library.
//
// Notes:  003 Optimizer (최적화기), the family tree; 001 옵티마이저
// Run:    ./book run ch04/optimizer_family
// Expect: after ten steps every long-hand rule and its nn:: class agree to rounding
// Try:    --steps 1000
#include <cmath>

#include "common/optimizers/optimizers.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// One weight's state; g is the gradient, t = 1, 2, 3 ... the step.
struct State {
  double w = 1.0, v = 0.0, m = 0.0, a = 0.0, product = 1.0;
};
struct Rule {
  std::string name, idea;
  std::function<void(State&, double g, double t)> step;
  nn::Optimizer optimizer;
};

static std::vector<Rule> rules(double eta) {
  const double b1 = 0.9, b2 = 0.999, rho = 0.9, rho_d = 0.95, eps = 1e-7;
  const auto mean_of = [](double old, double now, double keep) {
    return keep * old + (1 - keep) * now;
  };
  return {{"GD", "against the gradient", [=](State& s, double g, double) { s.w -= eta * g; },
           nn::SGD({.learning_rate = eta})},
          {"Momentum", "a ball rolls on",
           [=](State& s, double g, double) {
             s.v = b1 * s.v - eta * g;
             s.w += s.v;
           },
           nn::SGD({.learning_rate = eta, .momentum = b1})},
          {"NAG", "look ahead, then correct",
           [=](State& s, double g, double) {
             s.v = b1 * s.v - eta * g;
             s.w += b1 * s.v - eta * g;
           },
           nn::SGD({.learning_rate = eta, .momentum = b1, .nesterov = true})},
          {"Adagrad", "smaller steps where it was steep",
           [=](State& s, double g, double t) {
             s.a = (t == 1 ? 0.1 : s.a) + g * g;
             s.w -= eta * g / std::sqrt(s.a + eps);
           },
           nn::Adagrad({.learning_rate = eta})},
          {"RMSProp", "... lately",
           [=](State& s, double g, double) {
             s.a = mean_of(s.a, g * g, rho);
             s.w -= eta * g / std::sqrt(s.a + eps);
           },
           nn::RMSprop({.learning_rate = eta})},
          {"AdaDelta", "... with steps in the units of w",
           [=](State& s, double g, double) {
             s.a = mean_of(s.a, g * g, rho_d);
             const double d = -g * std::sqrt(s.v + eps) / std::sqrt(s.a + eps);
             s.v = mean_of(s.v, d * d, rho_d);
             s.w += eta * d;
           },
           nn::Adadelta({.learning_rate = eta})},
          {"Adam", "momentum and RMSProp",
           [=](State& s, double g, double t) {
             s.m = mean_of(s.m, g, b1);
             s.a = mean_of(s.a, g * g, b2);
             s.w -= eta * std::sqrt(1 - std::pow(b2, t)) / (1 - std::pow(b1, t)) * s.m /
                    (std::sqrt(s.a) + eps);
           },
           nn::Adam({.learning_rate = eta})},
          {"Adamax", "Adam with the largest slope",
           [=](State& s, double g, double t) {
             s.m = mean_of(s.m, g, b1);
             s.a = std::max(b2 * s.a, std::abs(g));
             s.w -= eta / (1 - std::pow(b1, t)) * s.m / (s.a + eps);
           },
           nn::Adamax({.learning_rate = eta})},
          {"Nadam", "Adam with NAG's look ahead",
           [=](State& s, double g, double t) {
             const double mu = b1 * (1 - 0.5 * std::pow(0.96, t)),
                          next = b1 * (1 - 0.5 * std::pow(0.96, t + 1));
             s.product *= mu;
             s.m = mean_of(s.m, g, b1);
             s.a = mean_of(s.a, g * g, b2);
             const double m_hat =
                 next * s.m / (1 - s.product * next) + (1 - mu) * g / (1 - s.product);
             s.w -= eta * m_hat / (std::sqrt(s.a / (1 - std::pow(b2, t))) + eps);
           },
           nn::Nadam({.learning_rate = eta})}};
}

int main(int argc, char** argv) {
  nn::Program program("The family of optimizers: each rule in one line, against the library");
  // ---- knobs -----------------------------------------------------------------------------------
  int steps = 10;
  program.knob("steps", steps, "steps on E = w^2 / 2 from w = 1", 0, 100000);
  double eta = 0.1;
  program.knob("eta", eta, "learning rate", 0.0, 10.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    std::printf("%-9s %-34s %14s %14s\n", "name", "idea", "w by hand", "w by nn::");
    std::vector<double> step_numbers;
    for (int t = 0; t <= steps; ++t) step_numbers.push_back(t);
    double worst = 0.0;
    std::vector<std::pair<std::string, double>> results;
    nn::Figure figure({.title = "w on E = w^2 / 2, all with the same learning rate",
                       .x_label = "step",
                       .y_label = "w"});
    for (Rule& rule : rules(eta)) {
      State state;
      nn::Matrix w(1, 1, arma::fill::ones);
      std::vector<double> trace{1.0};
      for (int t = 1; t <= steps; ++t) {
        rule.step(state, state.w, t);  // dE/dw = w
        const nn::Matrix dw = w;
        rule.optimizer.step({{w, dw}});
        trace.push_back(w[0]);
      }
      worst = std::max(worst, std::abs(w[0] - state.w));
      std::printf("%-9s %-34s %14.10f %14.10f\n", rule.name.c_str(), rule.idea.c_str(), state.w,
                  w[0]);
      results.emplace_back(rule.name + "_w", w[0]);
      figure.line(step_numbers, trace, rule.name);
    }
    for (const auto& [name, w] : results) program.result(name, w);
    program.result("largest_difference", worst < 1e-12 ? 0.0 : worst);
    program.save(figure, "traces");
  });
}
