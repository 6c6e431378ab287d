// Solution of exercise 4.5: a cosine schedule with warm-up
#include <cmath>
#include <numbers>

#include "common/program/exercise.hpp"
#include "common/functions/schedules.hpp"

static double rate(double t, double peak, double warmup, double decay) {
  if (t < warmup) return peak * t / warmup;
  const double part = std::min(1.0, (t - warmup) / decay);
  return peak * (1 + std::cos(std::numbers::pi * part)) / 2;
}

int main() {
  nn::Exercise exercise("4.5");
  return exercise.verdict([&] {
    exercise.expect("rate at step 5", 0.05, rate(5, 0.1, 10, 90), 1e-12);
    exercise.expect("rate at step 10", 0.1, rate(10, 0.1, 10, 90), 1e-12);
    exercise.expect("rate at step 55", 0.05, rate(55, 0.1, 10, 90), 1e-12);
    const nn::CosineDecay library(0.0, 300, {.warmup_target = 0.7, .warmup_steps = 40});
    for (double t : {0.0, 13.0, 39.0, 40.0, 41.0, 200.0, 339.0, 340.0, 1000.0})
      exercise.expect(nn::text("another schedule at step %g", t), library(t), rate(t, 0.7, 40, 300),
                      1e-12);
  });
}
