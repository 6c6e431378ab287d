// A data set held so that gathering a batch touches each sample's memory once.
#pragma once

#include "common/base/matrix.hpp"

namespace nn {

// X is (n x d) with samples in rows, so one sample's features lie n numbers apart; here each sample
// is contiguous (d x n), transposed once for the whole training.
class BatchStore {
 public:
  // Rows first ... first + count of X.
  BatchStore(const Matrix& X, std::size_t first, std::size_t count);

  std::size_t size() const { return samples_.n_cols; }
  std::size_t features() const { return samples_.n_rows; }

  // `batch` becomes (count x d); its row i is sample rows[i].
  void gather(const arma::uword* rows, std::size_t count, Matrix& batch) const;

 private:
  Matrix samples_;  // d x n
};

// `batch` becomes the rows first ... first + count - 1 of X.
void copy_rows(const Matrix& X, std::size_t first, std::size_t count, Matrix& batch);

}  // namespace nn
