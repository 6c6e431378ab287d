// Activation functions: each a pair of loops, forward (H = φ(Z)) and backward (dZ = dH ∘ φ'(Z)).
//
// Both work in place. A program writes {.activation = nn::relu} or nn::leaky_relu(0.1). All but
// softmax and log_softmax work element by element; those two work on each row. Names and formulas
// are Keras's.
#pragma once

#include "common/base/matrix.hpp"

namespace nn {

struct ActivationFunction {
  const char* name = "linear";
  void (*forward)(Matrix& Z, double alpha) = nullptr;                     // Z becomes H = φ(Z)
  void (*backward)(const Matrix& S, Matrix& dH, double alpha) = nullptr;  // dH becomes dZ
  bool needs_Z = false;  // what backward is told from: S is H where that is enough, else Z
  double alpha = 0.0;    // the function's parameter, if it has one

  bool is_linear() const { return forward == nullptr; }
  void activate(Matrix& Z) const {
    if (forward) forward(Z, alpha);
  }
  void activate_back(const Matrix& S, Matrix& dH) const {
    if (backward) backward(S, dH, alpha);
  }

  bool operator==(const ActivationFunction&) const = default;
  Matrix operator()(const Matrix& Z) const;  // φ(Z) as a new matrix
  Matrix derivative(const Matrix& Z) const;  // φ'(Z), element by element (not for softmax)
};

extern const ActivationFunction linear;        // h = z: no activation
extern const ActivationFunction step;          // Heaviside's: 1 where z >= 0, else 0; φ' = 0
extern const ActivationFunction sign;          // -1, 0 or 1: the sign of z; φ' = 0
extern const ActivationFunction sigmoid;       // 1 / (1 + e^-z), between 0 and 1
extern const ActivationFunction hard_sigmoid;  // Keras 3's: z/6 + 1/2, between 0 and 1
extern const ActivationFunction tanh;          // between -1 and 1
extern const ActivationFunction relu;          // max(0, z); its derivative at 0 is taken as 0
extern const ActivationFunction selu;          // 1.0507 elu(1.6733) (Klambauer et al. 2017)
extern const ActivationFunction gelu;         // z Φ(z), Φ the normal CDF (Hendrycks, Gimpel 2016)
extern const ActivationFunction gelu_tanh;    // the same by tanh: Keras's gelu(approximate=True)
extern const ActivationFunction softplus;     // log(1 + e^z), a smooth ReLU
extern const ActivationFunction swish;        // z sigmoid(z) (Ramachandran et al. 2017)
extern const ActivationFunction silu;         // another name of swish
extern const ActivationFunction exponential;  // e^z, for outputs that must be positive
extern const ActivationFunction softmax;      // e^z_j / sum_k e^z_k: scores become probabilities
extern const ActivationFunction log_softmax;  // its logarithm, which does not underflow

// z where z > 0, else alpha z. The default is that of Keras's LeakyReLU layer; the notes use 0.1,
// the paper (Maas et al. 2013) 0.01. Throws Error if alpha is negative.
ActivationFunction leaky_relu(double alpha = 0.3);

// z where z > 0, else alpha (e^z - 1) (Clevert et al. 2015). Its derivative is continuous at 0 only
// for alpha = 1. Throws Error if alpha is negative.
ActivationFunction elu(double alpha = 1.0);

}  // namespace nn
