// Kullback-Leibler divergence (1951): how much longer messages get when p is taken for y.
#include <cmath>

#include "common/functions/columnwise.hpp"
#include "common/functions/formulas.hpp"

namespace nn {

Loss make_kl_divergence() {
  const auto kept = [](Real x) {
    return formulas::clipped(x, formulas::smallest_probability, Real(1));
  };
  Loss loss = columnwise(
      "kl_divergence", Loss::Target::same_shape, Over::sum,
      [=](Real y, Real p) { return kept(y) * std::log(kept(y) / kept(p)); },   // y log(y / p)
      [=](Real y, Real p) { return p == kept(p) ? -kept(y) / p : Real(0); });  // -y / p
  loss.along_last_axis = true;
  return loss;
}

}  // namespace nn
