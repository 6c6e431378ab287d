// Contour lines of planes whose lines are known, and the levels chosen for them.
#include "common/plot/contour_lines.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace nn;

BOOST_AUTO_TEST_CASE(contour_lines_of_a_plane_a_circle_and_a_saddle) {
  using plotting::contour_lines;
  // V = column + 10 row: the level 0.25 crosses the lowest row of sides at column 0.25 only.
  const auto plane = contour_lines({{0, 1}, {10, 11}}, 0.25);
  BOOST_TEST_REQUIRE(plane.size() == 1u);
  BOOST_TEST_REQUIRE(plane[0].size() == 2u);
  double ends = 0.0;
  for (const auto& [column, row] : plane[0]) ends += 10 * row + column;  // both on the level
  BOOST_TEST(ends == 0.5, boost::test_tools::tolerance(1e-12));

  Grid circle(61, 61);
  for (int r = 0; r < 61; ++r)
    for (int c = 0; c < 61; ++c) circle(r, c) = std::hypot(r - 30.0, c - 30.0);
  const auto ring = contour_lines(circle, 20.5);
  BOOST_TEST_REQUIRE(ring.size() == 1u);  // one closed line
  BOOST_TEST((ring[0].front() == ring[0].back()));
  double length = 0.0;
  for (std::size_t i = 0; i < ring[0].size(); ++i) {
    const auto [column, row] = ring[0][i];
    BOOST_TEST(std::hypot(row - 30.0, column - 30.0) == 20.5, boost::test_tools::tolerance(1e-3));
    if (i) length += std::hypot(row - ring[0][i - 1][1], column - ring[0][i - 1][0]);
  }
  BOOST_TEST(length == 2 * 3.14159265 * 20.5, boost::test_tools::tolerance(2e-3));

  BOOST_TEST(contour_lines({{1, 0}, {0, 1}}, 0.4).size() == 2u);  // the centre 0.5 is high:
  BOOST_TEST(contour_lines({{1, 0}, {0, 1}}, 0.6).size() == 2u);  // two lines either way
  BOOST_TEST(contour_lines({{1, 0}, {0, 1}}, 2.0).empty());
  BOOST_TEST(contour_lines({{1, std::nan("")}, {0, 1}}, 0.5).empty());
}

BOOST_AUTO_TEST_CASE(contour_levels_are_round) {
  const std::vector<double> even = plotting::contour_levels({{-1, 1}}, false);
  const std::vector<double> expected = {-0.8, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8};
  BOOST_TEST_REQUIRE(even.size() == expected.size());
  for (std::size_t i = 0; i < even.size(); ++i) BOOST_TEST(std::abs(even[i] - expected[i]) < 1e-12);
  const std::vector<double> log = plotting::contour_levels({{-5, 1e-20, 100}}, true);
  BOOST_TEST_REQUIRE(log.size() == 12u);
  BOOST_TEST(log.front() > 1e-4);
  BOOST_TEST(log.back() < 100.0);
  BOOST_TEST(plotting::contour_levels({{2, 2}}, false).empty());
}
