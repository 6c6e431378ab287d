// The formulas of activation functions and losses, one number or one sample at a time.
//
// They are said here once, for the loops of this library and for those of a GPU: plain C++17, which
// nvcc compiles too. An activation function is φ(z) with its chain rule dz = dh φ'(z), where φ' is
// told from h = φ(z) or, with needs_Z, from z. Names and formulas are Keras 3's; all are stable on
// the whole range of numbers: no overflow, the limit at +-infinity, and a NaN stays a NaN.
#pragma once

#include <cmath>
#include <cstddef>

#include "common/base/real.hpp"
#include "common/kernels/fast_math.hpp"

#ifdef __CUDACC__
#define NN_ON_DEVICE __host__ __device__
#else
#define NN_ON_DEVICE
#endif

namespace nn {
namespace formulas {

struct FromH {
  static constexpr bool needs_Z = false;
};
struct FromZ {
  static constexpr bool needs_Z = true;
};

struct Step : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) { return z >= 0 ? 1 : z < 0 ? 0 : z; }
  NN_ON_DEVICE static Real chain(Real, Real, Real) { return 0; }
};

struct Sign : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) { return z > 0 ? 1 : z < 0 ? -1 : z == 0 ? 0 : z; }
  NN_ON_DEVICE static Real chain(Real, Real, Real) { return 0; }
};

struct Sigmoid : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) {
    return fast_sigmoid(z);  // h = 1 / (1 + e^-z)  (notes 003, sigmoid)
  }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real) {
    return dh * h * (1 - h);  // φ'(z) = h (1 - h)
  }
};

struct HardSigmoid : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) {
    return z <= -3 ? Real(0) : z >= 3 ? Real(1) : z / 6 + Real(0.5);
  }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real) { return h <= 0 || h >= 1 ? 0 : dh / 6; }
};

struct Tanh : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) { return fast_tanh(z); }  // (notes 003, tanh)
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real) {
    return dh * (1 - h) * (1 + h);  // φ'(z) = 1 - h^2
  }
};

struct Relu : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) {
    return z <= 0 ? 0 : z;  // h = max(0, z)  (notes 003, ReLU); not by max, so that a NaN stays
  }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real) { return h <= 0 ? 0 : dh; }
};

struct LeakyRelu : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real alpha) {
    return z > 0 ? z : alpha * z;  // h = max(0.1 z, z)  (notes 003, leaky ReLU: alpha = 0.1)
  }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real alpha) { return h > 0 ? dh : alpha * dh; }
};

struct Elu : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real alpha) {
    return z > 0 ? z : alpha * fast_expm1(z);  // h = z or α (e^z - 1)  (notes 003, ELU)
  }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real alpha) {
    return h > 0 ? dh : dh * (h + alpha);  // α e^z = h + α
  }
};

struct Selu : FromH {
  static constexpr Real alpha = Real(1.6732632423543772848170429916717);
  static constexpr Real scale = Real(1.0507009873554804934193349852946);
  NN_ON_DEVICE static Real phi(Real z, Real) { return scale * (z > 0 ? z : alpha * fast_expm1(z)); }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real) {
    return dh * (h > 0 ? scale : h + scale * alpha);
  }
};

// Beyond +-800 the smooth functions below are at their limits in both precisions; keeping z inside
// spares the products infinity * 0. A NaN passes.
NN_ON_DEVICE inline Real inside(Real z) { return z < -800 ? -800 : z > 800 ? 800 : z; }
constexpr Real root_half = Real(0.70710678118654752440);
constexpr Real root_2_over_pi = Real(0.79788456080286535588);

struct Gelu : FromZ {
  NN_ON_DEVICE static Real cdf(Real z) { return Real(0.5) * std::erfc(-z * root_half); }
  NN_ON_DEVICE static Real density(Real z) {
    return Real(0.5) * root_2_over_pi * fast_exp(Real(-0.5) * z * z);
  }
  NN_ON_DEVICE static Real phi(Real z, Real) { return z > 800 ? z : inside(z) * cdf(z); }
  NN_ON_DEVICE static Real chain(Real z, Real dh, Real) {
    return dh * (cdf(z) + inside(z) * density(inside(z)));
  }
};

// 0.5 (1 + tanh u) = sigmoid(2u), which keeps its digits where tanh u is near -1.
struct GeluTanh : FromZ {
  NN_ON_DEVICE static Real u(Real c) { return root_2_over_pi * (c + Real(0.044715) * c * c * c); }
  NN_ON_DEVICE static Real phi(Real z, Real) {
    return z > 800 ? z : inside(z) * fast_sigmoid(2 * u(inside(z)));
  }
  NN_ON_DEVICE static Real chain(Real z, Real dh, Real) {
    const Real c = inside(z), s = fast_sigmoid(2 * u(c));
    const Real du = root_2_over_pi * (1 + Real(3 * 0.044715) * c * c);
    return dh * (s + c * 2 * s * (1 - s) * du);
  }
};

