// A training that is one of several replicas'.
//
// Every replica holds the model, and takes its rows of every batch. The outputs are put together,
// so that loss and metrics are those of the whole batch and the mean over its n rows is taken once,
// as ever; the gradients of the replicas' rows are then summed. Decisions are the first replica's.
#pragma once

#include <memory>
#include <vector>

#include "common/distributed/communicator.hpp"
#include "common/model/trainer.hpp"

namespace nn {

// From now on model.fit is one of the line's replicas; null or a line of one: alone again. Throws
// Error before compile.
void attach_replica(Model& model, const std::shared_ptr<Communicator>& line);

// While it lives, layers are frozen or not as they were when compile was called: a Pass looks at
// that once, when it is made.
class AsCompiled {
 public:
  explicit AsCompiled(const Trainer& trainer);
  ~AsCompiled();
  AsCompiled(const AsCompiled&) = delete;
  AsCompiled& operator=(const AsCompiled&) = delete;

 private:
  std::vector<std::pair<std::shared_ptr<Layer>, bool>> before_;
};

// The pass of one replica: it is given the whole batch and runs its own rows of it.
class ReplicatedPass : public Pass {
 public:
  ReplicatedPass(const Trainer& trainer, std::shared_ptr<Communicator> line);

  void forward(const std::vector<const Matrix*>& X, bool training, Rng& rng) override;
  const Matrix& output(std::size_t i) const override { return outputs_[i]; }
  Matrix& output_gradient(std::size_t i) override { return gradients_[i]; }
  void written(std::size_t i) override;
  void backward() override;

 private:
  std::shared_ptr<Communicator> line_;
  std::vector<Weight*> trained_, averaged_;  // averaged: each replica moves it in its own way
  std::vector<Matrix> X_;                    // this replica's rows
  std::vector<const Matrix*> inputs_;        // the X_
  std::vector<Matrix> outputs_, gradients_;  // of the whole batch
  std::vector<Real> message_;
  std::size_t rows_ = 0;  // of the whole batch
  BatchPart part_;
};

// Comes after all other callbacks: what those of the first replica have changed reaches all.
class ReplicaObserver : public Callback {
 public:
  explicit ReplicaObserver(std::shared_ptr<Communicator> line) : line_(std::move(line)) {}
  bool wants_batch_scores() const override { return false; }
  void on_train_begin(Model& model) override { share_state(model); }
  void on_epoch_begin(Model& model, int) override { share_state(model); }
  void on_batch_end(Model& model, int epoch, int batch, const Scores& scores) override;
  void on_epoch_end(Model& model, int, const Scores&) override { share_state(model); }
  void on_train_end(Model& model, const History&) override { share_state(model); }

 private:
  void share_state(Model& model);
  void require_identical(const Network& network);

  std::shared_ptr<Communicator> line_;
  double batches_ = 0.0;  // of an epoch
};

}  // namespace nn
