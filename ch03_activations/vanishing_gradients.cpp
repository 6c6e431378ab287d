// Vanishing and exploding gradients: ten layers, three activations, five ways to draw the weights.
//
// Notes:  003 ReLU와 Vanishing Gradient, 가중치 초기화; errata 8, 9, 25
// Run:    ./book run ch03/vanishing_gradients
// Expect: gradient sd at the input / at the output, 10 layers of 256: tanh with Glorot 0.27, with
//         4 x Glorot 74 and 46 % saturated; sigmoid 5e-7 and 9e-3 (other --seed: 6e-3 to 9e-3);
//         ReLU with He 1.0, 32 times as much as with Glorot
// Try:    --layers 30, --width 32: which combinations survive?
#include "ch03_activations/deep_stack.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Vanishing and exploding gradients through ten layers", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int layers = 10;
  program.knob("layers", layers, "layers", 1, 200);
  int width = 256;
  program.knob("width", width, "units in each layer", 1, 2000);
  int samples = 256;
  program.knob("samples", samples, "samples in the batch", 2, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: standard normal inputs and output gradients (measure_stack draws them)
    // 2. model: activations and initialisations
    const double glorot = std::sqrt(2.0 / (width + width));
    const std::vector<std::pair<std::string, double>> scales{{"0.01", 0.01},
                                                             {"Glorot", glorot},
                                                             {"He", std::sqrt(2.0 / width)},
                                                             {"4 x Glorot", 4 * glorot},
                                                             {"1", 1.0}};
    const std::vector<nn::ActivationFunction> functions{nn::sigmoid, nn::tanh, nn::relu};

    // 3. one pass forward and back for each
    std::printf("%-8s %-11s %12s %12s %10s %6s\n", "phi", "sd of W", "h sd, last", "dE/dh ratio",
                "saturated", "dead");
    nn::Matrix ratios(functions.size(), scales.size()), saturated = ratios;
    nn::Panels curves(1, functions.size(), "Gradient at each layer, relative to the output");
    for (std::size_t f = 0; f < functions.size(); ++f) {
      nn::Figure figure({.title = functions[f].name,
                         .x_label = "layer",
                         .y_label = "sd of dE/dh",
                         .log_y = true,
                         .legend = f == 0 ? "bottom right" : "off"});
      for (std::size_t s = 0; s < scales.size(); ++s) {
        const DeepStack stack = measure_stack(functions[f], nn::normal(0.0, scales[s].second),
                                              layers, width, samples, program.rng());
        ratios(f, s) = stack.gradient_sd.front() / stack.gradient_sd.back();
        saturated(f, s) = stack.saturated;
        std::printf("%-8s %-11s %12.3g %12.3g %10s %5.0f%%\n", functions[f].name,
                    scales[s].first.c_str(), stack.forward_sd.back(), ratios(f, s),
                    f < 2 ? nn::text("%.0f%%", 100 * stack.saturated).c_str() : "-",
                    100 * stack.dead);
        std::vector<double> layer_numbers, relative;
        for (std::size_t l = 0; l < stack.gradient_sd.size(); ++l) {
          layer_numbers.push_back(static_cast<double>(l));
          relative.push_back(stack.gradient_sd[l] / stack.gradient_sd.back());
        }
        figure.line(layer_numbers, relative, scales[s].first);
      }
      curves.add(std::move(figure));
    }
    std::printf("saturated: tanh |h| > 0.99; sigmoid h < 0.005 or h > 0.995\n");

    // 4. result: the notes give Glorot to the sigmoid and 4 x Glorot to tanh: the rows are swapped
    std::printf("\nthe notes' rows: sigmoid with Glorot %.2g, tanh with 4 x Glorot %.3g\n",
                ratios(0, 1), ratios(1, 3));
    std::printf("the other way round: sigmoid with 4 x Glorot %.2g, tanh with Glorot %.3g\n",
                ratios(0, 3), ratios(1, 1));
    std::printf("ReLU is no cure by itself: with sd 0.01 its ratio is %.2g, with He %.2g\n",
                ratios(2, 0), ratios(2, 2));
    const double relu_gain = ratios(2, 2) / ratios(2, 1);  // sqrt(2) in each layer
    std::printf(
        "He's sd is sqrt(2) times Glorot's: %d ReLU layers make the ratio %.4g times as large\n",
        layers, relu_gain);
    program.result("tanh_glorot", ratios(1, 1));
    program.result("tanh_4_glorot", ratios(1, 3));
    program.result("tanh_4_glorot_saturated", saturated(1, 3));
    program.result("log10_sigmoid_glorot", std::log10(ratios(0, 1)));
    program.result("log10_sigmoid_4_glorot", std::log10(ratios(0, 3)));
    program.result("relu_he", ratios(2, 2));
    program.result("relu_he_over_glorot", relu_gain);

    std::vector<std::string> rows, columns;
    for (const auto& phi : functions) rows.push_back(phi.name);
    for (const auto& scale : scales) columns.push_back(scale.first);
    nn::Figure map({.title = "log10 of the gradient at the input over that at the output",
                    .x_label = "standard deviation of the weights"});
    map.heatmap(arma::log10(ratios), rows, columns);
    program.save(map, "ratios");
    program.save(curves, "layers");
  });
}
