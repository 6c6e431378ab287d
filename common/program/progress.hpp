// The line that fit prints for an epoch: a live bar on a terminal, one plain line otherwise.
#pragma once

#include <chrono>
#include <string>

#include "common/model/training.hpp"

namespace nn {

class Progress {
 public:
  Progress(bool verbose, int epoch, int epochs, std::size_t batches);

  bool live() const { return live_; }                  // the bar wants every batch's scores
  void batch(std::size_t done, const Scores& scores);  // redraws at most 20 times a second
  void epoch(const Scores& scores);

 private:
  using Clock = std::chrono::steady_clock;
  bool verbose_, live_;
  int epoch_, epochs_;
  std::size_t batches_;
  Clock::time_point start_ = Clock::now(), drawn_ = start_;
};

}  // namespace nn
