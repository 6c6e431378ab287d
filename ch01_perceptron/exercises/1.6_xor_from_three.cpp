// Exercise 1.6: XOR needs a second layer
//
// Task:   one TLU cannot do XOR, three can: two that look at the inputs, and a third that looks at
//         the answers of the two. Give all three their weights.
// Goal:   4 of 4 rows right, also when every input is off by up to 0.2
// Run:    ./book exercise 1.6
// Hint:   exercises/README.md, solution: solutions/1.6_xor_from_three.cpp
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

struct TwoLayers {
  nn::Tlu first, second, output;
  double answer(const nn::RowVector& x) const {
    return output.output({first.output(x), second.output(x)});
  }
};

static TwoLayers exclusive_or() {
  return {.first = {.w = {0, 0}, .b = 0},  // TODO: three neurons, each two weights and a bias
          .second = {.w = {0, 0}, .b = 0},
          .output = {.w = {0, 0}, .b = 0}};
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
