// Toy sets against their definitions.
#include "common/data/toy.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <set>

#include "tests/helpers.hpp"

using boost::test_tools::per_element;
using nn::ColVector, nn::Dataset, nn::Matrix, nn::Real, nn::Rng;

namespace {

const double rounding_error = sizeof(Real) == 8 ? 1e-14 : 1e-6;  // of a few operations on Real

}  // namespace

BOOST_AUTO_TEST_CASE(gates_have_their_truth_tables) {
  const std::map<nn::Gate, std::vector<arma::uword>> tables{{nn::Gate::AND, {0, 0, 0, 1}},
                                                            {nn::Gate::OR, {0, 1, 1, 1}},
                                                            {nn::Gate::NAND, {1, 1, 1, 0}},
                                                            {nn::Gate::NOR, {1, 0, 0, 0}},
                                                            {nn::Gate::XOR, {0, 1, 1, 0}}};
  for (const auto& [gate, outputs] : tables) {
    const Dataset data = nn::gate(gate);
    BOOST_TEST(arma::approx_equal(data.X, Matrix{{0, 0}, {0, 1}, {1, 0}, {1, 1}}, "absdiff", 0));
    BOOST_TEST(list(data.y) == outputs, per_element());
  }
}

BOOST_AUTO_TEST_CASE(toy_sets_are_balanced_and_repeatable) {
  const std::vector<std::function<Dataset(std::size_t, Rng&)>> makers{
      [](std::size_t n, Rng& rng) { return nn::two_moons(n, rng); },
      [](std::size_t n, Rng& rng) { return nn::circles(n, rng); },
      [](std::size_t n, Rng& rng) { return nn::spirals(n, rng); },
      [](std::size_t n, Rng& rng) { return nn::xor_blobs(n, rng); },
      [](std::size_t n, Rng& rng) { return nn::gaussian_blobs(n, 2, rng); }};
  for (const auto& make : makers) {
    for (const std::size_t n : {1, 2, 3, 4, 101}) {
      Rng rng(1);
      const Dataset data = make(n, rng);
      BOOST_TEST(data.X.n_rows == n);
      BOOST_TEST(data.X.n_cols == 2u);
      BOOST_TEST(data.X.is_finite());
      BOOST_TEST(data.class_names.size() == 2u);
      for (std::size_t i = 0; i < n; ++i) BOOST_REQUIRE(data.y[i] == i % 2);
    }
    Rng a(1), b(1), c(2);
    const Dataset data = make(50, a);
    BOOST_TEST(arma::approx_equal(data.X, make(50, b).X, "absdiff", 0));
    BOOST_TEST(!arma::approx_equal(data.X, make(50, c).X, "absdiff", 1e-6));
  }
}

BOOST_AUTO_TEST_CASE(toy_sets_without_noise_lie_on_their_curves) {
  Rng rng;
  const double rounding = 10 * rounding_error;
  const Dataset moons = nn::two_moons(101, rng, 0.0), circles = nn::circles(101, rng, 0.0, 0.3),
                spirals = nn::spirals(101, rng, 0.0, 2.0), blobs = nn::xor_blobs(8, rng, 0.0);
  for (arma::uword i = 0; i < 101; ++i) {
    const auto x = [&](const Dataset& data, int j) { return static_cast<double>(data.X(i, j)); };
    if (moons.y[i] == 0) {
      BOOST_TEST(std::abs(std::hypot(x(moons, 0), x(moons, 1)) - 1.0) < rounding);
      BOOST_TEST(x(moons, 1) >= -rounding);
    } else {
      BOOST_TEST(std::abs(std::hypot(x(moons, 0) - 1.0, x(moons, 1) - 0.5) - 1.0) < rounding);
      BOOST_TEST(x(moons, 1) <= 0.5 + rounding);
    }
    BOOST_TEST(std::abs(std::hypot(x(circles, 0), x(circles, 1)) -
                        (circles.y[i] == 0 ? 1.0 : 0.3)) < rounding);
    const double radius = std::hypot(x(spirals, 0), x(spirals, 1));
    const double angle =
        4.0 * std::acos(-1.0) * radius + (spirals.y[i] == 0 ? 0.0 : std::acos(-1.0));
    BOOST_TEST(std::abs(x(spirals, 0) - radius * std::cos(angle)) < 20 * rounding);
    BOOST_TEST(std::abs(x(spirals, 1) - radius * std::sin(angle)) < 20 * rounding);
  }
  BOOST_TEST(moons.X.min() >= -1.0 - rounding);  // and reach the ends of the curves
  BOOST_TEST(std::abs(moons.X.col(0).max() - 2.0) < 1e-3);
  std::set<std::pair<Real, Real>> corners;
  for (arma::uword i = 0; i < 8; ++i) {
    corners.insert({blobs.X(i, 0), blobs.X(i, 1)});
    BOOST_TEST((blobs.X(i, 0) * blobs.X(i, 1) < 0) == (blobs.y[i] == 1));
    BOOST_TEST(std::abs(blobs.X(i, 0)) == Real(0.5));
  }
  BOOST_TEST(corners.size() == 4u);
}

BOOST_AUTO_TEST_CASE(blobs_have_their_centres_and_spread) {
  Rng rng(3);
  const Dataset data = nn::gaussian_blobs(30'000, 3, rng, 0.2);
  const double centres[3][2] = {{0.0, 1.0}, {-std::sqrt(0.75), -0.5}, {std::sqrt(0.75), -0.5}};
  for (arma::uword k = 0; k < 3; ++k)
    for (arma::uword j = 0; j < 2; ++j) {
      const arma::uvec rows = arma::find(data.y == k);
      BOOST_TEST(rows.n_elem == 10'000u);
      const ColVector x = ColVector(data.X.col(j)).elem(rows);
      BOOST_TEST(std::abs(arma::mean(x) - centres[k][j]) < 4 * 0.2 / 100);  // 4 sd of the mean
      BOOST_TEST(std::abs(arma::stddev(x) - 0.2) < 4 * 0.2 / 141);
    }
}

BOOST_AUTO_TEST_CASE(toy_sets_refuse) {
  Rng rng;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(refusal([&] { nn::two_moons(0, rng); }) ==
             "two_moons: n is 0, expected at least 1 point");
  BOOST_TEST(refusal([&] { nn::two_moons(9, rng, -1.0); }) ==
             "two_moons: noise is -1, expected at least 0");
  BOOST_TEST(refusal([&] { nn::xor_blobs(9, rng, nan); }) ==
             "xor_blobs: noise is nan, expected at least 0");
  BOOST_TEST(refusal([&] { nn::circles(9, rng, 0.1, 1.0); }) ==
             "circles: inner_radius is 1, expected at least 0 and less than 1, the outer one");
  BOOST_TEST(refusal([&] { nn::spirals(9, rng, 0.1, 0.0); }) ==
             "spirals: turns is 0, expected more than 0");
  BOOST_TEST(refusal([&] { nn::gaussian_blobs(9, 0, rng); }) ==
             "gaussian_blobs: classes is 0, expected at least 1");
  BOOST_TEST(refusal([&] { nn::gaussian_blobs(9, 2, rng, -0.5); }) ==
             "gaussian_blobs: spread is -0.5, expected at least 0");
}
