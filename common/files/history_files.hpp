// The scores of a training as a file: one row an epoch while it runs, or all of it afterwards, also
// as a picture.
#pragma once

#include <filesystem>

#include "common/model/callback.hpp"

namespace nn {

struct CSVLoggerOptions {
  char separator = ',';
  bool append = false;
};

// One row per epoch: epoch, loss, the metrics. Every row is on the disk when the epoch ends. A
// training that goes on later keeps the rows it had.
class CSVLogger : public Callback {
 public:
  explicit CSVLogger(std::filesystem::path file, CSVLoggerOptions options = {});
  void on_train_begin(Model& model) override;
  void on_epoch_begin(Model& model, int epoch) override;
  void on_epoch_end(Model& model, int epoch, const Scores& scores) override;
  void on_train_end(Model& model, const History& history) override;
  void remember(SavedState& state) override;

 private:
  void start();
  std::filesystem::path file_;
  CSVLoggerOptions options_;
  bool started_ = false, header_written_ = false;
};

// The history as CSV: epoch, loss, the metrics.
void save_csv(const History& history, const std::filesystem::path& file);

// The history as JSON, {"loss": [0.7, 0.4], "val_loss": [0.8, 0.5]}; null where a score is NaN or
// infinite.
void save_json(const History& history, const std::filesystem::path& file);

// The learning curves: a panel for the loss and one for each metric, training and validation
// together, as <stem>.svg with its data (see figure.hpp).
void save_picture(const History& history, const std::filesystem::path& stem);

}  // namespace nn
