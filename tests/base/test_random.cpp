// The generator against numbers computed elsewhere (golden/random_numbers.py), and the
// distributions against their definitions.
#include "common/base/random.hpp"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "tests/helpers.hpp"

using boost::test_tools::tolerance;
using nn::Indices, nn::Matrix, nn::Real, nn::Rng;

namespace {

// A generator whose next() is x: the second word s decides it, x = rotl(5 s, 7) * 9 modulo 2^64.
Rng rng_giving(std::uint64_t x) {
  constexpr std::uint64_t ninth = 0x8e38e38e38e38e39;  // 9 inverted
  constexpr std::uint64_t fifth = 0xcccccccccccccccd;  // 5 inverted
  const std::uint64_t product = x * ninth;
  Rng rng;
  rng.set_state({1, ((product >> 7) | (product << 57)) * fifth, 2, 3});
  return rng;
}
constexpr std::uint64_t all_ones = std::numeric_limits<std::uint64_t>::max();

// Pearson's chi-squared statistic of counts that should all be equal.
double chi_squared(const std::vector<int>& counts) {
  const double expected =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double sum = 0.0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

}  // namespace

// ---- The engine --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(first_numbers_of_a_seed) {
  const std::map<std::uint64_t, std::array<std::uint64_t, 4>> golden{
      {42,
       {1546998764402558742u, 6990951692964543102u, 12544586762248559009u, 17057574109182124193u}},
      {0,
       {11091344671253066420u, 13793997310169335082u, 1900383378846508768u, 7684712102626143532u}}};
  for (const auto& [seed, numbers] : golden) {
    Rng rng(seed);
    for (const std::uint64_t number : numbers) BOOST_TEST(rng.next() == number);
  }
  BOOST_TEST(Rng().next() == 1546998764402558742u);  // 42 is the default
}

BOOST_AUTO_TEST_CASE(engine_is_xoshiro256_star_star) {
  Rng rng;
  rng.set_state({1, 2, 3, 4});
  for (const std::uint64_t number : {11520u, 0u, 1509978240u}) BOOST_TEST(rng.next() == number);
  for (const std::uint64_t number :
       {1215971899390074240u, 1216172134540287360u, 607988272756665600u, 16172922978634559625u,
        8476171486693032832u, 10595114339597558777u, 2904607092377533576u})
    BOOST_TEST(rng.next() == number);
  Rng far(42);
  for (int i = 0; i < 1'000'000; ++i) far.next();
  BOOST_TEST(far.next() == 0xd54e2a37b20bde45u);
}

BOOST_AUTO_TEST_CASE(state_is_saved_and_restored) {
  Rng rng(7);
  rng.normal();
  const Rng::State state = rng.state();
  const double a = rng.normal(), b = rng.uniform();
  Rng other(8);
  other.set_state(state);
  BOOST_TEST(other.normal() == a);
  BOOST_TEST(other.uniform() == b);
  BOOST_TEST(refusal([&] {
               other.set_state({0, 0, 0, 0});
             }) == "Rng::set_state: all words are 0, from which only 0 would follow");
}

