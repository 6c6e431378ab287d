// Exercise 6.3: a layer that is worth the bus
//
// Task:   choose the batch and the hidden units of a layer with 784 inputs, so that its products pay
//         on the GPU of exercise 6.2, without making them too large for the CPU. Turn the two knobs.
// Goal:   the GPU is at least 1.5 times as fast, the CPU needs at most 8 ms; the same for the backward
//         pass, dW = X'dZ and dX = dZ W'
// Run:    ./book exercise 6.3
// Hint:   exercises/README.md, solution: solutions/6.3_worth_the_bus.cpp
#include "ch06_gpu/bus_model.hpp"
#include "common/program/exercise.hpp"

int main() {
  // ---- knobs -----------------------------------------------------------------------------------
  const int batch = 32, hidden = 4096;  // TODO: wide, but the GPU is far behind
  // ----------------------------------------------------------------------------------------------
  nn::Exercise exercise("6.3");
  return exercise.verdict([&] {
    const Constants server{.cpu = 1.5e12, .gpu = 5e13, .bus = 1e10, .call = 1e-4};
    const double n = batch, m = hidden, d = 784;
    for (const auto& [name, p] : {std::pair{"XW", Product{n, m, d}},
                                  {"X'dZ", Product{d, m, n}},
                                  {"dZ W'", Product{n, d, m}}}) {
      exercise.expect_at_least(nn::text("%s: H = %.0f, times as fast on the GPU", name, p.H()), 1.5,
                               server.cpu_seconds(p) / server.gpu_seconds(p));
      exercise.expect_at_most(nn::text("%s: milliseconds of the CPU", name), 8.0,
                              1e3 * server.cpu_seconds(p));
    }
  });
}
