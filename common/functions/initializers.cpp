#include "common/functions/initializers.hpp"

#include <algorithm>
#include <cmath>

// Compiled with -ffp-contract=off, like random.cpp: the same weights on every machine.
namespace nn {

namespace {

// By the inverse of the distribution function: one uniform number for each draw, none thrown away.
Matrix truncated_matrix(std::size_t rows, std::size_t columns, double mean, double stddev,
                        Rng& rng) {
  constexpr double below_minus_2 = 0.022750131948179207;  // Φ(-2)
  Matrix M(rows, columns, arma::fill::none);
  for (Real& value : M) {
    const double p = below_minus_2 + (1.0 - 2.0 * below_minus_2) * rng.uniform();
    value = static_cast<Real>(mean + stddev * normal_quantile(p));
  }
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

double variance(double factor, Fans fans, std::size_t fan_in, std::size_t fan_out) {
  return factor / static_cast<double>(
                      std::max<std::size_t>(1, fans == Fans::in ? fan_in : fan_in + fan_out));
}

void require_stddev(const char* who, double stddev) {
  if (!(stddev >= 0.0))
    throw Error(text("%s: stddev is %g, expected a number of at least 0", who, stddev));
}

using Size = std::size_t;

}  // namespace

Initializer constant(double value) {
  return {"constant",
          [value](Size rows, Size columns, Size, Size, Rng&) {
            return Matrix(rows, columns, arma::fill::value(static_cast<Real>(value)));
          },
          {value}};
}

Initializer uniform(double low, double high) {
  if (!(low <= high)) throw Error(text("uniform: low is %g, above high, which is %g", low, high));
  return {"random_uniform",
          [=](Size rows, Size columns, Size, Size, Rng& rng) {
            return rng.uniform_matrix(rows, columns, low, high);
          },
          {low, high}};
}

Initializer normal(double mean, double stddev) {
  require_stddev("normal", stddev);
  return {"random_normal",
          [=](Size rows, Size columns, Size, Size, Rng& rng) {
            return rng.normal_matrix(rows, columns, mean, stddev);
          },
          {mean, stddev}};
}

Initializer truncated_normal(double mean, double stddev) {
  require_stddev("truncated_normal", stddev);
  return {"truncated_normal",
          [=](Size rows, Size columns, Size, Size, Rng& rng) {
            return truncated_matrix(rows, columns, mean, stddev, rng);
          },
          {mean, stddev}};
}

Initializer orthogonal(double gain) {
  return {"orthogonal",
          [=](Size rows, Size columns, Size, Size, Rng& rng) {
            return orthogonal_matrix(rows, columns, gain, rng);
          },
          {gain}};
}

Initializer scaled_uniform(const char* name, double factor, Fans fans) {
  return {name, [=](Size rows, Size columns, Size fan_in, Size fan_out, Rng& rng) {
            const double r = std::sqrt(3.0 * variance(factor, fans, fan_in, fan_out));
            return rng.uniform_matrix(rows, columns, -r,
                                      r);  // r = sqrt(6 / (m_l + m_(l+1)))  (notes 003)
          }};
}

Initializer scaled_normal(const char* name, double factor, Fans fans) {
  return {name, [=](Size rows, Size columns, Size fan_in, Size fan_out, Rng& rng) {
            constexpr double left = 0.87962566103423978;  // of stddev 1, cut off at +-2
            const double stddev = std::sqrt(variance(factor, fans, fan_in, fan_out)) / left;
            return truncated_matrix(rows, columns, 0.0, stddev, rng);
          }};
}

}  // namespace nn
