// A typical wrong answer to exercise 5.4: a larger model, trained no better
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/dropout.hpp"
#include "common/model/model.hpp"

int main() {
  // ---- knobs -----------------------------------------------------------------------------------
  const int units = 39, batch_size = 256, epochs = 25;
  const double learning_rate = 0.001, dropout = 0.5;  // more units, but too few and too small steps
  // ----------------------------------------------------------------------------------------------
  nn::Exercise exercise("5.4");
  return exercise.verdict([&] {
    exercise.expect_at_most("epochs", 25, epochs);
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix Y = nn::one_hot(digits.y);
    double accuracy = 0.0;
    for (std::uint64_t seed : {11, 12, 13, 14}) {
      nn::set_seed(seed);
      nn::Rng rng(seed);
      const nn::Split split = nn::stratified_split(digits.y, 0.3, rng);
      nn::Sequential model({nn::Dense(units, {.activation = nn::relu, .input_shape = {64}}),
                            nn::Dropout(dropout), nn::Dense(10, {.activation = nn::softmax})});
      exercise.expect_at_most("parameters", 3000, static_cast<double>(model.parameter_count()));
      model.compile({.optimizer = nn::Adam({.learning_rate = learning_rate}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      const nn::Matrix X_train = digits.X.rows(split.train), Y_train = Y.rows(split.train);
      model.fit(X_train, Y_train, {.epochs = epochs, .batch_size = batch_size, .verbose = false});
      accuracy += model.evaluate(digits.X.rows(split.test), Y.rows(split.test))["accuracy"] / 4;
    }
    exercise.expect_at_least("test accuracy", 0.965, accuracy);
  });
}
