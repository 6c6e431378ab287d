#include "common/functions/activations.hpp"

#include <algorithm>
#include <cmath>

#include "common/kernels/fast_math.hpp"
#include "common/kernels/row_blocks.hpp"

namespace nn {

namespace {

constexpr Real zero = 0, one = 1, half = Real(0.5);

// Beyond +-800 the smooth functions below are at their limits in both precisions; keeping z inside
// spares the products infinity * 0. A NaN passes.
Real inside(Real z) { return z < -800 ? Real(-800) : z > 800 ? Real(800) : z; }

// h = phi(z) for every element. Two loops: only where H is Z, or where they do not overlap, may the
// compiler take several elements at once.
template <class Function>
void each(const Matrix& Z, Matrix& H, Function phi) {
  const Real* z = Z.memptr();
  Real* h = H.memptr();
  const std::size_t n = Z.n_elem;
  if (z == h)
    for (std::size_t i = 0; i < n; ++i) h[i] = phi(h[i]);
  else
    for (std::size_t i = 0; i < n; ++i) h[i] = phi(z[i]);
}

// dz = slope(s, dh) for every element; s is z or h, whichever the derivative is told from.
template <class Function>
void each(const Matrix& S, const Matrix& dH, Matrix& dZ, Function slope) {
  const Real* s = S.memptr();
  const Real* dh = dH.memptr();
  Real* dz = dZ.memptr();
  const std::size_t n = S.n_elem;
  if (dh == dz)
    for (std::size_t i = 0; i < n; ++i) dz[i] = slope(s[i], dz[i]);
  else
    for (std::size_t i = 0; i < n; ++i) dz[i] = slope(s[i], dh[i]);
}

// ---- Steps ------------------------------------------------------------------------------------

void apply_step(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return z >= 0 ? one : z < 0 ? zero : z; });
}
void apply_sign(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return z > 0 ? one : z < 0 ? -one : z == 0 ? zero : z; });
}
void back_step(const Matrix&, const Matrix&, const Matrix&, Matrix& dZ, double) { dZ.zeros(); }

// ---- S-shaped ----------------------------------------------------------------------------------

void apply_sigmoid(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return fast_sigmoid(z); });
}
void back_sigmoid(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each(H, dH, dZ, [](Real h, Real dh) { return dh * h * (one - h); });
}

void apply_hard_sigmoid(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return z <= -3 ? zero : z >= 3 ? one : z / 6 + half; });
}
void back_hard_sigmoid(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each(H, dH, dZ, [](Real h, Real dh) { return h <= 0 || h >= 1 ? zero : dh / 6; });
}

void apply_tanh(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return fast_tanh(z); });
}
void back_tanh(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each(H, dH, dZ, [](Real h, Real dh) { return dh * (one - h) * (one + h); });
}

// ---- Rectifiers -------------------------------------------------------------------------------

void apply_relu(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return z <= 0 ? zero : z; });  // not max(0, z), which may drop a NaN
}
void back_relu(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each(H, dH, dZ, [](Real h, Real dh) { return h <= 0 ? zero : dh; });
}

void apply_leaky_relu(const Matrix& Z, Matrix& H, double alpha) {
  const Real a = static_cast<Real>(alpha);
  each(Z, H, [a](Real z) { return z > 0 ? z : a * z; });
}
void back_leaky_relu(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double alpha) {
  const Real a = static_cast<Real>(alpha);
  each(H, dH, dZ, [a](Real h, Real dh) { return h > 0 ? dh : a * dh; });
}

void apply_elu(const Matrix& Z, Matrix& H, double alpha) {
  const Real a = static_cast<Real>(alpha);
  each(Z, H, [a](Real z) { return z > 0 ? z : a * fast_expm1(z); });
}
void back_elu(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double alpha) {
  const Real a = static_cast<Real>(alpha);
  each(H, dH, dZ, [a](Real h, Real dh) { return h > 0 ? dh : dh * (h + a); });  // h + a = a e^z
}

constexpr Real selu_alpha = Real(1.6732632423543772848170429916717);
constexpr Real selu_scale = Real(1.0507009873554804934193349852946);

void apply_selu(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return selu_scale * (z > 0 ? z : selu_alpha * fast_expm1(z)); });
}
void back_selu(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each(H, dH, dZ,
       [](Real h, Real dh) { return dh * (h > 0 ? selu_scale : h + selu_scale * selu_alpha); });
}

