#include "common/kernels/fast_math.hpp"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

// The largest relative error over every 997th float, of whatever size and sign; results below the
// smallest normal number count in units of the smallest denormal one, 1e-7 for each unit.
template <class Fast, class Exact>
double worst_error(Fast fast, Exact exact) {
  double worst = 0.0;
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << 32); bits += 997) {
    const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    if (std::isnan(x)) continue;
    const float got = fast(x);
    const double expected = exact(static_cast<double>(x));
    if (std::abs(expected) > static_cast<double>(std::numeric_limits<float>::max())) {
      BOOST_REQUIRE_MESSAGE(std::isinf(got), "at " << x << " got " << got);
      continue;
    }
    const double difference = std::abs(static_cast<double>(got) - expected);
    const bool tiny = std::abs(expected) < static_cast<double>(std::numeric_limits<float>::min());
    const double error = tiny ? difference / 1.4e-45 * 1e-7 : difference / std::abs(expected);
    if (!(error <= worst)) worst = std::isnan(error) ? 1.0 : error;
  }
  return worst;
}

double exact_sigmoid(double z) {
  return z < 0 ? std::exp(z) / (1.0 + std::exp(z)) : 1.0 / (1.0 + std::exp(-z));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_float32_functions_are_as_exact_as_they_say) {
  // One unit in the last place is 0.6e-7 to 1.2e-7.
  BOOST_TEST(worst_error([](float x) { return nn::fast_exp(x); },
                         [](double x) { return std::exp(x); }) < 0.9e-7);
  BOOST_TEST(worst_error([](float x) { return nn::fast_expm1(x); },
                         [](double x) { return std::expm1(x); }) < 1.3e-7);
  BOOST_TEST(worst_error([](float x) { return nn::fast_tanh(x); },
                         [](double x) { return std::tanh(x); }) < 1.9e-7);
  BOOST_TEST(worst_error([](float x) { return nn::fast_sigmoid(x); }, exact_sigmoid) < 1.9e-7);
}

BOOST_AUTO_TEST_CASE(limits_and_nan) {
  BOOST_TEST(nn::fast_exp(-infinity) == 0.0f);
  BOOST_TEST(nn::fast_exp(infinity) == infinity);
  BOOST_TEST(nn::fast_exp(0.0f) == 1.0f);
  BOOST_TEST(nn::fast_expm1(-infinity) == -1.0f);
  BOOST_TEST(nn::fast_expm1(infinity) == infinity);
  BOOST_TEST(nn::fast_tanh(-infinity) == -1.0f);
  BOOST_TEST(nn::fast_tanh(infinity) == 1.0f);
  BOOST_TEST(nn::fast_tanh(1e-40f) == 1e-40f);
  BOOST_TEST(nn::fast_sigmoid(-infinity) == 0.0f);
  BOOST_TEST(nn::fast_sigmoid(infinity) == 1.0f);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  BOOST_TEST(std::isnan(nn::fast_exp(nan)));
  BOOST_TEST(std::isnan(nn::fast_expm1(nan)));
  BOOST_TEST(std::isnan(nn::fast_tanh(nan)));
  BOOST_TEST(std::isnan(nn::fast_sigmoid(nan)));
}

BOOST_AUTO_TEST_CASE(float64_is_the_standard_library) {
  for (const double x : {-800.0, -1.5, -1e-300, 0.0, 0.3, 2.0, 800.0}) {
    BOOST_TEST(nn::fast_exp(x) == std::exp(x));
    BOOST_TEST(nn::fast_expm1(x) == std::expm1(x));
    BOOST_TEST(nn::fast_tanh(x) == std::tanh(x));
  }
}
