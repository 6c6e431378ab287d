// The perceptron rule, one sample at a time: predict, take the error, correct the weights.
//
// Notes:  000, 002 perceptron learning rule w += eta (y - yhat) x, linear decision boundary
// Run:    ./book run ch01/perceptron_gates
// Expect: AND after 11 mistakes, OR after 5, NAND after 10; the same weights as nn::Perceptron
// Try:    --gate NAND, --gate XOR --epochs 8, --eta 0.5, --eta 0.1 (0.1 has no exact binary form)
#include <cmath>

#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

static nn::Figure boundary(const nn::Tlu& neuron, const nn::Dataset& gate,
                           const std::string& title) {
  nn::Figure figure({.title = title,
                     .x_label = "x1",
                     .y_label = "x2",
                     .x_range = {-0.5, 1.5},
                     .y_range = {-0.5, 1.5},
                     .equal_axes = true,
                     .width = 520,
                     .height = 520});
  figure.regions([&](const nn::Matrix& XY) { return neuron.outputs(XY); });
  figure.contour([&](const nn::Matrix& XY) { return neuron.weighted_sums(XY); }, {.levels = {0}});
  figure.scatter(gate.X, gate.y, {"target 0", "target 1"});
  return figure;
}

int main(int argc, char** argv) {
  nn::Program program("The perceptron rule on logic gates, one sample at a time");
  // ---- knobs -----------------------------------------------------------------------------------
  std::string shown = "AND";
  program.knob("gate", shown, "whose steps are printed and filmed", {"AND", "OR", "NAND", "XOR"});
  double eta = 1.0;
  program.knob("eta", eta, "learning rate", 1e-6, 1e6);
  int epochs = 20;
  program.knob("epochs", epochs, "at most so many passes over the four samples");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    const std::vector<std::pair<std::string, nn::Gate>> gates{{"AND", nn::Gate::AND},
                                                              {"OR", nn::Gate::OR},
                                                              {"NAND", nn::Gate::NAND},
                                                              {"XOR", nn::Gate::XOR}};
    nn::Animation film(600);
    std::vector<std::pair<std::string, double>> results;
    for (const auto& [name, which] : gates) {
      // 1. data
      const nn::Dataset gate = nn::gate(which);
      const bool log = name == shown;

      // 2. model: one TLU, all weights 0
      nn::Tlu neuron{.w = {0, 0}, .b = 0};

      // 3. training: until an epoch without a mistake
      int mistakes = 0, mistakes_in_epoch = 1, epoch = 0;
      if (log) {
        std::printf(
            "%s\nepoch  x1 x2   y      z  yhat  error    dw1   dw2    db     w1    w2     b\n",
            name.c_str());
        film.add(boundary(neuron, gate, name + ": before learning"));
      }
      while (epoch < epochs && mistakes_in_epoch > 0) {
        ++epoch;
        mistakes_in_epoch = 0;
        for (std::size_t i = 0; i < gate.X.n_rows; ++i) {
          const nn::RowVector x = gate.X.row(i);
          const double y = static_cast<double>(gate.y[i]);
          const double z = neuron.weighted_sum(x), yhat = neuron.step(z);
          const double error = y - yhat;
          const nn::ColVector dw = eta * error * x.t();  // dw = eta (y - yhat) x
          const double db = eta * error;                 // the bias neuron's x is 1
          neuron.w += dw;
          neuron.b += db;
          if (error != 0.0) ++mistakes_in_epoch;
          if (!log) continue;
          std::printf(
              "%5d %3.0f %2.0f %3.0f %6.2f %5.0f %6.0f %6.2f %5.2f %5.2f %6.2f %5.2f %5.2f\n",
              epoch, x[0], x[1], y, z, yhat, error, dw[0] + 0.0, dw[1] + 0.0, db, neuron.w[0],
              neuron.w[1], neuron.b);  // + 0.0: no "-0.00"
          if (error != 0.0 && film.frames() < 60)
            film.add(boundary(neuron, gate,
                              nn::text("%s: epoch %d, corrected at (%.0f, %.0f)", name.c_str(),
                                       epoch, x[0], x[1])));
        }
        mistakes += mistakes_in_epoch;
      }

      // 4. result: beside nn::Perceptron, the same rule in its final form
      nn::Perceptron library(2, 1);
      library.fit(gate.X, arma::conv_to<nn::ColVector>::from(gate.y),
                  {.learning_rate = eta, .epochs = epochs});
      const double difference =
          std::max(arma::abs(neuron.w - library.W()).max(), std::abs(neuron.b - library.b()[0]));
      results.emplace_back(name + "_mistakes", mistakes);
      results.emplace_back(name + "_epochs", epoch);
      results.emplace_back(name + "_difference_from_library", difference);
      if (log) {
        for (int hold = 0; hold < 3; ++hold)
          film.add(
              boundary(neuron, gate,
                       nn::text("%s: %d mistakes in %d epochs", name.c_str(), mistakes, epoch)));
        program.save(boundary(neuron, gate, name + " learned by one TLU"), "boundary");
      }
    }
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(film, "learning");
  });
}
