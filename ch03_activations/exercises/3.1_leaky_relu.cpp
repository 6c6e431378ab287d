// Exercise 3.1: leaky ReLU and its derivative
//
// Task:   write the leaky ReLU, z where z > 0 and a z elsewhere, and its derivative, for any
//         slope a.
// Goal:   central differences agree with the derivative to 1e-8, also for a = 1.5
// Run:    ./book exercise 3.1
// Hint:   exercises/README.md, solution: solutions/3.1_leaky_relu.cpp
#include "common/program/exercise.hpp"

struct ValueAndSlope {
  double h = 0.0, slope = 0.0;
};

static ValueAndSlope leaky_relu([[maybe_unused]] double z, [[maybe_unused]] double a) {
  return {.h = 0.0, .slope = 0.0};  // TODO: h = phi(z), slope = phi'(z)
}

int main() {
  nn::Exercise exercise("3.1");
  return exercise.verdict([&] {
    exercise.expect("h at z = -2, a = 0.1", -0.2, leaky_relu(-2, 0.1).h);
    exercise.expect("h at z = -2, a = 1.5", -3, leaky_relu(-2, 1.5).h);
    for (double a : {0.0, 0.01, 0.1, 0.3, 1.5})
      for (double z : {-7.0, -0.5, 0.25, 3.0}) {
        exercise.expect(nn::text("h at z = %g, a = %g", z, a), z > 0 ? z : a * z,
                        leaky_relu(z, a).h);
        const double d = 1e-6;
        const double difference = (leaky_relu(z + d, a).h - leaky_relu(z - d, a).h) / (2 * d);
        exercise.expect(nn::text("slope at z = %g, a = %g", z, a), difference,
                        leaky_relu(z, a).slope, 1e-8);
      }
  });
}
