// Momentum against Nesterov's momentum: how far each overshoots, and how fast each arrives.
//
// Notes:  003 Optimizer, SGD(momentum=0.9, nesterov=True)
// Run:    ./book run ch04/momentum
// Expect: momentum swings through the valley, Nesterov brakes before it; plain descent crawls
// Try:    --momentum 0.99, --momentum 0.5
#include "ch04_optimizers/test_functions.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Momentum against Nesterov's momentum in a long valley");
  // ---- knobs -----------------------------------------------------------------------------------
  double momentum = 0.9;
  program.knob("momentum", momentum, "share of the last step that is kept", 0.0, 0.9999);
  double eta = 0.02;
  program.knob("eta", eta, "learning rate", 0.0, 10.0);
  int steps = 120;
  program.knob("steps", steps, "steps", 1, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data, 2. the three rules
    const TestFunction f = ravine();
    const std::vector<std::pair<std::string, nn::Optimizer>> optimizers{
        {"plain", nn::SGD({.learning_rate = eta})},
        {"momentum", nn::SGD({.learning_rate = eta, .momentum = momentum})},
        {"Nesterov", nn::SGD({.learning_rate = eta, .momentum = momentum, .nesterov = true})}};

    // 3. the walks
    nn::Figure plane({.title = "Paths",
                      .x_label = "w1",
                      .y_label = "w2",
                      .x_range = f.x_range,
                      .y_range = f.y_range,
                      .legend = "off"});
    plane.contour([&](const nn::Matrix& XY) { return f.plane(XY); }, {.log_levels = true});
    nn::Figure loss({.title = "E", .x_label = "step", .y_label = "E", .log_y = true});
    std::printf("%-10s %20s %26s %12s\n", "rule", "steps to E < 1e-3", "largest w1 (overshoot)",
                "E at the end");
    std::vector<std::pair<std::string, double>> results;
    for (const auto& [name, optimizer] : optimizers) {
      const nn::Matrix path = walk(f, optimizer, steps);
      std::vector<double> E;
      for (arma::uword t = 0; t < path.n_rows; ++t) E.push_back(f.value(path(t, 0), path(t, 1)));
      const int first = steps_to(f, path, 1e-3);
      std::printf("%-10s %20d %26.4f %12.3e\n", name.c_str(), first, path.col(0).max(), E.back());
      results.emplace_back(name + "_steps", first);
      results.emplace_back(name + "_overshoot", path.col(0).max());
      plane.path(path, name, {.markers = true});
      loss.line(E, name);
    }

    // 4. result
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(nn::Panels(1, 2).add(std::move(plane)).add(std::move(loss)), "paths");
  });
}
