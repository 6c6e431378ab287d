// Hinge loss: 0 for a prediction that is right by a margin of 1, else what is missing.
#include <algorithm>

#include "common/functions/columnwise.hpp"

namespace nn {

namespace {

// Y as -1 and 1: a Y of only 0 and 1 is read as that.
struct Signs {
  bool from_0_and_1;
  explicit Signs(const Matrix& Y)
      : from_0_and_1(std::all_of(Y.begin(), Y.end(), [](Real y) { return y == 0 || y == 1; })) {}
  Real operator()(Real y) const { return from_0_and_1 ? 2 * y - 1 : y; }
};

}  // namespace

Loss make_hinge() {
  return Loss(
      "hinge", Loss::Target::same_shape,
      [](const Matrix& Y, const Matrix& P, ColVector& l) {
        columnwise_values(Y, P, Over::mean, l, [sign = Signs(Y)](Real y, Real p) {
          const Real missing = 1 - sign(y) * p;  // l = mean_j max(0, 1 - y_j p_j)
          return missing <= 0 ? Real(0) : missing;
        });
      },
      [](const Matrix& Y, const Matrix& P, Matrix& dP) {
        columnwise_gradient(Y, P, Over::mean, dP, [sign = Signs(Y)](Real y, Real p) {
          return 1 - sign(y) * p > 0 ? -sign(y) : Real(0);
        });
      });
}

}  // namespace nn
