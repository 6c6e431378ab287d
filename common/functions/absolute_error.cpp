// Losses that grow with |e|, e = p - y: a single outlier weighs less than with squares.
#include <cmath>

#include "common/functions/columnwise.hpp"
#include "common/functions/formulas.hpp"

namespace nn {

Loss make_mean_absolute_error() {
  return columnwise(
      "mean_absolute_error", Loss::Target::same_shape, Over::mean,
      [](Real y, Real p) { return std::abs(p - y); },  // l = mean_j |p_j - y_j|
      [](Real y, Real p) { return static_cast<Real>((p > y) - (p < y)); });  // the sign; 0 at p = y
}

Loss huber(double delta) {
  if (!(delta > 0.0))
    throw Error(text("huber: delta is %g, expected a number greater than 0", delta));
  const Real d = static_cast<Real>(delta);
  Loss loss = columnwise(
      "huber", Loss::Target::same_shape, Over::mean,
      [d](Real y, Real p) {
        const Real e = std::abs(p - y);
        return e <= d ? Real(0.5) * e * e : d * e - Real(0.5) * d * d;
      },
      [d](Real y, Real p) {
        return formulas::clipped(p - y, -d, d);
      });  // e, kept in -delta ... delta
  loss.options = {delta};
  return loss;
}

}  // namespace nn