// ---- Smooth rectifiers ------------------------------------------------------------------------

constexpr double pi = 3.14159265358979323846;
const Real root_half = static_cast<Real>(std::sqrt(0.5));
const Real root_2_over_pi = static_cast<Real>(std::sqrt(2.0 / pi));

Real normal_cdf(Real z) { return half * std::erfc(-z * root_half); }
Real normal_density(Real z) { return half * root_2_over_pi * fast_exp(-half * z * z); }

void apply_gelu(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return z > 800 ? z : inside(z) * normal_cdf(z); });
}
void back_gelu(const Matrix& Z, const Matrix&, const Matrix& dH, Matrix& dZ, double) {
  each(Z, dH, dZ, [](Real z, Real dh) {
    return dh * (normal_cdf(z) + inside(z) * normal_density(inside(z)));
  });
}

// 0.5 (1 + tanh u) = sigmoid(2u), which keeps its digits where tanh u is near -1.
void apply_gelu_tanh(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) {
    const Real c = inside(z), u = root_2_over_pi * (c + Real(0.044715) * c * c * c);
    return z > 800 ? z : c * fast_sigmoid(2 * u);
  });
}
void back_gelu_tanh(const Matrix& Z, const Matrix&, const Matrix& dH, Matrix& dZ, double) {
  each(Z, dH, dZ, [](Real z, Real dh) {
    const Real c = inside(z), u = root_2_over_pi * (c + Real(0.044715) * c * c * c);
    const Real du = root_2_over_pi * (one + Real(3 * 0.044715) * c * c), s = fast_sigmoid(2 * u);
    return dh * (s + c * 2 * s * (one - s) * du);
  });
}

void apply_softplus(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return (z <= 0 ? zero : z) + std::log1p(fast_exp(z < 0 ? z : -z)); });
}
void back_softplus(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each(H, dH, dZ, [](Real h, Real dh) { return dh * -fast_expm1(-h); });  // sigmoid(z) = 1 - e^-h
}

void apply_swish(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return (z < -800 ? Real(-800) : z) * fast_sigmoid(z); });
}
void back_swish(const Matrix& Z, const Matrix&, const Matrix& dH, Matrix& dZ, double) {
  each(Z, dH, dZ, [](Real z, Real dh) {
    const Real s = fast_sigmoid(z);
    return dh * (s + inside(z) * s * (one - s));
  });
}

void apply_exponential(const Matrix& Z, Matrix& H, double) {
  each(Z, H, [](Real z) { return fast_exp(z); });
}
void back_exponential(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each(H, dH, dZ, [](Real h, Real dh) { return dh * h; });
}

// ---- Softmax ----------------------------------------------------------------------------------

// Copies a part of a column, unless it is there already: then the loops below work on it in place.
Real* copied(const Real* from, Real* to, std::size_t count) {
  if (from != to) std::copy(from, from + count, to);
  return to;
}

void apply_softmax(const Matrix& Z, Matrix& H, double) {
  each_block(Z.n_rows, [&](std::size_t first, std::size_t count) {
    RowBlock max, sum{};
    row_maxima(Z, first, count, max);
    for (std::size_t j = 0; j < Z.n_cols; ++j) {
      Real* h = copied(Z.colptr(j) + first, H.colptr(j) + first, count);
      for (std::size_t i = 0; i < count; ++i) {
        h[i] = fast_exp(below_max(h[i], max[i]));
        sum[i] += h[i];
      }
    }
    for (std::size_t i = 0; i < count; ++i) sum[i] = one / sum[i];
    for (std::size_t j = 0; j < Z.n_cols; ++j) {
      Real* h = H.colptr(j) + first;
      for (std::size_t i = 0; i < count; ++i) h[i] *= sum[i];
    }
  });
}
// dz_j = h_j (dh_j - sum_k h_k dh_k)
void back_softmax(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each_block(H.n_rows, [&](std::size_t first, std::size_t count) {
    RowBlock dot{};
    for (std::size_t j = 0; j < H.n_cols; ++j) {
      const Real* h = H.colptr(j) + first;
      const Real* dh = dH.colptr(j) + first;
      for (std::size_t i = 0; i < count; ++i) dot[i] += h[i] * dh[i];
    }
    for (std::size_t j = 0; j < H.n_cols; ++j) {
      const Real* h = H.colptr(j) + first;
      Real* dz = copied(dH.colptr(j) + first, dZ.colptr(j) + first, count);
      for (std::size_t i = 0; i < count; ++i) dz[i] = h[i] * (dz[i] - dot[i]);
    }
  });
}

