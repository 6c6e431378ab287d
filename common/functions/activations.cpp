#include "common/functions/activations.hpp"

#include "common/functions/formulas.hpp"

namespace nn {

namespace {

// The loops of a function that works number by number; its formula is in formulas.hpp.
template <class Formula>
constexpr ActivationFunction elementwise(const char* name) {
  return {name,
          [](Matrix& Z, double alpha) {
            const Real a = static_cast<Real>(alpha);
            Real* z = Z.memptr();
            for (std::size_t i = 0, n = Z.n_elem; i < n; ++i) z[i] = Formula::phi(z[i], a);
          },
          [](const Matrix& S, Matrix& dH, double alpha) {
            const Real a = static_cast<Real>(alpha);
            const Real* s = S.memptr();
            Real* dh = dH.memptr();
            for (std::size_t i = 0, n = S.n_elem; i < n; ++i)
              dh[i] = Formula::chain(s[i], dh[i], a);
          },
          Formula::needs_Z};
}

ActivationFunction with_alpha(ActivationFunction phi, double alpha) {
  if (!(alpha >= 0.0))  // below 0, h no longer tells on which side of 0 its z was
    throw Error(text("%s: alpha is %g, expected a number of at least 0", phi.name, alpha));
  phi.alpha = alpha;
  return phi;
}

}  // namespace

Matrix ActivationFunction::operator()(const Matrix& Z) const {
  Matrix H = Z;
  activate(H);
  return H;
}

Matrix ActivationFunction::derivative(const Matrix& Z) const {
  Matrix D(arma::size(Z), arma::fill::ones);
  activate_back(needs_Z ? Z : (*this)(Z), D);
  return D;
}

constinit const ActivationFunction linear{};
constinit const ActivationFunction step = elementwise<formulas::Step>("step");
constinit const ActivationFunction sign = elementwise<formulas::Sign>("sign");
constinit const ActivationFunction sigmoid = elementwise<formulas::Sigmoid>("sigmoid");
constinit const ActivationFunction hard_sigmoid =
    elementwise<formulas::HardSigmoid>("hard_sigmoid");
constinit const ActivationFunction tanh = elementwise<formulas::Tanh>("tanh");
constinit const ActivationFunction relu = elementwise<formulas::Relu>("relu");
constinit const ActivationFunction selu = elementwise<formulas::Selu>("selu");
constinit const ActivationFunction gelu = elementwise<formulas::Gelu>("gelu");
constinit const ActivationFunction gelu_tanh = elementwise<formulas::GeluTanh>("gelu_tanh");
constinit const ActivationFunction softplus = elementwise<formulas::Softplus>("softplus");
constinit const ActivationFunction swish = elementwise<formulas::Swish>("swish");
constinit const ActivationFunction silu = elementwise<formulas::Swish>("silu");
constinit const ActivationFunction exponential = elementwise<formulas::Exponential>("exponential");

ActivationFunction leaky_relu(double alpha) {
  return with_alpha(elementwise<formulas::LeakyRelu>("leaky_relu"), alpha);
}
ActivationFunction elu(double alpha) {
  return with_alpha(elementwise<formulas::Elu>("elu"), alpha);
}

}  // namespace nn
