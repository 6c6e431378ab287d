#include "common/data/standardizer.hpp"

#include <cmath>

#include "common/base/checks.hpp"

namespace nn {

Standardizer::Standardizer(RowVector mean, RowVector scale)
    : mean_(std::move(mean)), scale_(std::move(scale)) {
  require_shape("Standardizer", "scale", scale_, 1, mean_.n_elem);
  require_finite("Standardizer", "mean", mean_);
  require_finite("Standardizer", "scale", scale_);
  if (mean_.is_empty() || scale_.min() <= 0)
    throw Error("Standardizer: every scale must be more than 0, of at least one column");
}

Standardizer& Standardizer::fit(const Matrix& X) {
  if (X.n_cols == 0) throw Error("Standardizer: X has no columns");
  if (X.n_rows < 2)
    throw Error(text("Standardizer: X has %s, a standard deviation needs at least 2",
                     X.n_rows == 0 ? "0 rows" : "1 row"));
  require_finite("Standardizer", "X", X);
  RowVector mean = arma::min(X), scale(X.n_cols, arma::fill::ones);
  const RowVector highest = arma::max(X);
  const auto n = static_cast<double>(X.n_rows);
  for (std::size_t j = 0; j < X.n_cols; ++j) {
    if (mean[j] == highest[j]) continue;  // constant: no rounding in the mean, nothing to divide by
    const ColVector x = X.col(j);
    double sum = 0.0, squares = 0.0;  // in double also where Real is float
    for (const double value : x) sum += value;
    for (const double value : x) squares += (value - sum / n) * (value - sum / n);
    const double lowest = mean[j];
    mean[j] = static_cast<Real>(sum / n);
    scale[j] = static_cast<Real>(std::sqrt(squares / n));
    if (!std::isfinite(mean[j]) || !std::isfinite(scale[j]) || scale[j] == 0)
      throw Error(
          text("Standardizer: column %zu runs from %g to %g, which is beyond the range of "
               "the arithmetic",
               j, lowest, static_cast<double>(highest[j])));
  }
  mean_ = std::move(mean);
  scale_ = std::move(scale);
  return *this;
}

Matrix Standardizer::transform(const Matrix& X) const {
  if (mean_.is_empty()) throw Error("Standardizer: transform before fit");
  require_columns("Standardizer", "X", X, mean_.n_elem);
  Matrix Z = X.each_row() - mean_;
  Z.each_row() /= scale_;
  return Z;
}

Matrix Standardizer::inverse(const Matrix& Z) const {
  if (mean_.is_empty()) throw Error("Standardizer: inverse before fit");
  require_columns("Standardizer", "Z", Z, mean_.n_elem);
  Matrix X = Z.each_row() % scale_;
  X.each_row() += mean_;
  return X;
}

}  // namespace nn
