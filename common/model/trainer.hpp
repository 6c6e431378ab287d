// What compile makes of a model: its memory for training, and the loops over epochs and batches.
// Only Model uses it; a program says fit.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/distributed/communicator.hpp"
#include "common/model/model.hpp"

namespace nn {

// Throws, naming `who`, unless X fits the network's inputs and is finite.
void check_inputs(const char* who, const Network& network, const MatrixList& X);

class Model::Trainer {
 public:
  Trainer(const Model& model, const CompileOptions& options);

  History fit(Model& model, const MatrixList& X, const MatrixList& Y, const FitOptions& options);
  Scores evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options);
  Scores train_on_batch(const MatrixList& X, const MatrixList& Y, const MatrixList& weights);

  SavedState state() const;
  void set_state(const SavedState& state);
  const std::vector<Parameter>& trained() const { return trained_; }

  Optimizer optimizer;
  bool stop = false;         // asked for by a callback
  bool interrupted = false;  // by Ctrl-C
  Rng rng;
  std::shared_ptr<Communicator> replicas;  // this is one of several that fit together; null: alone

 private:
  // Where a running fit stands: the next batch to train on. At batch 0 the epoch has not begun.
  struct Position {
    int epoch = 0;
    std::size_t batch = 0;
    Rng::State before_shuffle = {};  // of the epoch's order, which follows from it
    std::size_t rows, batch_size;
    bool shuffle;
    History history;
    const std::vector<CallbackHandle>& callbacks;
  };

  // One output: its loss, its metrics, and the sums of the epoch so far.
  struct Output {
    std::string name;
    Loss loss;
    double weight = 1.0;
    bool joined = false;  // with the activation that ends the model
    std::vector<Metric> metrics = {};
    std::vector<std::unique_ptr<MetricState>> states = {};
    double loss_sum = 0.0;  // over samples
    // More than 1 for a loss along the last axis of an output with more axes: its steps then stand
    // one below the other (common/kernels/steps.hpp), here.
    std::size_t steps = 1;
    Buffer Y_steps = {}, H_steps = {}, weights_steps = {}, gradient_steps = {};
  };

  void check(const char* who, const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
             int batch_size) const;
  std::string output_name(const std::string& layer) const;
  void want_gradients();
  void start_scores();
  // While it lives, the trainer's fit is running and stands at `position`.
  class Running {
   public:
    Running(Trainer& trainer, Position& position) : trainer_(trainer) {
      trainer_.position_ = &position;
    }
    ~Running() {
      trainer_.position_ = nullptr;
      trainer_.together_ = false;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Trainer& trainer_;
  };
  // The batch in X_, Y_ (and weights_): forward, loss, metrics, and in training backward and step.
  void run_batch(bool training);
  // What loss and metrics look at: an output and its targets, or the steps of both.
  struct Judged {
    const Matrix &Y, &H;
    std::optional<ColVector> weights;  // a view; none: 1 each
  };
  class Aside;
  Judged judged(std::size_t i, const Matrix& H);
  void add_loss_gradient(Output& output, const Judged& judged, Gradient& dH);
  void evaluate_rows(const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
                     std::size_t first, std::size_t count, std::size_t batch_size);
  std::vector<std::string> score_names() const;
  Scores empty_scores(bool with_validation) const;
  void write_scores(Scores& scores, bool validation);
  void resize_batch(std::size_t own_rows, std::size_t rows);
  void refuse_not_finite(double loss) const;

  // Training with other replicas.
  bool first_replica() const { return !replicas || replicas->rank() == 0; }
  BatchPart part_of(std::size_t rows) const;
  const Matrix& merged_output(std::size_t i, std::size_t rows, const BatchPart& part);
  void sum_gradients(const BatchPart& part, std::size_t rows);
  void share_control();
  void share_state();
  void require_identical();

  std::shared_ptr<Layer> layer_;  // keeps the network, whatever happens to the Model
  const Network& network_;
  Pass pass_;
  std::vector<Parameter> with_gradient_, trained_;  // the second: as compile found them
  std::vector<Output> outputs_;

  std::vector<Buffer> X_, Y_, weights_;  // the batch; no weights: weights_ is empty
  std::vector<const Matrix*> inputs_;
  Buffer second_gradient_;
  bool together_ = false;            // inside a fit with other replicas
  std::vector<Buffer> merged_;       // the outputs for the whole batch, one for each
  std::vector<Real> message_;        // all gradients, one after the other
  std::vector<Parameter> averaged_;  // state that each replica moves in its own way
  double total_loss_sum_ = 0.0;      // over samples, with loss weights and penalties
  double samples_ = 0.0;
  Position* position_ = nullptr;  // null: fit is not running
};

}  // namespace nn
