// A loss and a metric of your own, a few lines each: quantiles, so that predictions come with a band.
//
// Notes:  000 케라스의 장점, 쉬운 확장 (새로운 지표, 손실 함수)
// Run:    ./book run ch05/own_loss
// Expect: the gradient agrees with central differences; the band holds about 80 % of new points
// Try:    --low 0.25 --high 0.75: a band for half of the points
#include "common/graph/gradient_check.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// A loss: the pinball loss, whose best constant is the q-quantile of the targets, not their mean.
static nn::Loss pinball(double q) {
  return nn::Loss(
      "pinball",
      [q](const nn::Matrix& Y, const nn::Matrix& P) -> nn::ColVector {
        const nn::Matrix e = Y - P;
        return arma::sum(arma::max(q * e, (q - 1) * e), 1);
      },
      [q](const nn::Matrix& Y, const nn::Matrix& P) -> nn::Matrix {
        return 1 - q - arma::conv_to<nn::Matrix>::from(Y > P);  // -q where y > p, else 1 - q
      });
}

// A metric: the share of targets that lie below the prediction.
static const nn::Metric share_below("share_below", [](const nn::Matrix& Y, const nn::Matrix& P) {
  return nn::ColVector(arma::conv_to<nn::ColVector>::from(Y.col(0) < P.col(0)));
});

int main(int argc, char** argv) {
  nn::Program program("A loss and a metric of your own: a band of predictions", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  double low = 0.1;
  program.knob("low", low, "quantile of the lower line", 0.01, 0.99);
  double high = 0.9;
  program.knob("high", high, "quantile of the upper line", 0.01, 0.99);
  int epochs = 30;
  program.knob("epochs", epochs, "passes over 4000 points", 0, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: a wave whose noise grows with x
    nn::Rng rng = program.rng();
    const auto draw = [&](std::size_t n) -> nn::Matrix {
      nn::Matrix XY = rng.uniform_matrix(n, 2);
      for (std::size_t i = 0; i < n; ++i)
        XY(i, 1) = std::sin(6 * XY(i, 0)) + rng.normal(0, 0.1 + 0.5 * XY(i, 0));
      return XY;
    };
    const nn::Matrix train = draw(4000), test = draw(1000),
                     grid = arma::linspace<nn::ColVector>(0, 1, 101);

    nn::Matrix lines(grid.n_rows, 0);
    std::vector<double> below;
    std::printf("quantile   share of new points below   test loss\n");
    for (double q : {low, 0.5, high}) {
      // 2. model
      nn::set_seed(program.seed());
      nn::Sequential model({nn::Dense(32, {.activation = nn::relu, .input_shape = {1}}),
                            nn::Dense(32, {.activation = nn::relu}), nn::Dense(1)});
      model.compile({.optimizer = nn::Adam(
                         {.learning_rate = nn::CosineDecay(0.005, std::max(1, 125 * epochs))}),
                     .loss = pinball(q),
                     .metrics = {share_below}});

      // 3. training
      model.fit(train.col(0), train.col(1), {.epochs = epochs, .verbose = false});
      const nn::Scores scores = model.evaluate(test.col(0), test.col(1));
      below.push_back(scores["share_below"]);
      std::printf("%8g %27.3f %11.4f\n", q, below.back(), scores.loss);
      lines.insert_cols(lines.n_cols, nn::Matrix(model.predict(grid)));
    }

    // Is the derivative right? Central differences of the loss say so.
    nn::Matrix Y = rng.normal_matrix(6, 1), P = rng.normal_matrix(6, 1), dP;
    const nn::Loss loss = pinball(low);
    loss.gradient(Y, P, dP);
    const double error = nn::check_gradient([&] { return loss.value(Y, P); }, P, dP).relative_error;
    std::printf("\ngradient against central differences: relative error %.0e\n\n", error);

    // 4. result
    program.result("inside_the_band", below[2] - below[0]);
    program.result("below_the_median", below[1]);
    program.result("gradient_is_right", error < 1e-3 ? 1 : 0);
    nn::Figure figure({.title = "Median and band", .x_label = "x", .y_label = "y"});
    figure.scatter(test.head_rows(300));
    const auto line = [&](std::size_t k) {
      return arma::conv_to<std::vector<double>>::from(lines.col(k));
    };
    const std::vector<double> x = arma::conv_to<std::vector<double>>::from(grid);
    figure.line(x, line(1), "median", {.color = 1, .width = 3});
    figure.band(x, line(0), line(2), 1);
    figure.line(x, line(0), nn::text("quantiles %g and %g", low, high), {.color = 6});
    figure.line(x, line(2), "", {.color = 6});
    program.save(figure, "band");
  });
}
