// The forward pass, neuron by neuron and as matrices, and the error at the end of it.
//
// Notes:  003 EBP 3 (z, h, e), 002 순전파; errata 4 (limits of the sums, bias) and 5 (E)
// Run:    ./book run ch02/forward_pass
// Expect: both ways give the same numbers; E = 0.1399 for the four points of XOR
// Try:    --hidden 3; --x1 1 --x2 1
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The forward pass, neuron by neuron and as matrices");
  // ---- knobs -----------------------------------------------------------------------------------
  int hidden = 2;
  program.knob("hidden", hidden, "neurons of the hidden layer", 1, 20);
  double x1 = 0, x2 = 1;
  program.knob("x1", x1, "first input of the observation that is followed");
  program.knob("x2", x2, "second input");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset data = nn::gate(nn::Gate::XOR);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(data.y);
    const nn::RowVector x = {x1, x2};

    // 2. model: weights from U(-1, 1), biases 0 as in the notes' listing
    nn::Rng rng = program.rng();
    longhand::Mlp net({2, static_cast<std::size_t>(hidden), 1}, longhand::sigmoid,
                      longhand::sigmoid);
    net.initialize(rng, 1.0);

    // 3. forward: neuron by neuron, with the notes' letters. h^1 = x, so l runs from 2 (erratum 4)
    std::printf("x = (%g, %g)\nlayer neuron   z = sum of h W, and b\n", x1, x2);
    nn::RowVector h = x;
    double worst = 0;
    net.forward(x);
    for (std::size_t l = 2; l <= net.L; ++l) {
      nn::RowVector h_next(net.m[l]);
      for (std::size_t j = 0; j < net.m[l]; ++j) {
        double z = net.b[l](j);
        std::printf("%5zu %6zu   ", l, j + 1);
        for (std::size_t i = 0; i < net.m[l - 1]; ++i) {  // all m_(l-1) inputs, not m_l (erratum 4)
          z += net.W[l](i, j) * h(i);                     // z_j^l = sum_i W_ij^l h_i^(l-1) + b_j^l
          std::printf("%.4f * %7.4f + ", h(i), net.W[l](i, j));
        }
        h_next(j) = 1 / (1 + std::exp(-z));  // h_j^l = f_j(z_j^l)
        std::printf("%.4f = %7.4f   h = sigmoid(z) = %.4f\n", net.b[l](j), z, h_next(j));
        worst =
            std::max({worst, std::abs(z - net.Z[l](0, j)), std::abs(h_next(j) - net.H[l](0, j))});
      }
      h = h_next;
    }
    std::printf("as matrices, H = f(XW + b): largest difference %.0e\n\n", worst);

    // all four observations at once, and the error E = 1/2 sum_j e_j^2 of each (erratum 5)
    const nn::Matrix O = net.forward(data.X);
    const double E = net.error(Y);
    std::printf("x1 x2   y        o    e = y - o   E(n) = e^2 / 2\n");
    for (std::size_t n = 0; n < 4; ++n)
      std::printf("%2.0f %2.0f %3.0f %8.4f %12.4f %16.4f\n", data.X(n, 0), data.X(n, 1), Y(n, 0),
                  O(n, 0), net.e(n, 0), net.e(n, 0) * net.e(n, 0) / 2);
    std::printf("mean%41.4f\n\n", E);

    // the slide's limits: a sum to m_l leaves inputs of a 3-2-1 net out; without b, x = 0 is blind
    std::printf(
        "erratum 4 in a 3-2-1 net: a sum to m_l takes 2 of the 3 inputs, then 1 of 2 hidden "
        "outputs\n");
    longhand::Mlp blind({3, 2, 1}, longhand::sigmoid, longhand::sigmoid);
    double spread = 0;
    for (int draw = 0; draw < 100; ++draw) {  // other weights, no bias: h^2 at x = 0 does not move
      blind.initialize(rng, 10.0);
      blind.forward(nn::Matrix(1, 3, arma::fill::zeros));
      spread = std::max(spread, arma::abs(blind.H[2] - 0.5).max());
    }
    std::printf(
        "without b, x = 0 gives h^2 = 0.5 for all weights (100 draws, largest change %g)\n\n",
        spread);

    // 4. result
    program.result("output", net.predict(x)(0));
    program.result("difference_sums_matrices", worst);
    program.result("E", E);
    program.result("change_at_zero_without_bias", spread);
  });
}
