// The data sets of the notes against the numbers in data/README.md.
#include "common/data/datasets.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

#include "common/data/csv.hpp"
#include "tests/data/idx_file.hpp"
#include "tests/helpers.hpp"

using boost::test_tools::per_element, boost::test_tools::tolerance;
using nn::Dataset, nn::Indices, nn::Real, nn::Table;

namespace {

const double rounding_error = sizeof(Real) == 8 ? 1e-14 : 1e-6;  // of a few operations on Real

}  // namespace

BOOST_AUTO_TEST_CASE(iris_is_fisher_s) {
  const Dataset iris = nn::load_iris();
  BOOST_TEST(nn::shape_text(iris.X) == "(150, 4)");
  for (arma::uword k = 0; k < 3; ++k)
    for (arma::uword i = 0; i < 50; ++i) BOOST_REQUIRE(iris.y[50 * k + i] == k);
  BOOST_TEST(iris.class_names == (std::vector<std::string>{"setosa", "versicolor", "virginica"}),
             per_element());
  // Table II of Fisher (1936): the means of the three species.
  const double means[3][4] = {
      {5.006, 3.428, 1.462, 0.246}, {5.936, 2.770, 4.260, 1.326}, {6.588, 2.974, 5.552, 2.026}};
  for (arma::uword k = 0; k < 3; ++k)
    for (arma::uword j = 0; j < 4; ++j)
      BOOST_TEST(arma::mean(iris.X.col(j).rows(50 * k, 50 * k + 49)) == Real(means[k][j]),
                 tolerance(static_cast<Real>(rounding_error)));
}

BOOST_AUTO_TEST_CASE(digits_are_sixteenths) {
  const Dataset digits = nn::load_digits();
  BOOST_TEST(nn::shape_text(digits.X) == "(1797, 64)");
  BOOST_TEST(digits.X.min() == 0);
  BOOST_TEST(digits.X.max() == 1);
  BOOST_TEST(digits.X(0, 2) == Real(5) / 16);
  const std::vector<arma::uword> counts{178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
  for (arma::uword k = 0; k < 10; ++k)
    BOOST_TEST(arma::uvec(arma::find(digits.y == k)).n_elem == counts[k]);
  BOOST_TEST(digits.feature_names[63] == "p77");
  BOOST_TEST(digits.class_names[9] == "9");
}

BOOST_AUTO_TEST_CASE(infert_has_its_matched_sets) {
  const Table infert = Table::read("infert.csv");
  BOOST_TEST(infert.rows() == 248u);
  BOOST_TEST(arma::accu(infert.numbers("case")) == 83);
  std::vector<std::string> education{"0-5yrs", "6-11yrs", "12+ yrs"};
  const Indices codes = infert.classes("education", education);
  BOOST_TEST(arma::uvec(arma::find(codes == 2)).n_elem == 116u);
  std::map<double, int> sets;
  for (const Real stratum : infert.numbers("stratum")) ++sets[stratum];
  BOOST_TEST(sets.size() == 83u);
}

BOOST_AUTO_TEST_CASE(fashion_mnist_refuses_its_lookalikes) {
  const TemporaryFolder folder;
  const Environment data("NN_DATA", folder.path.string());
  const auto write = [&](const std::string& stem, std::uint32_t n, std::uint32_t side,
                         const std::string& labels) {
    folder.write(stem + "-images-idx3-ubyte.gz",
                 gzip(idx({n, side, side}, std::string(n * side * side, 1))));
    folder.write(stem + "-labels.idx1-ubyte", idx({n}, labels));  // as some copies are named
  };
  write("t10k", 1, 1, "x");
  write("train", 100, 28, std::string(100, 0));
  const std::string here = folder.path.string();
  BOOST_TEST(nn::have_fashion_mnist());
  BOOST_TEST(refusal([] { nn::load_fashion_mnist(); }) ==
             here +
                 "/train-images-idx3-ubyte.gz holds 100 items of shape (28, 28), expected 60000 of "
                 "(28, 28)");
  write("train", 60000, 28, std::string(60000, 3));
  BOOST_TEST(refusal([] { nn::load_fashion_mnist(); }) ==
             here +
                 "/train-labels.idx1-ubyte is not Fashion-MNIST: label 0 occurs 0 times, expected "
                 "6000");
}
