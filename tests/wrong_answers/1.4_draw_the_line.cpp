// A typical wrong answer to exercise 1.4: petal width alone
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

int main() {
  // ---- knobs -----------------------------------------------------------------------------------
  const double length = 0.0, width = 1.0, bias = -1.65;
  // ----------------------------------------------------------------------------------------------
  nn::Exercise exercise("1.4");
  return exercise.verdict([&] {
    const nn::Dataset iris = nn::load_iris();
    const nn::Tlu virginica{.w = {length, width}, .b = bias};
    const nn::ColVector answers = virginica.outputs(iris.X.cols(2, 3));
    const nn::ColVector targets = arma::conv_to<nn::ColVector>::from(iris.y == 2);
    double right = 0, setosa_wrong = 0;
    for (std::size_t i = 0; i < iris.y.n_elem; ++i) {
      if (iris.y[i] == 0)
        setosa_wrong += answers[i] != 0;
      else
        right += answers[i] == targets[i];
    }
    exercise.expect_at_least("flowers right of 100", 96, right);
    exercise.expect("setosa taken for virginica", 0, setosa_wrong);
  });
}
