// When to stop, and in which order to show the observations: the choices EBP leaves open.
//
// Notes:  003 EBP 1 (중지규칙), 2 (관측값의 정렬), 6; erratum 5 (the order: shuffle each epoch)
// Run:    ./book run ch02/stopping_and_order
// Expect: the gradient rule takes a plateau for the goal; all orders converge, reversed the last
// Try:    --patience 20 (also too early), --min-gradient 0.0005, --seed 7 (no plateau)
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

struct Rules {  // EBP 1: a rule that is 0 (patience: -1) never stops
  int epochs = 20000;
  double epsilon = 0, min_gradient = 0;
  int patience = -1;
};
struct Outcome {
  std::vector<double> E;  // after each epoch
  const char* stopped_by = "";
  int right = 0;
};

static Outcome train(longhand::Mlp net, const nn::Matrix& X, const nn::Matrix& Y,
                     const std::string& order, double eta, nn::Rng rng, const Rules& rules) {
  Outcome outcome;
  double best = std::numeric_limits<double>::infinity();
  for (int epoch = 1, waited = 0; epoch <= rules.epochs && *outcome.stopped_by == '\0'; ++epoch) {
    nn::Indices rows = arma::regspace<nn::Indices>(0, X.n_rows - 1);  // EBP 2
    if (order == "reversed") rows = arma::reverse(rows);
    if (order == "shuffled") rng.shuffle(rows);
    longhand::train_epoch(net, X, Y, rows, 1, eta);  // EBP 2 to 5, one observation at a time
    net.forward(X);  // EBP 6: E and the gradient of all observations
    const double E = net.error(Y);
    net.backward(Y);
    double length = 0;
    for (std::size_t l = 2; l <= net.L; ++l)
      length = std::hypot(length, std::hypot(arma::norm(net.dW[l], "fro"), arma::norm(net.db[l])));
    waited = E < best - 1e-6 ? 0 : waited + 1;
    best = std::min(best, E);
    outcome.E.push_back(E);
    if (epoch == rules.epochs) outcome.stopped_by = "epochs";
    if (waited == rules.patience) outcome.stopped_by = "no improvement";
    if (length < rules.min_gradient) outcome.stopped_by = "small gradient";
    if (E < rules.epsilon) outcome.stopped_by = "small E";
  }
  const nn::Matrix O = net.predict(X);
  outcome.right = static_cast<int>(arma::accu((O > 0.5) == (Y > 0.5)));
  return outcome;
}

int main(int argc, char** argv) {
  nn::Program program("Stopping rules and orders of presentation", 4);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 3000, patience = 100;
  double eta = 0.5, epsilon = 0.01, min_gradient = 0.002;
  program.knob("epochs", epochs, "rule 1: stop after so many epochs", 1);
  program.knob("epsilon", epsilon, "rule 2: stop when E is smaller", 0.0);
  program.knob("min-gradient", min_gradient, "rule 3: stop when the gradient is shorter", 0.0);
  program.knob("patience", patience, "rule 4: stop after so many epochs without a smaller E", 1);
  program.knob("eta", eta, "learning rate", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset data = nn::gate(nn::Gate::XOR);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);

    // 2. model
    nn::Rng rng = program.rng();
    longhand::Mlp net({2, 3, 1}, longhand::sigmoid, longhand::sigmoid);
    net.initialize(rng, 1.0);

    // 3. training: each rule alone (with an upper limit of 20000 epochs), fixed order
    const std::vector<std::pair<const char*, Rules>> rules{
        {"epochs", {.epochs = epochs}},
        {"small_E", {.epsilon = epsilon}},
        {"small_gradient", {.min_gradient = min_gradient}},
        {"no_improvement", {.patience = patience}}};
    std::vector<std::pair<std::string, double>> results;
    std::printf("rule             stopped by        epochs          E   right of 4\n");
    for (const auto& [name, rule] : rules) {
      const Outcome outcome = train(net, data.X, Y, "fixed", eta, rng, rule);
      std::printf("%-16s %-14s %9zu %10.6f %12d\n", name, outcome.stopped_by, outcome.E.size(),
                  outcome.E.back(), outcome.right);
      results.emplace_back(std::string("epochs_by_") + name, static_cast<double>(outcome.E.size()));
      results.emplace_back(std::string("right_by_") + name, outcome.right);
    }

    // 4. result: three orders from the same start, until E < epsilon
    nn::Figure figure({.title = "XOR: three orders of presentation",
                       .x_label = "epoch",
                       .y_label = "E",
                       .log_y = true});
    std::printf("\norder            stopped by        epochs          E   right of 4\n");
    for (const char* order : {"fixed", "reversed", "shuffled"}) {
      const Outcome outcome = train(net, data.X, Y, order, eta, rng, {.epsilon = epsilon});
      std::printf("%-16s %-14s %9zu %10.6f %12d\n", order, outcome.stopped_by, outcome.E.size(),
                  outcome.E.back(), outcome.right);
      results.emplace_back(std::string("epochs_") + order, static_cast<double>(outcome.E.size()));
      figure.line(outcome.E, order);
    }
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(figure, "orders");
  });
}
