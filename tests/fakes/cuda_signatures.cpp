// Compiled, never run: the functions that common/backend/gpu.cpp opens by name have these signatures
// in the CUDA toolkit's own headers. An enumeration is an int, a handle a pointer.
#include <cublas_v2.h>
#include <cuda.h>

#include <type_traits>

template <class Argument>
using Plain = std::conditional_t<
    std::is_enum_v<Argument>, int,
    std::conditional_t<
        std::is_same_v<Argument, CUcontext> || std::is_same_v<Argument, cublasHandle_t>, void*,
        std::conditional_t<std::is_same_v<Argument, CUcontext*> ||
                               std::is_same_v<Argument, cublasHandle_t*>,
                           void**, Argument>>>;
template <class Function>
struct PlainOf;
template <class Result, class... Arguments>
struct PlainOf<Result(Arguments...)> {
  using type = Plain<Result>(Plain<Arguments>...);
};
template <class Function, class Expected>
constexpr bool is = std::is_same_v<typename PlainOf<Function>::type, Expected>;

static_assert(is<decltype(cuInit), int(unsigned)>);
static_assert(is<decltype(cuDeviceGetCount), int(int*)>);
static_assert(is<decltype(cuDeviceGet), int(int*, int)>);
static_assert(is<decltype(cuDeviceGetName), int(char*, int, int)>);
static_assert(is<decltype(cuDevicePrimaryCtxRetain), int(void**, int)>);
static_assert(is<decltype(cuDevicePrimaryCtxRelease), int(int)>);
static_assert(is<decltype(cuCtxSetCurrent), int(void*)>);
static_assert(is<decltype(cuCtxSynchronize), int()>);
static_assert(is<decltype(cuMemAlloc), int(unsigned long long*, std::size_t)>);
static_assert(is<decltype(cuMemFree), int(unsigned long long)>);
static_assert(is<decltype(cuMemcpyHtoD), int(unsigned long long, const void*, std::size_t)>);
static_assert(is<decltype(cuMemcpyDtoH), int(void*, unsigned long long, std::size_t)>);
static_assert(is<decltype(cublasCreate), int(void**)>);
static_assert(is<decltype(cublasDestroy), int(void*)>);
static_assert(
    is<decltype(cublasSgemm), int(void*, int, int, int, int, int, const float*, const float*, int,
                                  const float*, int, const float*, float*, int)>);
int main() {}
