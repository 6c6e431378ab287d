#include "common/functions/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/base/checks.hpp"

namespace nn {

namespace {
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
}

void require_same_shape(std::string_view who, const Matrix& Y, const Matrix& P,
                        const Matrix* weights) {
  require_same_rows(who, P, Y, "P", "Y");
  if (Y.n_cols != P.n_cols)
    throw Error(text("%s: Y is %s, expected %s like P", std::string(who).c_str(),
                     shape_text(Y).c_str(), shape_text(P).c_str()));
  if (weights) require_shape(who, "the sample weights' vector", *weights, P.n_rows, 1);
}

// ---- The mean of a number for each sample -----------------------------------------------------

Metric mean_of(std::string name, SampleValues values) {
  const auto add = [name, values](Metric::Kept& kept, const Matrix& Y, const Matrix& P,
                                  const Matrix* weights) {
    if (weights) require_shape(name, "the sample weights' vector", *weights, P.n_rows, 1);
    thread_local ColVector memory;             // grows to the largest batch, then stays
    ColVector of_samples = std::move(memory);  // taken away: a metric may be computed from others
    of_samples.set_size(P.n_rows);
    values(Y, P, of_samples);
    kept.resize(2);  // sum of w value, sum of w
    for (std::size_t i = 0; i < P.n_rows; ++i) {
      kept[0] += weight_of(weights, i) * of_samples[i];
      kept[1] += weight_of(weights, i);
    }
    memory = std::move(of_samples);
  };
  return Metric(name, add, [](const Metric::Kept& kept) {
    return kept.empty() || kept[1] == 0.0 ? nothing : kept[0] / kept[1];
  });
}

Metric::Metric(std::string metric_name,
               std::function<ColVector(const Matrix& Y, const Matrix& P)> values)
    : Metric(mean_of(metric_name,
                     [metric_name, values](const Matrix& Y, const Matrix& P, ColVector& out) {
                       const ColVector of_rows = values(Y, P);
                       require_shape(metric_name, "the result of values", of_rows, P.n_rows, 1);
                       out = of_rows;
                     })) {}

Metric::Metric(const Loss& loss)
    : Metric(mean_of(loss.name, [loss](const Matrix& Y, const Matrix& P, ColVector& l) {
        loss.values(Y, P, l);
      })) {
  options = loss.options;
}

// ---- Accuracies -------------------------------------------------------------------------------

void binary_matches(const Matrix& Y, const Matrix& P, ColVector& values) {
  require_same_shape("binary_accuracy", Y, P, nullptr);
  values.zeros();
  for (std::size_t j = 0; j < P.n_cols; ++j)
    for (std::size_t i = 0; i < P.n_rows; ++i)
      values[i] += static_cast<Real>(Y.at(i, j) == static_cast<Real>(P.at(i, j) > Real(0.5)));
  values /= static_cast<Real>(P.n_cols);
}

namespace {
std::size_t largest_column(const Matrix& M, std::size_t row) {  // the first of equals
  std::size_t best = 0;
  for (std::size_t j = 1; j < M.n_cols; ++j)
    if (M.at(row, j) > M.at(row, best)) best = j;
  return best;
}
}  // namespace

void categorical_matches(const Matrix& Y, const Matrix& P, ColVector& values) {
  require_same_shape("categorical_accuracy", Y, P, nullptr);
  for (std::size_t i = 0; i < P.n_rows; ++i) {
    const std::size_t j = largest_column(P, i);
    values[i] = static_cast<Real>(largest_column(Y, i) == j && !std::isnan(P.at(i, j)));
  }
}

void sparse_matches(const Matrix& Y, const Matrix& P, ColVector& values) {
  require_shape("sparse_categorical_accuracy", "Y", Y, P.n_rows, 1);
  for (std::size_t i = 0; i < P.n_rows; ++i) {
    const std::size_t j = largest_column(P, i);
    values[i] = static_cast<Real>(Y[i] == static_cast<Real>(j) && !std::isnan(P.at(i, j)));
  }
}

void matches_by_shape(const Matrix& Y, const Matrix& P, ColVector& values) {
  (P.n_cols == 1   ? binary_matches
   : Y.n_cols == 1 ? sparse_matches
                   : categorical_matches)(Y, P, values);
}

Metric top_k(int k) {
  if (k < 1) throw Error(text("top_k: k is %d, expected at least 1", k));
  const auto matches = [k](const Matrix& Y, const Matrix& P, ColVector& values) {
    require_same_rows("top_k", P, Y, "P", "Y");
    const bool numbers = Y.n_cols == 1;
    if (!numbers) require_columns("top_k", "Y", Y, P.n_cols);
    for (std::size_t i = 0; i < P.n_rows; ++i) {
      if (numbers && !(Y[i] >= 0 && Y[i] < static_cast<Real>(P.n_cols)))
        throw Error(text("top_k: Y(%zu) is %g, expected a class number from 0 to %zu", i,
                         static_cast<double>(Y[i]), static_cast<std::size_t>(P.n_cols) - 1));
      const Real p = P.at(i, numbers ? static_cast<std::size_t>(Y[i]) : largest_column(Y, i));
      int larger = std::isnan(p) ? k : 0;
      for (std::size_t j = 0; j < P.n_cols; ++j) larger += P.at(i, j) > p;
      values[i] = static_cast<Real>(larger < k);
    }
  };
  Metric metric = mean_of("top_k_categorical_accuracy", matches);
  metric.options = {static_cast<double>(k)};
  return metric;
}

// ---- Regression -------------------------------------------------------------------------------

Metric make_root_mean_squared_error() {
  Metric metric = mean_squared_error;
  metric.name = "root_mean_squared_error";
  metric.result = [mean = metric.result](const Metric::Kept& kept) {
    return std::sqrt(mean(kept));
  };
  return metric;
}

Metric make_r2() {
  // Kept of each column: sum of weights, running mean and sum of squares of y (Welford 1962), and
  // the sum of squared errors.
  const auto add = [](Metric::Kept& kept, const Matrix& Y, const Matrix& P, const Matrix* weights) {
    require_same_shape("r2_score", Y, P, weights);
    if (kept.empty()) kept.resize(4 * P.n_cols);
    if (kept.size() != 4 * P.n_cols)
      throw Error(text("r2_score: P has %zu columns, but the batches before had %zu",
                       static_cast<std::size_t>(P.n_cols), kept.size() / 4));
    for (std::size_t j = 0; j < P.n_cols; ++j) {
      double &count = kept[4 * j], &mean = kept[4 * j + 1], &squares = kept[4 * j + 2];
      for (std::size_t i = 0; i < P.n_rows; ++i) {
        const double w = weight_of(weights, i), y = Y.at(i, j), e = y - P.at(i, j);
        if (w == 0.0) continue;
        count += w;
        const double away = y - mean;
        mean += away * (w / count);  // the first one's mean is exactly y
        squares += w * away * (y - mean);
        kept[4 * j + 3] += w * e * e;
      }
    }
  };
  return Metric("r2_score", add, [](const Metric::Kept& kept) {
    double sum = 0.0;
    for (std::size_t j = 0; j < kept.size(); j += 4) {
      const double squares = kept[j + 2], errors = kept[j + 3];
      sum += squares > 0.0 ? 1.0 - errors / squares : errors == 0.0 ? 1.0 : 0.0;
    }
    return kept.empty() ? nothing : sum / (static_cast<double>(kept.size()) / 4.0);
  });
}

// ---- Which classes are taken for which --------------------------------------------------------

Matrix confusion_matrix(const Indices& truth, const Indices& predicted, std::size_t n_classes) {
  if (truth.n_elem != predicted.n_elem)
    throw Error(text("confusion_matrix: %zu true classes but %zu predicted ones",
                     static_cast<std::size_t>(truth.n_elem),
                     static_cast<std::size_t>(predicted.n_elem)));
  if (n_classes == 0 && truth.n_elem > 0)
    n_classes = static_cast<std::size_t>(std::max(truth.max(), predicted.max())) + 1;
  Matrix counts(n_classes, n_classes, arma::fill::zeros);
  for (std::size_t i = 0; i < truth.n_elem; ++i) {
    for (const std::size_t number : {truth[i], predicted[i]})
      if (number >= n_classes)
        throw Error(
            text("confusion_matrix: class number %zu, expected 0 to %zu", number, n_classes - 1));
    counts(truth[i], predicted[i]) += 1;
  }
  return counts;
}

}  // namespace nn
