// Trainer: what compile makes of a model, its losses and its memory for training, and the loops over
// epochs and batches. A program says compile, fit, evaluate; what attaches to a training from
// outside (replicas, checkpoints) comes here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/model/model.hpp"

namespace nn {

// The rows of one step.
struct Batch {
  std::vector<Matrix> X, Y, weights;  // one for each input, output; weights: none, one, or each
  std::vector<const Matrix*> inputs;  // the X
};

class Trainer {
 public:
  Trainer(const Model& model, const CompileOptions& options);  // compile.cpp

  History fit(Model& model, const MatrixList& X, const MatrixList& Y, const FitOptions& options);
  Scores evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options);
  Scores train_on_batch(const MatrixList& X, const MatrixList& Y, const MatrixList& weights);

  // What fit has reached: into the state or out of it.
  void remember(SavedState& state);

  Optimizer optimizer;
  bool stop = false;         // asked for by a callback
  bool interrupted = false;  // by Ctrl-C
  Rng rng;                   // shuffling and random masks

  const Network& network() const { return network_; }
  // The weights that steps change: those that were not frozen at compile.
  const std::vector<Parameter>& trained() const { return trained_; }

  // One of several replicas that fit together (null: alone): its pass sees the whole batch and
  // shares it out, its observer comes after all others. See distributed/replica.hpp.
  struct Attachment {
    std::unique_ptr<Pass> pass;
    std::shared_ptr<Callback> observer;
    bool catches_interrupts = true;
  };
  std::shared_ptr<Attachment> attached = nullptr;
  // The passes' outputs that are joined with their losses.
  void join_losses(Pass& pass) const;

 private:
  // One output: its loss and its metrics.
  struct Output {
    std::string name;
    Loss loss;
    double weight = 1.0;
    bool joined = false;  // with the activation that ends the model
    std::vector<Metric> metrics = {};
    // More than 1 for a loss along the last axis of an output with more axes: its time steps then
    // stand one below the other (stack_steps), here.
    std::size_t time_steps = 1;
    Matrix Y_steps = {}, H_steps = {}, weight_steps = {}, gradient_steps = {};
  };
  // What loss and metrics compare: an output and its targets, or the time steps of both.
  struct Compared {
    const Matrix &Y, &H;
    const Matrix* weights;  // null: 1 each
  };
  // The sums of an epoch or an evaluation so far.
  struct Tally {
    double samples = 0.0, loss = 0.0;                     // with loss weights and penalties
    std::vector<double> losses = {};                      // of each output
    std::vector<std::vector<Metric::Kept>> metrics = {};  // of each output
  };
  // Where a running fit stands: the next batch to train on. At batch 0 the epoch has not begun.
  struct Position {
    Position(const FitOptions& o, std::size_t n, History empty)
        : epoch(o.initial_epoch), rows(n), options(o), history(std::move(empty)) {}
    int epoch;
    std::size_t batch = 0, rows;
    const FitOptions& options;
    Rng::State before_shuffle = {};  // of the epoch's order, which follows from it
    History history;
    Tally tally = {};
  };
  struct Observers : std::vector<Callback*> {
    using std::vector<Callback*>::vector;
    bool want_batch_scores() const;
  };
  class Running;

  // compile.cpp
  std::string output_name(const std::string& layer) const;
  void start(Tally& tally) const;
  Compared compared(std::size_t i, const Batch& batch, const Matrix& H);
  double add_scores(const Batch& batch, const Pass& pass, Tally& tally);  // of one batch
  void start_backward(const Batch& batch, Pass& pass);
  Scores empty_scores(bool with_validation) const;
  void write_means(const Tally& tally, Scores& scores, bool validation) const;

  // fit.cpp
  double train_step(const Batch& batch, Pass& pass, Tally& tally);
  void order_epoch(Position& at, Indices& order);
  void validate(const MatrixList& X, const MatrixList& Y, const FitOptions& options,
                std::size_t first, Pass& pass, Scores& scores);
  void evaluate_rows(const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
                     std::size_t first, int batch_size, Pass& pass, Tally& tally);
  Observers observers_of(const FitOptions& options, Callback& progress, Callback& interrupt) const;

  void remember_fit(SavedState& state);  // resume.cpp

  // checks.cpp
  void check(const char* who, const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
             int batch_size) const;
  std::size_t check_fit(const MatrixList& X, const MatrixList& Y, const FitOptions& options) const;
  void refuse_not_finite(double loss, const Pass& pass) const;

  std::shared_ptr<Layer> layer_;  // keeps the network, whatever happens to the Model
  const Network& network_;
  Pass own_pass_;
  std::vector<Parameter> trained_;
  std::vector<Weight*> weights_;  // of trained_
  std::vector<Output> outputs_;
  Position* position_ = nullptr;  // null: fit is not running
};

// Throws, naming `who`, unless X fits the network's inputs and is finite.
void check_inputs(const char* who, const Network& network, const MatrixList& X);

}  // namespace nn
