// A stand-in for libnvblas.so, so that the whole way of --blas gpu is tested where there is no GPU.
// It behaves as NVBLAS 13 does: it reads $NVBLAS_CONFIG_FILE at the first product and crashes where
// there is none, hands the product to the library of NVBLAS_CPU_BLAS_LIB, and writes the trace into
// a buffered stream. A product of 100,000 operations or more counts as one of the GPU. With
// FAKE_NVBLAS_FAILS such products "fail" as with a broken device.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace {

std::FILE* log_file = stderr;
void* cpu_library = nullptr;
bool traced = false;

void configure() {
  if (cpu_library) return;
  const char* name = std::getenv("NVBLAS_CONFIG_FILE");
  std::ifstream file(name ? name : "nvblas.conf");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string key, value;
    words >> key >> value;
    if (key == "NVBLAS_LOGFILE") log_file = std::fopen(value.c_str(), "w");
    if (key == "NVBLAS_TRACE_LOG_ENABLED") traced = true;
    if (key == "NVBLAS_CPU_BLAS_LIB") cpu_library = dlopen(value.c_str(), RTLD_NOW);
  }
  if (!cpu_library) {
    std::fprintf(stderr, "[NVBLAS] CPU Blas library need to be provided\n");
    std::abort();
  }
  std::fprintf(log_file, "[NVBLAS] Config parsed\n[NVBLAS] Using devices :0\n");
}

template <class Number>
void gemm(const char* name, const char* ta, const char* tb, const int* m, const int* n,
          const int* k, const Number* alpha, const Number* A, const int* lda, const Number* B,
          const int* ldb, const Number* beta, Number* C, const int* ldc) {
  configure();
  const bool gpu = 2.0 * *m * *n * *k >= 100000;
  if (traced)
    std::fprintf(log_file, "[NVBLAS] %s[%s]: ta=%c, tb=%c, m=%d, n=%d, k=%d\n", name,
                 gpu ? "gpu" : "cpu", *ta, *tb, *m, *n, *k);
  if (gpu && std::getenv("FAKE_NVBLAS_FAILS"))
    std::fprintf(log_file, "[NVBLAS] cublasXtSgemm failed with error=14\n");
  using Gemm = void(const char*, const char*, const int*, const int*, const int*, const Number*,
                    const Number*, const int*, const Number*, const int*, const Number*, Number*,
                    const int*, std::size_t, std::size_t);
  const std::string symbol = std::string(name) + "_";
  reinterpret_cast<Gemm*>(dlsym(cpu_library, symbol.c_str()))(ta, tb, m, n, k, alpha, A, lda, B,
                                                              ldb, beta, C, ldc, 1, 1);
}

}  // namespace

extern "C" {

void sgemm_(const char* ta, const char* tb, const int* m, const int* n, const int* k,
            const float* alpha, const float* A, const int* lda, const float* B, const int* ldb,
            const float* beta, float* C, const int* ldc) {
  gemm("sgemm", ta, tb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

void dgemm_(const char* ta, const char* tb, const int* m, const int* n, const int* k,
            const double* alpha, const double* A, const int* lda, const double* B, const int* ldb,
            const double* beta, double* C, const int* ldc) {
  gemm("dgemm", ta, tb, m, n, k, alpha, A, lda, B, ldb, beta, C, ldc);
}

}  // extern "C"
