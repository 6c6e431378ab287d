// Optimizers compared on handwritten digits, each with its tuned rate: mean, spread of five seeds.
//
// Notes:  003 Optimizer 성능 비교
// Run:    ./book run ch04/optimizers_digits
// Expect: tuned, they end close together; the spread over seeds is as large as many differences
// Try:    --epochs 2 (who is first?), --seeds 20
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Optimizers on digits: tuned rates, mean and spread over seeds", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 8;
  program.knob("epochs", epochs, "passes over the data", 1, 1000);
  int seeds = 5;
  program.knob("seeds", seeds, "runs of each, with seeds 1, 2, 3 ...", 1, 100);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: 1200 digits to learn, 597 to judge
    const nn::Dataset digits = nn::load_digits();
    nn::Rng rng = program.rng();
    const nn::Split split = nn::stratified_split(digits.y, 1.0 / 3, rng);
    const nn::Matrix X = digits.X.rows(split.train),
                     Y = nn::one_hot(nn::Indices(digits.y.rows(split.train)), 10);
    const nn::Matrix X_test = digits.X.rows(split.test),
                     Y_test = nn::one_hot(nn::Indices(digits.y.rows(split.test)), 10);

    // 2. model: the rate is tuned on the training loss of one seed, among factors of 1, 3, 10 ...
    using Make = std::function<nn::Optimizer(double)>;
    const std::vector<std::tuple<std::string, Make, std::vector<double>>> optimizers{
        {"SGD", [](double r) { return nn::SGD({.learning_rate = r}); }, {0.1, 0.3, 1}},
        {"Nesterov",
         [](double r) { return nn::SGD({.learning_rate = r, .momentum = 0.9, .nesterov = true}); },
         {0.03, 0.1, 0.3}},
        {"Adagrad", [](double r) { return nn::Adagrad({.learning_rate = r}); }, {0.03, 0.1, 0.3}},
        {"RMSprop",
         [](double r) { return nn::RMSprop({.learning_rate = r}); },
         {0.001, 0.003, 0.01}},
        {"Adadelta", [](double r) { return nn::Adadelta({.learning_rate = r}); }, {1, 3, 10}},
        {"Adam", [](double r) { return nn::Adam({.learning_rate = r}); }, {0.003, 0.01, 0.03}},
        {"Nadam", [](double r) { return nn::Nadam({.learning_rate = r}); }, {0.003, 0.01, 0.03}}};
    const auto train = [&](const nn::Optimizer& optimizer, std::uint64_t seed) {
      nn::set_seed(seed);
      nn::Sequential model({nn::Dense(32, {.activation = nn::relu, .input_shape = {64}}),
                            nn::Dense(10, {.activation = nn::softmax})});
      model.compile({.optimizer = optimizer,
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      nn::History history = model.fit(X, Y, {.epochs = epochs, .batch_size = 32, .verbose = false});
      return std::make_pair(history["loss"],
                            model.evaluate(X_test, Y_test, {.batch_size = 600})["accuracy"]);
    };

    // 3. training
    std::printf("%-10s %8s %22s %26s\n", "optimizer", "rate", "training loss", "test accuracy");
    nn::Figure figure({.title = nn::text("Training loss, mean of %d seeds and spread", seeds),
                       .x_label = "epoch",
                       .y_label = "cross-entropy",
                       .log_y = true});
    std::vector<std::pair<std::string, double>> results;
    for (const auto& [name, make, candidates] : optimizers) {
      double rate = candidates[0], lowest = 1e300;
      for (double candidate : candidates) {
        const double loss = train(make(candidate), 100).first.back();
        if (loss < lowest) lowest = loss, rate = candidate;
      }
      nn::Matrix losses(seeds, epochs);
      nn::ColVector accuracies(seeds);
      for (int s = 0; s < seeds; ++s) {
        const auto [loss, accuracy] = train(make(rate), static_cast<std::uint64_t>(s + 1));
        losses.row(s) = nn::RowVector(loss);
        accuracies[s] = accuracy;
      }
      const nn::RowVector mean = arma::mean(losses, 0), sd = arma::stddev(losses, 1, 0);
      std::printf("%-10s %8g %12.4f +- %.4f %17.4f +- %.4f\n", name.c_str(), rate, mean.back(),
                  sd.back(), arma::mean(accuracies), arma::stddev(accuracies, 1));
      results.emplace_back(name, arma::mean(accuracies));
      std::vector<double> x, m, low, high;
      for (int e = 0; e < epochs; ++e) {
        x.push_back(e + 1);
        m.push_back(mean[e]);
        low.push_back(std::max(mean[e] - sd[e], mean[e] / 2));
        high.push_back(mean[e] + sd[e]);
      }
      figure.line(x, m, name);
      figure.band(x, low, high);
    }

    // 4. result
    for (const auto& [name, accuracy] : results) program.result(name + "_test_accuracy", accuracy);
    program.save(figure, "losses");
  });
}
