// The engine for the CPU: Thrust's loops as plain C++ and the BLAS that the library uses. It is there
// to test the engine's arithmetic where there is no GPU, not for speed.
#include "common/device/engine.hpp"

#ifdef NN_THRUST
#define NN_ENGINE cpu
// A namespace of its own for this Thrust: the CUDA engine of the same program has another one.
#define THRUST_CUB_WRAPPED_NAMESPACE nn_cpu
#define THRUST_DEVICE_SYSTEM THRUST_DEVICE_SYSTEM_CPP

#include <thrust/execution_policy.h>

extern "C" {
void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*,
            const float*, const int*, const float*, const int*, const float*, float*, const int*);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*,
            const double*, const int*, const double*, const int*, const double*, double*,
            const int*);
void sgemv_(const char*, const int*, const int*, const float*, const float*, const int*,
            const float*, const int*, const float*, float*, const int*);
void dgemv_(const char*, const int*, const int*, const double*, const double*, const int*,
            const double*, const int*, const double*, double*, const int*);
}

namespace nn {
namespace device {
namespace thrust = ::nn_cpu::thrust;
namespace cpu {

constexpr auto on_device = thrust::device;  // THRUST_DEVICE_SYSTEM: plain loops

#ifdef NN_FLOAT32
constexpr auto gemm_routine = sgemm_;
constexpr auto gemv_routine = sgemv_;
#else
constexpr auto gemm_routine = dgemm_;
constexpr auto gemv_routine = dgemv_;
#endif

class Blas {
 public:
  // C (m x n) = op(A) op(B) + beta C, k the inner size; A is transposed where `ta` is true.
  void gemm(bool ta, bool tb, std::size_t m, std::size_t n, std::size_t k, const Real* A,
            std::size_t lda, const Real* B, std::size_t ldb, Real beta, Real* C, std::size_t ldc) {
    const int M = int(m), N = int(n), K = int(k), LA = int(lda), LB = int(ldb), LC = int(ldc);
    const Real one = 1;
    gemm_routine(ta ? "T" : "N", tb ? "T" : "N", &M, &N, &K, &one, A, &LA, B, &LB, &beta, C, &LC);
  }
  // y (m) = A x, A (m x n)
  void gemv(std::size_t m, std::size_t n, const Real* A, std::size_t lda, const Real* x, Real* y) {
    const int M = int(m), N = int(n), LA = int(lda), increment = 1;
    const Real one = 1, zero = 0;
    gemv_routine("N", &M, &N, &one, A, &LA, x, &increment, &zero, y, &increment);
  }
};

}  // namespace cpu
}  // namespace device
}  // namespace nn

#include "common/device/engine_parts.hpp"

namespace nn {
namespace device {

std::unique_ptr<Engine> make_cpu_engine(const Plan& plan, std::string&) {
  return std::make_unique<cpu::EngineOnDevice>(plan, "CPU");
}

}  // namespace device
}  // namespace nn

#else

namespace nn {
namespace device {

std::unique_ptr<Engine> make_cpu_engine(const Plan&, std::string& why_not) {
  why_not = "built without Thrust's headers (libthrust-dev, or the CUDA toolkit)";
  return nullptr;
}

}  // namespace device
}  // namespace nn

#endif
