// Binary cross-entropy: each column is a yes-or-no question of its own, p the probability of yes.
//
//   l = mean_j -y_j log p_j - (1 - y_j) log(1 - p_j)        dl/dp = (p - y) / (p (1 - p))
//
// (notes 003, logistic cost, where the minus before the first term is missing).
//
// With p = sigmoid(z), dp/dz = p (1 - p), and the quotient is gone: dl/dz = p - y.
#include <cmath>

#include "common/functions/columnwise.hpp"
#include "common/functions/formulas.hpp"

namespace nn {

namespace {
Real product(Real a, Real b) { return a == 0 ? 0 : a * b; }  // the limit, also for an infinite b
}  // namespace

Loss make_binary_crossentropy(const CrossentropyOptions& options) {
  if (!(options.label_smoothing >= 0.0 && options.label_smoothing <= 1.0))
    throw Error(text("binary_crossentropy: label_smoothing is %g, expected 0 to 1",
                     options.label_smoothing));
  const Real keep = Real(1.0 - options.label_smoothing), add = Real(0.5 * options.label_smoothing);
  const auto truth = [=](Real y) { return keep * y + add; };
  const auto from_probability = [=](Real y, Real p) {
    const Real t = truth(y), q = formulas::probability(p);
    return -(t * std::log(q) + (1 - t) * std::log(1 - q));
  };
  const auto probability_gradient = [=](Real y, Real p) {
    return p == formulas::probability(p) ? (p - truth(y)) / (p * (1 - p)) : Real(0);
  };
  const auto from_logit = [=](Real y, Real z) {  // log(1 + e^-|z|) cannot overflow
    const Real t = truth(y), far = z < 0 ? product(t, -z) : product(1 - t, z);
    return far + std::log1p(fast_exp(z < 0 ? z : -z));
  };
  const auto logit_gradient = [=](Real y, Real z) { return fast_sigmoid(z) - truth(y); };
  constexpr auto name = "binary_crossentropy";
  constexpr auto target = Loss::Target::probabilities;
  Loss loss = options.from_logits
                  ? columnwise(name, target, Over::mean, from_logit, logit_gradient)
                  : columnwise(name, target, Over::mean, from_probability, probability_gradient);
  if (!options.from_logits)
    loss.join("sigmoid", [=](const Matrix& Y, const Matrix& H, Matrix& dZ) {
      columnwise_gradient(Y, H, Over::mean, dZ, [=](Real y, Real h) { return h - truth(y); });
    });
  loss.options = {options.from_logits ? 1.0 : 0.0, options.label_smoothing};
  return loss;
}

}  // namespace nn
