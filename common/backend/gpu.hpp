// The GPUs of this machine, through NVIDIA's driver. Nothing is linked: the driver's library is
// opened when it is asked for, so that the same program runs where there is none.
#pragma once

#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

struct Gpus {
  std::vector<std::string> names = {};  // one a device
  std::string why_none = "";            // why there is none: "no NVIDIA driver (…)"
};

// Asks the driver. CUDA_VISIBLE_DEVICES hides devices, as for every program.
Gpus find_gpus();

// What decides whether a product pays on the GPU, measured on the first device.
struct GpuSpeed {
  std::string name = "";
  double to_device = 0.0;    // bytes a second from ordinary memory to the device
  double from_device = 0.0;  // and back
  double flops = 0.0;        // float32 operations a second of a large product there (cuBLAS)
  double overhead = 0.0;     // seconds for a product of one number with all its transfers
};

// Measures them with the driver and cuBLAS: a product of size x size matrices and their transfers
// (4096: 64 MiB each), the best of several. Throws Error with the reason where that is impossible,
// and where the product is wrong.
GpuSpeed measure_gpu(int size = 4096);

}  // namespace nn
