// Solution of exercise 1.6: XOR needs a second layer
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

struct TwoLayers {
  nn::Tlu first, second, output;
  double answer(const nn::RowVector& x) const {
    return output.output({first.output(x), second.output(x)});
  }
};

static TwoLayers exclusive_or() {
  return {.first = {.w = {1, 1}, .b = -0.5},    // OR: at least one
          .second = {.w = {-1, -1}, .b = 1.5},  // NAND: not both
          .output = {.w = {1, 1}, .b = -1.5}};  // AND: at least one and not both
}

int main() {
  nn::Exercise exercise("1.6");
  return exercise.verdict([&] {
    const TwoLayers network = exclusive_or();
    for (double noise : {0.0, 0.2}) {
      int right = 0, rows = 0;
      for (int a : {0, 1})
        for (int b : {0, 1})
          for (double da : {-noise, noise})
            for (double db : {-noise, noise}) {
              right += network.answer({a + da, b + db}) == (a != b ? 1 : 0);
              ++rows;
            }
      exercise.expect(nn::text("rows right, inputs off by %g", noise), 4, 4.0 * right / rows);
    }
  });
}
