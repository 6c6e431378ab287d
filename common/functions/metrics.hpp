// Metrics: numbers to watch during training. Names and formulas are Keras's; every Loss is one too.
//
// A metric is collected over all batches of an epoch: `add` takes in one batch after the other
// (truth Y, prediction P, one row for each sample, sample weights or none), and `result` makes one
// number of what was kept.
//
//   model.compile({.loss = nn::binary_crossentropy, .metrics = {nn::accuracy, nn::auc}});
//   double a = nn::accuracy(Y, P);                                    // or at once, for one batch
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/functions/losses.hpp"

namespace nn {

struct Metric {
  // What is kept of the batches so far: sums for most; empty before the first.
  using Kept = std::vector<double>;

  std::string name = "";
  std::function<void(Kept& kept, const Matrix& Y, const Matrix& P, const Matrix* weights)> add =
      nullptr;
  std::function<double(const Kept& kept)> result = nullptr;  // NaN before the first sample
  std::vector<double> options = {};                          // what it was called with

  Metric(std::string metric_name, decltype(add) add_batch, decltype(result) result_of)
      : name(std::move(metric_name)), add(std::move(add_batch)), result(std::move(result_of)) {}

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

  // At once, for one batch.
  double operator()(const Matrix& Y, const Matrix& P, const Matrix* weights = nullptr) const {
    Kept kept;
    add(kept, Y, P, weights);
    return result(kept);
  }
};

// The weighted mean of what `values` writes for each sample.
using SampleValues = std::function<void(const Matrix& Y, const Matrix& P, ColVector& values)>;
Metric mean_of(std::string name, SampleValues values);

// ---- How many predictions are right -----------------------------------------------------------

void binary_matches(const Matrix& Y, const Matrix& P, ColVector& values);
void categorical_matches(const Matrix& Y, const Matrix& P, ColVector& values);
void sparse_matches(const Matrix& Y, const Matrix& P, ColVector& values);
void matches_by_shape(const Matrix& Y, const Matrix& P, ColVector& values);

// Chooses one of the next three by the shapes, as Keras does: binary if P has one column, sparse if
// only Y has, else categorical.
inline const Metric accuracy = mean_of("accuracy", matches_by_shape);

// The share of elements with (p > 1/2) = y.
inline const Metric binary_accuracy = mean_of("binary_accuracy", binary_matches);

// The share of rows whose largest p stands in the column of the largest y.
inline const Metric categorical_accuracy = mean_of("categorical_accuracy", categorical_matches);

// The same for Y (n x 1) of class numbers.
inline const Metric sparse_categorical_accuracy =
    mean_of("sparse_categorical_accuracy", sparse_matches);

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
  explicit BinaryMetric(Metric (*make_metric)(const BinaryMetricOptions&))
      : Metric(make_metric({})), make(make_metric) {}
  using Metric::operator();
  Metric operator()(const BinaryMetricOptions& o) const { return make(o); }
  Metric (*make)(const BinaryMetricOptions&);
};
Metric make_precision(const BinaryMetricOptions& options);
Metric make_recall(const BinaryMetricOptions& options);
Metric make_f1(const BinaryMetricOptions& options);
Metric make_auc();

// Of the elements called yes, the share that are; 0 if none was called yes.
inline const BinaryMetric precision{make_precision};
// Of the elements that are yes, the share called so; 0 if there are none.
inline const BinaryMetric recall{make_recall};
// 2 precision recall / (precision + recall); 0 if both are 0.
inline const BinaryMetric f1{make_f1};

// The area under the ROC curve: the probability that a random yes has a larger p than a random no,
// equal ones counting half. Exact (Keras interpolates between 200 thresholds), so it keeps all
// scores of an epoch. NaN unless both answers occur.
inline const Metric auc = make_auc();

// ---- Regression; mean_absolute_error and mean_squared_error are losses ------------------------

Metric make_root_mean_squared_error();
Metric make_r2();

inline const Metric root_mean_squared_error = make_root_mean_squared_error();

// Coefficient of determination: 1 - sum (y - p)^2 / sum (y - mean y)^2 for each column, then the
// mean of the columns. A column that is constant counts 1 if it is met exactly, else 0.
inline const Metric r2 = make_r2();

// ---- Which classes are taken for which --------------------------------------------------------

// Element (i, j): how many samples of class i were called class j. n_classes 0: the largest number
// that occurs, + 1. Throws Error for class numbers that are not below n_classes.
Matrix confusion_matrix(const Indices& truth, const Indices& predicted, std::size_t n_classes = 0);

// ---- For metrics of your own ------------------------------------------------------------------

inline double weight_of(const Matrix* weights, std::size_t i) {
  return weights ? (*weights)[i] : 1.0;
}
void require_same_shape(std::string_view who, const Matrix& Y, const Matrix& P,
                        const Matrix* weights);

}  // namespace nn
