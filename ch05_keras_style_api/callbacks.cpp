// Callbacks: early stopping, a learning rate that follows a plan or the loss, a CSV log, your own.
//
// Notes:  000 콜백함수; 001 측정 지표
// Run:    ./book run ch05/callbacks
// Expect: training stops by itself before its 200 epochs and keeps the best weights
// Try:    --patience 1, --patience 50
#include "common/files/history_files.hpp"
#include "common/model/callbacks.hpp"

#include <fstream>

#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// A callback of our own: remembers the learning rate and the length of all weights after each epoch.
struct Watch : nn::Callback {
  std::vector<double> rates, lengths;
  void on_epoch_end(nn::Model& model, int, const nn::Scores&) override {
    double sum = 0.0;
    for (const nn::Matrix& W : model.weights()) sum += arma::accu(arma::square(W));
    rates.push_back(model.optimizer().learning_rate());
    lengths.push_back(std::sqrt(sum));
  }
};

int main(int argc, char** argv) {
  nn::Program program("Callbacks: what fit does at the end of an epoch", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 200;
  program.knob("epochs", epochs, "passes over the data at most", 1, 100000);
  int patience = 10;
  program.knob("patience", patience, "epochs without improvement before training stops", 0, 10000);
  double eta = 0.02;
  program.knob("eta", eta, "Adam's learning rate at the start", 1e-6, 1.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: only 300 digits to learn from, so that learning by heart sets in
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix all_Y = nn::one_hot(digits.y);
    nn::Rng rng = program.rng();
    const nn::Indices order = rng.permutation(digits.X.n_rows);
    const nn::Indices train = order.head(300), judge = order.subvec(300, 799),
                      last = order.tail(997);
    const nn::Matrix X = digits.X.rows(train), Y = all_Y.rows(train), X_val = digits.X.rows(judge),
                     Y_val = all_Y.rows(judge), X_test = digits.X.rows(last),
                     Y_test = all_Y.rows(last);

    nn::Figure curves({.title = "Validation loss",
                       .x_label = "epoch",
                       .y_label = "cross-entropy",
                       .log_x = true,
                       .log_y = true});
    nn::Figure rates({.title = "Learning rate",
                      .x_label = "epoch",
                      .log_x = true,
                      .log_y = true,
                      .legend = "off"});
    const std::filesystem::path log = program.out("log.csv");
    std::printf(
        "callbacks                    epochs   best epoch   validation loss   test accuracy   "
        "length of weights\n");
    std::vector<std::pair<std::string, double>> results;
    for (const std::string kind : {"none", "early_stopping", "schedule", "plateau"}) {
      // 2. model
      nn::set_seed(program.seed());
      nn::Sequential model({nn::Dense(64, {.activation = nn::relu, .input_shape = {64}}),
                            nn::Dense(64, {.activation = nn::relu}),
                            nn::Dense(10, {.activation = nn::softmax})});
      model.compile({.optimizer = nn::Adam({.learning_rate = eta}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});

      // 3. training, with a list of callbacks; a shared_ptr where we want to read it afterwards
      const auto watch = std::make_shared<Watch>();
      const auto stopping = std::make_shared<nn::EarlyStopping>(
          nn::EarlyStoppingOptions{.patience = patience, .restore_best_weights = true});
      std::vector<nn::CallbackHandle> callbacks{watch};
      if (kind != "none") callbacks.insert(callbacks.end(), {stopping, nn::CSVLogger(log)});
      if (kind == "schedule")
        callbacks.push_back(nn::LearningRateScheduler(
            [](int epoch, double rate) { return epoch < 5 ? rate : rate * 0.9; }));
      if (kind == "plateau")
        callbacks.push_back(nn::ReduceLROnPlateau({.factor = 0.5, .patience = patience / 2}));
      const nn::History history = model.fit(X, Y,
                                            {.epochs = epochs,
                                             .validation_data = {X_val, Y_val},
                                             .callbacks = callbacks,
                                             .verbose = false});

      const std::vector<double>& loss = history["val_loss"];
      const auto best = std::min_element(loss.begin(), loss.end()) - loss.begin();
      const nn::Scores validation = model.evaluate(X_val, Y_val),
                       test = model.evaluate(X_test, Y_test);
      std::printf("%-28s %6zu %12ld %17.4f %15.3f %19.2f\n", kind.c_str(), loss.size(),
                  static_cast<long>(best) + 1, validation.loss, test["accuracy"],
                  watch->lengths.back());
      results.emplace_back("epochs_" + kind, loss.size());
      results.emplace_back("validation_loss_" + kind, validation.loss);
      results.emplace_back("test_accuracy_" + kind, test["accuracy"]);
      curves.line(loss, kind);
      rates.line(watch->rates, kind);
    }

    // 4. result
    std::ifstream file(log);
    std::printf("\nthe log of the last run, its first lines:\n");
    std::string line;
    for (int k = 0; k < 3 && std::getline(file, line); ++k) std::printf("  %s\n", line.c_str());
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(nn::Panels(1, 2).add(std::move(curves)).add(std::move(rates)), "curves");
  });
}
