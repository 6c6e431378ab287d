// Solution of exercise 1.1: one neuron that is a majority vote
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

static nn::Tlu majority() {
  // Two active inputs give 2, one gives 1: the threshold belongs in the middle, 1.5.
  return {.w = {1, 1, 1}, .b = -1.5};
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
