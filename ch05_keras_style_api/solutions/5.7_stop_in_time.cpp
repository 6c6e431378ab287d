// Solution of exercise 5.7: stop in time
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"

// ---- knobs -------------------------------------------------------------------------------------
static const int first = 8, second = 8, epochs = 20;
static const double l2 = 0.001, learning_rate = 0.005;
// ------------------------------------------------------------------------------------------------

int main() {
  nn::Exercise exercise("5.7");
  return exercise.verdict([&] {
    const nn::Table table = nn::Table::read("infert.csv");
    const nn::Matrix X = table.numbers({"age", "parity", "induced", "spontaneous"}),
                     cases = table.numbers({"case"});
    const nn::Indices set = arma::conv_to<nn::Indices>::from(table.numbers("stratum"));
    exercise.expect_true("expected at least 2 units in each of two hidden layers",
                         first >= 2 && second >= 2);
    for (const std::uint64_t seed : {1, 2}) {
      nn::set_seed(seed);
      nn::Rng rng(seed);
      nn::Matrix P(arma::size(cases));
      for (const nn::Split& split : nn::grouped_k_fold(set, 5, rng)) {
        nn::Standardizer inputs;
        const nn::Matrix Z = inputs.fit_transform(X.rows(split.train));
        nn::Sequential model;
        for (const int units : {first, second})
          model.add(nn::Dense(
              units,
              {.activation = nn::tanh, .kernel_regularizer = nn::l2(l2), .input_shape = {4}}));
        model.add(nn::Dense(1, {.activation = nn::sigmoid}));
        model.compile({.optimizer = nn::Adam({.learning_rate = learning_rate}),
                       .loss = nn::binary_crossentropy});
        model.fit(Z, cases.rows(split.train), {.epochs = epochs, .verbose = false});
        P.rows(split.test) =
            static_cast<const nn::Matrix&>(model.predict(inputs.transform(X.rows(split.test))));
      }
      exercise.expect_at_most(nn::text("held-out log-loss, seed %d", static_cast<int>(seed)), 0.545,
                              nn::binary_crossentropy.value(cases, P));
    }
  });
}
