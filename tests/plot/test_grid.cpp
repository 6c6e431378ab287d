// What figures take as numbers: any Armadillo object, of either precision.
#include "common/plot/grid.hpp"

#include <armadillo>
#include <boost/test/unit_test.hpp>

using nn::Grid;

namespace {
void check(const Grid& grid, const Grid& expected) {
  BOOST_TEST(grid.n_rows == expected.n_rows);
  BOOST_TEST(grid.n_cols == expected.n_cols);
  BOOST_TEST(grid.values == expected.values, boost::test_tools::per_element());
}
}  // namespace

BOOST_AUTO_TEST_CASE(any_armadillo_object_becomes_doubles) {
  const arma::mat M = {{1, 2, 3}, {4, 5, 6}};
  const Grid expected = {{1, 2, 3}, {4, 5, 6}};
  check(M, expected);
  check(arma::conv_to<arma::fmat>::from(M), expected);
  check(arma::conv_to<arma::umat>::from(M), expected);
  check(M.t(), {{1, 4}, {2, 5}, {3, 6}});             // an operation not yet carried out
  check(2.0 * M + 1.0, {{3, 5, 7}, {9, 11, 13}});     // an expression
  check(M.head_cols(2), {{1, 2}, {4, 5}});            // a view
  check(M.cols(arma::uvec{2, 0}), {{3, 1}, {6, 4}});  // columns by number
  check(M.row(1), {{4, 5, 6}});
  check(arma::vec{1, 2}, {{1}, {2}});
  check(arma::mat(), {});
  check(arma::mat(0, 2), Grid(0, 2));
}

BOOST_AUTO_TEST_CASE(a_grid_remembers_that_it_was_floats) {
  BOOST_TEST(Grid(arma::fvec{1}).float32);
  BOOST_TEST(!Grid(arma::vec{1}).float32);
  BOOST_TEST(!Grid({{1.0}}).float32);
}

BOOST_AUTO_TEST_CASE(elements_and_columns) {
  Grid grid = {{1, 2}, {3, 4}};
  grid(1, 0) = 5;
  BOOST_TEST(grid.column(0) == (std::vector<double>{1, 5}), boost::test_tools::per_element());
  BOOST_TEST(grid.column(1) == (std::vector<double>{2, 4}), boost::test_tools::per_element());
  BOOST_TEST(Grid().column(0).empty());
  BOOST_TEST(Grid().empty());
  BOOST_TEST(!grid.empty());
}

BOOST_AUTO_TEST_CASE(functions_of_either_precision_are_functions_of_the_plane) {
  const Grid XY = {{1, 2}, {3, 4}};
  const nn::PlaneFunction sum = [](const arma::mat& M) -> arma::vec { return arma::sum(M, 1); };
  const nn::PlaneFunction float_sum = [](const arma::fmat& M) { return arma::fvec(M.col(0)); };
  check(sum(XY), {{3}, {7}});
  check(float_sum(XY), {{1}, {3}});
}
