// Learning rates that change with the number of steps taken. Names and formulas are Keras's.
//
//   nn::SGD sgd({.learning_rate = 0.01});                             // always the same
//   nn::SGD sgd({.learning_rate = nn::CosineDecay(0.1, 1000)});
//   nn::SGD sgd({.learning_rate = [](double t) { return 0.1 / (1.0 + t); }});   // your own
#pragma once

#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

// A number, or a function of the number of steps taken before this one: 0, 1, 2 ...
class LearningRate {
 public:
  LearningRate(double rate);  // NOLINT: implicit on purpose; throws Error if it is negative or NaN
  template <class Function,
            class = std::enable_if_t<std::is_invocable_r_v<double, Function, double> &&
                                     !std::is_base_of_v<LearningRate, Function>>>
  LearningRate(Function rate_at)  // NOLINT: implicit on purpose
      : LearningRate("schedule", std::vector<double>(),
                     std::function<double(double)>(std::move(rate_at))) {}
  LearningRate(std::string name, std::vector<double> options, std::function<double(double)> rate_at)
      : name_(std::move(name)), options_(std::move(options)), rate_at_(std::move(rate_at)) {}

  double operator()(double steps_taken) const {
    return is_constant() ? constant_ : rate_at_(steps_taken);
  }
  bool is_constant() const { return rate_at_ == nullptr; }
  const std::string& name() const { return name_; }  // Keras's, or "constant", or "schedule"
  // What it was called with, in that order: numbers, yes is 1.
  const std::vector<double>& options() const { return options_; }

 private:
  std::string name_ = "constant";
  std::vector<double> options_ = {};
  double constant_ = 0.0;
  std::function<double(double)> rate_at_ = nullptr;
};

struct StaircaseOptions {
  bool staircase = false;  // fall once in decay_steps steps instead of at each
};

// initial / (1 + decay_rate t / decay_steps)
struct InverseTimeDecay : LearningRate {
  InverseTimeDecay(double initial, double decay_steps, double decay_rate,
                   StaircaseOptions options = {});
};

// initial decay_rate^(t / decay_steps)
struct ExponentialDecay : LearningRate {
  ExponentialDecay(double initial, double decay_steps, double decay_rate,
                   StaircaseOptions options = {});
};

// Steps: values[0] up to and with step boundaries[0], values[1] up to boundaries[1], ... and the
// last value after the last boundary.
struct PiecewiseConstantDecay : LearningRate {
  PiecewiseConstantDecay(std::vector<double> boundaries, std::vector<double> values);
};

struct PolynomialDecayOptions {
  double end_learning_rate = 0.0001;
  double power = 1.0;
  bool cycle = false;  // go up again at each multiple of decay_steps, from a lower start
};

// (initial - end) (1 - t / decay_steps)^power + end, and `end` after decay_steps.
struct PolynomialDecay : LearningRate {
  PolynomialDecay(double initial, double decay_steps, PolynomialDecayOptions options = {});
};

struct CosineDecayOptions {
  double alpha = 0.0;          // the rate at the end, as a fraction of the highest
  double warmup_target = 0.0;  // the rate to which warmup_steps rise first, in a straight line;
  double warmup_steps = 0.0;   // without a target there is no warm-up
};

// highest (alpha + (1 - alpha) (1 + cos(pi t / decay_steps)) / 2), half a wave of the cosine, with
// t counted from the end of the warm-up (Loshchilov and Hutter 2017). `highest` is `initial`, or
// the warm-up's target.
struct CosineDecay : LearningRate {
  CosineDecay(double initial, double decay_steps, CosineDecayOptions options = {});
};

}  // namespace nn
