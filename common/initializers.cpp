#include "common/initializers.hpp"

#include <algorithm>
#include <cmath>

namespace nn::inline NN_PRECISION {

// Compiled with -ffp-contract=off, like random.cpp: the same weights on every machine.

namespace {

// The standard normal distribution function at -2, and the standard deviation that is left of a
// normal distribution cut off at +-2.
constexpr double below_minus_2 = 0.022750131948179207;
constexpr double truncated_stddev = 0.87962566103423978;

Matrix uniform_matrix(std::size_t rows, std::size_t columns, double limit, Rng& rng) {
  return rng.uniform_matrix(rows, columns, -limit, limit);
}

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

using Variance = double (*)(double fan_in, double fan_out);
double glorot(double fan_in, double fan_out) { return 2.0 / std::max(1.0, fan_in + fan_out); }
double he(double fan_in, double) { return 2.0 / std::max(1.0, fan_in); }
double lecun(double fan_in, double) { return 1.0 / std::max(1.0, fan_in); }

// U(-r, r) with r = sqrt(3 variance), whose variance is r^2 / 3.
Initializer scaled_uniform(const char* name, Variance variance) {
  return {name, [variance](std::size_t rows, std::size_t columns, std::size_t fan_in,
                           std::size_t fan_out, Rng& rng) {
            const double v = variance(static_cast<double>(fan_in), static_cast<double>(fan_out));
            return uniform_matrix(rows, columns, std::sqrt(3.0 * v), rng);
          }};
}

// A truncated normal distribution, widened so that its variance is right after the cut.
Initializer scaled_normal(const char* name, Variance variance) {
  return {name, [variance](std::size_t rows, std::size_t columns, std::size_t fan_in,
                           std::size_t fan_out, Rng& rng) {
            const double v = variance(static_cast<double>(fan_in), static_cast<double>(fan_out));
            return truncated_matrix(rows, columns, 0.0, std::sqrt(v) / truncated_stddev, rng);
          }};
}

Initializer filled(const char* name, double value) {
  return {name, [value](std::size_t rows, std::size_t columns, std::size_t, std::size_t, Rng&) {
            Matrix M(rows, columns, arma::fill::none);
            M.fill(static_cast<Real>(value));
            return M;
          }};
}

void require_stddev(const char* who, double stddev) {
  if (!(stddev >= 0.0))
    throw Error(text("%s: stddev is %g, expected a number of at least 0", who, stddev));
}

}  // namespace

Initializer initializer_named(const std::string& name) {
  if (name == "zeros") return filled("zeros", 0.0);
  if (name == "ones") return filled("ones", 1.0);
  if (name == "glorot_uniform") return scaled_uniform("glorot_uniform", glorot);
  if (name == "glorot_normal") return scaled_normal("glorot_normal", glorot);
  if (name == "he_uniform") return scaled_uniform("he_uniform", he);
  if (name == "he_normal") return scaled_normal("he_normal", he);
  if (name == "lecun_uniform") return scaled_uniform("lecun_uniform", lecun);
  if (name == "lecun_normal") return scaled_normal("lecun_normal", lecun);
  throw Error("initializer_named: there is no initializer called \"" + name + "\"");
}

Initializer constant(double value) { return filled("constant", value); }

Initializer uniform(double low, double high) {
  if (!(low <= high)) throw Error(text("uniform: low is %g, above high, which is %g", low, high));
  return {"random_uniform",
          [low, high](std::size_t rows, std::size_t columns, std::size_t, std::size_t, Rng& rng) {
            return rng.uniform_matrix(rows, columns, low, high);
          }};
}

Initializer normal(double mean, double stddev) {
  require_stddev("normal", stddev);
  return {"random_normal",
          [mean, stddev](std::size_t rows, std::size_t columns, std::size_t, std::size_t,
                         Rng& rng) { return rng.normal_matrix(rows, columns, mean, stddev); }};
}

Initializer truncated_normal(double mean, double stddev) {
  require_stddev("truncated_normal", stddev);
  return {"truncated_normal",
          [mean, stddev](std::size_t rows, std::size_t columns, std::size_t, std::size_t,
                         Rng& rng) { return truncated_matrix(rows, columns, mean, stddev, rng); }};
}

Initializer orthogonal(double gain) {
  return {"orthogonal",
          [gain](std::size_t rows, std::size_t columns, std::size_t, std::size_t, Rng& rng) {
            const bool wide = rows < columns;
            Matrix Q = rng.normal_matrix(std::max(rows, columns), std::min(rows, columns));
            // Gram-Schmidt: take from each column its part along the columns before it. Once leaves
            // rounding errors of the order of eps times the condition number, twice does not.
            for (arma::uword j = 0; j < Q.n_cols; ++j) {
              for (int pass = 0; pass < 2 && j > 0; ++pass) {
                const ColVector along = Q.head_cols(j).t() * Q.col(j);
                Q.col(j) -= Q.head_cols(j) * along;
              }
              Q.col(j) /= arma::norm(Q.col(j));
            }
            Q *= static_cast<Real>(gain);
            return wide ? Matrix(Q.t()) : Q;
          }};
}

std::vector<InitializationAdvice> initialization_table(std::size_t inputs, std::size_t outputs) {
  const double in = static_cast<double>(inputs), both = static_cast<double>(inputs + outputs);
  const double r = std::sqrt(6.0 / both), sd = std::sqrt(2.0 / both), root_2 = std::sqrt(2.0);
  return {{"sigmoid", r, sd, 4.0 * r, 4.0 * sd},
          {"tanh", 4.0 * r, 4.0 * sd, r, sd},
          {"ReLU", root_2 * r, root_2 * sd, std::sqrt(6.0 / in), std::sqrt(2.0 / in)}};
}

}  // namespace nn::inline NN_PRECISION
