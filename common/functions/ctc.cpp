#include "common/functions/ctc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/base/checks.hpp"

namespace nn {

namespace {

constexpr double impossible = -std::numeric_limits<double>::infinity();  // log 0

// log(e^a + e^b)
double log_add(double a, double b) {
  if (a < b) std::swap(a, b);
  return b == impossible ? a : a + std::log1p(std::exp(b - a));
}

// The steps that an output has room for.
std::size_t steps_of(const Matrix& P, std::size_t classes) {
  if (P.n_cols == 0 || P.n_cols % classes != 0)
    throw Error(text("ctc: P has %llu columns, expected a multiple of the %zu classes",
                     static_cast<unsigned long long>(P.n_cols), classes));
  return P.n_cols / classes;
}

// All paths that spell one target, as a walk through the states blank, label 1, blank, label 2, ...,
// blank: from state s a path goes on to s or s + 1, and to s + 2 if that skips a blank between
// different labels. Everything is a logarithm; the numbers of the equations are Graves's (2006).
class Paths {
 public:
  void read(const Matrix& Y, const Matrix& P, std::size_t row, std::size_t classes) {
    classes_ = classes;
    steps_ = steps_of(P, classes);
    read_target(Y, row);
    log_y_.resize(steps_ * classes);
    for (std::size_t t = 0; t < steps_; ++t) {  // log softmax of the scores
      double largest = impossible, sum = 0.0;
      for (std::size_t k = 0; k < classes; ++k)
        largest = std::max<double>(largest, P.at(row, t * classes + k));
      for (std::size_t k = 0; k < classes; ++k)
        sum += std::exp(static_cast<double>(P.at(row, t * classes + k)) - largest);
      for (std::size_t k = 0; k < classes; ++k)
        log_y_[t * classes + k] = P.at(row, t * classes + k) - largest - std::log(sum);
    }
  }

  // alpha(t, s): the paths that are in state s at step t, with what they emitted so far. Returns the
  // log probability of the target.
  double forward() {
    const std::size_t S = states_.size();
    alpha_.assign(steps_ * S, impossible);
    alpha_[0] = log_y(0, 0);
    if (S > 1) alpha_[1] = log_y(0, 1);
    for (std::size_t t = 1; t < steps_; ++t)
      for (std::size_t s = 0; s < S; ++s) {
        const double* before = &alpha_[(t - 1) * S];
        double sum = before[s];
        if (s >= 1) sum = log_add(sum, before[s - 1]);
        if (may_skip_to(s)) sum = log_add(sum, before[s - 2]);
        alpha_[t * S + s] = sum + log_y(t, s);  // (6), (7)
      }
    const double* last = &alpha_[(steps_ - 1) * S];
    return S > 1 ? log_add(last[S - 1], last[S - 2]) : last[0];  // (8)
  }

  // beta(t, s): what the paths that are in state s at step t may still emit afterwards.
  void backward() {
    const std::size_t S = states_.size();
    beta_.assign(steps_ * S, impossible);
    double* last = &beta_[(steps_ - 1) * S];
    last[S - 1] = 0.0;
    if (S > 1) last[S - 2] = 0.0;
    for (std::size_t t = steps_ - 1; t-- > 0;)
      for (std::size_t s = 0; s < S; ++s) {
        const double* after = &beta_[(t + 1) * S];
        double sum = after[s] + log_y(t + 1, s);
        if (s + 1 < S) sum = log_add(sum, after[s + 1] + log_y(t + 1, s + 1));
        if (s + 2 < S && may_skip_to(s + 2)) sum = log_add(sum, after[s + 2] + log_y(t + 1, s + 2));
        beta_[t * S + s] = sum;  // (10), (11)
      }
  }

