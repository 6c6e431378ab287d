// Solution of exercise 3.6: a planted error
//
// ds_k / dz_j = s_k ((k = j) - s_j), so dE/dz_j = s_j (dE/ds_j - sum_k dE/ds_k s_k): the factor s_k
// belongs inside the sum.
#include "common/functions/activations.hpp"
#include "common/program/exercise.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/base/random.hpp"

// E = -sum_k y_k log s_k, the mean over the n samples, and its gradient.
static double backward(const nn::Matrix& X, const nn::Matrix& Y, const nn::Matrix& W,
                       const nn::Matrix& b, nn::Matrix& dW, nn::Matrix& db) {
  const double n = static_cast<double>(X.n_rows);
  const nn::Matrix S = nn::softmax(X * W + arma::repmat(b, X.n_rows, 1));
  const nn::Matrix dS = -Y / S / n;
  const nn::ColVector along = arma::sum(dS % S, 1);  // sum_k dE/ds_k s_k
  const nn::Matrix dZ = S % (dS - arma::repmat(along, 1, S.n_cols));
  dW = X.t() * dZ;
  db = arma::sum(dZ, 0);
  return -arma::accu(Y % arma::log(S)) / n;
}

int main() {
  nn::Exercise exercise("3.6");
  return exercise.verdict([&] {
    nn::Rng rng(6);
    const nn::Matrix X = rng.normal_matrix(9, 3);
    nn::Matrix one_hot(9, 4, arma::fill::zeros), shares = rng.uniform_matrix(9, 4);
    for (std::size_t i = 0; i < 9; ++i) one_hot(i, i % 4) = 1;
    nn::Matrix W = rng.normal_matrix(3, 4), b = rng.normal_matrix(1, 4), dW, db, unused;
    for (const nn::Matrix& Y : {one_hot, shares}) {  // shares: rows that do not sum to 1
      const auto E = [&] { return backward(X, Y, W, b, unused, unused); };
      backward(X, Y, W, b, dW, db);
      exercise.expect_at_most("relative error of dW", 1e-7,
                              nn::check_gradient(E, W, dW).relative_error);
      exercise.expect_at_most("relative error of db", 1e-7,
                              nn::check_gradient(E, b, db).relative_error);
    }
  });
}
