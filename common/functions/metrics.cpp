#include "common/functions/metrics.hpp"

#include "common/base/checks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace nn {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

double weight_of(const ColVector* weights, std::size_t i) { return weights ? (*weights)[i] : 1.0; }

void require_weights(std::string_view who, const Matrix& P, const ColVector* weights) {
  if (weights) require_shape(who, "the sample weights' vector", *weights, P.n_rows, 1);
}

void require_same_shape(std::string_view who, const Matrix& Y, const Matrix& P) {
  require_same_rows(who, P, Y, "P", "Y");
  if (Y.n_cols != P.n_cols)
    throw Error(text("%s: Y is %s, expected %s like P", std::string(who).c_str(),
                     shape_text(Y).c_str(), shape_text(P).c_str()));
}

// ---- The mean of a number for each sample -----------------------------------------------------

using SampleValues = std::function<void(const Matrix& Y, const Matrix& P, ColVector& values)>;

class MeanState : public MetricState {
 public:
  MeanState(std::string name, SampleValues values)
      : name_(std::move(name)), values_(std::move(values)) {}

  void update(const Matrix& Y, const Matrix& P, const ColVector* weights) override {
    require_weights(name_, P, weights);
    if (memory_.size() < P.n_rows) memory_.resize(P.n_rows);
    ColVector values(memory_.data(), P.n_rows, false, true);
    values_(Y, P, values);
    for (std::size_t i = 0; i < P.n_rows; ++i) {
      total_ += weight_of(weights, i) * values[i];
      count_ += weight_of(weights, i);
    }
  }
  double result() override { return count_ == 0.0 ? nothing : total_ / count_; }
  void reset() override { total_ = count_ = 0.0; }
  void save_state(SavedState& state) const override {
    state.put("total", total_);
    state.put("count", count_);
  }
  void load_state(const SavedState& state) override {
    total_ = state.number("total");
    count_ = state.number("count");
  }

 private:
  std::string name_;
  SampleValues values_;
  std::vector<Real> memory_;  // grows to the largest batch, then stays
  double total_ = 0.0, count_ = 0.0;
};

Metric mean_of(std::string name, SampleValues values) {
  return Metric(name, [name, values] { return std::make_unique<MeanState>(name, values); });
}

// ---- Accuracies -------------------------------------------------------------------------------

void binary_matches(const Matrix& Y, const Matrix& P, ColVector& values) {
  require_same_shape("binary_accuracy", Y, P);
  values.zeros();
  for (std::size_t j = 0; j < P.n_cols; ++j)
    for (std::size_t i = 0; i < P.n_rows; ++i)
      values[i] += static_cast<Real>(Y.at(i, j) == static_cast<Real>(P.at(i, j) > Real(0.5)));
  values /= static_cast<Real>(P.n_cols);
}

std::size_t largest_column(const Matrix& M, std::size_t row) {  // the first of equals
  std::size_t best = 0;
  for (std::size_t j = 1; j < M.n_cols; ++j)
    if (M.at(row, j) > M.at(row, best)) best = j;
  return best;
}

void categorical_matches(const Matrix& Y, const Matrix& P, ColVector& values) {
  require_same_shape("categorical_accuracy", Y, P);
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
  if (P.n_cols == 1)
    binary_matches(Y, P, values);
  else if (Y.n_cols == 1)
    sparse_matches(Y, P, values);
  else
    categorical_matches(Y, P, values);
}

void top_k_matches(const Matrix& Y, const Matrix& P, int k, ColVector& values) {
  require_same_rows("top_k", P, Y, "P", "Y");
  const bool numbers = Y.n_cols == 1;
  if (!numbers) require_columns("top_k", "Y", Y, P.n_cols);
  for (std::size_t i = 0; i < P.n_rows; ++i) {
    if (numbers && !(Y[i] >= 0 && Y[i] < static_cast<Real>(P.n_cols)))
      throw Error(text("top_k: Y(%zu) is %g, expected a class number from 0 to %llu", i,
                       static_cast<double>(Y[i]), static_cast<unsigned long long>(P.n_cols - 1)));
    const Real p = P.at(i, numbers ? static_cast<std::size_t>(Y[i]) : largest_column(Y, i));
    int larger = std::isnan(p) ? k : 0;
    for (std::size_t j = 0; j < P.n_cols; ++j) larger += P.at(i, j) > p;
    values[i] = static_cast<Real>(larger < k);
  }
}

