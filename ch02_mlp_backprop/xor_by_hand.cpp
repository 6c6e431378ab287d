// XOR with three sigmoid neurons whose weights are set by hand: OR and NAND, then AND of the two.
//
// Notes:  003 Solving XOR Problem using MLP, the table of sigma(20 x1 + 20 x2 - 10) ...
// Run:    ./book run ch02/xor_by_hand
// Expect: 0.0000454 for (0,0) and (1,1), 0.9999545 for (0,1) and (1,0)
// Try:    --sharpness 1: where does it stop working, and why does 20 work?
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("XOR with three sigmoid neurons whose weights are set by hand");
  // ---- knobs -----------------------------------------------------------------------------------
  double sharpness = 20;
  program.knob("sharpness", sharpness, "20 in the notes; all weights and biases grow with it", 0,
               700);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the four points in the order 00 01 10 11
    const nn::Dataset data = nn::gate(nn::Gate::XOR);

    // 2. model: 2-2-1, W[l] with the source first
    const double s = sharpness / 20;
    longhand::Mlp net({2, 2, 1}, longhand::sigmoid, longhand::sigmoid);
    net.W[2] = s * nn::Matrix{{20, -20}, {20, -20}};  // columns: OR, NAND
    net.b[2] = s * nn::RowVector{-10, 30};
    net.W[3] = s * nn::ColVector{20, 20};  // AND of the two
    net.b[3] = s * nn::RowVector{-30};

    // 3. training: none. The forward pass, neuron by neuron
    const nn::Matrix& O = net.forward(data.X);
    std::printf("x1 x2      OR: z      h1    NAND: z      h2     AND: z       o   target\n");
    for (std::size_t n = 0; n < 4; ++n)
      std::printf("%2.0f %2.0f %11.1f %9.7f %7.1f %9.7f %8.2f %10.7f %5llu\n", data.X(n, 0),
                  data.X(n, 1), net.Z[2](n, 0), net.H[2](n, 0), net.Z[2](n, 1), net.H[2](n, 1),
                  net.Z[3](n, 0), O(n, 0), static_cast<unsigned long long>(data.y[n]));

    // 4. result
    std::printf("\n");
    const char* names[] = {"00", "01", "10", "11"};
    int right = 0;
    for (std::size_t n = 0; n < 4; ++n) {
      program.result(std::string("or_") + names[n], net.H[2](n, 0));
      program.result(std::string("nand_") + names[n], net.H[2](n, 1));
      program.result(std::string("xor_") + names[n], O(n, 0));
      right += (O(n, 0) > 0.5) == (data.y[n] == 1);
    }
    program.result("right", right);
    nn::Panels sheet(1, 3, "OR and NAND are straight cuts; AND joins them");
    const char* titles[] = {"h1 = OR", "h2 = NAND", "o = AND(h1, h2)"};
    for (int picture = 0; picture < 3; ++picture) {
      nn::Figure figure({.title = titles[picture],
                         .x_label = "x1",
                         .y_label = "x2",
                         .x_range = {-0.5, 1.5},
                         .y_range = {-0.5, 1.5},
                         .equal_axes = true,
                         .width = 420,
                         .height = 420});
      figure.shade(
          [&](const nn::Matrix& XY) -> nn::ColVector {
            longhand::Mlp copy = net;
            copy.forward(XY);
            return picture < 2 ? nn::ColVector(copy.H[2].col(picture))
                               : nn::ColVector(copy.H[3].col(0));
          },
          {0, 1});
      figure.scatter(data.X, data.y, {"XOR 0", "XOR 1"});
      sheet.add(std::move(figure));
    }
    program.save(sheet, "surfaces");
  });
}
