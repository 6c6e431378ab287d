// Model parallelism: the layers of one model on several devices, the batch in pieces through them.
//
//   nn::Pipeline pipeline(model, {.first_layers = {2}, .micro_batches = 4});
//   pipeline.train_on_batch(X, Y);          // layers 0 and 1 in one thread, 2 and up in another
//
// While a stage works on micro-batch k, the one before it works on micro-batch k + 1. All go forward,
// then all go backward; the gradients of the micro-batches add up, and one step is taken for the
// batch (GPipe, Huang et al. 2019). At both ends of a batch stages wait: the bubble, (S - 1) /
// (M + S - 1) of the time for S stages and M micro-batches of equal cost.
#pragma once

#include <chrono>
#include <deque>
#include <vector>

#include "common/model/model.hpp"

namespace nn {

struct PipelineOptions {
  // The number of the first layer of stage 1, 2 ...; stage 0 begins with layer 0.
  std::vector<int> first_layers = {1};
  int micro_batches = 4;
};

class Pipeline {
 public:
  // For a compiled chain of layers with one loss. It shares the model's layers and its optimizer: the
  // model is trained. Throws Error where the cuts do not fit.
  explicit Pipeline(Model model, const PipelineOptions& options = {});

  // The outputs for X, as model.predict gives them. BatchNormalization's batch is the micro-batch;
  // random masks are drawn by each stage on its own.
  Matrix predict(const Matrix& X);
  // One step for the batch; returns the mean loss before it. Refuses a loss that is not finite, and
  // takes no step then.
  double train_on_batch(const Matrix& X, const Matrix& Y);

  // What the last call has done when, in seconds since it began.
  struct Work {
    std::size_t stage = 0, micro_batch = 0;
    bool backward = false;
    double start = 0.0, end = 0.0;
  };
  const std::vector<Work>& timeline() const { return timeline_; }
  // The share of the stages' time that they waited.
  double bubble() const;
  std::size_t stages() const { return stages_.size(); }

 private:
  struct Stage {
    Model model;              // these layers, called again
    std::deque<Pass> passes;  // one for each micro-batch: its activations wait for the way back
    Rng rng;
    std::vector<Weight*> weights = {};
    std::vector<Matrix> gradients = {};  // of the weights, summed over the micro-batches
    std::vector<Work> done = {};
  };
  using Clock = std::chrono::steady_clock;
  void run(const Matrix& X, const Matrix* Y, Matrix* H, double& loss);

  Model model_;
  std::vector<Weight*> weights_;  // what a step changes
  std::size_t micro_batches_;
  double loss_weight_ = 1.0;
  bool joined_ = false;
  std::deque<Stage> stages_;
  std::vector<Work> timeline_;
  Clock::time_point start_;
};

}  // namespace nn
