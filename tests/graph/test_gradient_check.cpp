#include "common/graph/gradient_check.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "tests/helpers.hpp"

namespace {

constexpr bool is_float = sizeof(nn::Real) == 4;

// E = sum_ij a_ij w_ij^3 in float64 whatever Real is; dE/dw = 3 a w^2.
const nn::Matrix A{{1, -2}, {3, 0.5}, {-1, 4}};
double cubic(const nn::Matrix& W) {
  double sum = 0.0;
  for (arma::uword i = 0; i < W.n_elem; ++i)
    sum += static_cast<double>(A[i]) * std::pow(static_cast<double>(W[i]), 3);
  return sum;
}
nn::Matrix cubic_gradient(const nn::Matrix& W) { return 3 * A % W % W; }

}  // namespace

BOOST_AUTO_TEST_CASE(the_right_gradient_passes_and_weights_are_put_back) {
  nn::Matrix W{{0.5, -1.25}, {2, 0}, {-0.75, 100}};
  const nn::Matrix before = W;
  const nn::GradientCheck check =
      nn::check_gradient([&] { return cubic(W); }, W, cubic_gradient(W));
  BOOST_TEST(check.relative_error < (is_float ? 1e-4 : 1e-9));
  BOOST_TEST(arma::all(arma::vectorise(W == before)));
  BOOST_TEST(arma::size(check.numerical) == arma::size(W));
}

BOOST_AUTO_TEST_CASE(a_wrong_element_is_found_and_named) {
  nn::Matrix W{{0.5, -1.25}, {2, 0.25}, {-0.75, 1}};
  nn::Matrix dW = cubic_gradient(W);
  dW(2, 1) *= -1;  // 12 -> -12
  const nn::GradientCheck check = nn::check_gradient([&] { return cubic(W); }, W, dW);
  BOOST_TEST(check.relative_error > 0.1);
  BOOST_TEST(check.row == 2u);
  BOOST_TEST(check.column == 1u);
  BOOST_TEST(std::abs(check.expected - 12.0) < 1e-2);
  BOOST_TEST(check.got == -12.0);
  BOOST_TEST(check.str().find("worst at (2, 1): -12, by differences 1") != std::string::npos,
             check.str());
}

BOOST_AUTO_TEST_CASE(the_relative_error_is_that_of_the_norms) {
  // E = 3 w1 + 4 w2: the gradient (3, 4) has the norm 5. Against twice itself: 5 / (5 + 10).
  nn::Matrix W{{1, 2}};
  const auto E = [&] { return 3.0 * W[0] + 4.0 * W[1]; };
  BOOST_TEST(nn::check_gradient(E, W, nn::Matrix{{6, 8}}).relative_error == 1.0 / 3.0,
             boost::test_tools::tolerance(is_float ? 1e-3 : 1e-9));
  BOOST_TEST(nn::check_gradient(E, W, nn::Matrix{{-3, -4}}).relative_error == 1.0,
             boost::test_tools::tolerance(is_float ? 1e-3 : 1e-9));
  const auto nothing = [] { return 7.0; };
  BOOST_TEST(nn::check_gradient(nothing, W, nn::Matrix{{0, 0}}).relative_error == 0.0);
}

BOOST_AUTO_TEST_CASE(a_nan_does_not_pass) {
  nn::Matrix W{{1, 2}};
  const nn::Real nan = std::numeric_limits<nn::Real>::quiet_NaN();
  const nn::GradientCheck check =
      nn::check_gradient([&] { return 3.0 * W[0]; }, W, nn::Matrix{{3, nan}});
  BOOST_TEST(std::isnan(check.relative_error));
  BOOST_TEST(!(check.relative_error < 1e-6));
  BOOST_TEST(check.column == 1u);
}

BOOST_AUTO_TEST_CASE(a_given_step_is_used) {
  // (E(w + 1) - E(w - 1)) / 2 of w^3 at w = 1 is (8 - 0) / 2 = 4 instead of 3.
  nn::Matrix W{nn::Real(1)};
  const nn::Matrix dW =
      nn::numerical_gradient([&] { return static_cast<double>(W[0]) * W[0] * W[0]; }, W, 1.0);
  BOOST_TEST(dW[0] == 4.0);
}

BOOST_AUTO_TEST_CASE(a_gradient_of_another_shape_is_refused) {
  nn::Matrix W(2, 3, arma::fill::zeros);
  BOOST_TEST(refusal([&] { nn::check_gradient([] { return 0.0; }, W, nn::Matrix(3, 2)); }) ==
             "check_gradient: dW is (3, 2), expected (2, 3)");
}
