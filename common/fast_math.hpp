// exp, expm1 and tanh for Real: the standard library's for float64, a polynomial for float32 that
// the compiler turns into vector instructions.
#pragma once

#include <cmath>

#include "common/matrix.hpp"

// Put before a loop whose iterations do not depend on each other, though it may read and write the
// same memory (H may be Z): lets the compiler use vector instructions without asking.
#if defined(__clang__)
#define NN_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define NN_INDEPENDENT _Pragma("GCC ivdep")
#else
#define NN_INDEPENDENT
#endif

namespace nn::inline NN_PRECISION {

inline double fast_exp(double x) { return std::exp(x); }
inline double fast_expm1(double x) { return std::expm1(x); }
inline double fast_tanh(double x) { return std::tanh(x); }
inline float fast_exp(float x) { return std::exp(x); }
inline float fast_expm1(float x) { return std::expm1(x); }
inline float fast_tanh(float x) { return std::tanh(x); }

// 1 / (1 + e^-z), exact to rounding on both sides: only e^-|z|, which cannot overflow, is computed.
template <class Number>
inline Number fast_sigmoid(Number z) {
  const Number e = fast_exp(z < 0 ? z : -z);
  return (z < 0 ? e : Number(1)) / (Number(1) + e);
}

}  // namespace nn::inline NN_PRECISION
