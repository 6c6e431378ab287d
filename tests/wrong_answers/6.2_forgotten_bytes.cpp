// A typical wrong answer to exercise 6.2: C goes there and back
#include "common/program/exercise.hpp"

// C = AB, A (m x k), B (k x n), C (m x n); operations and bytes a second, seconds.
struct Machine {
  double cpu, gpu, bus, call;

  double cpu_seconds(double m, double n, double k) const { return 2 * m * n * k / cpu; }

  // C crosses the bus twice.
  double gpu_seconds(double m, double n, double k) const {
    const double bytes = sizeof(float) * (m * k + k * n + 2 * m * n);
    return call + bytes / bus + 2 * m * n * k / gpu;
  }

  // The smallest n x n product that is faster on the GPU.
  int pays_from() const {
    int n = 1;
    while (n < 100000 && gpu_seconds(n, n, n) >= cpu_seconds(n, n, n)) ++n;
    return n;
  }
};

int main() {
  nn::Exercise exercise("6.2");
  return exercise.verdict([&] {
    const Machine server{1.5e12, 5e13, 1e10, 1e-4};
    exercise.expect("n x n products pay from n =", 1005, server.pays_from(), 0.5);
    exercise.expect("microseconds of 784 x 300, batch 32", 208.26,
                    1e6 * server.gpu_seconds(32, 300, 784), 0.3);
    exercise.expect("microseconds of 64 x 2048, batch 8192",
                    1e6 * (1e-4 + 4 * (8192. * 64 + 64 * 2048. + 8192. * 2048) / 1e10 +
                           2 * 8192. * 2048 * 64 / 5e13),
                    1e6 * server.gpu_seconds(8192, 2048, 64), 0.3);
  });
}
