// XOR learned from random weights by three networks: 2-2-1 as in the notes' listing, 2-4-1, and a
// "3-stage" network with two hidden layers.
//
// Notes:  002 XOR by an MLP; 003 NN for XOR (weights U(-1, 1), biases 0), 3-stage network
// Run:    ./book run ch02/xor_learned
// Expect: all three have 4 of 4 right; the film shows the 2-4-1 boundary leaving its straight line
// Try:    other seeds: 2-2-1 stays in a valley for some (which answers does it give there?)
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

static nn::Figure surface(const longhand::Mlp& net, const nn::Dataset& data,
                          const std::string& title) {
  nn::Figure figure({.title = title,
                     .x_label = "x1",
                     .y_label = "x2",
                     .x_range = {-0.5, 1.5},
                     .y_range = {-0.5, 1.5},
                     .equal_axes = true,
                     .width = 420,
                     .height = 420});
  const auto output = [&](const nn::Matrix& XY) -> nn::ColVector { return net.predict(XY).col(0); };
  figure.shade(output, {0, 1}, 60);
  figure.contour(output, {.levels = {0.5}, .resolution = 60});
  figure.scatter(data.X, data.y, {"target 0", "target 1"});
  return figure;
}

int main(int argc, char** argv) {
  nn::Program program("XOR learned by three networks");
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 3000;
  program.knob("epochs", epochs, "passes, each one update with all four observations");
  double eta = 3;
  program.knob("eta", eta, "learning rate", 0.0);
  int frames = 24;
  program.knob("frames", frames, "pictures in the film, 0: none", 0, 200);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset data = nn::gate(nn::Gate::XOR);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);
    const nn::Indices all = arma::regspace<nn::Indices>(0, data.X.n_rows - 1);

    // 2. model
    const std::vector<std::pair<std::string, std::vector<std::size_t>>> shapes{
        {"2-2-1", {2, 2, 1}}, {"2-4-1", {2, 4, 1}}, {"2-4-4-1", {2, 4, 4, 1}}};
    nn::Figure curves({.title = "XOR: three networks",
                       .x_label = "epoch",
                       .y_label = "E",
                       .log_x = true,
                       .log_y = true});
    nn::Panels surfaces(1, 3, "o(x1, x2) after training");
    nn::Animation film(150);
    std::vector<std::pair<std::string, double>> results;
    std::printf("network   parameters          E   outputs for 00, 01, 10, 11\n");
    for (const auto& [name, sizes] : shapes) {
      nn::Rng rng = program.rng();
      longhand::Mlp net(sizes, longhand::sigmoid, longhand::sigmoid);
      net.initialize(rng, 1.0);

      // 3. training
      std::vector<double> curve;
      double next_frame = 1;  // epochs of the frames grow like a geometric series
      for (int epoch = 0; epoch <= epochs; ++epoch) {
        if (name == "2-4-1" && frames > 0 && (epoch >= next_frame || epoch == epochs)) {
          film.add(surface(net, data, nn::text("epoch %d", epoch)));
          next_frame *= std::pow(std::max(2, epochs), 1.0 / frames);
        }
        if (epoch < epochs) curve.push_back(longhand::train_epoch(net, data.X, Y, all, 4, eta));
      }

      // 4. result
      const nn::Matrix O = net.forward(data.X);
      const double E = net.error(Y);
      std::printf("%-9s %10zu %10.6f   %.4f %.4f %.4f %.4f\n", name.c_str(), net.parameters(), E,
                  O(0), O(1), O(2), O(3));
      results.emplace_back("E_" + name, E);
      results.emplace_back("right_" + name, arma::accu((O > 0.5) == (Y > 0.5)));
      curves.line(curve, name);
      surfaces.add(surface(net, data, name));
    }
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(curves, "error");
    program.save(surfaces, "surfaces");
    if (film.frames() > 0) program.save(film, "film");
  });
}
