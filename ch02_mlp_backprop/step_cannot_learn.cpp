// Why the step function had to become a sigmoid: its gradient is 0 wherever there is one.
//
// Notes:  002 역전파, 활성화 함수; errata 20 ("no slope": it is 0, undefined only at the jump), 23
// Run:    ./book run ch02/step_cannot_learn
// Expect: TLU network: gradient 0 for all weights, E unchanged; sigmoid network: E falls
// Try:    --steepness 100: a sigmoid that is nearly a step; --seed 7
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Why the step function had to become a sigmoid");
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 2000;
  program.knob("epochs", epochs, "updates with all four observations");
  double eta = 3, steepness = 20;
  program.knob("eta", eta, "learning rate", 0.0);
  program.knob("steepness", steepness, "k of the steep sigmoid(k z) in the picture", 0.1, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset data = nn::gate(nn::Gate::XOR);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);

    // 2. model: the same 2-4-1 weights, once with steps (TLUs), once with sigmoids
    nn::Rng rng = program.rng();
    longhand::Mlp tlus({2, 4, 1}, longhand::step, longhand::step);
    tlus.initialize(rng, 1.0);
    for (std::size_t l = 2; l <= tlus.L; ++l)
      tlus.b[l] = rng.uniform_matrix(1, tlus.m[l], -1, 1);  // away from the jump
    longhand::Mlp sigmoids = tlus;
    sigmoids.f.assign(sigmoids.L + 1, longhand::sigmoid);
    const nn::Indices all = arma::regspace<nn::Indices>(0, 3);

    // 3. gradients by central differences, then training
    std::printf("network    |dE/dW| by differences   by backpropagation    E before     E after\n");
    std::vector<double> lengths, after;
    nn::Figure curves({.title = "XOR: steps and sigmoids",
                       .x_label = "epoch",
                       .y_label = "E",
                       .y_range = {0, 0.4}});
    for (const auto& [name, start] :
         {std::pair{"steps", &tlus}, std::pair{"sigmoids", &sigmoids}}) {
      longhand::Mlp net = *start;
      const auto E = [&] {
        net.forward(data.X);
        return net.error(Y);
      };
      const double before = E();
      net.backward(Y);
      double numerical = 0, analytic = 0;
      for (std::size_t l = 2; l <= net.L; ++l) {
        numerical = std::hypot(numerical, arma::norm(nn::numerical_gradient(E, net.W[l]), "fro"));
        analytic = std::hypot(analytic, arma::norm(net.dW[l], "fro"));
      }
      std::vector<double> curve;
      for (int epoch = 0; epoch < epochs; ++epoch)
        curve.push_back(longhand::train_epoch(net, data.X, Y, all, 4, eta));
      lengths.push_back(numerical);
      after.push_back(E());
      std::printf("%-10s %22.6f %20.6f %11.4f %11.4f\n", name, numerical, analytic, before,
                  after.back());
      curves.line(curve, name);
    }

    // E along one bias of XOR set by hand (OR and NAND, then AND): stairs, a slope, in between
    longhand::Mlp by_hand({2, 2, 1}, longhand::step, longhand::step);
    const auto error_with = [&](const longhand::Activation& f, double k, double bias) {
      by_hand.f.assign(by_hand.L + 1, f);
      by_hand.W[2] = k * nn::Matrix{{1, -1}, {1, -1}};
      by_hand.b[2] = k * nn::RowVector{bias, 1.5};
      by_hand.W[3] = k * nn::ColVector{1, 1};
      by_hand.b[3] = k * nn::RowVector{-1.5};
      by_hand.forward(data.X);
      return by_hand.error(Y);
    };
    std::vector<double> bias, stairs, steep, smooth;
    for (double b = -3; b <= 1; b += 0.01) {
      bias.push_back(b);
      stairs.push_back(error_with(longhand::step, 1, b));
      steep.push_back(error_with(longhand::sigmoid, steepness, b));
      smooth.push_back(error_with(longhand::sigmoid, 4, b));
    }
    nn::Figure landscape({.title = "E of XOR set by hand, along the bias of OR",
                          .x_label = "bias of OR",
                          .y_label = "E",
                          .legend = "outside"});
    landscape.line(bias, stairs, "step")
        .line(bias, steep, nn::text("sigmoid(%g z)", steepness))
        .line(bias, smooth, "sigmoid(4 z)");

    // 4. result
    program.result("step_gradient", lengths[0]);
    program.result("sigmoid_gradient", lengths[1]);
    program.result("step_E_after", after[0]);
    program.result("sigmoid_E_after", after[1]);
    program.save(curves, "training");
    program.save(landscape, "landscape");
  });
}
