// The architecture fixes which functions a network can become: its hypothesis space.
//
// Notes:  001 가설 공간 (hypothesis space), 003 네트워크 = 여러 개의 계층
// Run:    ./book run ch02/hypothesis_space
// Expect: without hidden layer the line only; with 3 hidden neurons the bump; with 12-12 the wave
// Try:    --one 8 --eta 0.2 --epochs 5000: was the space too small, or the training too short?
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Hypothesis space: three architectures against three curves");
  // ---- knobs -----------------------------------------------------------------------------------
  int one = 3, two = 12, epochs = 3000;
  program.knob("one", one, "neurons of the network with one hidden layer", 1, 200);
  program.knob("two", two, "neurons of each layer of the network with two", 1, 200);
  program.knob("epochs", epochs, "passes over the points");
  double eta = 0.1;
  program.knob("eta", eta, "learning rate", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: three curves on [-1, 1]
    const std::size_t n = 60;
    const nn::Matrix X = arma::linspace<nn::ColVector>(-1, 1, n);
    const std::vector<std::pair<std::string, double (*)(double)>> curves{
        {"line", [](double x) { return 0.8 * x - 0.1; }},
        {"bump", [](double x) { return 1.6 * std::exp(-12 * x * x) - 0.8; }},
        {"wave", [](double x) { return 0.8 * std::sin(3.5 * (x + 1.2) * (x + 1.2)); }}};
    const std::size_t few = static_cast<std::size_t>(one), many = static_cast<std::size_t>(two);
    const std::vector<std::vector<std::size_t>> architectures{
        {1, 1}, {1, few, 1}, {1, many, many, 1}};

    // the best straight line by least squares: what no network without hidden layer can beat
    const auto least_squares = [&](const nn::Matrix& Y) {
      const nn::Matrix X1 = arma::join_rows(X, nn::Matrix(n, 1, arma::fill::ones));
      const nn::Matrix w = arma::solve(X1.t() * X1, X1.t() * Y);
      return std::sqrt(arma::accu(arma::square(Y - X1 * w)) / static_cast<double>(n));
    };

    nn::Panels sheet(1, curves.size(),
                     "Three curves and what 0, 1 and 2 hidden layers make of them");
    std::vector<std::pair<std::string, double>> results;
    std::printf("RMSE        best line   0 hidden   1 hidden   2 hidden\n");
    for (const auto& [name, curve] : curves) {
      nn::Matrix Y = X;
      Y.transform(curve);
      std::printf("%-8s %12.4f", name.c_str(), least_squares(Y));
      results.emplace_back(name + "_best_line", least_squares(Y));
      nn::Figure figure({.title = name,
                         .x_label = "x",
                         .y_label = "y",
                         .y_range = {-1.2, 1.2},
                         .width = 480,
                         .height = 400});
      const auto x = arma::conv_to<std::vector<double>>::from(X.col(0));
      figure.line(x, arma::conv_to<std::vector<double>>::from(Y.col(0)), "data", {.width = 6});
      for (const auto& sizes : architectures) {
        // 2. model: tanh inside, no activation at the output: any number can come out
        longhand::Mlp net(sizes, longhand::tanh, longhand::linear);
        nn::Rng rng = program.rng();
        net.initialize(rng);
        for (std::size_t l = 2; l < net.L; ++l)
          net.W[l] *= 2, net.b[l] = rng.uniform_matrix(1, net.m[l], -1, 1);

        // 3. training
        for (int epoch = 0; epoch < epochs; ++epoch)
          longhand::train_epoch(net, X, Y, rng.permutation(n), 10, eta);

        // 4. result
        const nn::Matrix O = net.predict(X);
        const double rmse = std::sqrt(arma::accu(arma::square(Y - O)) / static_cast<double>(n));
        std::printf(" %10.4f", rmse);
        results.emplace_back(nn::text("%s_%zu", name.c_str(), sizes.size() - 2), rmse);
        figure.line(x, arma::conv_to<std::vector<double>>::from(O.col(0)),
                    nn::text("%zu hidden", sizes.size() - 2));
      }
      std::printf("\n");
      sheet.add(std::move(figure));
    }
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(sheet, "fits");
  });
}
