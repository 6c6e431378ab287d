// One-hot rows and back.
#include "common/data/one_hot.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/helpers.hpp"

using boost::test_tools::per_element;
using nn::Indices, nn::Matrix, nn::Real;

BOOST_AUTO_TEST_CASE(one_hot_and_back) {
  const Indices classes{2, 0, 1, 2};
  const Matrix Y = nn::one_hot(classes);
  BOOST_TEST(
      arma::approx_equal(Y, Matrix{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, "absdiff", 0));
  BOOST_TEST(list(nn::argmax_rows(Y)) == list(classes), per_element());
  BOOST_TEST(nn::one_hot(classes, 5).n_cols == 5u);
  BOOST_TEST(nn::shape_text(nn::one_hot(Indices{0})) == "(1, 1)");
  BOOST_TEST(refusal([&] { nn::one_hot(classes, 2); }) ==
             "one_hot: row 0 is class 2, expected 0 ... 1 (n_classes is 2)");
  BOOST_TEST(refusal([] { nn::one_hot(Indices{}); }) == "one_hot: there are no classes to encode");
  BOOST_TEST(refusal([] {
               nn::one_hot(Indices{0, arma::uword(-1)});
             }) ==
             "one_hot: the largest class is 18446744073709551615, expected numbers from 0 without "
             "gaps; give n_classes if that is meant");
}

BOOST_AUTO_TEST_CASE(argmax_takes_the_first_of_equals) {
  const Real infinity = std::numeric_limits<Real>::infinity();
  const Matrix P{{1, 3, 3}, {0, 0, 0}, {-1, -2, -1}, {-infinity, 5, infinity}};
  BOOST_TEST(list(nn::argmax_rows(P)) == (std::vector<arma::uword>{1, 0, 0, 2}), per_element());
  BOOST_TEST(nn::argmax_rows(Matrix(0, 3)).is_empty());
  BOOST_TEST(refusal([] { nn::argmax_rows(Matrix(3, 0)); }) == "argmax_rows: P has no columns");
  Matrix bad(2, 2, arma::fill::zeros);
  for (const arma::uword column : {0, 1}) {
    bad.zeros();
    bad(1, column) = std::numeric_limits<Real>::quiet_NaN();
    BOOST_TEST(refusal([&] { nn::argmax_rows(bad); }) ==
               nn::text("argmax_rows: P(1, %d) is nan", static_cast<int>(column)));
  }
}
