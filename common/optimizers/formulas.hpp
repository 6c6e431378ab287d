// The rules of SGD and Adam for one number, said once for the loops of this library and for those
// of a GPU: plain C++17, which nvcc compiles too.
#pragma once

#include <cmath>
#include <limits>

#include "common/functions/formulas.hpp"

namespace nn {

// What an optimizer remembers of a weight whose gradient has become 0 shrinks step by step, but
// never to 0: rounding keeps it among the denormal numbers, with which processors calculate many
// times slower. So it is set to 0 there.
constexpr Real smallest_normal = std::numeric_limits<Real>::min();
NN_ON_DEVICE inline Real kept(Real x) { return std::abs(x) < smallest_normal ? Real(0) : x; }

namespace formulas {

// w+ = w + v with v = γ v - η dE/dw; Nesterov's step goes on as far as the next v will at least.
struct Momentum {
  Real eta, gamma;
  bool nesterov;
  NN_ON_DEVICE void operator()(Real& w, Real g, Real& v) const {
    const Real move = eta * g;
    v = kept(gamma * v - move);
    w += nesterov ? gamma * v - move : v;
  }
};

// m, v: means of the last gradients and of their squares; eta with the corrections for their start.
struct Adam {
  Real eta, rest_1, rest_2, epsilon;  // rest = 1 - β
  NN_ON_DEVICE void means(Real g, Real& m, Real& v) const {
    m = kept(m + rest_1 * (g - m));      // m = β1 m + (1 - β1) dE/dw
    v = kept(v + rest_2 * (g * g - v));  // v = β2 v + (1 - β2) (dE/dw)^2
  }
  NN_ON_DEVICE void move(Real& w, Real m, Real v) const {
    w -= eta * m / (std::sqrt(v) + epsilon);  // w+ = w - η m / (sqrt(v) + ε)
  }
  // η for step t: m and v start at 0, which the quotients make up for.
  static double corrected(double eta, double beta_1, double beta_2, double t) {
    return eta * std::sqrt(1.0 - std::pow(beta_2, t)) / (1.0 - std::pow(beta_1, t));
  }
};

}  // namespace formulas
}  // namespace nn
