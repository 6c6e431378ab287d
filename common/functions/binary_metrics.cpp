// Metrics of yes-or-no questions: precision, recall, F1, and the area under the ROC curve.
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/functions/metrics.hpp"

namespace nn {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

bool is_yes(const std::string& who, const Matrix& Y, std::size_t i, std::size_t j) {
  const Real y = Y.at(i, j);
  if (y != 0 && y != 1)
    throw Error(
        text("%s: Y(%zu, %zu) is %g, expected 0 or 1", who.c_str(), i, j, static_cast<double>(y)));
  return y == 1;
}

// Kept: how many were rightly called yes, wrongly called yes, wrongly called no.
Metric counting(const std::string& name, const BinaryMetricOptions& options,
                double (*share)(double true_yes, double false_yes, double false_no)) {
  const auto add = [name, options](Metric::Kept& kept, const Matrix& Y, const Matrix& P,
                                   const Matrix* weights) {
    require_same_shape(name, Y, P, weights);
    const bool one_column = options.class_id >= 0;
    const std::size_t first = one_column ? static_cast<std::size_t>(options.class_id) : 0;
    const std::size_t last = one_column ? first + 1 : static_cast<std::size_t>(P.n_cols);
    if (last > P.n_cols)
      throw Error(text("%s: class_id is %d, but P has %zu columns", name.c_str(), options.class_id,
                       static_cast<std::size_t>(P.n_cols)));
    kept.resize(3);
    for (std::size_t j = first; j < last; ++j)
      for (std::size_t i = 0; i < P.n_rows; ++i) {
        const bool yes = is_yes(name, Y, i, j);
        const bool called_yes = P.at(i, j) > static_cast<Real>(options.threshold);
        if (yes || called_yes) kept[yes ? called_yes ? 0 : 2 : 1] += weight_of(weights, i);
      }
  };
  Metric metric(name, add, [share](const Metric::Kept& kept) {
    return kept.empty() ? nothing : share(kept[0], kept[1], kept[2]);
  });
  metric.options = {options.threshold, static_cast<double>(options.class_id)};
  return metric;
}

double part_of(double part, double all) { return all == 0.0 ? 0.0 : part / all; }

}  // namespace

Metric make_precision(const BinaryMetricOptions& options) {
  return counting("precision", options, [](double true_yes, double false_yes, double) {
    return part_of(true_yes, true_yes + false_yes);
  });
}
Metric make_recall(const BinaryMetricOptions& options) {
  return counting("recall", options, [](double true_yes, double, double false_no) {
    return part_of(true_yes, true_yes + false_no);
  });
}
Metric make_f1(const BinaryMetricOptions& options) {
  return counting("f1_score", options, [](double true_yes, double false_yes, double false_no) {
    return part_of(2.0 * true_yes, 2.0 * true_yes + false_yes + false_no);
  });
}

// Kept of each element: p, whether it is yes, its weight.
Metric make_auc() {
  const auto add = [](Metric::Kept& kept, const Matrix& Y, const Matrix& P, const Matrix* weights) {
    require_same_shape("auc", Y, P, weights);
    for (std::size_t j = 0; j < P.n_cols; ++j)
      for (std::size_t i = 0; i < P.n_rows; ++i)
        kept.insert(kept.end(), {static_cast<double>(P.at(i, j)),
                                 is_yes("auc", Y, i, j) ? 1.0 : 0.0, weight_of(weights, i)});
  };
  const auto area = [](const Metric::Kept& kept) {
    struct Seen {
      double p, yes, weight;
    };
    std::vector<Seen> seen;
    for (std::size_t k = 0; k < kept.size(); k += 3) {
      if (std::isnan(kept[k])) return nothing;
      seen.push_back({kept[k], kept[k + 1], kept[k + 2]});
    }
    std::sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) { return a.p < b.p; });
    double yes = 0.0, no = 0.0, sum = 0.0;  // weights so far, from the smallest p upwards
    for (std::size_t k = 0; k < seen.size();) {
      double yes_here = 0.0, no_here = 0.0;  // of all that share this p
      const double p = seen[k].p;
      for (; k < seen.size() && seen[k].p == p; ++k)
        (seen[k].yes != 0.0 ? yes_here : no_here) += seen[k].weight;
      sum += yes_here * (no + 0.5 * no_here);
      yes += yes_here;
      no += no_here;
    }
    return yes == 0.0 || no == 0.0 ? nothing : sum / (yes * no);
  };
  return Metric("auc", add, area);
}

}  // namespace nn