  // dE/dscore(t, k) = y(t, k) - the share of the target's paths that are at class k at step t, (16).
  void write_gradient(double log_p, std::size_t row, Matrix& dP) const {
    const std::size_t S = states_.size();
    for (std::size_t t = 0; t < steps_; ++t) {
      for (std::size_t k = 0; k < classes_; ++k)
        dP.at(row, t * classes_ + k) = static_cast<Real>(std::exp(log_y_[t * classes_ + k]));
      for (std::size_t s = 0; s < S; ++s)
        dP.at(row, t * classes_ + states_[s]) -=
            static_cast<Real>(std::exp(alpha_[t * S + s] + beta_[t * S + s] - log_p));
    }
  }

 private:
  double log_y(std::size_t t, std::size_t s) const { return log_y_[t * classes_ + states_[s]]; }
  bool may_skip_to(std::size_t s) const {
    return s >= 2 && states_[s] != 0 && states_[s] != states_[s - 2];
  }

  void read_target(const Matrix& Y, std::size_t row) {
    states_.assign(1, 0);
    std::size_t labels = 0, repetitions = 0;
    bool ended = false;
    for (std::size_t j = 0; j < Y.n_cols; ++j) {
      const Real label = Y.at(row, j);
      if (!(label >= 0 && label < static_cast<Real>(classes_)) || label != std::floor(label))
        throw Error(
            text("ctc: Y(%zu, %zu) is %g, expected a class number from 1 to %zu, or 0 after "
                 "the last",
                 row, j, static_cast<double>(label), classes_ - 1));
      if (label != 0 && ended)
        throw Error(text(
            "ctc: row %zu of Y goes on after a 0; 0 is the blank and only fills the end", row));
      ended = label == 0;
      if (ended) continue;
      const auto k = static_cast<std::size_t>(label);
      if (labels > 0 && states_[2 * labels - 1] == k) ++repetitions;
      ++labels;
      states_.push_back(k);
      states_.push_back(0);
    }
    if (labels + repetitions > steps_)
      throw Error(
          text("ctc: the target of row %zu needs %zu steps (%zu labels, %zu repetitions), the "
               "output has %zu",
               row, labels + repetitions, labels, repetitions, steps_));
  }

  std::size_t classes_ = 0, steps_ = 0;
  std::vector<std::size_t> states_;           // the class of each state
  std::vector<double> log_y_, alpha_, beta_;  // row t after row t
};

// Memory that is kept from one batch to the next.
Paths& paths() {
  thread_local Paths memory;
  return memory;
}

}  // namespace

Loss ctc(long long classes) {
  const std::size_t K = positive_count("ctc", "classes", classes);
  const auto values = [K](const Matrix& Y, const Matrix& P, ColVector& l) {
    for (std::size_t i = 0; i < P.n_rows; ++i) {
      paths().read(Y, P, i, K);
      l[i] = static_cast<Real>(-paths().forward());
    }
  };
  const auto gradient = [K](const Matrix& Y, const Matrix& P, Matrix& dP) {
    for (std::size_t i = 0; i < P.n_rows; ++i) {
      paths().read(Y, P, i, K);
      const double log_p = paths().forward();
      paths().backward();
      paths().write_gradient(log_p, i, dP);
    }
  };
  return Loss("ctc", Loss::Target::checked_by_values, values, gradient);
}

std::vector<Indices> ctc_greedy_decode(const Matrix& P, long long classes) {
  const std::size_t K = positive_count("ctc_greedy_decode", "classes", classes);
  const std::size_t steps = steps_of(P, K);
  std::vector<Indices> decoded;
  for (std::size_t i = 0; i < P.n_rows; ++i) {
    std::vector<arma::uword> labels;
    std::size_t before = 0;
    for (std::size_t t = 0; t < steps; ++t) {
      std::size_t best = 0;
      for (std::size_t k = 1; k < K; ++k)
        if (P.at(i, t * K + k) > P.at(i, t * K + best)) best = k;
      if (best != before && best != 0) labels.push_back(best);
      before = best;
    }
    decoded.push_back(Indices(labels));
  }
  return decoded;
}

}  // namespace nn
