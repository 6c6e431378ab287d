#include "common/functions/schedules.hpp"

#include <algorithm>
#include <cmath>

namespace nn {

namespace {

void require_rate(const char* who, double rate) {
  if (!(rate >= 0.0 && std::isfinite(rate)))
    throw Error(text("%s: the learning rate is %g, expected a number of at least 0", who, rate));
}

void require_not_negative(const char* who, const char* what, double value) {
  if (!(value >= 0.0 && std::isfinite(value)))
    throw Error(text("%s: %s is %g, expected a number of at least 0", who, what, value));
}

void require_steps(const char* who, double steps) {
  if (!(steps > 0.0))
    throw Error(text("%s: decay_steps is %g, expected a number greater than 0", who, steps));
}

}  // namespace

LearningRate::LearningRate(double rate) : constant_(rate) { require_rate("learning_rate", rate); }

InverseTimeDecay::InverseTimeDecay(double initial, double decay_steps, double decay_rate,
                                   StaircaseOptions options)
    : LearningRate("InverseTimeDecay",
                   {initial, decay_steps, decay_rate, options.staircase ? 1.0 : 0.0},
                   [=](double t) {
                     const double p = t / decay_steps;
                     return initial / (1.0 + decay_rate * (options.staircase ? std::floor(p) : p));
                   }) {
  require_rate("InverseTimeDecay", initial);
  require_not_negative("InverseTimeDecay", "decay_rate", decay_rate);
  require_steps("InverseTimeDecay", decay_steps);
}

ExponentialDecay::ExponentialDecay(double initial, double decay_steps, double decay_rate,
                                   StaircaseOptions options)
    : LearningRate("ExponentialDecay",
                   {initial, decay_steps, decay_rate, options.staircase ? 1.0 : 0.0},
                   [=](double t) {
                     const double p = t / decay_steps;
                     return initial * std::pow(decay_rate, options.staircase ? std::floor(p) : p);
                   }) {
  require_rate("ExponentialDecay", initial);
  require_not_negative("ExponentialDecay", "decay_rate", decay_rate);
  require_steps("ExponentialDecay", decay_steps);
}

namespace {

std::vector<double> joined(std::vector<double> first, const std::vector<double>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

PiecewiseConstantDecay::PiecewiseConstantDecay(std::vector<double> boundaries,
                                               std::vector<double> values)
    : LearningRate("PiecewiseConstantDecay", joined(boundaries, values),
                   [boundaries, values](double t) {
                     // The first boundary that is not below t ends the piece that t lies in.
                     const auto end = std::lower_bound(boundaries.begin(), boundaries.end(), t);
                     return values[static_cast<std::size_t>(end - boundaries.begin())];
                   }) {
  if (values.size() != boundaries.size() + 1)
    throw Error(
        text("PiecewiseConstantDecay: %zu values for %zu boundaries, expected one more value "
             "than boundaries",
             values.size(), boundaries.size()));
  if (!std::is_sorted(boundaries.begin(), boundaries.end()))
    throw Error("PiecewiseConstantDecay: the boundaries must rise");
  for (double rate : values) require_rate("PiecewiseConstantDecay", rate);
}

PolynomialDecay::PolynomialDecay(double initial, double decay_steps, PolynomialDecayOptions options)
    : LearningRate("PolynomialDecay",
                   {initial, decay_steps, options.end_learning_rate, options.power,
                    options.cycle ? 1.0 : 0.0},
                   [=](double t) {
                     const double end = options.end_learning_rate;
                     double steps = decay_steps;
                     if (options.cycle)
                       steps *= t == 0.0 ? 1.0 : std::ceil(t / decay_steps);
                     else
                       t = std::min(t, decay_steps);
                     return (initial - end) * std::pow(1.0 - t / steps, options.power) + end;
                   }) {
  require_rate("PolynomialDecay", initial);
  require_rate("PolynomialDecay", options.end_learning_rate);
  require_not_negative("PolynomialDecay", "power", options.power);
  require_steps("PolynomialDecay", decay_steps);
}

CosineDecay::CosineDecay(double initial, double decay_steps, CosineDecayOptions options)
    : LearningRate(
          "CosineDecay",
          {initial, decay_steps, options.alpha, options.warmup_target, options.warmup_steps},
          [=](double t) {
            const double warmup = options.warmup_target > 0.0 ? options.warmup_steps : 0.0;
            if (t < warmup) return initial + (options.warmup_target - initial) * t / warmup;
            const double highest = warmup > 0.0 ? options.warmup_target : initial;
            const double fraction = std::min(t - warmup, decay_steps) / decay_steps;
            const double wave = 0.5 * (1.0 + std::cos(3.14159265358979323846 * fraction));
            return highest * (options.alpha + (1.0 - options.alpha) * wave);
          }) {
  require_rate("CosineDecay", initial);
  require_rate("CosineDecay", options.warmup_target);
  require_steps("CosineDecay", decay_steps);
  require_not_negative("CosineDecay", "alpha", options.alpha);
  require_not_negative("CosineDecay", "warmup_steps", options.warmup_steps);
}

}  // namespace nn
