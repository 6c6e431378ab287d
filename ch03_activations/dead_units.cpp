// Dead ReLU units: a unit whose z is negative for every sample gets no gradient and never recovers.
//
// Notes:  003 ReLU; erratum 25 (ReLU reduces the vanishing gradient, it does not solve it)
// Run:    ./book run ch03/dead_units
// Expect: a large learning rate kills ReLU units for good; leaky ReLU keeps every unit alive
// Try:    --eta 0.1 (nobody dies), --bias -3 (dead from the start)
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Dead ReLU units: how they die, and what keeps them alive", 3);
  // ---- knobs -----------------------------------------------------------------------------------
  double eta = 2.0;
  program.knob("eta", eta, "learning rate", 0.0, 100.0);
  int units = 40;
  program.knob("units", units, "hidden units", 1, 1000);
  int epochs = 30;
  program.knob("epochs", epochs, "passes over the data");
  double bias = 0.0;
  program.knob("bias", bias, "first bias of the hidden units");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    const nn::Dataset moons = nn::two_moons(200, rng, 0.15);
    const nn::Matrix Y = nn::one_hot(moons.y);

    // 2. model, 3. training: the share of units that are 0 for all 200 samples, after each epoch
    std::printf("epoch");
    const std::vector<nn::ActivationFunction> functions{nn::relu, nn::leaky_relu(0.1), nn::elu()};
    std::vector<std::vector<double>> dead(functions.size()), accuracy(functions.size());
    for (std::size_t f = 0; f < functions.size(); ++f) {
      nn::set_seed(program.seed());
      nn::Dense hidden(units, {.activation = functions[f],
                               .kernel_initializer = nn::he_normal,
                               .bias_initializer = nn::constant(bias),
                               .input_shape = {2}});
      nn::Sequential model({hidden, nn::Dense(2, {.activation = nn::softmax})});
      model.compile({.optimizer = nn::SGD({.learning_rate = eta}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      for (int epoch = 0; epoch <= epochs; ++epoch) {
        const nn::Matrix Z =
            moons.X * hidden.weights()[0] + arma::repmat(hidden.weights()[1], moons.X.n_rows, 1);
        const nn::Matrix slope = functions[f].derivative(Z);  // dead: no sample has a slope
        dead[f].push_back(arma::accu(arma::all(slope == 0.0, 0)) / static_cast<double>(units));
        accuracy[f].push_back(model.evaluate(moons.X, Y)["accuracy"]);
        model.fit(moons.X, Y, {.epochs = 1, .batch_size = 10, .verbose = false});
      }
      std::printf(" %14s dead, accuracy", functions[f].name);
    }
    std::printf("\n");
    for (std::size_t epoch = 0; epoch < dead[0].size();
         epoch += std::max<std::size_t>(1, dead[0].size() / 6)) {
      std::printf("%5zu", epoch);
      for (std::size_t f = 0; f < functions.size(); ++f)
        std::printf(" %18.0f%% %9.1f%%", 100 * dead[f][epoch], 100 * accuracy[f][epoch]);
      std::printf("\n");
    }

    // 4. result
    double revived = 0.0;  // a dead unit that lives again lowers the share
    for (std::size_t epoch = 1; epoch < dead[0].size(); ++epoch)
      revived = std::max(revived, dead[0][epoch - 1] - dead[0][epoch]);
    program.result("relu_dead", dead[0].back());
    program.result("leaky_relu_dead", dead[1].back());
    program.result("elu_dead", dead[2].back());
    program.result("relu_revived", revived);
    nn::Figure figure({.title = nn::text("Dead units at learning rate %g", eta),
                       .x_label = "epoch",
                       .y_label = "share of dead units",
                       .y_range = {-0.02, 1.02}});
    for (std::size_t f = 0; f < functions.size(); ++f) figure.line(dead[f], functions[f].name);
    program.save(figure, "share");
  });
}
