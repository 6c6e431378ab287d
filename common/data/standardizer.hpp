// Features of mean 0 and standard deviation 1.
#pragma once

#include "common/base/matrix.hpp"

namespace nn {

// (x - mean) / standard deviation of each column, by the training rows' population statistics
// (divided by n, not n - 1). A constant column is only centred.
class Standardizer {
 public:
  Standardizer() = default;
  Standardizer(RowVector mean, RowVector scale);  // as mean() and scale() of one that was saved

  Standardizer& fit(const Matrix& X);
  Matrix transform(const Matrix& X) const;
  Matrix fit_transform(const Matrix& X) { return fit(X).transform(X); }
  Matrix inverse(const Matrix& Z) const;
  const RowVector& mean() const { return mean_; }
  const RowVector& scale() const { return scale_; }

 private:
  RowVector mean_, scale_;
};

}  // namespace nn
