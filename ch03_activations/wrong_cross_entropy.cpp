// The notes' logistic cost has a sign too few: training with it drives the
// answers that should be 1 to 0.
//
// Notes:  003 Logistic cost; erratum 2
// Run:    ./book run ch03/wrong_cross_entropy
// Expect: y = 1, H = .01: -4.605 with the notes' formula, 4.605 with the right one; the wrong cost
//         falls without end, and the answer where y = 1 goes to 0
// Try:    --epochs 2000
#include <cmath>

#include "common/functions/activations.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Binary cross-entropy with the right sign and with the notes' sign");
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 300;
  program.knob("epochs", epochs, "steps of gradient descent");
  double eta = 0.5;
  program.knob("eta", eta, "learning rate", 0.0, 100.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    const auto slide = [](double y, double h) {
      return y * std::log(h) - (1 - y) * std::log(1 - h);
    };
    const auto right = [](double y, double h) {
      return -y * std::log(h) - (1 - y) * std::log(1 - h);
    };
    std::printf("y    H     notes   right\n");
    for (double y : {1.0, 0.0})
      for (double h : {0.01, 0.5, 0.99})
        std::printf("%g %5.2f %8.4f %7.4f\n", y, h, slide(y, h), right(y, h));

    // 1. data: setosa (1) against the rest (0), two petal columns
    const nn::Dataset iris = nn::load_iris();
    const nn::Matrix X = nn::Standardizer().fit_transform(iris.X.cols(2, 3));
    const nn::ColVector y = arma::conv_to<nn::ColVector>::from(iris.y == 0);

    // 2. model: h = sigmoid(x w + b); 3. training with both costs
    std::vector<double> costs[2], accuracies[2];
    double answers[2] = {0, 0};  // mean h where y = 1
    for (int wrong : {0, 1}) {
      nn::ColVector w(2, arma::fill::zeros);
      double b = 0.0;
      for (int epoch = 0; epoch < epochs; ++epoch) {
        const nn::ColVector h = nn::sigmoid(X * w + b);
        // dC/dz = h - y; with the notes' sign of the first term: y (1 - h) + (1 - y) h
        const nn::ColVector delta =
            wrong ? nn::ColVector(y % (1 - h) + (1 - y) % h) : nn::ColVector(h - y);
        double cost = 0.0;
        for (arma::uword i = 0; i < y.n_elem; ++i) {
          const double p = std::min(std::max(h[i], 1e-300), 1 - 1e-16);  // log stays finite
          cost += (wrong ? slide(y[i], p) : right(y[i], p)) / y.n_elem;
        }
        costs[wrong].push_back(cost);
        accuracies[wrong].push_back(
            arma::mean(arma::conv_to<nn::ColVector>::from((h > 0.5) == (y > 0.5))));
        w -= eta * X.t() * delta / y.n_elem;
        b -= eta * arma::mean(delta);
        answers[wrong] = arma::dot(h, y) / arma::accu(y);
      }
    }

    // 4. result
    for (int wrong : {0, 1})
      if (epochs > 0)
        std::printf("%s: cost %8.4f, accuracy %.3f, mean answer where y = 1: %.4f\n",
                    wrong ? "notes' sign" : "right sign ", costs[wrong].back(),
                    accuracies[wrong].back(), answers[wrong]);
    program.result("slide_y1_h001", slide(1, 0.01));
    program.result("right_y1_h001", right(1, 0.01));
    program.result("both_y0_h001", right(0, 0.01));
    if (epochs == 0) return;
    program.result("right_accuracy", accuracies[0].back());
    program.result("wrong_accuracy", accuracies[1].back());
    program.result("wrong_answer_where_y_is_1", answers[1]);
    program.result("wrong_cost_is_negative", costs[1].back() < 0 ? 1 : 0);
    nn::Figure cost({.title = "Cost", .x_label = "step", .y_label = "C", .legend = "bottom left"});
    nn::Figure accuracy({.title = "Accuracy",
                         .x_label = "step",
                         .y_label = "share right",
                         .y_range = {0, 1.05},
                         .legend = "off"});
    for (int wrong : {0, 1}) {
      cost.line(costs[wrong], wrong ? "notes' sign" : "right sign");
      accuracy.line(accuracies[wrong], wrong ? "notes' sign" : "right sign");
    }
    program.save(nn::Panels(1, 2).add(std::move(cost)).add(std::move(accuracy)), "training");
  });
}
