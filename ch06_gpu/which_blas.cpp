// Which BLAS multiplies the matrices of these programs, and how near it comes to the processor's peak.
//
// Notes:  003 GPU ("신경망 모델을 학습하려면 GPU를 사용해야 속도가 빠르다"): first, what the CPU does
// Run:    ./book run ch06/which_blas
// Expect: OpenBLAS at 60 to 95 % of the peak of as many cores as it has threads, if it knows the
//         processor; a new one that it takes for an older (the line "kernel") gets 40 %
// Try:    OPENBLAS_NUM_THREADS=1 ./book run ch06/which_blas; OPENBLAS_CORETYPE=SkylakeX (or Nehalem)
#include "ch06_gpu/machine.hpp"
#include "common/backend/gpu.hpp"
#include "common/backend/nvblas.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

namespace {

// One product of two n x n matrices of `Number`, by whatever BLAS stands in front; operations a second.
template <class Number>
double product_flops(int n, int threads) {
  nn::set_blas_threads(threads);
  const arma::Mat<Number> A(n, n, arma::fill::ones), B(n, n, arma::fill::ones);
  arma::Mat<Number> C(n, n);
  return 2.0 * n * n * n / fastest([&] { C = A * B; });
}

}  // namespace

int main(int argc, char** argv) {
  nn::Program program("Which BLAS am I using, and how near is it to the core's peak?");
  // ---- knobs -----------------------------------------------------------------------------------
  int n = 512;
  program.knob("n", n, "rows and columns of the product", 1, 20000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. who is there: asked of the running program, not of the installation
    const nn::BlasInfo blas = nn::blas_in_use();
    const nn::Gpus gpus = nn::find_gpus();
    const std::string nvblas = nn::find_nvblas().string();
    std::printf("BLAS      %s\n", blas.name.c_str());
    std::printf("file      %s\n", blas.library.empty() ? "-" : blas.library.c_str());
    std::printf("kernel    %s\n", blas.kernel.empty() ? "it does not say" : blas.kernel.c_str());
    std::printf("threads   %d of %u processors\n", blas.threads,
                std::thread::hardware_concurrency());
#ifdef __FMA__
    const char* fused = ", fused multiply-add";
#else
    const char* fused = "";
#endif
    std::printf("registers %zu bits as compiled here%s\n", 8 * nn::vector_bytes, fused);
    for (const std::string& name : gpus.names) std::printf("GPU       %s\n", name.c_str());
    if (gpus.names.empty()) std::printf("GPU       none: %s\n", gpus.why_none.c_str());
    std::printf("NVBLAS    %s\n\n", nvblas.empty() ? "not installed" : nvblas.c_str());

    // 2. the product, and the peak that no program exceeds
    std::printf("threads   numbers   peak GFLOP/s   product %d x %d GFLOP/s   share\n", n, n);
    nn::Matrix gflops(2, 2, arma::fill::zeros);  // one thread: float32, float64 x peak, product
    const auto row = [&](const char* type, int threads, double peak, double product) {
      std::printf("%7d   %s %14.1f %23.1f %9.0f %%\n", threads, type, peak / 1e9, product / 1e9,
                  100 * product / peak);
      return product / peak;
    };
    double share = 0.0;
    for (int threads : blas.threads > 1 ? std::vector{1, blas.threads} : std::vector{1}) {
      const double peak32 = peak_flops<float>(threads), peak64 = peak_flops<double>(threads);
      const double flops32 = product_flops<float>(n, threads),
                   flops64 = product_flops<double>(n, threads);
      const double share32 = row("float32", threads, peak32, flops32);
      row("float64", threads, peak64, flops64);
      if (threads > 1) continue;
      share = share32;
      gflops =
          nn::Matrix{{static_cast<nn::Real>(peak32 / 1e9), static_cast<nn::Real>(flops32 / 1e9)},
                     {static_cast<nn::Real>(peak64 / 1e9), static_cast<nn::Real>(flops64 / 1e9)}};
    }
    if (share > 1)
      std::printf(
          "More than the peak: this program was compiled for narrower registers than the BLAS\n"
          "uses; ./book builds for the processor at hand.\n");

    // 3. result
    program.result("share_of_peak", share);
    nn::Figure figure({.title = "One thread", .y_label = "GFLOP/s", .legend = "top right"});
    figure.bars({"float32", "float64"}, gflops, {"peak", "product by " + blas.name});
    program.save(figure, "peak");
  });
}
