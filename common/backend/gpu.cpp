#include "common/backend/gpu.hpp"

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "common/backend/nvblas.hpp"

namespace nn {

namespace {

// A shared library that stays open: the driver must not be unloaded while it may still be at work.
class Library {
 public:
  explicit Library(const std::string& file)
      : handle_(dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) {}
  bool is_open() const { return handle_ != nullptr; }
  template <class Function>
  Function* get(const char* name) const {
    void* symbol = handle_ ? dlsym(handle_, name) : nullptr;
    if (!symbol) throw Error(text("%s was not found in the library", name));
    return reinterpret_cast<Function*>(symbol);
  }

 private:
  void* handle_;
};

// Codes other than 0 are errors.
void check(const char* what, int code) {
  if (code != 0) throw Error(text("%s failed with error %d", what, code));
}

Library driver() { return Library("libcuda.so.1"); }

// cuBLAS lies beside NVBLAS, or where the loader finds it.
Library cublas() {
  const std::filesystem::path beside = find_nvblas().parent_path();
  for (const std::filesystem::path& folder : {beside, std::filesystem::path()})
    for (const char* file :
         {"libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so"})
      if (Library library((folder / file).string()); library.is_open()) return library;
  throw Error("cuBLAS (libcublas) was not found; it comes with the CUDA toolkit");
}

double fastest_of(int times, const std::function<void()>& work) {
  double fastest = 1e300;
  for (int i = 0; i < times; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    fastest = std::min(fastest, taken.count());
  }
  return fastest;
}

using DevicePointer = unsigned long long;  // the driver's CUdeviceptr

}  // namespace

Gpus find_gpus() {
  Gpus gpus;
  const Library cuda = driver();
  if (!cuda.is_open()) {
    gpus.why_none = "no NVIDIA driver here (libcuda.so.1 was not found)";
    return gpus;
  }
  try {
    if (const int code = cuda.get<int(unsigned)>("cuInit")(0); code != 0) {
      gpus.why_none = code == 100 ? "the NVIDIA driver sees no GPU"  // CUDA_ERROR_NO_DEVICE
                                  : text("the NVIDIA driver does not start (error %d)", code);
      return gpus;
    }
    int count = 0;
    check("cuDeviceGetCount", cuda.get<int(int*)>("cuDeviceGetCount")(&count));
    for (int i = 0; i < count; ++i) {
      char name[256] = "";
      int device = 0;
      check("cuDeviceGet", cuda.get<int(int*, int)>("cuDeviceGet")(&device, i));
      check("cuDeviceGetName",
            cuda.get<int(char*, int, int)>("cuDeviceGetName")(name, sizeof name, device));
      gpus.names.emplace_back(name);
    }
    if (count == 0) gpus.why_none = "the NVIDIA driver sees no GPU";
  } catch (const Error& error) {
    gpus = {.names = {}, .why_none = text("the NVIDIA driver does not answer (%s)", error.what())};
  }
  return gpus;
}

GpuSpeed measure_gpu(int n) {
  const Gpus gpus = find_gpus();
  if (gpus.names.empty()) throw Error(gpus.why_none);
  const Library cuda = driver(), blas = cublas();
  auto* copy_to = cuda.get<int(DevicePointer, const void*, std::size_t)>("cuMemcpyHtoD_v2");
  auto* copy_back = cuda.get<int(void*, DevicePointer, std::size_t)>("cuMemcpyDtoH_v2");
  auto* wait = cuda.get<int()>("cuCtxSynchronize");
  auto* sgemm = blas.get<int(void*, int, int, int, int, int, const float*, const float*, int,
                             const float*, int, const float*, float*, int)>("cublasSgemm_v2");
  auto* free_memory = cuda.get<int(DevicePointer)>("cuMemFree_v2");
  auto* release = cuda.get<int(int)>("cuDevicePrimaryCtxRelease_v2");
  auto* destroy = blas.get<int(void*)>("cublasDestroy_v2");

  int device = 0;
  void* context = nullptr;
  check("cuDeviceGet", cuda.get<int(int*, int)>("cuDeviceGet")(&device, 0));
  check("cuDevicePrimaryCtxRetain",
        cuda.get<int(void**, int)>("cuDevicePrimaryCtxRetain")(&context, device));
  check("cuCtxSetCurrent", cuda.get<int(void*)>("cuCtxSetCurrent")(context));
  const std::size_t bytes = sizeof(float) * std::size_t(n) * std::size_t(n);
  DevicePointer memory = 0;  // A, B and C, one after the other
  check("cuMemAlloc",
        cuda.get<int(DevicePointer*, std::size_t)>("cuMemAlloc_v2")(&memory, 3 * bytes));
  void* handle = nullptr;
  check("cublasCreate", blas.get<int(void**)>("cublasCreate_v2")(&handle));

  std::vector<float> host(std::size_t(n) * n, 1.0f);
  const auto at = [&](int i) { return reinterpret_cast<float*>(memory + std::size_t(i) * bytes); };
  const auto multiply = [&](int size) {
    const float one = 1.0f, zero = 0.0f;
    check("cublasSgemm",
          sgemm(handle, 0, 0, size, size, size, &one, at(0), n, at(1), n, &zero, at(2), n));
    check("cuCtxSynchronize", wait());
  };
  GpuSpeed speed;
  speed.name = gpus.names.front();
  const auto send = [&](int i, std::size_t count) {
    check("cuMemcpyHtoD", copy_to(memory + std::size_t(i) * bytes, host.data(), count));
  };
  const auto fetch = [&](std::size_t count) {
    check("cuMemcpyDtoH", copy_back(host.data(), memory + 2 * bytes, count));
  };
  send(1, bytes);
  speed.to_device = bytes / fastest_of(5, [&] {
                      send(0, bytes);
                      check("wait", wait());
                    });
  multiply(n);  // the first product also loads the kernels
  speed.flops = 2.0 * n * n * n / fastest_of(5, [&] { multiply(n); });
  speed.from_device = bytes / fastest_of(5, [&] { fetch(bytes); });
  if (host.front() != static_cast<float>(n) || host.back() != static_cast<float>(n))
    throw Error(text("%s multiplied wrongly: %g instead of %d", speed.name.c_str(),
                     static_cast<double>(host.back()), n));
  multiply(1);
  speed.overhead = fastest_of(20, [&] {
    send(0, sizeof(float));
    send(1, sizeof(float));
    multiply(1);
    fetch(sizeof(float));
  });
  destroy(handle);
  free_memory(memory);
  release(device);
  return speed;
}

}  // namespace nn
