// The learning-rate finder: raise the rate at every batch and watch where the loss turns.
//
// Notes:  003 Optimizer, learning rate; the idea is Smith's (2017)
// Run:    ./book run ch04/learning_rate_finder
// Expect: flat, then falling, then exploding; a tenth of the turning point is a good rate
// Try:    --optimizer adam: its good rates are some fifteen times smaller
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Finding a learning rate by one short run", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  double lowest = 1e-4;
  program.knob("lowest", lowest, "first learning rate", 1e-12, 1.0);
  double highest = 100.0;
  program.knob("highest", highest, "last learning rate", 1e-11, 1e6);
  int batches = 200;
  program.knob("batches", batches, "batches, each with a higher rate", 10, 100000);
  std::string kind = "sgd";
  program.knob("optimizer", kind, "which optimizer", {"sgd", "adam"});
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix Y = nn::one_hot(digits.y);
    nn::Rng rng = program.rng();
    const auto model_with = [&](double rate) {
      // 2. model
      nn::set_seed(program.seed());
      nn::Sequential model({nn::Dense(32, {.activation = nn::relu, .input_shape = {64}}),
                            nn::Dense(10, {.activation = nn::softmax})});
      const nn::Optimizer optimizer = kind == "sgd"
                                          ? nn::Optimizer(nn::SGD({.learning_rate = rate}))
                                          : nn::Optimizer(nn::Adam({.learning_rate = rate}));
      model.compile({.optimizer = optimizer,
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      return model;
    };

    // 3. one batch for each rate, lowest to highest in equal factors
    nn::Sequential model = model_with(lowest);
    std::vector<double> rates, losses;
    double smooth = 0.0, best = 1e300, turning_point = lowest;
    for (int k = 0; k < batches; ++k) {
      const double rate = lowest * std::pow(highest / lowest, k / (batches - 1.0));
      model.optimizer().set_learning_rate(rate);
      const nn::Indices rows = rng.choice(digits.X.n_rows, 64);
      const double loss =
          model.train_on_batch(nn::Matrix(digits.X.rows(rows)), nn::Matrix(Y.rows(rows))).loss;
      smooth = k == 0 ? loss : 0.8 * smooth + 0.2 * loss;
      if (k > 0 && !(smooth < 4 * losses.front())) break;  // it explodes: enough seen
      rates.push_back(rate);
      losses.push_back(smooth);
      if (smooth < best) {
        best = smooth;
        turning_point = rate;
      }
    }
    std::printf("the loss is lowest at rate %.3g; a tenth of that: %.3g\n\n", turning_point,
                turning_point / 10);

    // 4. result: the suggestion against rates ten times smaller and larger
    std::printf("rate        accuracy after 5 epochs\n");
    std::vector<double> accuracies;
    for (double rate : {turning_point / 100, turning_point / 10, turning_point * 10}) {
      nn::Sequential trial = model_with(rate);
      trial.fit(digits.X, Y, {.epochs = 5, .verbose = false});
      accuracies.push_back(trial.evaluate(digits.X, Y)["accuracy"]);
      std::printf("%-10.3g %10.3f\n", rate, accuracies.back());
    }
    program.result("log10_turning_point", std::log10(turning_point));
    program.result("suggested_accuracy", accuracies[1]);
    program.result("suggestion_is_best",
                   accuracies[1] >= std::max(accuracies[0], accuracies[2]) ? 1 : 0);
    nn::Figure figure({.title = "Loss while the rate rises",
                       .x_label = "learning rate",
                       .y_label = "loss (smoothed)",
                       .log_x = true,
                       .legend = "off"});
    figure.line(rates, losses, "loss");
    figure.vertical(turning_point, "");
    figure.vertical(turning_point / 10, "");
    program.save(figure, "curve");
  });
}
