// A typical wrong answer to exercise 1.7: lengths without the bias
#include <cmath>

#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

static double bound([[maybe_unused]] const nn::Matrix& X, [[maybe_unused]] const nn::ColVector& y,
                    [[maybe_unused]] const nn::Tlu& plane) {
  double R = 0.0, gamma = 1e300;
  for (std::size_t i = 0; i < X.n_rows; ++i) {
    const nn::RowVector x = X.row(i);
    R = std::max(R, arma::norm(x));
    const double s = y[i] == 1.0 ? 1.0 : -1.0;
    gamma = std::min(gamma, s * plane.weighted_sum(x) / arma::norm(plane.w));
  }
  return (R / gamma) * (R / gamma);
}

int main() {
  nn::Exercise exercise("1.7");
  return exercise.verdict([&] {
    const nn::Dataset gate = nn::gate(nn::Gate::AND);
    const nn::ColVector y = arma::conv_to<nn::ColVector>::from(gate.y);
    exercise.expect("bound for AND", 51, bound(gate.X, y, {.w = {1, 1}, .b = -1.5}), 1e-6);
    const nn::Dataset iris = nn::load_iris();
    const nn::ColVector setosa = arma::conv_to<nn::ColVector>::from(iris.y == 0);
    const nn::Tlu plane = nn::widest_margin(iris.X, setosa);
    exercise.expect("bound for setosa, four columns", 221.7839459, bound(iris.X, setosa, plane),
                    1e-4);
  });
}
