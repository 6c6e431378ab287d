// Solution of exercise 2.1: a function set by hand
//
// "Exactly one" is "at least one" and "at most one". Each is a straight cut of the sum of the
// inputs, at 0.5 and at 1.5; the large factor makes the sigmoids nearly steps.
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/program/exercise.hpp"

// W[2] (3 x 2) leads from the inputs to two hidden neurons, W[3] (2 x 1) from there to the output.
static void set_weights(longhand::Mlp& net) {
  net.W[2] = 40 * nn::Matrix{{1, -1}, {1, -1}, {1, -1}};  // columns: at least one, at most one
  net.b[2] = 40 * nn::RowVector{-0.5, 1.5};
  net.W[3] = 40 * nn::ColVector{1, 1};  // both
  net.b[3] = {40 * -1.5};
}

int main() {
  nn::Exercise exercise("2.1");
  return exercise.verdict([&] {
    longhand::Mlp net({3, 2, 1}, longhand::sigmoid, longhand::sigmoid);
    set_weights(net);
    for (int row = 0; row < 8; ++row) {
      const nn::RowVector x = {double(row / 4), double(row / 2 % 2), double(row % 2)};
      const double target = arma::accu(x) == 1 ? 1 : 0;
      const std::string name = nn::text("output for %g %g %g", x[0], x[1], x[2]);
      exercise.expect(name, target, net.predict(x)(0), 0.001);
      for (double off : {-0.1, 0.1})
        exercise.expect(name + nn::text(", inputs off by %g", off), target, net.predict(x + off)(0),
                        0.49);
    }
  });
}
