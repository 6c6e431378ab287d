// The sign of the delta rule: two conventions that work, and the slide's mixture that does not.
//
// Notes:  003 EBP 4 (delta = -e f', hidden delta = -f' sum) and 5 (W + eta delta h); erratum 1
// Run:    ./book run ch02/sign_conventions
// Expect: slide's step / -gradient is -1, +1, -1 by layer; MSE 0.0007 and 0.0007, 0.4998, 0.4999
// Try:    --eta 1, --seed 44: do the outputs always go to 0 with the slide's signs?
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

struct Convention {
  const char* name;
  double output, hidden, update;  // the sign in front of e f', of f' sum, of eta delta h
};

// One step of the delta rule in the given convention, after net.forward(X).
static void step(longhand::Mlp& net, const nn::Matrix& Y, const Convention& sign, double eta) {
  net.error(Y);
  net.delta[net.L] = sign.output * net.e % net.f[net.L].prime(net.Z[net.L]);
  for (std::size_t l = net.L - 1; l >= 2; --l)
    net.delta[l] = sign.hidden * net.f[l].prime(net.Z[l]) % (net.delta[l + 1] * net.W[l + 1].t());
  for (std::size_t l = 2; l <= net.L; ++l) {
    net.W[l] += sign.update * eta * net.H[l - 1].t() * net.delta[l];
    net.b[l] += sign.update * eta * arma::sum(net.delta[l], 0);
  }
}

int main(int argc, char** argv) {
  nn::Program program("The sign of the delta rule: two conventions and a mixture", 23);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 5000;
  program.knob("epochs", epochs, "passes over the four observations");
  double eta = 0.5;
  program.knob("eta", eta, "learning rate", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset data = nn::gate(nn::Gate::XOR);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);

    // 2. model: 2-4-3-1, so that there are two hidden layers for signs to flip in
    nn::Rng rng = program.rng();
    longhand::Mlp start({2, 4, 3, 1}, longhand::sigmoid, longhand::sigmoid);
    start.initialize(rng, 1.0);
    const std::vector<Convention> conventions{{"delta_is_dE_dz", -1, +1, -1},
                                              {"delta_is_minus_dE_dz", +1, +1, +1},
                                              {"slide", -1, -1, +1},
                                              {"slide_without_hidden_minus", -1, +1, +1}};

    std::vector<std::pair<std::string, double>> results;
    // one step of each, divided by the direction that leads downhill (by central differences)
    std::printf("convention                    step / -gradient:   W4      W3      W2\n");
    for (const Convention& sign : conventions) {
      longhand::Mlp moved = start, probe = start;
      const nn::Matrix x = data.X.row(1), y = Y.row(1);
      moved.forward(x);
      step(moved, y, sign, 1.0);
      std::printf("%-45s", sign.name);
      for (std::size_t l = start.L; l >= 2; --l) {
        const auto E = [&] {
          probe.forward(x);
          return probe.error(y);
        };
        const nn::Matrix downhill = -nn::numerical_gradient(E, probe.W[l]);
        const double ratio =
            arma::accu((moved.W[l] - start.W[l]) % downhill) / arma::accu(downhill % downhill);
        std::printf(" %7.4f", ratio);
        if (std::string(sign.name) == "slide")
          results.emplace_back(nn::text("slide_ratio_W%zu", l), ratio);
      }
      std::printf("\n");
    }

    // 3. training, one observation at a time as on the slide
    nn::Figure figure({.title = "XOR with four sign conventions",
                       .x_label = "epoch",
                       .y_label = "MSE",
                       .log_y = true,
                       .legend = "bottom left"});
    std::printf("\nconvention                         MSE   outputs for 00, 01, 10, 11\n");
    for (const Convention& sign : conventions) {
      longhand::Mlp net = start;
      std::vector<double> curve;
      for (int epoch = 0; epoch < epochs; ++epoch) {
        for (std::size_t n = 0; n < data.X.n_rows; ++n) {
          net.forward(data.X.row(n));
          step(net, Y.row(n), sign, eta);
        }
        curve.push_back(arma::accu(arma::square(Y - net.predict(data.X))) / 4);
      }

      // 4. result
      const nn::Matrix O = net.predict(data.X);
      const double mse = arma::accu(arma::square(Y - O)) / 4;
      std::printf("%-28s %9.4f   %.4f %.4f %.4f %.4f\n", sign.name, mse, O(0), O(1), O(2), O(3));
      results.emplace_back(std::string("mse_") + sign.name, mse);
      figure.line(curve, sign.name);
    }
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(figure, "curves");
  });
}
