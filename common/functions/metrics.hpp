// Metrics: numbers to watch during training. Names and formulas are Keras's; every Loss is one too.
//
// A metric is collected over all batches of an epoch: its state takes in one batch after the other
// (truth Y, prediction P, one row for each sample, sample weights or none) and gives one number.
//
//   model.compile({.loss = nn::binary_crossentropy, .metrics = {nn::accuracy, nn::auc}});
//   double a = nn::accuracy(Y, P);                                    // or at once, for one batch
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/functions/losses.hpp"
#include "common/base/matrix.hpp"
#include "common/files/saved_state.hpp"
#include "common/functions/settings.hpp"

namespace nn {

class MetricState {
 public:
  virtual ~MetricState() = default;
  virtual void update(const Matrix& Y, const Matrix& P, const ColVector* weights) = 0;
  virtual double result() = 0;  // NaN before the first sample
  virtual void reset() = 0;

  // The sums so far, for a training that goes on later in the middle of an epoch. A metric without
  // them counts the rest of that epoch only.
  virtual void save_state(SavedState&) const {}
  virtual void load_state(const SavedState&) {}
};

struct Metric {
  std::string name = "";
  std::function<std::unique_ptr<MetricState>()> make_state = nullptr;
  Settings settings = {};  // its options, for a file

  // A metric with a state of its own.
  Metric(std::string metric_name, std::function<std::unique_ptr<MetricState>()> state_maker)
      : name(std::move(metric_name)), make_state(std::move(state_maker)) {}

  // The weighted mean of a number for each sample: `values` gives them (n) for (Y, P).
  //
  //   nn::Metric within_tenth("within_tenth", [](const nn::Matrix& Y, const nn::Matrix& P) {
  //     const nn::ColVector error = arma::max(arma::abs(Y - P), 1);
  //     return nn::ColVector(arma::conv_to<nn::ColVector>::from(error < 0.1));
  //   });
  Metric(std::string metric_name,
         std::function<ColVector(const Matrix& Y, const Matrix& P)> values);

  // The mean of a loss over the samples.
  Metric(const Loss& loss);  // NOLINT: implicit on purpose

  double operator()(const Matrix& Y, const Matrix& P, const ColVector* weights = nullptr) const {
    const std::unique_ptr<MetricState> state = make_state();
    state->update(Y, P, weights);
    return state->result();
  }
};

// The metric, or the loss, with Keras's name and these settings; what is not set has its default.
// Throws Error for a name that does not exist.
Metric metric_named(const std::string& name, const Settings& settings = {});

// ---- How many answers are right ---------------------------------------------------------------

// Chooses one of the next three by the shapes, as Keras does: binary if P has one column, sparse if
// only Y has, else categorical.
inline const Metric accuracy = metric_named("accuracy");

// The share of elements with (p > 1/2) = y.
inline const Metric binary_accuracy = metric_named("binary_accuracy");

// The share of rows whose largest p stands in the column of the largest y.
inline const Metric categorical_accuracy = metric_named("categorical_accuracy");

// The same for Y (n x 1) of class numbers.
inline const Metric sparse_categorical_accuracy = metric_named("sparse_categorical_accuracy");

// The share of rows where less than k columns have a larger p than the right one. Y is one-hot or
// (n x 1) of class numbers.
Metric top_k(int k = 5);

// ---- Yes or no: Y of 0 and 1, P of scores -----------------------------------------------------

struct BinaryMetricOptions {
  double threshold = 0.5;  // p above it means yes
  int class_id = -1;       // look at this column only; -1: at all of them, each element counts
};

// Usable as it is, or with options: nn::recall({.threshold = 0.3}).
struct BinaryMetric : Metric {
  explicit BinaryMetric(const std::string& keras_name) : Metric(metric_named(keras_name)) {}
  using Metric::operator();
  Metric operator()(const BinaryMetricOptions& options) const;
};

// Of the elements called yes, the share that are; 0 if none was called yes.
inline const BinaryMetric precision{"precision"};
// Of the elements that are yes, the share called so; 0 if there are none.
inline const BinaryMetric recall{"recall"};
// 2 precision recall / (precision + recall); 0 if both are 0.
inline const BinaryMetric f1{"f1_score"};

// The area under the ROC curve: the probability that a random yes has a larger p than a random no,
// equal ones counting half. Exact (Keras interpolates between 200 thresholds), so it keeps all
// scores of an epoch. NaN unless both answers occur.
inline const Metric auc = metric_named("auc");

// ---- Regression; mean_absolute_error and mean_squared_error are losses ------------------------

inline const Metric root_mean_squared_error = metric_named("root_mean_squared_error");

// Coefficient of determination: 1 - sum (y - p)^2 / sum (y - mean y)^2 for each column, then the
// mean of the columns. A column that is constant counts 1 if it is met exactly, else 0.
inline const Metric r2 = metric_named("r2_score");

// ---- Which classes are taken for which --------------------------------------------------------

// Element (i, j): how many samples of class i were called class j. n_classes 0: the largest number
// that occurs, + 1. Throws Error for class numbers that are not below n_classes.
Matrix confusion_matrix(const Indices& truth, const Indices& predicted, std::size_t n_classes = 0);

}  // namespace nn
