// Harder data need deeper and wider networks: four data sets against 0 to 3 hidden layers.
//
// Notes:  003 신경망 동작 (Playground): "더 깊은 신경망 구조와 다수의 신경 유닛이 필요"
// Run:    ./book run ch02/capacity
// Expect: Gaussian: no hidden layer is enough; circle and XOR: one; spiral: two or three
// Try:    --width 2, --width 16; --epochs 3000
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Four data sets against 0 to 3 hidden layers");
  // ---- knobs -----------------------------------------------------------------------------------
  int n = 200, width = 8, epochs = 600;
  program.knob("n", n, "points of each data set", 10, 5000);
  program.knob("width", width, "neurons of each hidden layer", 1, 100);
  program.knob("epochs", epochs, "passes over the points");
  double eta = 0.3;
  program.knob("eta", eta, "learning rate", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the four of the Playground
    nn::Rng rng = program.rng();
    const std::size_t points = static_cast<std::size_t>(n);
    const std::vector<std::pair<std::string, nn::Dataset>> sets{
        {"gauss", nn::gaussian_blobs(points, 2, rng)},
        {"circle", nn::circles(points, rng, 0.08)},
        {"xor", nn::xor_blobs(points, rng)},
        {"spiral", nn::spirals(points, rng, 0.02, 1.25)}};
    nn::Panels sheet(sets.size(), 4,
                     "Decision regions and right answers with 0, 1, 2, 3 hidden layers");
    std::vector<std::pair<std::string, double>> results;
    std::printf("right answers with hidden layers:   0       1       2       3\n");
    for (const auto& [name, data] : sets) {
      std::printf("%-30s", name.c_str());
      const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);
      for (std::size_t layers = 0; layers <= 3; ++layers) {
        // 2. model: tanh in the hidden layers, a sigmoid for the class
        std::vector<std::size_t> sizes{2};
        sizes.insert(sizes.end(), layers, static_cast<std::size_t>(width));
        sizes.push_back(1);
        longhand::Mlp net(sizes, longhand::tanh, longhand::sigmoid);
        nn::Rng start = program.rng();
        net.initialize(start);

        // 3. training
        for (int epoch = 0; epoch < epochs; ++epoch)
          longhand::train_epoch(net, data.X, Y, start.permutation(points), 10, eta);

        // 4. result
        const auto class_of = [&net](const nn::Matrix& XY) -> nn::ColVector {
          return arma::conv_to<nn::ColVector>::from(net.predict(XY).col(0) > 0.5);
        };
        const double right = static_cast<double>(arma::accu(class_of(data.X) == Y)) / n;
        std::printf("   %.3f", right);
        results.emplace_back(nn::text("%s_%zu", name.c_str(), layers), right);
        const double reach = 1.2 * arma::abs(data.X).max();
        nn::Figure figure({.title = nn::text("%s %zu: %.1f %%", name.c_str(), layers, 100 * right),
                           .x_range = {-reach, reach},
                           .y_range = {-reach, reach},
                           .equal_axes = true,
                           .legend = "off",
                           .width = 440,
                           .height = 440});
        figure.regions(class_of, 80).scatter(data.X, data.y);
        sheet.add(std::move(figure));
      }
      std::printf("\n");
    }
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(sheet, "regions");
  });
}
