// The engine for NVIDIA's GPUs: the same loops as kernels, products by cuBLAS. CUDA 12 and later.
#define NN_ENGINE cuda

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <thrust/execution_policy.h>

#include <stdexcept>
#include <string>

#include "common/device/engine.hpp"

namespace nn {
namespace device {
namespace cuda {

// Kernels are queued one after the other without waiting for each.
constexpr auto on_device = thrust::cuda::par_nosync;

class Blas {
 public:
  Blas() { require(cublasCreate(&handle_)); }
  ~Blas() { cublasDestroy(handle_); }
  Blas(const Blas&) = delete;
  Blas& operator=(const Blas&) = delete;

  void gemm(bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const Real* A,
            std::size_t lda, const Real* B, std::size_t ldb, Real beta, Real* C, std::size_t ldc) {
    const int M = int(m), N = int(n), K = int(k), LA = int(lda), LB = int(ldb), LC = int(ldc);
    const Real one = 1;
    const cublasOperation_t a = ta ? CUBLAS_OP_T : CUBLAS_OP_N, b = tb ? CUBLAS_OP_T : CUBLAS_OP_N;
#ifdef NN_FLOAT32
    require(cublasSgemm(handle_, a, b, M, N, K, &one, A, LA, B, LB, &beta, C, LC));
#else
    require(cublasDgemm(handle_, a, b, M, N, K, &one, A, LA, B, LB, &beta, C, LC));
#endif
  }
  void gemv(std::size_t m, std::size_t n, const Real* A, std::size_t lda, const Real* x, Real* y) {
    const int M = int(m), N = int(n), LA = int(lda);
    const Real one = 1, zero = 0;
#ifdef NN_FLOAT32
    require(cublasSgemv(handle_, CUBLAS_OP_N, M, N, &one, A, LA, x, 1, &zero, y, 1));
#else
    require(cublasDgemv(handle_, CUBLAS_OP_N, M, N, &one, A, LA, x, 1, &zero, y, 1));
#endif
  }

 private:
  static void require(cublasStatus_t status) {
    if (status != CUBLAS_STATUS_SUCCESS)
      throw std::runtime_error(std::string("cuBLAS: ") + cublasGetStatusString(status));
  }
  cublasHandle_t handle_ = nullptr;
};

}  // namespace cuda
}  // namespace device
}  // namespace nn

#include "common/device/engine_parts.hpp"

namespace nn {
namespace device {

std::unique_ptr<Engine> make_cuda_engine(const Plan& plan, std::string& why_not) {
  int count = 0, current = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess || count == 0) {
    why_not = error != cudaSuccess ? cudaGetErrorString(error) : "no CUDA device";
    return nullptr;
  }
  cudaDeviceProp properties;
  cudaGetDevice(&current);
  cudaGetDeviceProperties(&properties, current);
  return std::make_unique<cuda::EngineOnDevice>(plan, properties.name);
}

}  // namespace device
}  // namespace nn
