// One TLU draws one straight line: enough for two clouds, too little for any bent pattern.
//
// Notes:  000, 002 the decision boundary is linear, complex patterns are not learned
// Run:    ./book run ch01/linear_boundary
// Expect: clouds 1.000 right; moons about 0.85, circles and XOR clouds hardly better than a coin
// Try:    --epochs 500 (does patience help?), --n 2000, --seed 1
#include <algorithm>

#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("One TLU on four patterns: only a straight line can be learned");
  // ---- knobs -----------------------------------------------------------------------------------
  int n = 200;
  program.knob("n", n, "samples of each pattern", 4, 100000);
  int epochs = 100;
  program.knob("epochs", epochs, "at most so many passes");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    const std::size_t samples = static_cast<std::size_t>(n);
    const std::vector<std::pair<std::string, nn::Dataset>> patterns{
        {"clouds", nn::gaussian_blobs(samples, 2, rng, 0.2)},
        {"moons", nn::two_moons(samples, rng)},
        {"circles", nn::circles(samples, rng)},
        {"xor_clouds", nn::xor_blobs(samples, rng)}};

    nn::Panels sheet(2, 2, "What one straight line can do");
    std::printf("pattern       epochs   mistakes   last epoch   share right\n");
    std::vector<std::pair<std::string, double>> results;
    for (const auto& [name, data] : patterns) {
      // 2. model
      nn::Perceptron perceptron(2, 1);

      // 3. training
      const nn::ColVector y = arma::conv_to<nn::ColVector>::from(data.y);
      const nn::PerceptronHistory history =
          perceptron.fit(data.X, y, {.epochs = epochs, .shuffle = true, .seed = program.seed()});

      // 4. result
      const double right = static_cast<double>(arma::accu(perceptron.predict(data.X) == y)) / n;
      const std::vector<double> mistakes = history.per_epoch();
      std::printf("%-12s %7zu %10zu %12.0f %13.3f\n", name.c_str(), mistakes.size(),
                  history.total(), mistakes.empty() ? 0.0 : mistakes.back(), right);
      results.emplace_back(name + "_right", right);
      std::string title = name;
      std::replace(title.begin(), title.end(), '_', ' ');
      const nn::RowVector low = arma::min(data.X), high = arma::max(data.X);
      const nn::RowVector middle = (low + high) / 2;
      const double half = arma::max(high - low) / 2 + 0.3;  // a square around the samples
      nn::Figure figure({.title = nn::text("%s: %.1f %% right", title.c_str(), 100 * right),
                         .x_label = "x1",
                         .y_label = "x2",
                         .x_range = {middle[0] - half, middle[0] + half},
                         .y_range = {middle[1] - half, middle[1] + half},
                         .equal_axes = true,
                         .legend = "off"});
      figure.regions([&](const nn::Matrix& XY) -> nn::ColVector { return perceptron.predict(XY); });
      figure.contour([&](const nn::Matrix& XY) { return perceptron.neuron(0).weighted_sums(XY); },
                     {.levels = {0}});
      figure.scatter(data.X, data.y);
      sheet.add(std::move(figure));
    }
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(sheet, "patterns");
  });
}
