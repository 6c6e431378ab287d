// Callbacks that keep a training on the disk.
//
//   nn::ModelCheckpoint("best.weights.h5", {.save_best_only = true, .save_weights_only = true})
//   nn::BackupAndRestore("backup.h5")                         // the last of .callbacks
#pragma once

#include <string>

#include "common/model/callbacks.hpp"

namespace nn {

// After every so many epochs, or batches (counted through all epochs), or both. Nothing given: after
// every epoch.
struct SaveFrequency {
  int epochs = 0;
  int batches = 0;
};

struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  Mode mode = Mode::automatic;
  bool save_best_only = false;     // save when the monitored score is better than ever before
  bool save_weights_only = false;  // a weights file instead of the whole model
  SaveFrequency save_freq = {};
};

// Saves the model again and again. The path may name the epoch (from 1 on), the batch and scores:
// "model_{epoch:02d}_{val_loss:.2f}.h5".
class ModelCheckpoint : public Callback {
 public:
  explicit ModelCheckpoint(std::string path, ModelCheckpointOptions options = {});
  void on_train_begin(Model& model) override;
  void on_batch_end(Model& model, int epoch, int batch, const Scores& scores) override;
  void on_epoch_end(Model& model, int epoch, const Scores& scores) override;
  void remember(SavedState& state) override;

 private:
  void save(const Model& model, int epoch, int batch, const Scores& scores);
  std::string path_;
  ModelCheckpointOptions options_;
  BestScore best_;
  std::int64_t batches_ = 0;
};

// The path with its fields filled in; refuses a name that is no score, and a format other than
// [0][width][.digits]d, f, e or g.
std::string checkpoint_path(const std::string& path, int epoch, int batch, const Scores& scores);

struct BackupAndRestoreOptions {
  SaveFrequency save_freq = {};
  bool delete_checkpoint = true;  // when the training is complete
};

// Lets a training that was killed go on: run the same program again, and fit continues where the
// last backup was made. It ends with the same weights, bit for bit, as if it had never stopped. The
// backup holds the weights, the optimizer, the order of the samples, random numbers, scores, history
// and what the other callbacks remember. It is written whole or not at all, so that there always is
// one. Ctrl-C leaves it too.
class BackupAndRestore : public Callback {
 public:
  explicit BackupAndRestore(std::string path, BackupAndRestoreOptions options = {});
  void on_train_begin(Model& model) override;
  void on_batch_end(Model& model, int epoch, int batch, const Scores& scores) override;
  void on_epoch_end(Model& model, int epoch, const Scores& scores) override;
  void on_train_end(Model& model, const History& history) override;
  bool must_be_last() const override { return true; }
  void remember(SavedState& state) override;

  bool restored() const { return restored_; }  // fit went on from a backup

 private:
  std::string path_;
  BackupAndRestoreOptions options_;
  std::int64_t batches_ = 0;
  bool restored_ = false;
};

}  // namespace nn
