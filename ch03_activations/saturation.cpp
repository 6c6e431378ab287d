// Saturation: far from 0 the sigmoid is flat; its derivative is small there, but not 0.
//
// Notes:  003 시그모이드 함수의 단점; erratum 24
// Run:    ./book run ch03/saturation
// Expect: sigmoid' = 0.25 at 0, 6.65e-3 at 5, 4.54e-5 at 10, 2.06e-9 at 20, 0 at 40 (rounded)
// Try:    --reach 40: where does the derivative become 0 in double precision?
#include <cmath>

#include "common/functions/activations.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Saturation: where the sigmoid and tanh are flat, and how flat");
  // ---- knobs -----------------------------------------------------------------------------------
  double reach = 20.0;
  program.knob("reach", reach, "the picture goes from 0 to reach", 1.0, 100.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const std::vector<double> places{0, 2, 5, 10, 20, 40};

    // 2. derivatives, as they come out of the library: h (1 - h) and 1 - h^2
    const auto slope = [](const nn::ActivationFunction& phi, double z) {
      return phi.derivative(nn::Matrix(1, 1, arma::fill::value(z)))(0, 0);
    };
    std::printf("    z    sigmoid'(z)       tanh'(z)       ReLU'(z)\n");
    for (double z : places)
      std::printf("%5g %14.6e %14.6e %14g\n", z, slope(nn::sigmoid, z), slope(nn::tanh, z),
                  slope(nn::relu, z));

    // 3. the true value at 40 is e^-40 = 4.2e-18: 1 - h is rounded to 0 because h is rounded to 1
    std::printf("\nsigmoid(40) = %.17g, so h (1 - h) is 0; the true slope is %.2e\n",
                nn::sigmoid(nn::Matrix(1, 1, arma::fill::value(40.0)))(0, 0), std::exp(-40.0));
    double first_zero = 0.0;
    while (slope(nn::sigmoid, first_zero) > 0.0) first_zero += 0.01;
    std::printf("the first multiple of 0.01 with slope 0 is %.2f\n", first_zero);

    // 4. result
    for (double z : places)
      program.result(nn::text("sigmoid_slope_at_%g", z), slope(nn::sigmoid, z));
    program.result("tanh_slope_at_2", slope(nn::tanh, 2.0));
    program.result("first_zero_slope", first_zero);

    nn::Figure figure(
        {.title = "How flat is flat?", .x_label = "z", .y_label = "derivative", .log_y = true});
    const nn::ColVector z = arma::linspace<nn::ColVector>(0, reach, 400);
    const std::vector<double> zs(z.begin(), z.end());
    for (const nn::ActivationFunction& phi : {nn::sigmoid, nn::tanh, nn::relu}) {
      const nn::Matrix d = phi.derivative(z);
      figure.line(zs, std::vector<double>(d.begin(), d.end()), phi.name);
    }
    program.save(figure, "derivatives");
  });
}
