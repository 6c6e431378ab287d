#include "common/base/random.hpp"

#include <cmath>
#include <numeric>

// Compiled with -ffp-contract=off: a fused multiply-add would round differently on other machines.
namespace nn {

namespace {

std::uint64_t splitmix64(std::uint64_t& x) {
  std::uint64_t z = (x += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// Natural logarithm from +, *, / alone: libraries differ in the last bit of std::log, these
// operations do not. x = m 2^e with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh((m-1)/(m+1)).
double portable_log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // exact; m in [1/2, 1)
  if (m < 0.70710678118654752) {
    m *= 2.0;
    --exponent;
  }
  const double s = (m - 1.0) / (m + 1.0), s2 = s * s;
  double series = 0.0;
  for (int k = 23; k >= 1; k -= 2) series = series * s2 + 1.0 / k;
  return exponent * 0.69314718055994531 + 2.0 * s * series;
}

double polynomial(const std::array<double, 8>& c, double x) {
  double sum = 0.0;
  for (int i = 7; i >= 0; --i) sum = sum * x + c[static_cast<std::size_t>(i)];
  return sum;
}

}  // namespace

double normal_quantile(double p) {
  if (!(p > 0.0 && p < 1.0))
    throw Error(text("normal_quantile: p is %g, expected more than 0 and less than 1", p));
  static constexpr std::array<double, 8> a{3.3871328727963666080e0,  1.3314166789178437745e+2,
                                           1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                           4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                           3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr std::array<double, 8> b{1.0,
                                           4.2313330701600911252e+1,
                                           6.8718700749205790830e+2,
                                           5.3941960214247511077e+3,
                                           2.1213794301586595867e+4,
                                           3.9307895800092710610e+4,
                                           2.8729085735721942674e+4,
                                           5.2264952788528545610e+3};
  static constexpr std::array<double, 8> c{1.42343711074968357734e0,  4.63033784615654529590e0,
                                           5.76949722146069140550e0,  3.64784832476320460504e0,
                                           1.27045825245236838258e0,  2.41780725177450611770e-1,
                                           2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr std::array<double, 8> d{1.0,
                                           2.05319162663775882187e0,
                                           1.67638483018380384940e0,
                                           6.89767334985100004550e-1,
                                           1.48103976427480074590e-1,
                                           1.51986665636164571966e-2,
                                           5.47593808499534494600e-4,
                                           1.05075007164441684324e-9};
  static constexpr std::array<double, 8> e{6.65790464350110377720e0,  5.46378491116411436990e0,
                                           1.78482653991729133580e0,  2.96560571828504891230e-1,
                                           2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                           2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr std::array<double, 8> f{1.0,
                                           5.99832206555887937690e-1,
                                           1.36929880922735805310e-1,
                                           1.48753612908506148525e-2,
                                           7.86869131145613259100e-4,
                                           1.84631831751005468180e-5,
                                           1.42151175831644588870e-7,
                                           2.04426310338993978564e-15};

  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double r = std::sqrt(-portable_log(q < 0.0 ? p : 1.0 - p));
  const double tail = r <= 5.0 ? polynomial(c, r - 1.6) / polynomial(d, r - 1.6)
                               : polynomial(e, r - 5.0) / polynomial(f, r - 5.0);
  return q < 0.0 ? -tail : tail;
}

namespace {

// Rounding may lift low + (high - low) u to `high`: uniform(1, 2) with u = 1 - 2^-53 is 2.
template <class Number>
Number below_high(Number value, Number low, Number high) {
  return value < high ? value : std::nextafter(high, low);
}

void require_range(const char* who, double low, double high) {
  if (!(low <= high && std::isfinite(high - low)))
    throw Error(
        text("%s: low is %g and high is %g, expected low <= high, both finite", who, low, high));
}

void require_stddev(const char* who, double stddev) {
  if (!(stddev >= 0.0)) throw Error(text("%s: stddev is %g, expected at least 0", who, stddev));
}

}  // namespace

Rng::Rng(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix64(seed);
}

double Rng::uniform(double low, double high) {
  require_range("Rng::uniform", low, high);
  return below_high(low + (high - low) * uniform(), low, high);
}

double Rng::normal(double mean, double stddev) {
  require_stddev("Rng::normal", stddev);
  // 52 bits: k + 1/2 with 53 would not fit into a double, and the largest k would give p = 1.
  const double p = (static_cast<double>(next() >> 12) + 0.5) * 0x1.0p-52;
  return mean + stddev * normal_quantile(p);
}

std::size_t Rng::below(std::size_t n) {
  if (n == 0) throw Error("Rng::below: n is 0, expected at least 1");
  const std::uint64_t limit = n, threshold = (0 - limit) % limit;  // 2^64 mod n
  for (;;) {
    const std::uint64_t x = next();
    if (x >= threshold) return static_cast<std::size_t>(x % limit);
  }
}

Matrix Rng::uniform_matrix(std::size_t rows, std::size_t columns, double low, double high) {
  require_range("Rng::uniform_matrix", low, high);
  Matrix M(rows, columns, arma::fill::none);
  const Real lowest = static_cast<Real>(low), bound = static_cast<Real>(high);
  for (Real& value : M)  // in float32, also 1 - 2^-53 rounds to 1
    value = below_high(static_cast<Real>(low + (high - low) * uniform()), lowest, bound);
  return M;
}

Matrix Rng::normal_matrix(std::size_t rows, std::size_t columns, double mean, double stddev) {
  require_stddev("Rng::normal_matrix", stddev);
  Matrix M(rows, columns, arma::fill::none);
  for (Real& value : M) value = static_cast<Real>(normal(mean, stddev));
  return M;
}

void Rng::shuffle(Indices& values) {
  for (std::size_t i = values.n_elem; i > 1; --i) std::swap(values[i - 1], values[below(i)]);
}

Indices Rng::permutation(std::size_t n) {
  Indices values(n);
  std::iota(values.begin(), values.end(), arma::uword{0});
  shuffle(values);
  return values;
}

Indices Rng::choice(std::size_t n, std::size_t k) {
  if (k > n) throw Error(text("Rng::choice: cannot choose %zu different numbers out of %zu", k, n));
  Indices values = permutation(n);
  values.resize(k);  // keeps the first k; head() would refer to nothing where n is 0
  return values;
}

Rng Rng::split() { return Rng(next()); }

void Rng::set_state(const State& state) {
  if (state == State{})
    throw Error("Rng::set_state: all words are 0, from which only 0 would follow");
  state_ = state;
}

Rng& global_rng() {
  static Rng rng;
  return rng;
}

void set_seed(std::uint64_t seed) { global_rng() = Rng(seed); }

}  // namespace nn
