// Data parallelism in one program: replicas of a model in threads, each with its rows of every batch.
//
//   nn::DataParallel parallel(model, {.replicas = 2});
//   parallel.fit(X, Y, {.epochs = 20, .batch_size = 128});   // trains `model`
//
// The scheme is that of Keras's multi_gpu_model: every device has a copy of the model, the batch is
// split, the outputs are put together again, and so are the gradients. The result is that of
// model.fit to rounding, whatever the number of replicas, with one exception: BatchNormalization
// measures mean and variance on each replica's own rows, and its moving averages become the mean of
// the replicas' (weighted by rows) after every batch.
#pragma once

#include <functional>
#include <vector>

#include "common/model/model.hpp"

namespace nn {

struct DataParallelOptions {
  int replicas = 2;
  // Called once in each replica's thread before it begins: chooses its device, for instance.
  std::function<void(int replica)> start = nullptr;
};

class DataParallel {
 public:
  // `model` is the first replica; the others are made from its description (to_json) and its compile
  // options. Throws Error if it is not compiled or if its optimizer, a loss or a layer is the
  // program's own and cannot be made again.
  explicit DataParallel(const Model& model, const DataParallelOptions& options = {});

  // For any model, own layers and own optimizers too: `build` makes one, compiled. It is called for
  // every replica but the first, in this thread.
  DataParallel(const Model& model, const std::function<Model()>& build,
               const DataParallelOptions& options = {});

  // As model.fit; callbacks and progress are the first replica's. Afterwards all replicas have the
  // same bits. While it runs, OpenBLAS works with one thread for each replica. If one replica fails,
  // all stop, and its Error is thrown here.
  History fit(const MatrixList& X, const MatrixList& Y, const FitOptions& options = {});

  const std::vector<Model>& replicas() const { return replicas_; }

 private:
  void require_replicas() const;
  DataParallelOptions options_;
  std::vector<Model> replicas_;
};

}  // namespace nn
