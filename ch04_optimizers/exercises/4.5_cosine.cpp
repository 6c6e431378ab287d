// Exercise 4.5: a cosine schedule with warm-up
//
// Task:   write the learning rate of step t: from 0 in a straight line to `peak` during `warmup`
//         steps, then half a wave of the cosine down to 0 at step `warmup + decay`; 0 after that.
// Goal:   peak 0.1, warm-up 10, decay 90: rate 0.05 at step 5, 0.1 at step 10, 0.05 at step 55
// Run:    ./book exercise 4.5
// Hint:   exercises/README.md, solution: solutions/4.5_cosine.cpp
#include <cmath>
#include <numbers>

#include "common/program/exercise.hpp"
#include "common/functions/schedules.hpp"

static double rate(double t, double peak, double warmup, double decay) {
  // TODO: three parts, warm-up, cosine, the end
  return 0.0 * (t + peak + warmup + decay);
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
