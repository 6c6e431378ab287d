// Is a derivative right? Central differences tell, without calculus; and how a wrong one looks.
//
// Notes:  002 그래디언트 계산, 003 EBP 4; erratum 1 (the sign in the hidden layers)
// Run:    ./book run ch02/gradient_check
// Expect: relative error about 1e-10 for the right code, 0.05 to 1 for three typical mistakes
// Try:    --h 1e-2 and --h 1e-12: why is the best step in between?
#include "common/graph/gradient_check.hpp"
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// dE/dW[l] by central differences: (E(w + h) - E(w - h)) / 2h for every single weight.
static nn::Matrix differences(longhand::Mlp net, const nn::Matrix& X, const nn::Matrix& Y,
                              std::size_t l, double h) {
  nn::Matrix gradient(arma::size(net.W[l]));
  for (std::size_t i = 0; i < gradient.n_elem; ++i) {
    const double w = net.W[l](i);
    net.W[l](i) = w + h;
    net.forward(X);
    const double above = net.error(Y);
    net.W[l](i) = w - h;
    net.forward(X);
    const double below = net.error(Y);
    net.W[l](i) = w;
    gradient(i) = (above - below) / (2 * h);
  }
  return gradient;
}

// |a - b| / (|a| + |b|): 0 if equal, 1 if opposite or unrelated in size.
static double relative_error(const nn::Matrix& a, const nn::Matrix& b) {
  return arma::norm(a - b, "fro") / (arma::norm(a, "fro") + arma::norm(b, "fro"));
}

int main(int argc, char** argv) {
  nn::Program program("Gradient check: a right derivative and three wrong ones");
  // ---- knobs -----------------------------------------------------------------------------------
  double h = 1e-5;
  program.knob("h", h, "step of the central differences", 1e-15, 1.0);
  int samples = 5;
  program.knob("samples", samples, "rows of the random data", 1, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: random, since a gradient has to be right for any
    nn::Rng rng = program.rng();
    const nn::Matrix X = rng.normal_matrix(samples, 3), Y = rng.uniform_matrix(samples, 2);

    // 2. model: 3-4-3-2
    longhand::Mlp net({3, 4, 3, 2}, longhand::sigmoid, longhand::sigmoid);
    net.initialize(rng, 1.0);
    net.forward(X);

    // 3. backward in four versions, each checked
    const std::vector<std::string> versions{"right", "no_one_minus_h", "prime_of_h", "slide_sign"};
    std::vector<double> worst;
    std::printf("relative error for           W2        W3        W4\n");
    for (const std::string& name : versions) {
      longhand::Mlp version = net;
      if (name == "no_one_minus_h")  // sigma'(z) = h (1 - h) cut short to h
        for (std::size_t l = 2; l <= net.L; ++l) version.f[l].derivative = version.f[l].f;
      if (name == "prime_of_h") version.Z = version.H;  // f'(h) where f'(z) belongs
      version.backward(Y);
      if (name == "slide_sign") version.dW[3] *= -1;  // delta = -f' sum: every second layer flips
      std::printf("%-18s", name.c_str());
      worst.push_back(0);
      for (std::size_t l = 2; l <= net.L; ++l) {
        const double error = relative_error(version.dW[l], differences(net, X, Y, l, h));
        worst.back() = std::max(worst.back(), error);
        std::printf("  %8.1e", error);
      }
      std::printf("   %s\n", worst.back() < 1e-6 ? "right" : "WRONG");
    }

    // which step? Too large: the curve bends; too small: E(w + h) - E(w - h) is rounding
    net.backward(Y);
    std::vector<double> steps, errors;
    for (double step = 1; step > 1e-15; step /= std::sqrt(10.0)) {
      steps.push_back(step);
      errors.push_back(relative_error(net.dW[2], differences(net, X, Y, 2, step)));
    }
    const auto E = [&] {
      net.forward(X);
      return net.error(Y);
    };
    const nn::GradientCheck library = nn::check_gradient(E, net.W[2], net.dW[2]);
    const double best = *std::min_element(errors.begin(), errors.end());
    std::printf("\nbest of all steps: %.1e; nn::check_gradient: %s\n\n", best,
                library.str().c_str());

    // 4. result
    for (std::size_t i = 0; i < versions.size(); ++i) program.result(versions[i], worst[i]);
    program.result("library", library.relative_error);
    nn::Figure figure({.title = "Central differences: error against step",
                       .x_label = "step h",
                       .y_label = "relative error",
                       .log_x = true,
                       .log_y = true});
    figure.line(steps, errors, "W2", {.markers = true});
    program.save(figure, "step");
  });
}
