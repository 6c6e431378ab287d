// A vector register of the processor: several numbers that one instruction works on.
#pragma once

#include <cstddef>
#include <cstring>

#include "common/base/matrix.hpp"

namespace nn {

#if defined(__AVX512F__)
inline constexpr std::size_t vector_bytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t vector_bytes = 32;
#else
inline constexpr std::size_t vector_bytes = 16;
#endif
inline constexpr std::size_t vector_lanes = vector_bytes / sizeof(Real);  // numbers in a register

// g++ and clang know + and * of this type, for whatever the processor has.
typedef Real Vector __attribute__((vector_size(vector_bytes)));

inline Vector load(const Real* from) {
  Vector v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
inline void store(const Vector& v, Real* to) { std::memcpy(to, &v, sizeof v); }

}  // namespace nn
