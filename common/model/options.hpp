// What a program says to compile, fit, evaluate and predict.
#pragma once

#include <initializer_list>
#include <map>
#include <type_traits>
#include <vector>

#include "common/functions/losses.hpp"
#include "common/functions/metrics.hpp"
#include "common/model/callback.hpp"
#include "common/model/matrix_list.hpp"
#include "common/optimizers/optimizers.hpp"

namespace nn {

// ---- compile -----------------------------------------------------------------------------------

// One loss, or one per output.
struct Losses : std::vector<Loss> {
  Losses() = default;
  template <class L>
  requires std::is_convertible_v<const L&, Loss> Losses(const L& loss)
      : std::vector<Loss>{Loss(loss)} {}  // NOLINT: implicit on purpose
  Losses(std::initializer_list<Loss> losses) : std::vector<Loss>(losses) {}
};

// One list for every output, or a list of lists, one per output.
struct Metrics : std::vector<std::vector<Metric>> {
  Metrics() = default;
  template <class... M>
  requires(sizeof...(M) > 0 && (std::is_convertible_v<const M&, Metric> && ...))
      Metrics(const M&... shared)  // NOLINT: implicit on purpose
      : std::vector<std::vector<Metric>>{{Metric(shared)...}} {}
  Metrics(std::initializer_list<std::vector<Metric>> per_output)
      : std::vector<std::vector<Metric>>(per_output) {}
};

struct CompileOptions {
  Optimizer optimizer = RMSprop();        // Keras's default
  Losses loss = {};                       // required
  std::vector<double> loss_weights = {};  // one per output; empty: 1 each
  Metrics metrics = {};
};

// ---- fit, evaluate, predict --------------------------------------------------------------------

struct ValidationData {
  MatrixList X = {}, Y = {};
};

struct FitOptions {
  int epochs = 1;
  int batch_size = 32;
  double validation_split = 0.0;  // the last part of the data, taken before shuffling
  ValidationData validation_data = {};
  std::vector<CallbackHandle> callbacks = {};
  bool shuffle = true;  // a new order every epoch
  // Weights for the loss of a sample, not for metrics; those of classes only for training.
  std::map<int, double> class_weight = {};  // class -> weight; classes not named weigh 1
  MatrixList sample_weight = {};            // n x 1, one for all outputs or one per output
  int initial_epoch = 0;  // for going on with a training: the first epoch's number, from 0
  bool verbose = true;
};

struct EvaluateOptions {
  int batch_size = 32;
  MatrixList sample_weight = {};
};

struct PredictOptions {
  int batch_size = 32;
};

}  // namespace nn
