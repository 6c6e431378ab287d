// The Standardizer against its definition and R.
#include "common/data/standardizer.hpp"

#include <boost/test/unit_test.hpp>

#include "common/data/csv.hpp"
#include "tests/helpers.hpp"

using boost::test_tools::tolerance;
using nn::ColVector, nn::Matrix, nn::Real, nn::RowVector, nn::Standardizer, nn::Table;

namespace {

const double rounding_error = sizeof(Real) == 8 ? 1e-14 : 1e-6;  // of a few operations on Real

}  // namespace

BOOST_AUTO_TEST_CASE(standardizer_by_hand) {
  const Matrix X{{1, 10}, {2, 20}, {3, 60}};
  Standardizer standardizer;
  const Matrix Z = standardizer.fit_transform(X);
  BOOST_TEST(standardizer.mean()[1] == 30);
  BOOST_TEST(standardizer.scale()[0] == std::sqrt(Real(2) / 3), tolerance(Real(rounding_error)));
  BOOST_TEST(Z(0, 0) == -std::sqrt(Real(1.5)), tolerance(Real(rounding_error)));
  BOOST_TEST(Z(1, 0) == 0);
  BOOST_TEST(arma::approx_equal(standardizer.inverse(Z), X, "reldiff", rounding_error));
  // Other rows by the same numbers.
  BOOST_TEST(standardizer.transform(Matrix{{4, 30}})(0, 1) == 0);
  const Standardizer restored(standardizer.mean(), standardizer.scale());
  BOOST_TEST(restored.transform(X)(2, 1) == Z(2, 1));
}

BOOST_AUTO_TEST_CASE(standardizer_of_creditcard_agrees_with_r) {
  const Matrix X = Table::read("creditcard.csv")
                       .numbers({"reports", "age", "income", "expenditure", "dependents", "months",
                                 "majorcards", "active"});
  const double means[] = {0.456406, 33.213103, 3.365376, 185.057071,
                          0.993935, 55.267627, 0.817286, 6.996967};
  const double deviations[] = {1.344757, 10.138938, 1.693260, 272.115707,
                               1.247272, 66.246619, 0.386432, 6.303421};
  const Standardizer standardizer = Standardizer().fit(X);
  for (arma::uword j = 0; j < 8; ++j) {
    BOOST_TEST(std::abs(standardizer.mean()[j] - means[j]) < 1e-6 * (1 + means[j]));  // 6 decimals
    BOOST_TEST(std::abs(standardizer.scale()[j] - deviations[j]) < 1e-6 * (1 + deviations[j]));
  }
}

BOOST_AUTO_TEST_CASE(standardizer_only_centres_a_constant) {
  Matrix X(1000, 3);
  X.col(0).fill(Real(0.1));  // whose sum is not exactly 100
  X.col(1) = arma::linspace<ColVector>(-1, 1, 1000);
  X.col(2).fill(0);
  Standardizer standardizer;
  const Matrix Z = standardizer.fit_transform(X);
  BOOST_TEST(standardizer.scale()[0] == 1);
  BOOST_TEST(arma::abs(Z.col(0)).max() == 0);
  BOOST_TEST(arma::abs(Z.col(2)).max() == 0);
  BOOST_TEST(standardizer.transform(Matrix{{Real(0.6), 0, 0}})(0, 0) == Real(0.5),
             tolerance(Real(rounding_error)));
}

BOOST_AUTO_TEST_CASE(standardizer_with_a_large_offset) {  // one pass of sums of squares would fail
  Matrix X(4, 1);
  for (arma::uword i = 0; i < 4; ++i) X(i, 0) = Real(4'000'000) + Real(i);
  Standardizer standardizer;
  standardizer.fit(X);
  BOOST_TEST(standardizer.scale()[0] == std::sqrt(Real(1.25)), tolerance(Real(rounding_error)));
}

BOOST_AUTO_TEST_CASE(standardizer_refuses) {
  Standardizer standardizer;
  const Matrix X{{1, 2}, {3, 4}};
  BOOST_TEST(refusal([&] { standardizer.transform(X); }) == "Standardizer: transform before fit");
  BOOST_TEST(refusal([&] { standardizer.inverse(X); }) == "Standardizer: inverse before fit");
  BOOST_TEST(refusal([&] {
               standardizer.fit(Matrix{{1, 2}});
             }) == "Standardizer: X has 1 row, a standard deviation needs at least 2");
  BOOST_TEST(refusal([&] { standardizer.fit(Matrix(0, 2)); }) ==
             "Standardizer: X has 0 rows, a standard deviation needs at least 2");
  BOOST_TEST(refusal([&] { standardizer.fit(Matrix(3, 0)); }) == "Standardizer: X has no columns");
  Matrix bad = X;
  bad(1, 0) = std::numeric_limits<Real>::quiet_NaN();
  BOOST_TEST(refusal([&] { standardizer.fit(bad); }) ==
             "Standardizer: X(1, 0) is nan, expected finite numbers");
  const Real huge = std::numeric_limits<Real>::max();
  if (sizeof(Real) == 8)
    BOOST_TEST(
        refusal([&] {
          standardizer.fit(ColVector{-huge, huge, huge});
        }) ==
        "Standardizer: column 0 runs from -1.79769e+308 to 1.79769e+308, which is beyond the "
        "range of the arithmetic");
  BOOST_TEST(standardizer.mean().is_empty());  // a refused fit leaves nothing behind
  standardizer.fit(X);
  BOOST_TEST(refusal([&] { standardizer.transform(Matrix(2, 3)); }) ==
             "Standardizer: X has 3 columns, expected 2");
  BOOST_TEST(refusal([&] { standardizer.inverse(Matrix(2, 3)); }) ==
             "Standardizer: Z has 3 columns, expected 2");
  BOOST_TEST(refusal([] {
               Standardizer(RowVector{1, 2}, RowVector{1});
             }) == "Standardizer: scale is (1, 1), expected (1, 2)");
  BOOST_TEST(refusal([] {
               Standardizer(RowVector{1, 2}, RowVector{1, 0});
             }) == "Standardizer: every scale must be more than 0, of at least one column");
}
