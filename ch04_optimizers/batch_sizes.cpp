// Batch, mini-batch and online learning on digits: loss per epoch, per update and per second.
//
// Notes:  003 Optimizer ("더 비틀비틀 가는 것 같지만 기존 보다 더 빠르게 학습합니다"); 001 SGD
// Run:    ./book run ch04/batch_sizes
// Expect: small batches stagger, but after the same number of epochs they are far ahead
// Try:    --eta 1: which batch sizes stand it?
#include <chrono>

#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

constexpr int kRows = 1500;

// Remembers the loss and the time after every update and every epoch.
struct Trace : nn::Callback {
  explicit Trace(int size) : batch_size(size) {}
  int batch_size;
  std::vector<double> batch_loss, epoch_loss, seconds;
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  double before = 0.0;  // on_batch_end gets the mean over the epoch's samples so far
  void on_epoch_begin(nn::Model&, int) override { before = 0.0; }
  void on_batch_end(nn::Model&, int, int batch, const nn::Scores& scores) override {
    const int seen = batch * batch_size, now = std::min(seen + batch_size, kRows);
    const double sum = scores.loss * now;
    batch_loss.push_back((sum - before) / (now - seen));
    before = sum;
  }
  void on_epoch_end(nn::Model&, int, const nn::Scores& scores) override {
    epoch_loss.push_back(scores.loss);
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
};

int main(int argc, char** argv) {
  nn::Program program("Batch, mini-batch and online: loss per epoch, per update and per second", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 10;
  program.knob("epochs", epochs, "passes over the data", 1, 1000);
  double eta = 0.1;
  program.knob("eta", eta, "learning rate", 0.0, 10.0);
  int hidden = 32;
  program.knob("hidden", hidden, "hidden units", 1, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: 1500 digits
    const nn::Dataset digits = nn::load_digits();
    nn::Rng rng = program.rng();
    const nn::Indices rows = rng.choice(digits.X.n_rows, kRows);
    const nn::Matrix X = digits.X.rows(rows), Y = nn::one_hot(nn::Indices(digits.y.rows(rows)));

    std::printf(
        "batch   updates/epoch   loss after %d epochs   accuracy   seconds   spread of batch "
        "losses\n",
        epochs);
    nn::Figure per_epoch(
        {.title = "Per epoch", .x_label = "epoch", .y_label = "loss", .log_y = true});
    nn::Figure per_update({.title = "Per update (first 100)",
                           .x_label = "update",
                           .y_label = "batch loss",
                           .legend = "off"});
    nn::Figure per_second({.title = "Per second",
                           .x_label = "seconds",
                           .y_label = "loss",
                           .log_x = true,
                           .log_y = true,
                           .legend = "off"});
    std::vector<std::pair<int, double>> accuracies;
    for (int batch : {kRows, 32, 1}) {
      // 2. model
      nn::set_seed(program.seed());
      nn::Sequential model({nn::Dense(hidden, {.activation = nn::relu, .input_shape = {64}}),
                            nn::Dense(10, {.activation = nn::softmax})});
      model.compile({.optimizer = nn::SGD({.learning_rate = eta}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});

      // 3. training
      auto trace = std::make_shared<Trace>(batch);
      model.fit(X, Y,
                {.epochs = epochs, .batch_size = batch, .callbacks = {trace}, .verbose = false});
      const nn::Scores scores = model.evaluate(X, Y, {.batch_size = kRows});
      std::vector<double> first(
          trace->batch_loss.begin(),
          trace->batch_loss.begin() + std::min<std::size_t>(100, trace->batch_loss.size()));
      const double spread = arma::stddev(nn::ColVector(first));
      std::printf("%5d %15d %22.4f %10.3f %9.2f %18.3f\n", batch, (kRows + batch - 1) / batch,
                  scores.loss, scores["accuracy"], trace->seconds.back(), spread);
      accuracies.emplace_back(batch, scores["accuracy"]);
      const std::string name =
          batch == kRows ? "batch (1500)" : (batch == 1 ? "online (1)" : "mini-batch (32)");
      per_epoch.line(trace->epoch_loss, name);
      per_update.line(first, name);
      per_second.line(trace->seconds, trace->epoch_loss, name, {.markers = true});
    }

    // 4. result
    for (const auto& [batch, accuracy] : accuracies)
      program.result(nn::text("accuracy_batch_%d", batch), accuracy);
    program.save(nn::Panels(1, 3)
                     .add(std::move(per_epoch))
                     .add(std::move(per_update))
                     .add(std::move(per_second)),
                 "curves");
  });
}
