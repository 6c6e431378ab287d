// What fit itself attaches to a training: the line that it prints for an epoch, and Ctrl-C.
#pragma once

#include <chrono>
#include <csignal>

#include "common/model/callback.hpp"

namespace nn {

// A live bar on a terminal, one plain line for each epoch otherwise.
class Progress : public Callback {
 public:
  Progress(bool verbose, int epochs, std::size_t batches);
  bool wants_batch_scores() const override { return live_; }
  void on_epoch_begin(Model&, int epoch) override;
  void on_batch_end(Model&, int epoch, int batch, const Scores& scores) override;
  void on_epoch_end(Model&, int epoch, const Scores& scores) override;

 private:
  using Clock = std::chrono::steady_clock;
  bool verbose_, live_;
  int epochs_;
  std::size_t batches_;
  Clock::time_point start_ = Clock::now(), drawn_ = start_;
};

// While it lives, Ctrl-C asks fit to stop after the current batch; a second one ends the program.
class Interrupt : public Callback {
 public:
  explicit Interrupt(bool catches);
  ~Interrupt() override;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  bool wants_batch_scores() const override { return false; }
  void on_batch_end(Model& model, int epoch, int batch, const Scores& scores) override;
  void on_train_end(Model& model, const History&) override;

 private:
  bool catches_;
  int epoch_ = 0;
  void (*before_)(int) = nullptr;
};

}  // namespace nn
