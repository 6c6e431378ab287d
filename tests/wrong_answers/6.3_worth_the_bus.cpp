// A typical wrong answer to exercise 6.3: a huge batch for a narrow layer
#include "ch06_gpu/bus_model.hpp"
#include "common/program/exercise.hpp"

int main() {
  // ---- knobs -----------------------------------------------------------------------------------
  const int batch = 60000, hidden = 100;
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
