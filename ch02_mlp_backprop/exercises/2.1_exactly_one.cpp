// Exercise 2.1: a function set by hand
//
// Task:   set the weights of a 3-2-1 network of sigmoids by hand, so that it answers 1 when exactly
//         one of its three inputs is 1, and 0 otherwise.
// Goal:   all 8 outputs within 0.001, and still on the right side when inputs are off by 0.1
// Run:    ./book exercise 2.1
// Hint:   exercises/README.md, solution: solutions/2.1_exactly_one.cpp
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/program/exercise.hpp"

// W[2] (3 x 2) leads from the inputs to two hidden neurons, W[3] (2 x 1) from there to the output.
static void set_weights(longhand::Mlp& net) {
  net.b[3] = {0};  // TODO: net.W[2], net.b[2], net.W[3] and net.b[3]
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
