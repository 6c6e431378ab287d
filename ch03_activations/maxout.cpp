// Maxout: the largest of several linear pieces, max(w1 x + b1, w2 x + b2). Two pieces are |x|.
//
// Notes:  003 Maxout
// Run:    ./book run ch03/maxout
// Expect: two pieces fit |x| exactly, a ReLU of one unit cannot; twice the parameters of Dense
// Try:    --pieces 4 --target square: more pieces, a rounder function
#include "common/layers/maxout.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Maxout: the largest of several linear pieces", 4);
  // ---- knobs -----------------------------------------------------------------------------------
  int pieces = 2;
  program.knob("pieces", pieces, "linear pieces of the unit", 1, 64);
  std::string target = "abs";
  program.knob("target", target, "function to fit", {"abs", "square"});
  int epochs = 400;
  program.knob("epochs", epochs, "passes over the data");
  double eta = 0.1;
  program.knob("eta", eta, "learning rate", 0.0, 10.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: 101 points of the function
    const nn::Matrix X = arma::linspace<nn::ColVector>(-1, 1, 101);
    const nn::Matrix Y = target == "abs" ? nn::Matrix(arma::abs(X)) : nn::Matrix(arma::square(X));

    // 2. models: one maxout unit, one ReLU unit
    nn::set_seed(program.seed());
    nn::Sequential maxout({nn::Maxout(1, {.pieces = pieces, .input_shape = {1}})});
    nn::Sequential relu({nn::Dense(1, {.activation = nn::relu, .input_shape = {1}})});

    // 3. training
    for (nn::Sequential* model : {&maxout, &relu}) {
      model->compile({.optimizer = nn::SGD({.learning_rate = eta, .momentum = 0.9}),
                      .loss = nn::mean_squared_error});
      model->fit(X, Y, {.epochs = epochs, .batch_size = 101, .verbose = false});
    }

    // 4. result
    const std::vector<nn::Matrix> weights = maxout.weights();
    for (arma::uword k = 0; k < weights[0].n_cols; ++k)
      std::printf("piece %llu: h = %.3f x + %.3f\n", k + 1, weights[0][k], weights[1][k]);
    const nn::Matrix P = maxout.predict(X), R = relu.predict(X);
    const double maxout_loss = arma::mean(arma::mean(arma::square(P - Y))),
                 relu_loss = arma::mean(arma::mean(arma::square(R - Y)));
    std::printf("parameters: maxout %zu, dense %zu; mean squared error %.2e and %.2e\n",
                maxout.parameter_count(), relu.parameter_count(), maxout_loss, relu_loss);
    program.result("maxout_parameters", static_cast<double>(maxout.parameter_count()));
    program.result("dense_parameters", static_cast<double>(relu.parameter_count()));
    program.result("maxout_fits", maxout_loss < 1e-4 ? 1 : 0);
    program.result("relu_fits", relu_loss < 1e-2 ? 1 : 0);

    const std::vector<double> x(X.begin(), X.end());
    nn::Figure figure(
        {.title = "One unit", .x_label = "x", .y_label = "h", .legend = "bottom left"});
    figure.line(x, std::vector<double>(Y.begin(), Y.end()), target, {.width = 5});
    figure.line(x, std::vector<double>(P.begin(), P.end()), nn::text("maxout, %d pieces", pieces));
    figure.line(x, std::vector<double>(R.begin(), R.end()), "ReLU", {.dashed = true});
    program.save(figure, "fit");
  });
}