BOOST_AUTO_TEST_CASE(split_streams_do_not_disturb_each_other) {
  Rng a(3), b(3);
  Rng from_a = a.split();
  b.split();
  for (int i = 0; i < 100; ++i) from_a.next();
  BOOST_TEST(a.next() == b.next());

  // Ten streams of one parent share no number, and two of them are uncorrelated.
  Rng parent(4);
  std::set<std::uint64_t> seen;
  for (int stream = 0; stream < 10; ++stream) {
    Rng child = parent.split();
    for (int i = 0; i < 1000; ++i) seen.insert(child.next());
  }
  BOOST_TEST(seen.size() == 10000u);
  Rng left = parent.split(), right = parent.split();
  double product = 0.0;
  for (int i = 0; i < 100'000; ++i) product += left.normal() * right.normal();
  BOOST_TEST(std::abs(product) < 4.0 * std::sqrt(100'000.0));  // 4 standard deviations
}

// ---- Uniform -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(first_uniforms_of_a_seed) {
  Rng a(42), b(0);
  for (const double number :
       {0x1.5780b2e0c2ec0p-4, 0x1.84136619b444ep-2, 0x1.5c2ea66473c93p-1, 0x1.d9715a8e0766cp-1})
    BOOST_TEST(a.uniform() == number);
  for (const double number :
       {0x1.33d8be6d96ebep-1, 0x1.7edc3ef092ac8p-1, 0x1.a5f849d4933e0p-4, 0x1.aa9653c498b4ap-2})
    BOOST_TEST(b.uniform() == number);
}

BOOST_AUTO_TEST_CASE(uniform_reaches_its_lower_bound_and_never_the_upper) {
  BOOST_TEST(rng_giving(0).uniform() == 0.0);
  BOOST_TEST(rng_giving(all_ones).uniform() == 1.0 - 0x1.0p-53);
  BOOST_TEST(rng_giving(0).uniform(-3.0, 5.0) == -3.0);
  BOOST_TEST(rng_giving(all_ones).uniform(1.0, 2.0) == 2.0 - 0x1.0p-52);  // unguarded: 2
  for (const auto& [low, high] : std::vector<std::pair<double, double>>{
           {0.0, 1.0}, {1.0, 2.0}, {-1.0, 0.0}, {-0.7, 0.1}, {100.0, 101.0}, {-2.0, -1.0}}) {
    const Matrix lowest = rng_giving(0).uniform_matrix(1, 1, low, high);
    const Matrix largest = rng_giving(all_ones).uniform_matrix(1, 1, low, high);
    BOOST_TEST(lowest(0, 0) == static_cast<Real>(low));
    BOOST_TEST(largest(0, 0) < static_cast<Real>(high));
    BOOST_TEST(largest(0, 0) > static_cast<Real>(high) - Real(1e-4));
  }
  Rng rng;
  BOOST_TEST(rng.uniform(3.0, 3.0) == 3.0);
}

BOOST_AUTO_TEST_CASE(uniform_is_flat) {
  Rng rng(1);
  std::vector<int> counts(100);
  for (int i = 0; i < 1'000'000; ++i) ++counts[static_cast<std::size_t>(rng.uniform() * 100.0)];
  BOOST_TEST(chi_squared(counts) < 161.0);  // 99 degrees of freedom: exceeded once in 10,000 seeds
  BOOST_TEST(chi_squared(counts) > 53.0);
}

BOOST_AUTO_TEST_CASE(matrices_are_filled_column_after_column) {
  Rng a(5), b(5);
  const Matrix U = a.uniform_matrix(3, 2, -1.0, 1.0), N = a.normal_matrix(2, 2, 1.0, 0.5);
  for (arma::uword j = 0; j < 2; ++j)
    for (arma::uword i = 0; i < 3; ++i)
      BOOST_TEST(U(i, j) == static_cast<Real>(b.uniform(-1.0, 1.0)));
  for (arma::uword j = 0; j < 2; ++j)
    for (arma::uword i = 0; i < 2; ++i)
      BOOST_TEST(N(i, j) == static_cast<Real>(b.normal(1.0, 0.5)));
  BOOST_TEST(a.uniform_matrix(0, 3).n_cols == 3u);
}

// ---- Normal ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(quantile_agrees_with_sixty_digits) {
  std::ifstream file(NN_TEST_DATA "/golden/normal_quantile.csv");
  std::string header, line;
  std::getline(file, header);
  BOOST_REQUIRE(header == "p,z");
  int points = 0;
  while (std::getline(file, line)) {
    const double p = std::stold(line), z = std::stod(line.substr(line.find(',') + 1));
    if (p < std::numeric_limits<double>::min()) continue;  // denormal: p itself has few digits
    BOOST_TEST(nn::normal_quantile(p) == z, tolerance(1e-14));
    ++points;
  }
  BOOST_TEST(points >= 100);
  BOOST_TEST(nn::normal_quantile(0.5) == 0.0);
  BOOST_TEST(nn::normal_quantile(0.975) == 1.959963984540054, tolerance(1e-15));
}

BOOST_AUTO_TEST_CASE(quantile_refuses_what_has_none) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double p : {0.0, 1.0, -0.5, 1.5, nan})
    BOOST_TEST(refusal([&] { nn::normal_quantile(p); }) ==
               nn::text("normal_quantile: p is %g, expected more than 0 and less than 1", p));
}

