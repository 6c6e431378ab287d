// A program as a chapter has them, for test_nvblas.cpp: two large products, one small one, one with a
// vector, and what the programs that it starts itself would find in their environment.
#include <cstdlib>

#include "common/backend/blas.hpp"
#include "common/backend/gpu.hpp"
#include "common/base/random.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Products for a test");
  bool measure = false;
  program.knob("measure", measure, "measure the GPU too");
  bool refuse = false;
  program.knob("refuse", refuse, "end with an error");
  return program.run(argc, argv, [&] {
    nn::Rng rng = program.rng();
    const nn::Matrix A = rng.normal_matrix(60, 50), B = rng.normal_matrix(50, 40);
    const nn::Matrix C = A * B, D = C.t() * A, small = A.rows(0, 4) * B.cols(0, 4);
    const nn::ColVector v = B.col(0);
    const nn::Matrix w = A * v;
    if (refuse) throw nn::Error("refused");
    nn::Matrix direct;
    nn::cpu_product(A, B, direct);
    program.result("C", arma::accu(arma::abs(C)));
    program.result("D", arma::accu(arma::abs(D)));
    program.result("small", arma::accu(arma::abs(small)) + arma::accu(arma::abs(w)));
    program.result("same", arma::approx_equal(C, direct, "absdiff", 1e-4) ? 1 : 0);
    const char* preload = std::getenv("LD_PRELOAD");
    std::printf("in front: %s, behind: %s\n", nn::blas_in_use().name.c_str(),
                nn::cpu_blas().name.c_str());
    std::printf("LD_PRELOAD: %s\n", preload ? preload : "not set");
    if (!measure) return;
    const nn::GpuSpeed gpu = nn::measure_gpu(64);
    std::printf("measured %s\n", gpu.name.c_str());
    program.result("measured", gpu.to_device > 0 && gpu.from_device > 0 && gpu.flops > 0 &&
                                       gpu.overhead > 0 && gpu.overhead < 1
                                   ? 1
                                   : 0);
  });
}
