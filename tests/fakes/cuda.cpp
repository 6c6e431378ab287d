// Stand-ins for NVIDIA's driver (libcuda.so.1) and cuBLAS, with the "device" in ordinary memory: what
// common/backend/gpu.cpp asks of them, and nothing else. FAKE_CUDA_INIT is the code that cuInit
// returns, FAKE_CUDA_DEVICES how many devices there are, FAKE_CUBLAS_WRONG makes products wrong. The
// signatures are compared with the toolkit's headers in cuda_signatures.cpp.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace {
int number(const char* variable, int otherwise) {
  const char* value = std::getenv(variable);
  return value ? std::atoi(value) : otherwise;
}
char context, handle;
}  // namespace

extern "C" {

int cuInit(unsigned) { return number("FAKE_CUDA_INIT", 0); }
int cuDeviceGetCount(int* count) { return *count = number("FAKE_CUDA_DEVICES", 1), 0; }
int cuDeviceGet(int* device, int ordinal) { return *device = ordinal, 0; }
int cuDeviceGetName(char* name, int size, int device) {
  std::snprintf(name, static_cast<std::size_t>(size), "Fake GPU %d", device);
  return 0;
}
int cuDevicePrimaryCtxRetain(void** made, int) { return *made = &context, 0; }
int cuDevicePrimaryCtxRelease_v2(int) { return 0; }
int cuCtxSetCurrent(void* current) { return current == &context ? 0 : 201; }
int cuCtxSynchronize() { return 0; }
int cuMemAlloc_v2(unsigned long long* memory, std::size_t bytes) {
  *memory = reinterpret_cast<unsigned long long>(std::malloc(bytes));
  return 0;
}
int cuMemFree_v2(unsigned long long memory) {
  std::free(reinterpret_cast<void*>(memory));
  return 0;
}
int cuMemcpyHtoD_v2(unsigned long long to, const void* from, std::size_t bytes) {
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return 0;
}
int cuMemcpyDtoH_v2(void* to, unsigned long long from, std::size_t bytes) {
  std::memcpy(to, reinterpret_cast<void*>(from), bytes);
  return 0;
}

int cublasCreate_v2(void** made) { return *made = &handle, 0; }
int cublasDestroy_v2(void*) { return 0; }
int cublasSgemm_v2(void* used, int ta, int tb, int m, int n, int k, const float* alpha,
                   const float* A, int lda, const float* B, int ldb, const float* beta, float* C,
                   int ldc) {
  if (used != &handle || ta != 0 || tb != 0) return 7;
  for (int corner : {0, 1}) {  // the first number and the last one: nobody looks at the others
    const int i = corner * (m - 1), j = corner * (n - 1);
    float sum = static_cast<float>(number("FAKE_CUBLAS_WRONG", 0));
    for (int l = 0; l < k; ++l) sum += A[i + l * lda] * B[l + j * ldb];
    C[i + j * ldc] = *alpha * sum + *beta * C[i + j * ldc];
  }
  return 0;
}

}  // extern "C"
