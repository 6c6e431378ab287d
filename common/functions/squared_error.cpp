// Squared errors: mean_j e_j^2, and the notes' E = 1/2 sum_j e_j^2, with e = y - p.
#include "common/functions/columnwise.hpp"

namespace nn {

Loss make_mean_squared_error() {
  return columnwise(
      "mean_squared_error", Loss::Target::same_shape, Over::mean,
      [](Real y, Real p) { return (p - y) * (p - y); },  // l = mean_j (p_j - y_j)^2
      [](Real y, Real p) { return 2 * (p - y); });       // dl/dp_j = 2 (p_j - y_j) / m
}

Loss make_half_sum_squared_error() {
  return columnwise(
      "half_sum_squared_error", Loss::Target::same_shape, Over::sum,
      [](Real y, Real p) { return Real(0.5) * (y - p) * (y - p); },  // E = 1/2 sum e^2
      [](Real y, Real p) { return p - y; });                         // dE/dp = -e
}

}  // namespace nn
