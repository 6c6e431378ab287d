// The threshold logic unit: a weighted sum, then a step; what the step says at 0 decides the line.
//
// Notes:  000, 002, 004 TLU (LTU), Heaviside and sign; erratum 34 (at the threshold: >= or >)
// Run:    ./book run ch01/tlu
// Expect: at z = 0 Heaviside 1, sign 0; with w = (1, 1), b = -1: >= answers OR, > answers AND
// Try:    --b -0.5, --w1 -1 --b 0, --w1 0 --w2 0
#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// As Heaviside's step, but 0 at z = 0: "exceeds the threshold", to the letter.
static nn::Real step_above(nn::Real z) { return z > 0 ? 1 : 0; }

int main(int argc, char** argv) {
  nn::Program program("A TLU: weighted sum and step; the sample on the line");
  // ---- knobs -----------------------------------------------------------------------------------
  double w1 = 1.0, w2 = 1.0, b = -1.0;
  program.knob("w1", w1, "weight of x1");
  program.knob("w2", w2, "weight of x2");
  program.knob("b", b, "bias: minus the threshold");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the four corners of the unit square
    const nn::Matrix X = nn::gate(nn::Gate::AND).X;

    // 2. model: the same weights with two steps
    const nn::Tlu at_or_above{.w = {w1, w2}, .b = b};  // Heaviside: >=
    const nn::Tlu above{.w = {w1, w2}, .b = b, .step = step_above};

    // 3. two step functions, then every sample through both neurons
    std::printf("     z   Heaviside   sign\n");
    for (double z : {-1.0, -0.0, 0.0, 1.0})
      std::printf("%6.1f %8.0f %9.0f\n", z, nn::heaviside(z), nn::signum(z));
    std::printf("\nz = %g x1 %+g x2 %+g\n x1  x2        z   z >= 0   z > 0\n", w1, w2, b);
    int changed = 0;
    for (std::size_t i = 0; i < X.n_rows; ++i) {
      const nn::RowVector x = X.row(i);
      const double z = at_or_above.weighted_sum(x);  // z = w1 x1 + w2 x2 + b
      const double with_equal = at_or_above.output(x), without = above.output(x);  // h = step(z)
      std::printf("%3.0f %3.0f %8.2f %6.0f %8.0f%s\n", x[0], x[1], z, with_equal, without,
                  with_equal != without ? "   on the line: changes class" : "");
      changed += with_equal != without;
    }

    // 4. result
    program.result("heaviside_at_0", nn::heaviside(0));
    program.result("sign_at_0", nn::signum(0));
    program.result("ones_at_or_above", arma::accu(at_or_above.outputs(X)));
    program.result("ones_above", arma::accu(above.outputs(X)));
    program.result("samples_on_the_line", changed);

    nn::Figure steps({.title = "Step functions",
                      .x_label = "z",
                      .y_label = "step(z)",
                      .x_range = {-3, 3},
                      .y_range = {-1.4, 1.4}});
    const double gap = arma::datum::nan;
    steps.line({-3, 0, 0, 0, 3}, {0, 0, gap, 1, 1}, "Heaviside", {.color = 0, .width = 4});
    steps.line({-3, 0, 0, 0, 3}, {-1, -1, gap, 1, 1}, "sign",
               {.color = 1, .width = 4, .dashed = true});
    steps.scatter(nn::Matrix{{0, 1}, {0, 0}}, {0, 1}, {"Heaviside at 0", "sign at 0"});
    nn::Figure plane({.title = "Weighted sum z, and the line z = 0",
                      .x_label = "x1",
                      .y_label = "x2",
                      .x_range = {-0.5, 1.5},
                      .y_range = {-0.5, 1.5},
                      .equal_axes = true});
    plane.shade([&](const nn::Matrix& XY) { return at_or_above.weighted_sums(XY); });
    plane.contour([&](const nn::Matrix& XY) { return at_or_above.weighted_sums(XY); },
                  {.levels = {0}});
    plane.scatter(X, arma::conv_to<nn::Indices>::from(at_or_above.outputs(X)),
                  {"answer 0", "answer 1"});
    program.save(nn::Panels(1, 2).add(std::move(steps)).add(std::move(plane)), "steps_and_plane");
  });
}
