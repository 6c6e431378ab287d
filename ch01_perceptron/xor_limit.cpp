// One TLU cannot learn XOR: its mistakes never end, and no weights at all get 4 of 4.
//
// Notes:  002, 003 the perceptron cannot do XOR
// Run:    ./book run ch01/xor_limit
// Expect: XOR: at least 3 mistakes in every epoch, the weights go in a circle; best of the grid 3
// Try:    --epochs 1000, --steps 65 (a finer grid), --reach 10
#include <algorithm>

#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

struct Best {
  int right = 0;   // of the four corners
  nn::Tlu neuron;  // the first that gets so many right
};

// Tries every (w1, w2, b) of a grid: how many of the four corners can one TLU get right?
static Best search(const nn::Matrix& X, const nn::ColVector& y, const nn::ColVector& grid) {
  Best best;
  for (double w1 : grid)
    for (double w2 : grid)
      for (double b : grid) {
        int right = 0;
        for (std::size_t i = 0; i < 4; ++i)
          right += nn::heaviside(w1 * X(i, 0) + w2 * X(i, 1) + b) == y[i];
        if (right > best.right) best = {right, {.w = {w1, w2}, .b = b}};
      }
  return best;
}

int main(int argc, char** argv) {
  nn::Program program("One TLU cannot learn XOR: mistakes never end, an exhaustive search agrees");
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 30;
  program.knob("epochs", epochs, "passes over the four samples");
  int steps = 17;
  program.knob("steps", steps, "values of each weight in the search", 2, 201);
  double reach = 2.0;
  program.knob("reach", reach, "the search goes from -reach to reach", 1e-3, 1e6);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset gate = nn::gate(nn::Gate::XOR);
    const nn::ColVector y = arma::conv_to<nn::ColVector>::from(gate.y);

    // 2. model, 3. training: an epoch at a time, to see when the weights come back
    nn::Perceptron perceptron(2, 1);
    std::vector<double> mistakes;
    std::vector<nn::Matrix> seen{arma::join_cols(perceptron.W(), perceptron.b())};
    int period = 0;  // 0: no weights were met twice
    for (int epoch = 1; epoch <= epochs; ++epoch) {
      mistakes.push_back(perceptron.fit(gate.X, y, {.epochs = 1}).per_epoch()[0]);
      seen.push_back(arma::join_cols(perceptron.W(), perceptron.b()));
      for (int back = 1; back <= epoch && period == 0; ++back)
        if (arma::approx_equal(seen[epoch], seen[epoch - back], "absdiff", 1e-12)) period = back;
      if (epoch <= 8)
        std::printf("epoch %2d: %.0f mistakes, w = (%2.0f, %2.0f), b = %2.0f\n", epoch,
                    mistakes.back(), perceptron.W()(0, 0), perceptron.W()(1, 0), perceptron.b()[0]);
    }
    if (period > 0)
      std::printf("the weights repeat every %d epoch(s): it goes on for ever\n", period);

    // 4. result: all 16 functions of two bits, every weight of the grid
    const nn::ColVector grid = arma::linspace<nn::ColVector>(-reach, reach, steps);
    std::printf("\nanswers to 00 01 10 11   best of 4 (%d settings tried)\n",
                steps * steps * steps);
    int separable = 0;
    for (int function = 0; function < 16; ++function) {
      nn::ColVector target(4);
      for (int i = 0; i < 4; ++i) target[i] = (function >> (3 - i)) & 1;
      const Best best = search(gate.X, target, grid);
      separable += best.right == 4;
      const char* name = function == 6 ? "   XOR" : (function == 9 ? "   XNOR" : "");
      std::printf("%13.0f%3.0f%3.0f%3.0f %11d%s\n", target[0], target[1], target[2], target[3],
                  best.right, name);
    }
    const Best best = search(gate.X, y, grid);
    program.result("fewest_mistakes_in_an_epoch",
                   mistakes.empty() ? 0.0 : *std::min_element(mistakes.begin(), mistakes.end()));
    program.result("period", period);
    program.result("best_of_4", best.right);
    program.result("separable_functions_of_16", separable);

    nn::Figure curves({.title = "Mistakes per epoch",
                       .x_label = "epoch",
                       .y_label = "mistakes of 4",
                       .y_range = {-0.2, 4.4}});
    const nn::ColVector and_gate = {0, 0, 0, 1};
    nn::Perceptron learner(2, 1);
    std::vector<double> others = learner.fit(gate.X, and_gate, {.epochs = epochs}).per_epoch();
    others.resize(mistakes.size(), 0.0);  // AND stopped: no more mistakes
    curves.line(others, "AND", {.markers = true});
    curves.line(mistakes, "XOR", {.markers = true});
    nn::Figure plane({.title = nn::text("The best line found: %d of 4", best.right),
                      .x_label = "x1",
                      .y_label = "x2",
                      .x_range = {-0.5, 1.5},
                      .y_range = {-0.5, 1.5},
                      .equal_axes = true});
    plane.regions([&](const nn::Matrix& XY) { return best.neuron.outputs(XY); });
    plane.contour([&](const nn::Matrix& XY) { return best.neuron.weighted_sums(XY); },
                  {.levels = {0}});
    plane.scatter(gate.X, gate.y, {"target 0", "target 1"});
    program.save(nn::Panels(1, 2).add(std::move(curves)).add(std::move(plane)),
                 "mistakes_and_line");
  });
}
