// Symmetry: hidden units that start equal stay equal; random weights break the tie.
//
// Notes:  003 오류 역전파 알고리즘 1 (가중치를 초기화한다), 가중치 초기화
// Run:    ./book run ch03/symmetry
// Expect: with equal weights all hidden units are one unit and XOR is not learned; random weights
//         learn it
// Try:    --noise 0.1, --noise 0.03: how small a difference is enough?
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Symmetry: equal initial weights never become different", 5);
  // ---- knobs -----------------------------------------------------------------------------------
  int units = 4;
  program.knob("units", units, "hidden units", 1, 1000);
  int epochs = 2000;
  program.knob("epochs", epochs, "passes over the four samples");
  double eta = 1.0;
  program.knob("eta", eta, "learning rate", 0.0, 1000.0);
  double noise = 0.5;
  program.knob("noise", noise, "spread of the random initial weights", 0.0, 100.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset gate = nn::gate(nn::Gate::XOR);
    const nn::Matrix Y = arma::conv_to<nn::Matrix>::from(gate.y);

    // 2. model: three ways to begin
    const std::vector<std::pair<std::string, nn::Initializer>> starts{
        {"zero", nn::zeros},
        {"equal (0.5)", nn::constant(0.5)},
        {"random", nn::uniform(-noise, noise)}};

    // 3. training
    std::printf("%-12s %10s %26s %22s\n", "start", "loss", "different hidden units",
                "answers to 00 01 10 11");
    nn::Figure figure({.title = "XOR with three kinds of initial weights",
                       .x_label = "epoch",
                       .y_label = "mean squared error",
                       .log_x = true});
    std::vector<double> losses, different;
    for (const auto& [name, initializer] : starts) {
      nn::set_seed(program.seed());
      nn::Dense hidden(
          units, {.activation = nn::tanh, .kernel_initializer = initializer, .input_shape = {2}});
      nn::Sequential model(
          {hidden, nn::Dense(1, {.activation = nn::sigmoid, .kernel_initializer = initializer})});
      model.compile({.optimizer = nn::SGD({.learning_rate = eta}), .loss = nn::mean_squared_error});
      const nn::History history =
          model.fit(gate.X, Y, {.epochs = epochs, .batch_size = 4, .verbose = false});

      // How many hidden units have columns of their own in W?
      const nn::Matrix W = hidden.weights()[0];
      int own = 0;
      for (arma::uword j = 0; j < W.n_cols; ++j) {
        bool seen = false;
        for (arma::uword k = 0; k < j; ++k)
          seen = seen || arma::approx_equal(W.col(j), W.col(k), "absdiff", 1e-12);
        own += !seen;
      }
      const nn::Matrix P = model.predict(gate.X);
      losses.push_back(model.evaluate(gate.X, Y).loss);
      different.push_back(own);
      std::printf("%-12s %10.4f %15d of %-8d %7.3f %5.3f %5.3f %5.3f\n", name.c_str(),
                  losses.back(), own, units, P[0], P[1], P[2], P[3]);
      figure.line(history["loss"], name);
    }

    // 4. result
    program.result("zero_units", different[0]);
    program.result("equal_units", different[1]);
    program.result("random_units", different[2]);
    program.result("zero_loss", losses[0]);
    program.result("equal_loss_above", losses[1] > 0.12 ? 1 : 0);
    program.result("random_learned", losses[2] < 0.02 ? 1 : 0);
    program.save(figure, "loss");
  });
}
