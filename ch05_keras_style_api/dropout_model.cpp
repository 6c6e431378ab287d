// The notes' Dropout model, 6,154 parameters: on random data as in their listing, then on data in
// which there is something to find.
//
// Notes:  003 케라스 Sequential model, the listing with Dropout(0.5) and SGD; erratum 12
// Run:    ./book run ch05/dropout_model
// Expect: random labels: test accuracy 0.1, which is chance; labels that follow from X: far above
// Try:    --dropout 0, --epochs 200: random labels can be learned by heart, and still not predicted
#include "common/model/callbacks.hpp"
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/dropout.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The notes' Dropout model, and what chance can reach", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 20;
  program.knob("epochs", epochs, "passes over the data", 1, 10000);
  double dropout = 0.5;
  program.knob("dropout", dropout, "share of hidden values dropped", 0.0, 0.99);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: 20 random numbers a row. Labels: drawn by lot, or the nearest of ten hidden points
    nn::Rng rng = program.rng();
    const nn::Matrix x_train = rng.uniform_matrix(1000, 20), x_test = rng.uniform_matrix(1000, 20);
    const nn::Matrix points = rng.uniform_matrix(10, 20);
    const auto by_lot = [&](const nn::Matrix& X) {
      nn::Indices y(X.n_rows);
      for (auto& label : y) label = rng.below(10);
      return nn::one_hot(y, 10);
    };
    const auto by_rule = [&](const nn::Matrix& X) {  // nearest = largest x.p - |p|^2 / 2
      nn::Matrix score = X * points.t();
      score.each_row() -= nn::RowVector(arma::sum(points % points, 1).t() / 2);
      return nn::one_hot(nn::argmax_rows(score), 10);
    };

    std::printf("labels      training accuracy   test accuracy   commonest class\n");
    std::vector<std::pair<std::string, double>> results;
    nn::Figure figure({.title = "Test accuracy", .x_label = "epoch", .y_range = {0, 1}});
    for (const std::string labels : {"by_lot", "by_rule"}) {
      const nn::Matrix y_train = labels == "by_lot" ? by_lot(x_train) : by_rule(x_train);
      const nn::Matrix y_test = labels == "by_lot" ? by_lot(x_test) : by_rule(x_test);

      // 2. model: the listing line for line
      nn::set_seed(program.seed());
      nn::Sequential model;
      model.add(nn::Dense(64, {.activation = nn::relu, .input_shape = {20}}));
      model.add(nn::Dropout(dropout));
      model.add(nn::Dense(64, {.activation = nn::relu}));
      model.add(nn::Dropout(dropout));
      model.add(nn::Dense(10, {.activation = nn::softmax}));
      nn::SGD sgd({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true, .decay = 1e-6});
      model.compile(
          {.optimizer = sgd, .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});

      // 3. training
      const nn::History history = model.fit(x_train, y_train,
                                            {.epochs = epochs,
                                             .batch_size = 128,
                                             .validation_data = {x_test, y_test},
                                             .verbose = false});
      const nn::Scores score = model.evaluate(x_test, y_test, {.batch_size = 128});
      const double seen = model.evaluate(x_train, y_train, {.batch_size = 128})["accuracy"];
      const double commonest = nn::RowVector(arma::mean(y_test, 0)).max();  // one answer for all
      std::printf("%-12s %16.3f %15.3f %17.3f\n", labels.c_str(), seen, score["accuracy"],
                  commonest);
      results.emplace_back("test_accuracy_" + labels, score["accuracy"]);
      results.emplace_back("commonest_class_" + labels, commonest);
      figure.line(history["val_accuracy"], labels == "by_lot" ? "labels by lot" : "labels by rule");
      if (labels == "by_rule") results.emplace_back("parameters", model.parameter_count());
    }

    // 4. result
    std::printf(
        "\n1000 guesses, each right with probability 0.1: 0.081 to 0.119 in 95 of 100 cases\n\n");
    for (const auto& [name, value] : results) program.result(name, value);
    figure.horizontal(0.1, "chance");
    program.save(figure, "accuracy");
  });
}
