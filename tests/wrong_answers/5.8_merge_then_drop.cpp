// A typical wrong answer to exercise 5.8: first the blanks are dropped, then repetitions merged
#include <vector>

#include "common/functions/ctc.hpp"
#include "common/program/exercise.hpp"
#include "common/base/random.hpp"

static std::vector<int> spelled([[maybe_unused]] const std::vector<int>& path) {
  std::vector<int> labels;
  for (const int c : path)  // the blanks go first, and with them what kept equal labels apart
    if (c != 0 && (labels.empty() || labels.back() != c)) labels.push_back(c);
  return labels;
}

int main() {
  nn::Exercise exercise("5.8");
  const auto row = [](const std::vector<int>& labels) {
    return nn::Matrix(arma::conv_to<nn::RowVector>::from(labels));
  };
  return exercise.verdict([&] {
    exercise.expect("1 1 0 1 0 2 2", row({1, 1, 2}), row(spelled({1, 1, 0, 1, 0, 2, 2})));
    exercise.expect("0 0 3 3 3", row({3}), row(spelled({0, 0, 3, 3, 3})));
    exercise.expect("2 1 2", row({2, 1, 2}), row(spelled({2, 1, 2})));
    exercise.expect("only blanks: labels", 0, static_cast<double>(spelled({0, 0, 0}).size()));

    nn::Rng rng(8);
    for (int trial = 0; trial < 50; ++trial) {
      const nn::Matrix P = rng.normal_matrix(1, 12 * 3);  // 12 steps, 3 classes
      std::vector<int> path;
      for (int t = 0; t < 12; ++t)
        path.push_back(static_cast<int>(P.cols(3 * t, 3 * t + 2).index_max()));
      const nn::Indices expected = nn::ctc_greedy_decode(P, 3)[0];
      exercise.expect(nn::text("path %d, as nn::ctc_greedy_decode", trial),
                      nn::Matrix(arma::conv_to<nn::RowVector>::from(expected)), row(spelled(path)));
    }
  });
}
