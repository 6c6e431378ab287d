// The perceptron convergence theorem: at most (R / gamma)^2 mistakes, counted against it.
//
// Notes:  002 perceptron convergence theorem
// Run:    ./book run ch01/convergence
// Expect: AND 11 mistakes, bound 51; OR 5, bound 27; setosa by petals 4, bound 747.7
// Try:    --orders 10000, --points 200
#include <cmath>

#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

struct Task {
  std::string name;
  nn::Matrix X;
  nn::ColVector y;
};

// Mistakes until none is left. Rosenblatt's theorem says that this loop ends.
static double mistakes(const Task& task, bool shuffle, std::uint64_t seed) {
  nn::Perceptron perceptron(task.X.n_cols, 1);
  const nn::PerceptronHistory history =
      perceptron.fit(task.X, task.y, {.epochs = 1000000, .shuffle = shuffle, .seed = seed});
  return static_cast<double>(history.total());
}

static double most_mistakes(const Task& task, int orders, std::uint64_t seed) {
  double most = 0;
  for (int order = 0; order < orders; ++order)
    most = std::max(most, mistakes(task, true, seed + static_cast<std::uint64_t>(order)));
  return most;
}

int main(int argc, char** argv) {
  nn::Program program("Mistakes of the perceptron rule against the bound (R/gamma)^2");
  // ---- knobs -----------------------------------------------------------------------------------
  int orders = 300;
  program.knob("orders", orders, "random orders of the samples to try", 1, 1000000);
  int points = 60;
  program.knob("points", points, "samples of the second experiment", 2, 2000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: everything here can be separated by a plane
    std::vector<Task> tasks;
    for (const auto& [name, which] : {std::pair<const char*, nn::Gate>{"AND", nn::Gate::AND},
                                      {"OR", nn::Gate::OR},
                                      {"NAND", nn::Gate::NAND}}) {
      const nn::Dataset gate = nn::gate(which);
      tasks.push_back({name, gate.X, arma::conv_to<nn::ColVector>::from(gate.y)});
    }
    const nn::Dataset iris = nn::load_iris();
    const nn::ColVector setosa = arma::conv_to<nn::ColVector>::from(iris.y == 0);
    const nn::Matrix petals = iris.X.cols(2, 3);
    tasks.push_back({"setosa_petals", petals, setosa});
    tasks.push_back({"setosa_all_columns", iris.X, setosa});
    tasks.push_back({"setosa_standardized", nn::Standardizer().fit_transform(petals), setosa});

    // 2. and 3. the bound from the widest margin; learning in the given order and in random ones
    std::printf("%-20s %7s %8s %10s   mistakes: in order   most of %d orders\n", "task", "R",
                "gamma", "(R/gamma)^2", orders);
    std::vector<std::pair<std::string, double>> results;
    bool within = true;  // no order of any task needs more mistakes than the bound
    for (const Task& task : tasks) {
      const nn::Tlu widest = nn::widest_margin(task.X, task.y);
      const nn::ConvergenceBound bound = nn::convergence_bound(task.X, task.y, widest);
      const double in_order = mistakes(task, false, 0);
      const double most = most_mistakes(task, orders, program.seed());
      std::printf("%-20s %7.3f %8.4f %11.1f %20.0f %20.0f\n", task.name.c_str(), bound.R,
                  bound.gamma, bound.mistakes, in_order, most);
      within = within && std::max(in_order, most) <= bound.mistakes;
      results.emplace_back(task.name + "_bound", bound.mistakes);  // (R / gamma)^2
      results.emplace_back(task.name + "_mistakes", in_order);
      results.emplace_back(task.name + "_most_mistakes", most);
    }

    // Two parallel rows of points, `gap` apart: the narrower the gap, the more mistakes
    std::printf("\n   gap   gamma   (R/gamma)^2   most mistakes of 20 orders\n");
    std::vector<double> gamma, bounds, most;
    for (double gap = 0.64; gap > 0.009; gap /= 2) {
      nn::Rng rng = program.rng();
      const std::size_t n = static_cast<std::size_t>(points);
      Task task{"gap", nn::Matrix(n, 2), nn::ColVector(n)};
      for (std::size_t i = 0; i < n; ++i) {
        task.y[i] = static_cast<double>(i % 2);
        const double along = rng.uniform(-1, 1), across = (task.y[i] - 0.5) * gap;
        task.X.row(i) = nn::RowVector{across + along, across - along} / std::sqrt(2.0);
      }
      const nn::Tlu widest = nn::widest_margin(task.X, task.y);
      const nn::ConvergenceBound bound = nn::convergence_bound(task.X, task.y, widest);
      gamma.push_back(bound.gamma);
      bounds.push_back(bound.mistakes);
      most.push_back(most_mistakes(task, 20, program.seed()));
      within = within && most.back() <= bounds.back();
      std::printf("%6.3f %7.4f %13.1f %15.0f\n", gap, gamma.back(), bounds.back(), most.back());
    }

    // 4. result
    for (const auto& [name, value] : results) program.result(name, value);
    program.result("all_within_the_bound", within);
    nn::Figure figure({.title = "The narrower the margin, the more mistakes",
                       .x_label = "margin \u03b3",
                       .y_label = "mistakes",
                       .log_x = true,
                       .log_y = true});
    figure.line(gamma, bounds, "bound (R/\u03b3)\u00b2", {.markers = true});
    figure.line(gamma, most, "most mistakes of 20 orders", {.markers = true});
    program.save(figure, "margin");
  });
}