struct Softplus : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) {
    return (z <= 0 ? 0 : z) + std::log1p(fast_exp(z < 0 ? z : -z));
  }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real) {
    return dh * -fast_expm1(-h);  // sigmoid(z) = 1 - e^-h
  }
};

struct Swish : FromZ {
  NN_ON_DEVICE static Real phi(Real z, Real) { return (z < -800 ? -800 : z) * fast_sigmoid(z); }
  NN_ON_DEVICE static Real chain(Real z, Real dh, Real) {
    const Real s = fast_sigmoid(z);
    return dh * (s + inside(z) * s * (1 - s));
  }
};

struct Exponential : FromH {
  NN_ON_DEVICE static Real phi(Real z, Real) { return fast_exp(z); }
  NN_ON_DEVICE static Real chain(Real h, Real dh, Real) { return dh * h; }
};

// ---- A whole sample: m numbers, `stride` apart ----------------------------------------------------

// z - max, and 0 for the maximum itself: that also gives the limits where the maximum is infinite.
NN_ON_DEVICE inline Real below_max(Real z, Real max) { return z == max ? 0 : z - max; }

NN_ON_DEVICE inline Real largest(const Real* z, std::size_t m, std::size_t stride) {
  Real max = z[0];
  for (std::size_t j = 1; j < m; ++j) max = z[j * stride] > max ? z[j * stride] : max;
  return max;
}

// log sum_j e^(z_j - max): then log softmax(z)_j = below_max(z_j, max) - log_sum.
NN_ON_DEVICE inline Real log_sum_exp(const Real* z, Real max, std::size_t m, std::size_t stride) {
  Real sum = 0;
  for (std::size_t j = 0; j < m; ++j) sum += fast_exp(below_max(z[j * stride], max));
  return std::log(sum);
}

// h_j = e^z_j / sum_k e^z_k  (notes 003, softmax), in place. Without -max the same quotient, but e^z would overflow.
NN_ON_DEVICE inline void softmax(Real* z, std::size_t m, std::size_t stride) {
  const Real max = largest(z, m, stride);
  Real sum = 0;
  for (std::size_t j = 0; j < m; ++j)
    sum += z[j * stride] = fast_exp(below_max(z[j * stride], max));
  for (std::size_t j = 0; j < m; ++j) z[j * stride] *= 1 / sum;
}
// dz_j = h_j (dh_j - sum_k h_k dh_k), in place.
NN_ON_DEVICE inline void softmax_chain(const Real* h, Real* dh, std::size_t m, std::size_t stride) {
  Real dot = 0;
  for (std::size_t j = 0; j < m; ++j) dot += h[j * stride] * dh[j * stride];
  for (std::size_t j = 0; j < m; ++j) dh[j * stride] = h[j * stride] * (dh[j * stride] - dot);
}

NN_ON_DEVICE inline void log_softmax(Real* z, std::size_t m, std::size_t stride) {
  const Real max = largest(z, m, stride), log_sum = log_sum_exp(z, max, m, stride);
  for (std::size_t j = 0; j < m; ++j) z[j * stride] = below_max(z[j * stride], max) - log_sum;
}
// dz_j = dh_j - e^h_j sum_k dh_k, in place.
NN_ON_DEVICE inline void log_softmax_chain(const Real* h, Real* dh, std::size_t m,
                                           std::size_t stride) {
  Real sum = 0;
  for (std::size_t j = 0; j < m; ++j) sum += dh[j * stride];
  for (std::size_t j = 0; j < m; ++j) dh[j * stride] -= fast_exp(h[j * stride]) * sum;
}

// Keras's limits for a probability, so that no loss is infinite.
constexpr Real smallest_probability = Real(1e-7);
NN_ON_DEVICE inline Real clipped(Real p, Real low, Real high) {
  return p < low ? low : p > high ? high : p;
}
NN_ON_DEVICE inline Real probability(Real p) {
  return clipped(p, smallest_probability, 1 - smallest_probability);
}

// E = -sum_j y_j log q_j  (notes 003, cross entropy), q = h / sum h.
NN_ON_DEVICE inline Real cross_entropy(const Real* y, const Real* h, std::size_t m,
                                       std::size_t stride) {
  Real sum = 0, l = 0;
  for (std::size_t j = 0; j < m; ++j) sum += h[j * stride];
  for (std::size_t j = 0; j < m; ++j)
    if (y[j * stride] != 0) l -= y[j * stride] * std::log(probability(h[j * stride] / sum));
  return l;
}
// Its derivative with respect to z, where h = softmax(z): dz_j = h_j sum_k y_k - y_j, which is
// h_j - y_j for a distribution y.
NN_ON_DEVICE inline void cross_entropy_from_softmax(const Real* y, const Real* h, Real* dz,
                                                    std::size_t m, std::size_t stride) {
  Real sum = 0;
  for (std::size_t j = 0; j < m; ++j) sum += y[j * stride];
  for (std::size_t j = 0; j < m; ++j) dz[j * stride] = sum * h[j * stride] - y[j * stride];
}

}  // namespace formulas
}  // namespace nn
