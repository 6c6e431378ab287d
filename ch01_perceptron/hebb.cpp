// Hebb's rule: cells that fire together wire together; it never looks at its own mistakes.
//
// Notes:  002 Hebb's rule; erratum 19 ("the same output" holds for -1/1 coding only)
// Run:    ./book run ch01/hebb
// Expect: AND in 0/1 coding: w = (1, 1), b = 1, always 1, 3 of 4 wrong; in -1/1: (2, 2), -2, right
// Try:    --presentations 10: does more of the same help?
#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// Hebb's rule: each sample adds x y to the weights, whatever the neuron itself would answer.
static nn::Tlu hebb(const nn::Matrix& X, const nn::ColVector& y, nn::StepFunction step, int times) {
  nn::Tlu neuron{.w = nn::ColVector(X.n_cols), .b = 0, .step = step};
  for (int time = 0; time < times; ++time)
    for (std::size_t i = 0; i < X.n_rows; ++i) {
      neuron.w += X.row(i).t() * y[i];  // dw = x y: where both are active, the synapse grows
      neuron.b += y[i];                 // db = 1 y: the bias neuron is always active
    }
  return neuron;
}

static std::size_t wrong(const nn::Tlu& neuron, const nn::Matrix& X, const nn::ColVector& y) {
  return arma::accu(neuron.outputs(X) != y);
}

// The two sides of the neuron's line, and the samples.
static nn::Figure picture(const nn::Tlu& neuron, const nn::Matrix& X, const nn::ColVector& y,
                          nn::FigureOptions options) {
  if (neuron.w.is_zero()) options.title += ": z = 0 everywhere";
  nn::Figure figure(options);
  figure.regions([&](const nn::Matrix& XY) -> nn::ColVector {
    return arma::conv_to<nn::ColVector>::from(neuron.outputs(XY) > 0);
  });
  figure.contour([&](const nn::Matrix& XY) { return neuron.weighted_sums(XY); }, {.levels = {0}});
  figure.scatter(X, arma::conv_to<nn::Indices>::from(y > 0), {"target no", "target yes"});
  return figure;
}

int main(int argc, char** argv) {
  nn::Program program("Hebb's rule on gates and flowers: what it learns and where it fails");
  // ---- knobs -----------------------------------------------------------------------------------
  int presentations = 1;
  program.knob("presentations", presentations, "how often every sample is shown");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: gates in two codings, and iris: is it setosa? (+1 yes, -1 no; petals in cm)
    const std::vector<std::pair<std::string, nn::Gate>> gates{{"AND", nn::Gate::AND},
                                                              {"OR", nn::Gate::OR},
                                                              {"NAND", nn::Gate::NAND},
                                                              {"XOR", nn::Gate::XOR}};
    const nn::Dataset iris = nn::load_iris();
    const nn::Matrix petals = iris.X.cols(2, 3);
    const nn::ColVector setosa = 2 * arma::conv_to<nn::ColVector>::from(iris.y == 0) - 1;

    // 2. and 3. a TLU for each, weights by Hebb's rule
    for (double off : {0.0, -1.0})  // erratum 19: "the same output" counts only where off is -1
      std::printf(
          "coding %2.0f/1: dw = x y is %2.0f if both are on, %2.0f if one is, %2.0f if none\n", off,
          1.0, off, off * off);
    std::printf("\ngate   coding    w1    w2     b   wrong of 4\n");
    nn::Panels sheet(2, 2, "Hebb's rule");
    std::vector<std::pair<std::string, double>> results;
    for (const auto& [name, which] : gates) {
      const nn::Dataset gate = nn::gate(which);
      const nn::ColVector y01 = arma::conv_to<nn::ColVector>::from(gate.y);
      for (bool bipolar : {false, true}) {
        const nn::Matrix X = bipolar ? nn::Matrix(2 * gate.X - 1) : gate.X;
        const nn::ColVector y = bipolar ? nn::ColVector(2 * y01 - 1) : y01;
        const nn::Tlu neuron = hebb(X, y, bipolar ? nn::signum : nn::heaviside, presentations);
        const char* coding = bipolar ? "-1/1" : "0/1";
        std::printf("%-6s %6s %5.0f %5.0f %5.0f %12zu\n", name.c_str(), coding, neuron.w[0],
                    neuron.w[1], neuron.b, wrong(neuron, X, y));
        const std::string label = name + (bipolar ? "_bipolar" : "_01");
        results.emplace_back(label + "_wrong", wrong(neuron, X, y));
        if (which == nn::Gate::AND)
          for (const auto& [weight, value] :
               {std::pair{"_w1", neuron.w[0]}, {"_w2", neuron.w[1]}, {"_b", neuron.b}})
            results.emplace_back(label + weight, value);
        if (which == nn::Gate::AND || (which == nn::Gate::XOR && bipolar)) {
          const nn::Range range{bipolar ? -2.0 : -0.5, bipolar ? 2.0 : 1.5};
          sheet.add(picture(neuron, X, y,
                            {.title = name + ", coding " + coding,
                             .x_label = "x1",
                             .y_label = "x2",
                             .x_range = range,
                             .y_range = range,
                             .equal_axes = true}));
        }
      }
    }

    // 4. result: flowers. Twice as many "no", with larger petals, drown the "yes"
    const nn::Tlu by_hebb = hebb(petals, setosa, nn::signum, presentations);
    const nn::Matrix centred = petals.each_row() - arma::mean(petals);
    const std::size_t raw = wrong(by_hebb, petals, setosa);
    const std::size_t moved =
        wrong(hebb(centred, setosa, nn::signum, presentations), centred, setosa);
    std::printf("\nsetosa or not, by petals: %zu of 150 wrong, centred %zu\n", raw, moved);
    for (const auto& [name, value] : results) program.result(name, value);
    program.result("setosa_wrong", static_cast<double>(raw));
    program.result("setosa_centred_wrong", static_cast<double>(moved));
    sheet.add(picture(by_hebb, petals, setosa,
                      {.title = nn::text("setosa? %zu of 150 wrong", raw),
                       .x_label = "petal length, cm",
                       .y_label = "petal width, cm",
                       .x_range = {0, 7.5},
                       .y_range = {-0.2, 3}}));
    program.save(sheet, "regions");
  });
}
