// On a machine with an NVIDIA GPU: products with NVBLAS in front really run there, by NVBLAS's own
// trace, and are right. Exit code 77 (skipped) where there is no GPU or no NVBLAS.
#include <cstdio>

#include "common/backend/blas.hpp"
#include "common/backend/gpu.hpp"
#include "common/backend/nvblas.hpp"
#include "common/base/random.hpp"

int main(int, char** argv) {
  const nn::Gpus gpus = nn::find_gpus();
  if (gpus.names.empty() || nn::find_nvblas().empty()) {
    std::printf("skipped: %s\n", gpus.names.empty() ? gpus.why_none.c_str() : "no libnvblas here");
    return 77;
  }
  try {
    const nn::GpuBlas blas(true, argv);  // the rest happens in the second process
    int failures = 0;
    const auto check = [&](bool holds, const char* what) {
      if (holds) return;
      std::printf("failed: %s\n", what);
      ++failures;
    };
    check(nn::nvblas_in_front(), "NVBLAS is in front");
    nn::Rng rng(1);
    const nn::Matrix A = rng.normal_matrix(2048, 1500), B = rng.normal_matrix(1500, 2500);
    const nn::Matrix C = A * B, D = A.t() * A, E = A.rows(0, 7) * B;
    nn::Matrix by_cpu;
    nn::cpu_product(A, B, by_cpu);
    const double tolerance = 1500 * 10 * std::numeric_limits<nn::Real>::epsilon();
    check(arma::abs(C - by_cpu).max() < tolerance, "A * B as the CPU has it");
    nn::cpu_product(A.t(), A, by_cpu);
    check(arma::abs(D - by_cpu).max() < tolerance, "A.t() * A as the CPU has it");
    check(arma::abs(E - C.rows(0, 7)).max() < tolerance, "a few rows, as among all");
    const auto trace = nn::blas_trace();
    check(trace && trace->gpu.products > 0, "NVBLAS's trace has products on the GPU");
    check(trace && trace->failed == 0, "no product failed there");
    if (sizeof(nn::Real) == sizeof(float)) {
      const nn::GpuSpeed gpu = nn::measure_gpu();
      std::printf("%s: %.1f TFLOP/s, %.1f GB/s there, %.1f GB/s back, %.0f us a call\n",
                  gpu.name.c_str(), gpu.flops / 1e12, gpu.to_device / 1e9, gpu.from_device / 1e9,
                  gpu.overhead * 1e6);
    }
    blas.report();
    return failures == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::printf("failed: %s\n", error.what());
    return 1;
  }
}