BOOST_AUTO_TEST_CASE(first_normals_of_a_seed) {
  const std::map<std::uint64_t, std::array<double, 4>> golden{
      // from quantiles of sixty digits
      {42, {-1.3795477253060313, -0.3081601135037895, 0.46782019433652505, 1.4373657007633585}},
      {0, {0.2566175817187982, 0.6675015578846119, -1.2645296686661682, -0.21062723874142777}}};
  for (const auto& [seed, numbers] : golden) {
    Rng rng(seed);
    for (const double number : numbers) BOOST_TEST(rng.normal() == number, tolerance(1e-15));
  }
}

BOOST_AUTO_TEST_CASE(normal_is_finite_and_symmetric_to_the_last_bit) {
  const double largest = rng_giving(all_ones).normal(), smallest = rng_giving(0).normal();
  BOOST_TEST(largest == 8.2095361516013874, tolerance(1e-14));  // the quantile of 1 - 2^-53
  BOOST_TEST(smallest == -largest);
}

BOOST_AUTO_TEST_CASE(normal_has_its_moments) {
  Rng rng(2);
  const int n = 1'000'000;
  double sums[5] = {};
  for (int i = 0; i < n; ++i) {
    const double z = rng.normal();
    for (int power = 1; power <= 4; ++power) sums[power] += std::pow(z, power);
  }
  // 4 standard deviations of each mean: sqrt(1, 2, 15, 96) / 1000.
  BOOST_TEST(std::abs(sums[1] / n) < 0.004);
  BOOST_TEST(std::abs(sums[2] / n - 1.0) < 0.0057);
  BOOST_TEST(std::abs(sums[3] / n) < 0.0155);
  BOOST_TEST(std::abs(sums[4] / n - 3.0) < 0.0392);
  const Matrix N = rng.normal_matrix(1000, 100, -2.0, 0.1);
  BOOST_TEST(std::abs(arma::mean(arma::vectorise(arma::conv_to<arma::mat>::from(N))) + 2.0) <
             0.0013);
}

// The bits of 100,000 numbers, on a Debian 12 with g++ 12.2 and x86-64. Any compiler, library and
// processor must give the same: nothing but exactly rounded operations is in them.
BOOST_AUTO_TEST_CASE(normals_are_the_same_bits_everywhere) {
  Rng rng(42);
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a over 64-bit words
  for (int i = 0; i < 100'000; ++i) {
    const double z = rng.normal();
    std::uint64_t bits = 0;
    std::memcpy(&bits, &z, sizeof bits);
    hash = (hash ^ bits) * 1099511628211u;
  }
  BOOST_TEST(hash == 10439862888199319393u);
}

