// What this machine can do at most, measured by loops of our own: operations and bytes a second.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "common/backend/blas.hpp"
#include "common/kernels/vector_register.hpp"

// Seconds of the fastest run of `work`, repeated for at least `seconds` and at least three times. On a
// machine that others use too, the fastest run is the one that was disturbed least.
inline double fastest(const std::function<void()>& work, double seconds = 0.15) {
  double best = 1e300, total = 0.0;
  for (int i = 0; i < 3 || (total < seconds && i < 10000); ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count());
    total += taken.count();
  }
  return best;
}

// A vector register full of numbers; + and * of it are one instruction, a * b + c too where the
// processor has a fused multiply-add.
template <class Number>
struct Register {
  typedef Number Type __attribute__((vector_size(nn::vector_bytes)));
};

// Multiplies and adds in registers alone, in twelve chains that do not wait for each other: as many
// operations a second as one core has. Returns how many were done.
template <class Number>
double multiply_and_add(int rounds, volatile Number& sink) {
  using Vector = typename Register<Number>::Type;
  constexpr int chains = 12;
  Vector sum[chains], factor = Vector{} + Number(0.5);
  for (int c = 0; c < chains; ++c) sum[c] = Vector{} + Number(c);
  for (int round = 0; round < rounds; ++round)
    for (int c = 0; c < chains; ++c) sum[c] = sum[c] * factor + factor;
  for (int c = 1; c < chains; ++c) sum[0] += sum[c];
  sink = sum[0][0];  // a result that nobody reads would not be computed at all
  return 2.0 * chains * (sizeof(Vector) / sizeof(Number)) * rounds;
}

// Operations a second of `threads` threads at once, each with the loop above.
template <class Number>
double peak_flops(int threads) {
  double operations = 0.0;
  const auto work = [&](int id) {
    volatile Number sink = 0;
    const double done = multiply_and_add<Number>(400000, sink);
    if (id == 0) operations = done;
  };
  const double seconds = fastest([&] {
    std::vector<std::thread> others;
    for (int id = 1; id < threads; ++id) others.emplace_back(work, id);
    work(0);
    for (std::thread& other : others) other.join();
  });
  return threads * operations / seconds;
}

// Bytes a second that `threads` threads read from memory: 64 MB each, far more than the caches hold.
inline double memory_bandwidth(int threads) {
  constexpr std::size_t numbers = 16'000'000;
  std::vector<float> data(numbers * static_cast<std::size_t>(threads), 1.0f);
  const auto work = [&](int id) {
    using Vector = Register<float>::Type;
    constexpr std::size_t lanes = sizeof(Vector) / sizeof(float);
    const float* from = data.data() + numbers * static_cast<std::size_t>(id);
    Vector sum[8] = {};
    for (std::size_t i = 0; i + 8 * lanes <= numbers; i += 8 * lanes)
      for (std::size_t c = 0; c < 8; ++c) {
        Vector next;
        __builtin_memcpy(&next, from + i + c * lanes, sizeof next);
        sum[c] += next;
      }
    for (std::size_t c = 1; c < 8; ++c) sum[0] += sum[c];
    volatile float sink = sum[0][0];
    (void)sink;
  };
  const double seconds = fastest([&] {
    std::vector<std::thread> others;
    for (int id = 1; id < threads; ++id) others.emplace_back(work, id);
    work(0);
    for (std::thread& other : others) other.join();
  });
  return static_cast<double>(data.size() * sizeof(float)) / seconds;
}

// Operations of C = AB, A (m x k), B (k x n), and the bytes that must at least be moved: A and B once
// in, C once out.
struct Product {
  double m, n, k;
  double operations() const { return 2 * m * n * k; }
  double bytes() const { return sizeof(nn::Real) * (m * k + k * n + m * n); }
  double H() const {
    return 1 / (1 / m + 1 / n + 1 / k);
  }  // operations() = H bytes() / 2 in float32
};