// ---- Counts of yes and no ---------------------------------------------------------------------

class BinaryState : public MetricState {
 public:
  enum class Kind { precision, recall, f1 };
  BinaryState(std::string name, Kind kind, const BinaryMetricOptions& options)
      : name_(std::move(name)), kind_(kind), options_(options) {}

  void update(const Matrix& Y, const Matrix& P, const ColVector* weights) override {
    require_same_shape(name_, Y, P);
    require_weights(name_, P, weights);
    std::size_t first = 0, last = P.n_cols;
    if (options_.class_id >= 0) {
      first = static_cast<std::size_t>(options_.class_id);
      last = first + 1;
      if (last > P.n_cols)
        throw Error(text("%s: class_id is %d, but P has %llu columns", name_.c_str(),
                         options_.class_id, static_cast<unsigned long long>(P.n_cols)));
    }
    const Real threshold = static_cast<Real>(options_.threshold);
    for (std::size_t j = first; j < last; ++j)
      for (std::size_t i = 0; i < P.n_rows; ++i) {
        const Real y = Y.at(i, j);
        if (y != 0 && y != 1)
          throw Error(text("%s: Y(%zu, %zu) is %g, expected 0 or 1", name_.c_str(), i, j,
                           static_cast<double>(y)));
        const bool yes = y == 1, called_yes = P.at(i, j) > threshold;
        const double w = weight_of(weights, i);
        true_yes_ += yes && called_yes ? w : 0.0;
        false_yes_ += !yes && called_yes ? w : 0.0;
        false_no_ += yes && !called_yes ? w : 0.0;
      }
    empty_ = false;
  }
  double result() override {
    if (empty_) return nothing;
    const auto share = [](double part, double all) { return all == 0.0 ? 0.0 : part / all; };
    if (kind_ == Kind::precision) return share(true_yes_, true_yes_ + false_yes_);
    if (kind_ == Kind::recall) return share(true_yes_, true_yes_ + false_no_);
    return share(2.0 * true_yes_, 2.0 * true_yes_ + false_yes_ + false_no_);
  }
  void reset() override {
    true_yes_ = false_yes_ = false_no_ = 0.0;
    empty_ = true;
  }
  void save_state(SavedState& state) const override {
    state.put("true_yes", true_yes_);
    state.put("false_yes", false_yes_);
    state.put("false_no", false_no_);
    state.put("empty", empty_);
  }
  void load_state(const SavedState& state) override {
    true_yes_ = state.number("true_yes");
    false_yes_ = state.number("false_yes");
    false_no_ = state.number("false_no");
    empty_ = state.number("empty") != 0.0;
  }

 private:
  std::string name_;
  Kind kind_;
  BinaryMetricOptions options_;
  double true_yes_ = 0.0, false_yes_ = 0.0, false_no_ = 0.0;
  bool empty_ = true;
};

Metric binary_metric(const std::string& name, const BinaryMetricOptions& options) {
  const BinaryState::Kind kind = name == "precision" ? BinaryState::Kind::precision
                                 : name == "recall"  ? BinaryState::Kind::recall
                                                     : BinaryState::Kind::f1;
  Metric metric(name, [=] { return std::make_unique<BinaryState>(name, kind, options); });
  metric.settings = {{"threshold", options.threshold},
                     {"class_id", static_cast<double>(options.class_id)}};
  return metric;
}

// ---- Area under the ROC curve -----------------------------------------------------------------

