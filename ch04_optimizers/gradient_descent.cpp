// Gradient descent with a small, a good and a too large learning rate, in one and two dimensions.
//
// Notes:  003 Optimizer: w+ = w - eta dE/dw, learning rate, gradient
// Run:    ./book run ch04/gradient_descent
// Expect: on E = lambda w^2 / 2 a step multiplies w by 1 - eta lambda: beyond eta = 2 / lambda it
//         diverges; in two dimensions the steepest direction sets that limit
// Try:    --curvature 10: the limit moves to 0.2
#include "ch04_optimizers/test_functions.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program(
      "Gradient descent: how the learning rate decides between slow, fast and lost");
  // ---- knobs -----------------------------------------------------------------------------------
  double lambda = 1.0;
  program.knob("curvature", lambda, "lambda in E = lambda w^2 / 2", 1e-3, 1e3);
  int steps = 20;
  program.knob("steps", steps, "steps", 0, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. one dimension: E = lambda w^2 / 2, dE/dw = lambda w, from w = 1
    const std::vector<std::pair<std::string, double>> rates{{"small", 0.1},    {"good", 0.9},
                                                            {"one step", 1.0}, {"zigzag", 1.8},
                                                            {"limit", 2.0},    {"too large", 2.1}};
    std::printf("eta lambda            w after %d steps   (1 - eta lambda)^%d\n", steps, steps);
    nn::Figure curves({.title = "E along the way",
                       .x_label = "step",
                       .y_label = "E",
                       .log_y = true,
                       .legend = "bottom left"});
    double worst = 0.0;
    for (const auto& [name, scaled] : rates) {
      const double eta = scaled / lambda;
      double w = 1.0;
      std::vector<double> E{lambda * w * w / 2};
      for (int t = 0; t < steps; ++t) {
        const double gradient = lambda * w;
        w -= eta * gradient;  // w+ = w - eta dE/dw
        E.push_back(lambda * w * w / 2);
      }
      const double formula = std::pow(1 - scaled, steps);
      worst = std::max(worst, std::abs(w - formula) / (1 + std::abs(formula)));
      std::printf("%4.1f %-10s %22.6g %18.6g\n", scaled, name.c_str(), w, formula);
      std::vector<double> t(E.size());
      for (std::size_t k = 0; k < t.size(); ++k) t[k] = static_cast<double>(k);
      curves.line(t, E, nn::text("%s: %.1f / lambda", name.c_str(), scaled));
    }

    // 2. two dimensions: the ravine, curvatures 1 and 40: the limit is 2/40, the slow direction
    // shrinks only by 1 - eta a step
    const TestFunction f = ravine();
    nn::Panels sheet(1, 3);
    std::printf("\nravine (curvatures 1 and 40), %d steps\n", 3 * steps);
    std::vector<double> ends;
    for (double eta : {0.005, 0.045, 0.0505}) {
      // 3. the steps
      const nn::Matrix path = walk(f, nn::SGD({.learning_rate = eta}), 3 * steps);
      ends.push_back(f.value(path(path.n_rows - 1, 0), path(path.n_rows - 1, 1)));
      std::printf("eta %-7g E = %.4g\n", eta, ends.back());
      nn::Figure figure({.title = nn::text("eta = %g", eta),
                         .x_label = "w1",
                         .y_label = "w2",
                         .x_range = f.x_range,
                         .y_range = f.y_range,
                         .legend = "off"});
      figure.contour([&](const nn::Matrix& XY) { return f.plane(XY); }, {.log_levels = true});
      figure.path(path, "path", {.markers = true});
      sheet.add(std::move(figure));
    }

    // 4. result
    program.result("formula_error", worst < 1e-12 ? 0.0 : worst);
    program.result("ravine_small_rate", ends[0]);
    program.result("ravine_good_rate", ends[1]);
    program.result("ravine_diverges_beyond_2_over_40",
                   ends[2] > f.value(f.start[0], f.start[1]) ? 1 : 0);
    program.save(curves, "rates");
    program.save(sheet, "ravine");
  });
}
