// Solution of exercise 4.2: through the ravine
#include "ch04_optimizers/test_functions.hpp"
#include "common/program/exercise.hpp"

int main() {
  // ---- knobs -----------------------------------------------------------------------------------
  const double eta = 0.03, momentum = 0.75;
  // ----------------------------------------------------------------------------------------------
  nn::Exercise exercise("4.2");
  return exercise.verdict([&] {
    TestFunction f = ravine();
    for (const nn::Matrix& start :
         {f.start, nn::Matrix{{3.0, -1.2}}, nn::Matrix{{-2.5, 0.4}}, nn::Matrix{{4.5, 1.4}}}) {
      f.start = start;
      const nn::Matrix path =
          walk(f, nn::SGD({.learning_rate = eta, .momentum = momentum, .nesterov = true}), 400);
      const int steps = steps_to(f, path, 1e-3);
      exercise.expect_true(
          nn::text("from (%g, %g) E never stays below 0.001 within 400 steps", start[0], start[1]),
          steps >= 0);
      exercise.expect_at_most(nn::text("steps from (%g, %g)", start[0], start[1]), 40, steps);
    }
  });
}
