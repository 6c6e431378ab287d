// A typical wrong answer to exercise 5.5: equal first weights are not shared weights
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/merge.hpp"
#include "common/model/model.hpp"

static nn::Model twins() {
  const nn::Tensor left = nn::Input({64}), right = nn::Input({64});
  const nn::Dense first(32, {.activation = nn::relu}), second(16, {.activation = nn::tanh});
  const nn::Dense other_first(32, {.activation = nn::relu}),
      other_second(16, {.activation = nn::tanh});
  const nn::Tensor a = second(first(left)), b = other_second(other_first(right));
  other_first.set_weights(first.weights());  // alike at birth, and trained apart
  other_second.set_weights(second.weights());
  const nn::Tensor both = nn::multiply({a, b});  // a product does not mind the order
  const nn::Tensor same = nn::Dense(1, {.activation = nn::sigmoid})(both);
  return nn::Model({left, right}, {same});
}

int main() {
  nn::Exercise exercise("5.5");
  return exercise.verdict([&] {
    nn::set_seed(4);
    nn::Rng rng(4);
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix A = digits.X.rows(rng.permutation(1797)), B = digits.X;
    const nn::Matrix same = rng.uniform_matrix(1797, 1);
    nn::Model model = twins();
    model.compile({.optimizer = nn::Adam(), .loss = nn::mean_squared_error});
    model.fit({A, B}, same, {.epochs = 2, .verbose = false});
    const nn::Matrix there = model.predict({A, B}), back = model.predict({B, A});
    exercise.expect("largest f(a, b) - f(b, a) after training", 0, arma::abs(there - back).max(),
                    1e-6);
    exercise.expect("parameters", 2625, static_cast<double>(model.parameter_count()));
  });
}
