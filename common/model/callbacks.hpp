// Ready-made callbacks for fit, with Keras's names and defaults.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "common/model/model.hpp"

namespace nn {

// Whether a smaller or a larger score is better; automatic: larger for accuracy, AUC and the like.
enum class Mode { automatic, min, max };

// Follows one score and says whether it got better by more than min_delta.
class BestScore {
 public:
  BestScore(std::string monitor, Mode mode, double min_delta);
  bool improved(const Scores& scores, const char* who);  // and remembers it; refuses unknown names
  bool better(double score, double than) const;
  double best() const { return best_; }
  const std::string& monitor() const { return monitor_; }
  void restart();
  void remember(SavedState& state) { state("best", best_); }

 private:
  std::string monitor_;
  bool larger_;
  double min_delta_, best_ = 0.0;
};

struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0.0;  // a smaller change is no improvement
  int patience = 0;        // epochs without improvement before training stops
  Mode mode = Mode::automatic;
  bool restore_best_weights = false;
  int start_from_epoch = 0;  // epochs before that are not looked at
};

// Stops when a score has stopped improving.
class EarlyStopping : public Callback {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});
  void on_train_begin(Model& model) override;
  void on_epoch_end(Model& model, int epoch, const Scores& scores) override;
  void on_train_end(Model& model, const History& history) override;
  void remember(SavedState& state) override;
  int stopped_epoch() const { return stopped_epoch_; }  // -1: did not stop
  int best_epoch() const { return best_epoch_; }

 private:
  EarlyStoppingOptions options_;
  BestScore best_;
  int wait_ = 0, stopped_epoch_ = -1, best_epoch_ = -1;
  std::vector<Matrix> best_weights_;
};

// Sets the learning rate of each epoch: rate = schedule(epoch, rate so far).
class LearningRateScheduler : public Callback {
 public:
  explicit LearningRateScheduler(std::function<double(int epoch, double rate)> schedule)
      : schedule_(std::move(schedule)) {}
  void on_epoch_begin(Model& model, int epoch) override;

 private:
  std::function<double(int, double)> schedule_;
};

struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;  // new rate = rate * factor
  int patience = 10;
  Mode mode = Mode::automatic;
  double min_delta = 1e-4;
  int cooldown = 0;  // epochs after a reduction that are not counted
  double min_lr = 0.0;
};

// Lowers the learning rate when a score has stopped improving.
class ReduceLROnPlateau : public Callback {
 public:
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});
  void on_train_begin(Model& model) override;
  void on_epoch_end(Model& model, int epoch, const Scores& scores) override;
  void remember(SavedState& state) override;

 private:
  ReduceLROnPlateauOptions options_;
  BestScore best_;
  int wait_ = 0, cooldown_ = 0;
};

// Stops quietly when the loss is NaN or infinite; without it fit throws an Error that says where
// the first such number stands.
class TerminateOnNaN : public Callback {
 public:
  void on_batch_end(Model& model, int epoch, int batch, const Scores& scores) override;
};

// A callback from functions; those left out do nothing.
struct LambdaCallback : Callback {
  struct Functions {
    std::function<void(Model&)> on_train_begin = nullptr;
    std::function<void(Model&, int)> on_epoch_begin = nullptr;
    std::function<void(Model&, int, int, const Scores&)> on_batch_end = nullptr;
    std::function<void(Model&, int, const Scores&)> on_epoch_end = nullptr;
    std::function<void(Model&, const History&)> on_train_end = nullptr;
  };
  explicit LambdaCallback(Functions functions) : f(std::move(functions)) {}
  void on_train_begin(Model& m) override {
    if (f.on_train_begin) f.on_train_begin(m);
  }
  void on_epoch_begin(Model& m, int e) override {
    if (f.on_epoch_begin) f.on_epoch_begin(m, e);
  }
  void on_batch_end(Model& m, int e, int b, const Scores& s) override {
    if (f.on_batch_end) f.on_batch_end(m, e, b, s);
  }
  void on_epoch_end(Model& m, int e, const Scores& s) override {
    if (f.on_epoch_end) f.on_epoch_end(m, e, s);
  }
  void on_train_end(Model& m, const History& h) override {
    if (f.on_train_end) f.on_train_end(m, h);
  }
  Functions f;
};

}  // namespace nn
