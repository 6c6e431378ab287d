// Solution of exercise 2.7: reach a number by turning knobs
//
// Depth helps more than width here, tanh more than the sigmoid, and small batches give more updates
// in an epoch.
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/program/exercise.hpp"

// ---- knobs -------------------------------------------------------------------------------------
static const std::vector<std::size_t> sizes = {2, 8, 8, 8, 1};  // 177 parameters
static const longhand::Activation hidden = longhand::tanh;
static const double eta = 0.3;
static const int batch_size = 4;
static const int epochs = 600;
// ------------------------------------------------------------------------------------------------

int main() {
  nn::Exercise exercise("2.7");
  return exercise.verdict([&] {
    nn::Rng rng(42), elsewhere(4711);
    const nn::Dataset points = nn::spirals(200, rng, 0.02, 1.25);
    const nn::Dataset new_points = nn::spirals(200, elsewhere, 0.02, 1.25);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(points.y);
    longhand::Mlp net(sizes, hidden, longhand::sigmoid);
    exercise.expect_at_most("parameters", 200, static_cast<double>(net.parameters()));
    exercise.expect_at_most("epochs", 1000, epochs);
    exercise.expect_at_least("batch size", 1, batch_size);
    net.initialize(rng);
    for (int epoch = 0; epoch < std::min(epochs, 1000); ++epoch)
      longhand::train_epoch(net, points.X, Y, rng.permutation(200),
                            static_cast<std::size_t>(std::max(1, batch_size)), eta);
    const nn::Indices answers =
        arma::conv_to<nn::Indices>::from(net.predict(new_points.X).col(0) > 0.5);
    exercise.expect_at_least("right answers on new points", 0.97,
                             static_cast<double>(arma::accu(answers == new_points.y)) / 200);
  });
}