void apply_log_softmax(const Matrix& Z, Matrix& H, double) {
  each_block(Z.n_rows, [&](std::size_t first, std::size_t count) {
    RowBlock max, log_sum;
    row_maxima(Z, first, count, max);
    row_log_sums(Z, first, count, max, log_sum);
    for (std::size_t j = 0; j < Z.n_cols; ++j) {
      Real* h = copied(Z.colptr(j) + first, H.colptr(j) + first, count);
      for (std::size_t i = 0; i < count; ++i) h[i] = below_max(h[i], max[i]) - log_sum[i];
    }
  });
}
// dz_j = dh_j - e^h_j sum_k dh_k
void back_log_softmax(const Matrix&, const Matrix& H, const Matrix& dH, Matrix& dZ, double) {
  each_block(H.n_rows, [&](std::size_t first, std::size_t count) {
    RowBlock sum{};
    for (std::size_t j = 0; j < H.n_cols; ++j) {
      const Real* dh = dH.colptr(j) + first;
      for (std::size_t i = 0; i < count; ++i) sum[i] += dh[i];
    }
    for (std::size_t j = 0; j < H.n_cols; ++j) {
      const Real* h = H.colptr(j) + first;
      Real* dz = copied(dH.colptr(j) + first, dZ.colptr(j) + first, count);
      for (std::size_t i = 0; i < count; ++i) dz[i] -= fast_exp(h[i]) * sum[i];
    }
  });
}

}  // namespace

// ---- By name, and with a parameter ------------------------------------------------------------

ActivationFunction activation_named(const std::string& name, double alpha) {
  if (name == "leaky_relu") return leaky_relu(alpha);
  if (name == "elu") return elu(alpha);
  if (name == "linear") return {};
  constexpr bool needs_Z = true;
  for (const ActivationFunction& function : {
           ActivationFunction{"step", 0.0, apply_step, back_step},
           ActivationFunction{"sign", 0.0, apply_sign, back_step},
           ActivationFunction{"sigmoid", 0.0, apply_sigmoid, back_sigmoid},
           ActivationFunction{"hard_sigmoid", 0.0, apply_hard_sigmoid, back_hard_sigmoid},
           ActivationFunction{"tanh", 0.0, apply_tanh, back_tanh},
           ActivationFunction{"relu", 0.0, apply_relu, back_relu},
           ActivationFunction{"selu", 0.0, apply_selu, back_selu},
           ActivationFunction{"gelu", 0.0, apply_gelu, back_gelu, needs_Z},
           ActivationFunction{"gelu_tanh", 0.0, apply_gelu_tanh, back_gelu_tanh, needs_Z},
           ActivationFunction{"softplus", 0.0, apply_softplus, back_softplus},
           ActivationFunction{"swish", 0.0, apply_swish, back_swish, needs_Z},
           ActivationFunction{"silu", 0.0, apply_swish, back_swish, needs_Z},
           ActivationFunction{"exponential", 0.0, apply_exponential, back_exponential},
           ActivationFunction{"softmax", 0.0, apply_softmax, back_softmax},
           ActivationFunction{"log_softmax", 0.0, apply_log_softmax, back_log_softmax},
       })
    if (function.name == name) return function;
  throw Error("activation_named: there is no activation function called \"" + name + "\"");
}

namespace {
void require_slope(const char* who, double alpha) {
  // Below 0, h no longer tells on which side of 0 its z was.
  if (!(alpha >= 0.0))
    throw Error(text("%s: alpha is %g, expected a number of at least 0", who, alpha));
}
}  // namespace

ActivationFunction leaky_relu(double alpha) {
  require_slope("leaky_relu", alpha);
  return {"leaky_relu", alpha, apply_leaky_relu, back_leaky_relu};
}

ActivationFunction elu(double alpha) {
  require_slope("elu", alpha);
  return {"elu", alpha, apply_elu, back_elu};
}

}  // namespace nn
