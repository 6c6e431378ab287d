#include "common/functions/initializers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nn {

// Compiled with -ffp-contract=off, like random.cpp: the same weights on every machine.

namespace {

// The standard normal distribution function at -2, and the standard deviation that is left of a
// normal distribution cut off at +-2.
constexpr double below_minus_2 = 0.022750131948179207;
constexpr double truncated_stddev = 0.87962566103423978;

// By the inverse of the distribution function: one uniform number for each draw, none thrown away.
Matrix truncated_matrix(std::size_t rows, std::size_t columns, double mean, double stddev,
                        Rng& rng) {
  Matrix M(rows, columns, arma::fill::none);
  for (Real& value : M) {
    const double p = below_minus_2 + (1.0 - 2.0 * below_minus_2) * rng.uniform();
    value = static_cast<Real>(mean + stddev * normal_quantile(p));
  }
  return M;
}

Matrix filled_matrix(std::size_t rows, std::size_t columns, double value) {
  Matrix M(rows, columns, arma::fill::none);
  M.fill(static_cast<Real>(value));
  return M;
}

// Gram-Schmidt on random columns: take from each its part along the columns before it. Once leaves
// rounding errors that grow with the number of columns, twice does not.
Matrix orthogonal_matrix(std::size_t rows, std::size_t columns, double gain, Rng& rng) {
  Matrix Q = rng.normal_matrix(std::max(rows, columns), std::min(rows, columns));
  for (arma::uword j = 0; j < Q.n_cols; ++j) {
    for (int pass = 0; pass < 2 && j > 0; ++pass) {
      const ColVector along = Q.head_cols(j).t() * Q.col(j);
      Q.col(j) -= Q.head_cols(j) * along;
    }
    Q.col(j) /= arma::norm(Q.col(j));
  }
  Q *= static_cast<Real>(gain);
  return rows < columns ? Matrix(Q.t()) : Q;
}

// An initializer that does not look at the fans.
template <class Draw>
Initializer plain(const char* name, Settings settings, Draw draw) {
  return {name,
          [draw](std::size_t rows, std::size_t columns, std::size_t, std::size_t, Rng& rng) {
            return draw(rows, columns, rng);
          },
          std::move(settings)};
}

// One whose variance depends on the fans.
using Variance = double (*)(double fan_in, double fan_out);
double glorot(double fan_in, double fan_out) { return 2.0 / std::max(1.0, fan_in + fan_out); }
double he(double fan_in, double) { return 2.0 / std::max(1.0, fan_in); }
double lecun(double fan_in, double) { return 1.0 / std::max(1.0, fan_in); }

enum class Curve { uniform, normal };

Initializer scaled(const char* name, Variance variance, Curve curve) {
  return {name, [variance, curve](std::size_t rows, std::size_t columns, std::size_t fan_in,
                                  std::size_t fan_out, Rng& rng) {
            const double v = variance(static_cast<double>(fan_in), static_cast<double>(fan_out));
            if (curve == Curve::uniform) {
              const double r = std::sqrt(3.0 * v);  // U(-r, r) has the variance r^2 / 3
              return rng.uniform_matrix(rows, columns, -r, r);
            }
            // Widened, so that the variance is right after the cut.
            return truncated_matrix(rows, columns, 0.0, std::sqrt(v) / truncated_stddev, rng);
          }};
}

void require_stddev(const char* who, double stddev) {
  if (!(stddev >= 0.0))
    throw Error(text("%s: stddev is %g, expected a number of at least 0", who, stddev));
}

}  // namespace

Initializer initializer_named(const std::string& name, const Settings& settings) {
  const auto value = [&](const char* key, double otherwise) {
    return setting(settings, key, otherwise);
  };
  if (name == "zeros")
    return plain("zeros", {},
                 [](std::size_t n, std::size_t m, Rng&) { return filled_matrix(n, m, 0.0); });
  if (name == "ones")
    return plain("ones", {},
                 [](std::size_t n, std::size_t m, Rng&) { return filled_matrix(n, m, 1.0); });
  if (name == "glorot_uniform") return scaled("glorot_uniform", glorot, Curve::uniform);
  if (name == "glorot_normal") return scaled("glorot_normal", glorot, Curve::normal);
  if (name == "he_uniform") return scaled("he_uniform", he, Curve::uniform);
  if (name == "he_normal") return scaled("he_normal", he, Curve::normal);
  if (name == "lecun_uniform") return scaled("lecun_uniform", lecun, Curve::uniform);
  if (name == "lecun_normal") return scaled("lecun_normal", lecun, Curve::normal);
  if (name == "constant") return constant(value("value", 0.0));
  if (name == "random_uniform") return uniform(value("minval", -0.05), value("maxval", 0.05));
  if (name == "random_normal") return normal(value("mean", 0.0), value("stddev", 0.05));
  if (name == "truncated_normal")
    return truncated_normal(value("mean", 0.0), value("stddev", 0.05));
  if (name == "orthogonal") return orthogonal(value("gain", 1.0));
  throw Error("initializer_named: there is no initializer called \"" + name + "\"");
}

Initializer constant(double value) {
  return plain("constant", {{"value", value}},
               [=](std::size_t n, std::size_t m, Rng&) { return filled_matrix(n, m, value); });
}

Initializer uniform(double low, double high) {
  if (!(low <= high)) throw Error(text("uniform: low is %g, above high, which is %g", low, high));
  return plain(
      "random_uniform", {{"minval", low}, {"maxval", high}},
      [=](std::size_t n, std::size_t m, Rng& rng) { return rng.uniform_matrix(n, m, low, high); });
}

Initializer normal(double mean, double stddev) {
  require_stddev("normal", stddev);
  return plain("random_normal", {{"mean", mean}, {"stddev", stddev}},
               [=](std::size_t n, std::size_t m, Rng& rng) {
                 return rng.normal_matrix(n, m, mean, stddev);
               });
}

Initializer truncated_normal(double mean, double stddev) {
  require_stddev("truncated_normal", stddev);
  return plain("truncated_normal", {{"mean", mean}, {"stddev", stddev}},
               [=](std::size_t n, std::size_t m, Rng& rng) {
                 return truncated_matrix(n, m, mean, stddev, rng);
               });
}

Initializer orthogonal(double gain) {
  return plain("orthogonal", {{"gain", gain}}, [=](std::size_t n, std::size_t m, Rng& rng) {
    return orthogonal_matrix(n, m, gain, rng);
  });
}

std::vector<InitializationAdvice> initialization_table(std::size_t inputs, std::size_t outputs) {
  const double in = static_cast<double>(inputs), both = static_cast<double>(inputs + outputs);
  const double r = std::sqrt(6.0 / both), sd = std::sqrt(2.0 / both), root_2 = std::sqrt(2.0);
  return {{"sigmoid", r, sd, 4.0 * r, 4.0 * sd},
          {"tanh", 4.0 * r, 4.0 * sd, r, sd},
          {"ReLU", root_2 * r, root_2 * sd, std::sqrt(6.0 / in), std::sqrt(2.0 / in)}};
}

}  // namespace nn
