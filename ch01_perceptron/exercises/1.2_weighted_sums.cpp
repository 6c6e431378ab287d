// Exercise 1.2: a fully connected layer
//
// Task:   write Z = XW + b for a whole batch: X (n x d), one sample in each row, W (d x m),
//         b (1 x m), Z (n x m). The slide's sum(W x X + b) of note 003 differs (erratum 3).
// Goal:   z = 0.290 for x = (0.5, -1, 2), w = (0.3, 0.2, 0.1), b = 0.14
// Run:    ./book exercise 1.2
// Hint:   exercises/README.md, solution: solutions/1.2_weighted_sums.cpp
#include <array>

#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

static nn::Matrix weighted_sums(const nn::Matrix& X, const nn::Matrix& W,
                                [[maybe_unused]] const nn::RowVector& b) {
  nn::Matrix Z(X.n_rows, W.n_cols);
  // TODO: Z = XW + b. Armadillo: A * B is the matrix product, Z.each_row() += b adds to every row
  return Z;
}

int main() {
  nn::Exercise exercise("1.2");
  return exercise.verdict([&] {
    const nn::ColVector w{0.3, 0.2, 0.1};
    const nn::Matrix z = weighted_sums(nn::Matrix{{0.5, -1, 2}}, w, nn::RowVector{0.14});
    exercise.expect("z", 0.290, z.is_empty() ? 0.0 : z[0]);
    nn::Rng rng(12);
    for (const auto& [n, d, m] : {std::array<std::size_t, 3>{5, 4, 3}, {1, 6, 2}, {7, 1, 1}}) {
      const nn::Matrix X = rng.normal_matrix(n, d), W = rng.normal_matrix(d, m);
      const nn::RowVector b = rng.normal_matrix(1, m);
      exercise.expect(nn::text("Z of %zu samples, %zu neurons", n, m),
                      nn::Perceptron(W, b).weighted_sums(X), weighted_sums(X, W, b), 1e-12);
    }
  });
}