class AucState : public MetricState {
 public:
  void update(const Matrix& Y, const Matrix& P, const ColVector* weights) override {
    require_same_shape("auc", Y, P);
    require_weights("auc", P, weights);
    for (std::size_t j = 0; j < P.n_cols; ++j)
      for (std::size_t i = 0; i < P.n_rows; ++i) {
        const Real y = Y.at(i, j);
        if (y != 0 && y != 1)
          throw Error(
              text("auc: Y(%zu, %zu) is %g, expected 0 or 1", i, j, static_cast<double>(y)));
        if (std::isnan(P.at(i, j)))
          has_nan_ = true;
        else
          seen_.push_back({P.at(i, j), y == 1, weight_of(weights, i)});
      }
  }
  double result() override {
    if (has_nan_) return nothing;
    std::sort(seen_.begin(), seen_.end(), [](const Seen& a, const Seen& b) { return a.p < b.p; });
    double yes = 0.0, no = 0.0, area = 0.0;  // weights so far, from the smallest p upwards
    for (std::size_t i = 0; i < seen_.size();) {
      double yes_here = 0.0, no_here = 0.0;  // of all that share this p
      const Real p = seen_[i].p;
      for (; i < seen_.size() && seen_[i].p == p; ++i)
        (seen_[i].yes ? yes_here : no_here) += seen_[i].weight;
      area += yes_here * (no + 0.5 * no_here);
      yes += yes_here;
      no += no_here;
    }
    return yes == 0.0 || no == 0.0 ? nothing : area / (yes * no);
  }
  void reset() override {
    seen_.clear();  // keeps its memory
    has_nan_ = false;
  }
  void save_state(SavedState& state) const override {
    SavedState::Numbers p, yes, weight;
    for (const Seen& seen : seen_) {
      p.push_back(seen.p);
      yes.push_back(seen.yes);
      weight.push_back(seen.weight);
    }
    state.put("p", p);
    state.put("yes", yes);
    state.put("weight", weight);
    state.put("has_nan", has_nan_);
  }
  void load_state(const SavedState& state) override {
    const auto &p = state.numbers("p"), &yes = state.numbers("yes"),
               &weight = state.numbers("weight");
    if (p.size() != yes.size() || p.size() != weight.size())
      throw Error("the saved state of auc has lists of different lengths");
    reset();
    for (std::size_t i = 0; i < p.size(); ++i)
      seen_.push_back({static_cast<Real>(p[i]), yes[i] != 0.0, weight[i]});
    has_nan_ = state.number("has_nan") != 0.0;
  }

 private:
  struct Seen {
    Real p;
    bool yes;
    double weight;
  };
  std::vector<Seen> seen_;
  bool has_nan_ = false;
};

// ---- Regression -------------------------------------------------------------------------------

class RootMeanSquareState : public MeanState {
 public:
  RootMeanSquareState()
      : MeanState("root_mean_squared_error", [](const Matrix& Y, const Matrix& P, ColVector& l) {
          mean_squared_error.values(Y, P, l);
        }) {}
  double result() override { return std::sqrt(MeanState::result()); }
};

class R2State : public MetricState {
 public:
  void update(const Matrix& Y, const Matrix& P, const ColVector* weights) override {
    require_same_shape("r2_score", Y, P);
    require_weights("r2_score", P, weights);
    if (columns_.empty()) columns_.resize(P.n_cols);
    if (columns_.size() != P.n_cols)
      throw Error(text("r2_score: P has %llu columns, but the batches before had %zu",
                       static_cast<unsigned long long>(P.n_cols), columns_.size()));
    for (std::size_t j = 0; j < P.n_cols; ++j) {
      Column& c = columns_[j];
      for (std::size_t i = 0; i < P.n_rows; ++i) {
        const double w = weight_of(weights, i), y = Y.at(i, j), e = y - P.at(i, j);
        if (w == 0.0) continue;
        c.count += w;
        const double away = y - c.mean;  // running mean and sum of squares (Welford 1962)
        c.mean += away * (w / c.count);  // the first one's mean is exactly y
        c.squares += w * away * (y - c.mean);
        c.errors += w * e * e;
      }
    }
  }
  double result() override {
    if (columns_.empty()) return nothing;
    double sum = 0.0;
    for (const Column& c : columns_)
      sum += c.squares > 0.0 ? 1.0 - c.errors / c.squares : c.errors == 0.0 ? 1.0 : 0.0;
    return sum / static_cast<double>(columns_.size());
  }
  void reset() override { columns_.clear(); }
  void save_state(SavedState& state) const override {
    SavedState::Numbers all;
    for (const Column& c : columns_) all.insert(all.end(), {c.count, c.mean, c.squares, c.errors});
    state.put("columns", all);
  }
  void load_state(const SavedState& state) override {
    const SavedState::Numbers& all = state.numbers("columns");
    columns_.clear();
    for (std::size_t i = 0; i + 4 <= all.size(); i += 4)
      columns_.push_back({all[i], all[i + 1], all[i + 2], all[i + 3]});
  }

