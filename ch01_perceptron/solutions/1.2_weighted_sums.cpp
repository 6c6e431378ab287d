// Solution of exercise 1.2: a fully connected layer
#include <array>

#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

static nn::Matrix weighted_sums(const nn::Matrix& X, const nn::Matrix& W,
                                [[maybe_unused]] const nn::RowVector& b) {
  nn::Matrix Z = X * W;
  Z.each_row() += b;  // once for each neuron, outside the sum over the inputs
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
