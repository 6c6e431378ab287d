// Does a product pay on a GPU that its matrices must first be carried to? A model of two lines, and the
// measurement that it is held against.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "ch06_gpu/machine.hpp"
#include "common/backend/gpu.hpp"
#include "common/backend/nvblas.hpp"

// The model: a call, A and B over the bus, the product, C back. No two of these at the same time.
struct Constants {
  double cpu = 0.0, gpu = 0.0;  // operations a second
  double bus = 0.0;             // bytes a second
  double call = 0.0;            // seconds
  double cpu_seconds(const Product& p) const { return p.operations() / cpu; }
  double gpu_seconds(const Product& p) const {
    return call + p.bytes() / bus + p.operations() / gpu;
  }
  // Where H = 1 / (1/m + 1/n + 1/k) is larger, the GPU pays, but for the call: 2mnk = H bytes / 2.
  double pays_from_H() const { return 2 / (bus * (1 / cpu - 1 / gpu)); }
  // The smallest n x n product that pays; 0 for none up to 100,000.
  int pays_from_n() const {
    for (int n = 1; n <= 100000; ++n)
      if (const Product p{1.0 * n, 1.0 * n, 1.0 * n}; gpu_seconds(p) < cpu_seconds(p)) return n;
    return 0;
  }
  std::string prediction() const {
    if (pays_from_n() == 0) return "the GPU does not pay";
    return nn::text("n x n products pay from n = %d, layers from H = %.1f", pays_from_n(),
                    pays_from_H());
  }
};

// The CPU's product of 512 x 512; the GPU's part where there is one: measured without NVBLAS, so
// that its products can be predicted. A GPU that cannot be used is struck off the list.
inline Constants measured_constants(nn::Gpus& gpus) {
  Constants machine;
  const nn::Matrix ones(512, 512, arma::fill::ones);
  nn::Matrix C;
  machine.cpu = 2 * std::pow(512.0, 3) / fastest([&] { nn::cpu_product(ones, ones, C); }, 0.5);
  if (gpus.names.empty()) return machine;
  try {
    const nn::GpuSpeed gpu = nn::measure_gpu();
    machine.gpu = gpu.flops;
    machine.bus = 3 / (2 / gpu.to_device + 1 / gpu.from_device);  // two matrices there, one back
    machine.call = gpu.overhead;
  } catch (const nn::Error& error) {
    gpus = {.names = {}, .why_none = error.what()};
  }
  return machine;
}

struct Layer {
  const char* network;
  int inputs, outputs;
};
inline const std::vector<Layer> layers = {{"LeNet-300-100", 784, 300},
                                          {"", 300, 100},
                                          {"Keras's mnist_mlp", 784, 512},
                                          {"", 512, 512},
                                          {"", 512, 10},
                                          {"Transformer, base", 512, 2048},
                                          {"Transformer, large", 1024, 4096}};

// A product measured: by the CPU's BLAS, and by NVBLAS where its trace says that the GPU did it.
struct Measured {
  double cpu = 0.0, gpu = 0.0;  // seconds; 0: not measured
};
inline Measured measure(int m, int n, int k) {
  const nn::Matrix A(m, k, arma::fill::ones), B(k, n, arma::fill::ones);
  nn::Matrix C(m, n);
  Measured seconds;
  seconds.cpu = fastest([&] { nn::cpu_product(A, B, C); }, 0.05);
  if (const auto before = nn::blas_trace()) {
    seconds.gpu = fastest([&] { C = A * B; }, 0.05);
    const auto after = nn::blas_trace();
    if (after->cpu.products > before->cpu.products) seconds.gpu = 0;  // it stayed on the CPU
  }
  return seconds;
}

// "predicted  measured" of both sides in milliseconds, and the predicted factor.
inline std::string row(const Constants& machine, const Product& p, const Measured& seen) {
  const auto ms = [](double seconds) {
    return seconds > 0 ? nn::text("%.3f", 1e3 * seconds) : std::string("-");
  };
  const double cpu = machine.cpu_seconds(p), gpu = machine.gpu_seconds(p);
  return nn::text("%17.3f %9s %19.3f %9s %18.2f", 1e3 * cpu, ms(seen.cpu).c_str(), 1e3 * gpu,
                  ms(seen.gpu).c_str(), cpu / gpu);
}