 private:
  struct Column {
    double count = 0.0, mean = 0.0, squares = 0.0, errors = 0.0;
  };
  std::vector<Column> columns_;
};

}  // namespace

// ---- Metric -----------------------------------------------------------------------------------

Metric::Metric(std::string metric_name,
               std::function<ColVector(const Matrix& Y, const Matrix& P)> values)
    : Metric(mean_of(metric_name,
                     [metric_name, values](const Matrix& Y, const Matrix& P, ColVector& out) {
                       const ColVector result = values(Y, P);
                       require_shape(metric_name, "the result of values", result, P.n_rows, 1);
                       out = result;
                     })) {}

Metric::Metric(const Loss& loss)
    : Metric(mean_of(loss.name, [loss](const Matrix& Y, const Matrix& P, ColVector& l) {
        loss.values(Y, P, l);
      })) {
  settings = loss.settings;
}

Metric metric_named(const std::string& name, const Settings& settings) {
  if (name == "accuracy") return mean_of(name, matches_by_shape);
  if (name == "binary_accuracy") return mean_of(name, binary_matches);
  if (name == "categorical_accuracy") return mean_of(name, categorical_matches);
  if (name == "sparse_categorical_accuracy") return mean_of(name, sparse_matches);
  if (name == "top_k_categorical_accuracy")
    return top_k(static_cast<int>(setting(settings, "k", 5.0)));
  if (name == "precision" || name == "recall" || name == "f1_score")
    return binary_metric(name, {.threshold = setting(settings, "threshold", 0.5),
                                .class_id = static_cast<int>(setting(settings, "class_id", -1.0))});
  if (name == "auc") return Metric(name, [] { return std::make_unique<AucState>(); });
  if (name == "root_mean_squared_error")
    return Metric(name, [] { return std::make_unique<RootMeanSquareState>(); });
  if (name == "r2_score") return Metric(name, [] { return std::make_unique<R2State>(); });
  try {
    return loss_named(name, settings);
  } catch (const Error& error) {
    if (std::string(error.what()).find("loss_named") != 0) throw;  // a known one, wrong settings
    throw Error("metric_named: there is no metric or loss called \"" + name + "\"");
  }
}

Metric top_k(int k) {
  if (k < 1) throw Error(text("top_k: k is %d, expected at least 1", k));
  Metric metric =
      mean_of("top_k_categorical_accuracy",
              [k](const Matrix& Y, const Matrix& P, ColVector& m) { top_k_matches(Y, P, k, m); });
  metric.settings = {{"k", static_cast<double>(k)}};
  return metric;
}

Metric BinaryMetric::operator()(const BinaryMetricOptions& options) const {
  return binary_metric(name, options);
}

Matrix confusion_matrix(const Indices& truth, const Indices& predicted, std::size_t n_classes) {
  if (truth.n_elem != predicted.n_elem)
    throw Error(text("confusion_matrix: %llu true classes but %llu predicted ones",
                     static_cast<unsigned long long>(truth.n_elem),
                     static_cast<unsigned long long>(predicted.n_elem)));
  if (n_classes == 0 && truth.n_elem > 0)
    n_classes = static_cast<std::size_t>(std::max(truth.max(), predicted.max())) + 1;
  Matrix counts(n_classes, n_classes, arma::fill::zeros);
  for (arma::uword i = 0; i < truth.n_elem; ++i) {
    for (const arma::uword number : {truth[i], predicted[i]})
      if (number >= n_classes)
        throw Error(text("confusion_matrix: class number %llu, expected 0 to %zu",
                         static_cast<unsigned long long>(number), n_classes - 1));
    counts(truth[i], predicted[i]) += 1;
  }
  return counts;
}

}  // namespace nn
