// Ten optimizers on a ravine, a saddle, Beale's and Rosenbrock's function, all from one start.
//
// Notes:  003 Optimizer 성능 비교
// Run:    ./book run ch04/optimizer_paths
// Expect: no optimizer is the first everywhere; plain gradient descent lingers on the saddle, and
//         keeps up in the ravine only with a rate close to the limit
// Try:    --steps 300, --factor 0.3 (all learning rates times 0.3)
#include "ch04_optimizers/test_functions.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Optimizers race on four test functions: steps, paths, an animation");
  // ---- knobs -----------------------------------------------------------------------------------
  int steps = 2000;
  program.knob("steps", steps, "steps of each optimizer", 1, 20000);
  double factor = 1.0;
  program.knob("factor", factor, "multiplies every learning rate", 0.0, 100.0);
  int frames = 40;
  program.knob("frames", frames, "pictures of the animation", 1, 300);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the functions; 2. the optimizers, each with a rate that suits it
    const auto optimizers = [&](double sgd, double momentum) {
      return std::vector<std::pair<std::string, nn::Optimizer>>{
          {"SGD", nn::SGD({.learning_rate = factor * sgd})},
          {"momentum", nn::SGD({.learning_rate = factor * momentum, .momentum = 0.9})},
          {"Nesterov",
           nn::SGD({.learning_rate = factor * momentum, .momentum = 0.9, .nesterov = true})},
          {"Adagrad", nn::Adagrad({.learning_rate = factor * 0.5})},
          {"RMSprop", nn::RMSprop({.learning_rate = factor * 0.05})},
          {"Adadelta", nn::Adadelta({.learning_rate = factor * 20})},
          {"Adam", nn::Adam({.learning_rate = factor * 0.1})},
          {"Nadam", nn::Nadam({.learning_rate = factor * 0.1})},
          {"Adamax", nn::Adamax({.learning_rate = factor * 0.3})},
          {"AdamW", nn::AdamW({.learning_rate = factor * 0.1})}};
    };
    const std::vector<double> sgd_rates{0.045, 0.1, 0.01, 0.001};
    const std::vector<double> momentum_rates{0.02, 0.1, 0.002, 0.0005};
    const std::vector<TestFunction> functions = test_functions();

    // 3. the walks
    std::printf("steps until E stays below 0.01 (-: not in %d steps)\n%-10s", steps, "");
    for (const TestFunction& f : functions) std::printf("%12s", f.name.c_str());
    std::printf("\n");
    std::vector<std::vector<nn::Matrix>> paths(functions.size());
    nn::Panels sheet(2, 2);
    for (std::size_t k = 0; k < functions.size(); ++k) {
      const TestFunction& f = functions[k];
      nn::Figure figure({.title = f.name,
                         .x_label = "w1",
                         .y_label = "w2",
                         .x_range = f.x_range,
                         .y_range = f.y_range,
                         .legend = k == 0 ? "auto" : "off"});
      figure.contour([&](const nn::Matrix& XY) { return f.plane(XY); },
                     {.log_levels = f.log_levels});
      for (auto& [name, optimizer] : optimizers(sgd_rates[k], momentum_rates[k])) {
        paths[k].push_back(walk(f, optimizer, steps));
        figure.path(paths[k].back(), name);
      }
      sheet.add(std::move(figure));
    }
    const auto names = optimizers(1.0, 1.0);
    std::vector<std::pair<std::string, double>> results;
    for (std::size_t o = 0; o < names.size(); ++o) {
      std::printf("%-10s", names[o].first.c_str());
      for (std::size_t k = 0; k < functions.size(); ++k) {
        const int first = steps_to(functions[k], paths[k][o], 0.01);
        std::printf("%12s", first < 0 ? "-" : std::to_string(first).c_str());
        results.emplace_back(names[o].first + "_" + functions[k].name, first);
      }
      std::printf("\n");
    }

    // 4. result, and the race on Beale's function
    for (const auto& [name, first] : results) program.result(name, first);
    const TestFunction& f = functions[2];
    nn::Animation race(120);
    for (int frame = 1; program.plots() && frame <= frames; ++frame) {
      const int t = std::max(1, steps * frame * frame / (frames * frames));  // slow at first
      const nn::Indices shown = arma::conv_to<nn::Indices>::from(  // the first steps one by one
          t * arma::square(arma::linspace<arma::vec>(0, 1, 121)));
      nn::Figure figure({.title = nn::text("%s, step %d", f.name.c_str(), t),
                         .x_label = "w1",
                         .y_label = "w2",
                         .x_range = f.x_range,
                         .y_range = f.y_range,
                         .legend = "outside"});
      figure.contour([&](const nn::Matrix& XY) { return f.plane(XY); },
                     {.log_levels = true, .resolution = 60});
      for (std::size_t o = 0; o < names.size(); ++o)
        figure.path(paths[2][o].rows(shown), names[o].first,
                    {.width = o < 8 ? 2.0 : 0.7});  // a ninth colour is the first again: thin
      race.add(std::move(figure));
    }
    program.save(sheet, "paths");
    program.save(race, "race");
  });
}