// ---- Whole numbers -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(below_is_unbiased) {
  Rng a(42), b(0);
  for (const std::size_t number : {0, 0, 5, 5, 4, 0, 4, 3, 4, 5, 1, 1})
    BOOST_TEST(a.below(6) == number);
  for (const std::size_t number : {2, 2, 4, 4, 3, 2, 2, 1, 1, 1, 4, 3})
    BOOST_TEST(b.below(6) == number);
  BOOST_TEST(a.below(1) == 0u);

  std::vector<int> counts(7);
  for (int i = 0; i < 700'000; ++i) ++counts[a.below(7)];
  BOOST_TEST(chi_squared(counts) < 27.9);  // 6 degrees of freedom, 1 in 10,000

  // Of 3 * 2^62 numbers the plain remainder would take the first third twice as often as the
  // others.
  std::vector<int> thirds(3);
  const std::size_t third = std::size_t{1} << 62;
  for (int i = 0; i < 300'000; ++i) ++thirds[a.below(3 * third) / third];
  BOOST_TEST(chi_squared(thirds) < 18.4);  // 2 degrees of freedom, 1 in 10,000
}

BOOST_AUTO_TEST_CASE(permutation_of_a_seed) {
  BOOST_TEST(
      list(Rng(42).permutation(10)) == (std::vector<arma::uword>{7, 3, 8, 9, 5, 6, 4, 1, 0, 2}),
      boost::test_tools::per_element());
  BOOST_TEST(
      list(Rng(0).permutation(10)) == (std::vector<arma::uword>{4, 2, 1, 7, 5, 6, 3, 9, 8, 0}),
      boost::test_tools::per_element());
  Indices letters{100, 101, 102, 103, 104, 105, 106, 107, 108, 109};
  Rng(42).shuffle(letters);
  BOOST_TEST(list(letters - 100) == list(Rng(42).permutation(10)),
             boost::test_tools::per_element());
  BOOST_TEST(Rng().permutation(0).is_empty());
  BOOST_TEST(Rng().permutation(1)[0] == 0u);
}

BOOST_AUTO_TEST_CASE(every_order_is_equally_likely) {
  Rng rng(6);
  std::map<std::vector<arma::uword>, int> seen;
  for (int i = 0; i < 240'000; ++i) ++seen[list(rng.permutation(4))];
  std::vector<int> counts;
  for (const auto& [order, count] : seen) counts.push_back(count);
  BOOST_TEST(counts.size() == 24u);
  BOOST_TEST(chi_squared(counts) < 56.0);  // 23 degrees of freedom, 1 in 10,000
}

BOOST_AUTO_TEST_CASE(choice_takes_different_numbers) {
  Rng rng(9);
  std::vector<int> counts(10);
  for (int i = 0; i < 10'000; ++i) {
    const std::vector<arma::uword> chosen = list(rng.choice(10, 3));
    BOOST_REQUIRE(std::set<arma::uword>(chosen.begin(), chosen.end()).size() == 3u);
    for (const arma::uword number : chosen) ++counts.at(number);
  }
  BOOST_TEST(chi_squared(counts) < 33.8);  // 9 degrees of freedom, 1 in 10,000
  BOOST_TEST(rng.choice(5, 5).n_elem == 5u);
  BOOST_TEST(rng.choice(5, 0).is_empty());
  BOOST_TEST(rng.choice(0, 0).is_empty());
}

BOOST_AUTO_TEST_CASE(impossible_requests_are_refused) {
  Rng rng;
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(refusal([&] { rng.below(0); }) == "Rng::below: n is 0, expected at least 1");
  BOOST_TEST(refusal([&] { rng.choice(3, 4); }) ==
             "Rng::choice: cannot choose 4 different numbers out of 3");
  BOOST_TEST(refusal([&] { rng.uniform(2.0, 1.0); }) ==
             "Rng::uniform: low is 2 and high is 1, expected low <= high, both finite");
  BOOST_TEST(refusal([&] { rng.uniform_matrix(2, 2, 0.0, infinity); }) ==
             "Rng::uniform_matrix: low is 0 and high is inf, expected low <= high, both finite");
  BOOST_TEST(refusal([&] { rng.normal(0.0, -1.0); }) ==
             "Rng::normal: stddev is -1, expected at least 0");
  BOOST_TEST(refusal([&] { rng.normal_matrix(2, 2, 0.0, -1.0); }) ==
             "Rng::normal_matrix: stddev is -1, expected at least 0");
}
