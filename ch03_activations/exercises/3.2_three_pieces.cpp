// Exercise 3.2: a maxout unit of three pieces
//
// Task:   give one maxout unit, the largest of w1 x + b1, w2 x + b2, w3 x + b3, the weights and
//         biases with which it computes |x - 1| + |x + 2|.
// Goal:   exact, for every x
// Run:    ./book exercise 3.2
// Hint:   exercises/README.md, solution: solutions/3.2_three_pieces.cpp
#include "common/program/exercise.hpp"
#include "common/layers/maxout.hpp"
#include "common/model/model.hpp"

// ---- knobs -------------------------------------------------------------------------------------
static const nn::Matrix w{{0, 0, 0}};  // TODO: three slopes, and where each piece meets x = 0
static const nn::Matrix b{{0, 0, 0}};
// ------------------------------------------------------------------------------------------------

int main() {
  nn::Exercise exercise("3.2");
  return exercise.verdict([&] {
    nn::Sequential unit({nn::Maxout(1, {.pieces = 3, .input_shape = {1}})});
    unit.set_weights({w, b});
    for (double x : {0.0, 1.0, -2.0, 3.5, -40.0, 0.37, -1.99, 1000.0}) {
      const nn::Matrix h = unit.predict(nn::Matrix(1, 1, arma::fill::value(x)));
      exercise.expect(nn::text("h at x = %g", x), std::abs(x - 1) + std::abs(x + 2), h[0]);
    }
  });
}
