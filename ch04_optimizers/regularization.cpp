// Against over-fitting: L1, L2 and dropout on a network that is far too large for its data.
//
// Notes:  003 정규화 방식 (regularization scheme), Dropout(0.5)
// Run:    ./book run ch04/regularization
// Expect: without help the training loss goes to 0 while the validation loss rises; L2 and dropout
//         keep the validation loss down, L1 sets most weights to (almost) 0
// Try:    --l2 0, --dropout 0.8, --epochs 400
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/dropout.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("L1, L2 and dropout against over-fitting", 2);
  // ---- knobs -----------------------------------------------------------------------------------
  double l1 = 0.0005;
  program.knob("l1", l1, "weight of the L1 penalty, sum |w|", 0.0, 10.0);
  double l2 = 0.003;
  program.knob("l2", l2, "weight of the L2 penalty, sum w^2", 0.0, 10.0);
  double dropout = 0.5;
  program.knob("dropout", dropout, "share of units that are dropped", 0.0, 0.95);
  int epochs = 150;
  program.knob("epochs", epochs, "passes over the data", 1, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: few and noisy points, many to judge
    nn::Rng rng = program.rng();
    const nn::Dataset train = nn::two_moons(60, rng, 0.35), test = nn::two_moons(1000, rng, 0.35);
    const nn::Matrix Y = nn::one_hot(train.y), Y_test = nn::one_hot(test.y);

    // 2. model: 2-100-100-2, with nothing, L1, L2 or dropout
    struct Variant {
      std::string name;
      nn::Regularizer penalty;
      double rate;
    };
    const std::vector<Variant> variants{{"nothing", {}, 0.0},
                                        {"L1", nn::l1(l1), 0.0},
                                        {"L2", nn::l2(l2), 0.0},
                                        {"dropout", {}, dropout}};
    std::printf("%-8s %14s %16s %15s %20s\n", "", "training loss", "validation loss",
                "validation acc.", "weights below 0.001");
    nn::Panels curves(2, 2), regions(2, 2);
    std::vector<std::pair<std::string, double>> results;
    for (const Variant& variant : variants) {
      nn::set_seed(program.seed());
      nn::Sequential model;
      for (int layer = 0; layer < 2; ++layer) {
        model.add(nn::Dense(100, {.activation = nn::relu,
                                  .kernel_initializer = nn::he_normal,
                                  .kernel_regularizer = variant.penalty,
                                  .input_shape = {2}}));
        model.add(nn::Dropout(variant.rate));
      }
      model.add(nn::Dense(2, {.activation = nn::softmax}));

      // 3. training
      model.compile({.optimizer = nn::Adam({.learning_rate = 0.01}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::categorical_crossentropy}});  // the loss without the penalty
      const nn::History history = model.fit(train.X, Y,
                                            {.epochs = epochs,
                                             .batch_size = 20,
                                             .validation_data = {test.X, Y_test},
                                             .verbose = false});
      const std::vector<double>& loss = history["categorical_crossentropy"];
      const std::vector<double>& val_loss = history["val_categorical_crossentropy"];
      const nn::Indices said = nn::argmax_rows(model.predict(test.X, {.batch_size = 1000}));
      const double accuracy = arma::accu(said == test.y) / 1000.0;
      double small = arma::accu(arma::abs(model.weights()[2]) < 1e-3) / 1e4;
      std::printf("%-8s %14.4f %16.4f %15.3f %19.0f%%\n", variant.name.c_str(), loss.back(),
                  val_loss.back(), accuracy, 100 * small);
      results.emplace_back(variant.name + "_validation_loss", val_loss.back());
      results.emplace_back(variant.name + "_small_weights", small);
      nn::Figure curve({.title = variant.name,
                        .x_label = "epoch",
                        .y_label = "cross-entropy",
                        .y_range = {0, 1.5},
                        .legend = variant.name == "nothing" ? "top right" : "off"});
      curve.line(loss, "training").line(val_loss, "validation");
      curves.add(std::move(curve));
      nn::Figure plane({.title = nn::text("%s: %.3f", variant.name.c_str(), accuracy),
                        .x_label = "x1",
                        .y_label = "x2",
                        .x_range = {-2, 3},
                        .y_range = {-1.6, 2.1},
                        .legend = "off"});
      plane.regions(
          [&](const nn::Matrix& XY) {
            return arma::conv_to<nn::ColVector>::from(
                nn::argmax_rows(model.predict(XY, {.batch_size = 4096})));
          },
          80);
      plane.scatter(train.X, train.y);
      regions.add(std::move(plane));
    }

    // 4. result
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(curves, "curves");
    program.save(regions, "regions");
  });
}
