// A typical wrong answer to exercise 3.2: the bottom forgotten: two pieces that meet at -1/2
#include "common/program/exercise.hpp"
#include "common/layers/maxout.hpp"
#include "common/model/model.hpp"

// ---- knobs -------------------------------------------------------------------------------------
static const nn::Matrix w{{-2, 0, 2}};
static const nn::Matrix b{{-1, 0, 1}};
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
