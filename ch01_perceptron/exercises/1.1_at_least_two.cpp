// Exercise 1.1: one neuron that is a majority vote
//
// Task:   choose three weights and a bias, so that one TLU answers 1 when at least two of its three
//         inputs are active. Real signals are not exact: leave room on both sides of the threshold.
// Goal:   8 of 8 rows right, also when every input is off by up to 0.15
// Run:    ./book exercise 1.1
// Hint:   exercises/README.md, solution: solutions/1.1_at_least_two.cpp
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

static nn::Tlu majority() {
  return {.w = {0, 0, 0}, .b = 0};  // TODO: three weights and the bias
}

int main() {
  nn::Exercise exercise("1.1");
  return exercise.verdict([&] {
    const nn::Tlu neuron = majority();
    for (double noise : {0.0, 0.15}) {
      int right = 0, rows = 0;
      for (int row = 0; row < 8; ++row)
        for (int sign = 0; sign < 8; ++sign, ++rows) {
          nn::RowVector x(3);
          int active = 0;
          for (int k = 0; k < 3; ++k) {
            const int on = (row >> k) & 1;
            active += on;
            x[static_cast<std::size_t>(k)] = on + ((sign >> k) & 1 ? noise : -noise);
          }
          right += neuron.output(x) == (active >= 2 ? 1 : 0);
        }
      exercise.expect(nn::text("rows right, inputs off by %g", noise), 8, 8.0 * right / rows);
    }
  });
}
