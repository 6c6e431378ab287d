// Every activation function of the notes with its derivative: values, limits and pictures.
//
// Notes:  003 활성화 함수 종류; 000, 002 (step); erratum 28
// Run:    ./book run ch03/activations
// Expect: derivatives agree with central differences; sigmoid'(0) = 0.25, tanh(x) = 2 s(2x) - 1;
//         ELU's slope left of 0 is its alpha, so that only alpha = 1 has no kink
// Try:    --alpha 1.5: max(a x, x) is a leaky ReLU only for a < 1
#include <cmath>

#include "common/functions/activations.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Activation functions and their derivatives: values, limits, pictures");
  // ---- knobs -----------------------------------------------------------------------------------
  double alpha = 0.1;
  program.knob("alpha", alpha, "slope of the leaky ReLU left of 0", 0.0, 10.0);
  double reach = 4.0;
  program.knob("reach", reach, "pictures go from -reach to reach", 0.1, 50.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: where to look
    const nn::Matrix z{{-10, -2, -1, -0.5, 0, 0.5, 1, 2, 10}};
    const nn::ColVector x = arma::linspace<nn::ColVector>(-reach, reach, 401);
    const std::vector<double> xs(x.begin(), x.end());

    // 2. the functions
    const std::vector<nn::ActivationFunction> functions{
        nn::step,     nn::sign, nn::linear, nn::sigmoid,  nn::tanh, nn::relu, nn::leaky_relu(alpha),
        nn::elu(1.0), nn::selu, nn::gelu,   nn::softplus, nn::swish};

    // 3. value and derivative of each
    double worst = 0.0;
    nn::Panels sheet(3, 4, "Activation functions (blue) and their derivatives (orange)");
    for (const nn::ActivationFunction& phi : functions) {
      const nn::Matrix h = phi(z), slope = phi.derivative(z);
      std::printf("%-11s", phi.name);
      for (double value : h) std::printf(" %8.4f", value);
      std::printf("\n%11s", "derivative");
      for (double value : slope) std::printf(" %8.4f", value);
      std::printf("\n");

      const double d = 1e-6;  // central differences, left and right of the kink at 0
      for (double at : {-1.5, -0.3, 0.3, 1.5}) {
        const nn::Matrix below(1, 1, arma::fill::value(at - d)),
            above(1, 1, arma::fill::value(at + d));
        const double difference = (phi(above)(0, 0) - phi(below)(0, 0)) / (2 * d);
        const nn::Matrix here(1, 1, arma::fill::value(at));
        worst = std::max(worst, std::abs(difference - phi.derivative(here)(0, 0)));
      }

      nn::Figure figure({.title = phi.name, .x_label = "z", .y_label = "", .legend = "off"});
      const nn::Matrix values = phi(x), slopes = phi.derivative(x);
      figure.line(xs, std::vector<double>(values.begin(), values.end()), "h");
      figure.line(xs, std::vector<double>(slopes.begin(), slopes.end()), "dh/dz", {.dashed = true});
      sheet.add(std::move(figure));
    }

    // 4. result: what the notes say of them
    const auto at = [](const nn::ActivationFunction& phi, double value) {
      return phi(nn::Matrix(1, 1, arma::fill::value(value)))(0, 0);
    };
    double tanh_identity = 0.0, max_form = 0.0;
    for (double value : xs) {
      tanh_identity = std::max(
          tanh_identity, std::abs(at(nn::tanh, value) - (2 * at(nn::sigmoid, 2 * value) - 1)));
      max_form = std::max(
          max_form, std::abs(std::max(alpha * value, value) - at(nn::leaky_relu(alpha), value)));
    }
    std::printf("\ntanh(x) = 2 sigmoid(2x) - 1 holds to %.1e\n", tanh_identity);
    std::printf(
        "max(%g x, x) and the leaky ReLU differ by at most %g: the form with max needs a < 1\n",
        alpha, max_form);
    std::vector<std::pair<std::string, double>> elu_slopes;
    for (double a : {0.5, 1.0, 2.0}) {
      const nn::Matrix slope = nn::elu(a).derivative(nn::Matrix{{-1e-9, 1e-9}});
      std::printf("ELU, alpha = %-3g: slope %.3f at -1e-9, %.3f at 1e-9\n", a, slope[0], slope[1]);
      elu_slopes.emplace_back(nn::text("elu_slope_left_alpha_%g", a), slope[0]);
    }
    std::printf("only with alpha = 1 do the two halves of ELU join without a kink\n");
    program.result("worst_derivative_error", worst < 1e-8 ? 0.0 : worst);
    program.result("sigmoid_slope_at_0",
                   nn::sigmoid.derivative(nn::Matrix(1, 1, arma::fill::zeros))(0, 0));
    program.result("tanh_identity_error", tanh_identity < 1e-15 ? 0.0 : tanh_identity);
    program.result("leaky_max_form_error", max_form);
    program.result("elu_of_minus_1", at(nn::elu(1.0), -1.0));
    for (const auto& [name, slope] : elu_slopes) program.result(name, slope);
    program.save(sheet, "all");

    nn::Figure leaky({.title = "max(a x, x) for a > 1 bends the wrong way",
                      .x_label = "x",
                      .y_label = "h",
                      .legend = "top left"});
    for (double a : {0.01, 0.1, 0.3, 1.5}) {
      std::vector<double> y;
      for (double value : xs) y.push_back(std::max(a * value, value));
      leaky.line(xs, y, nn::text("max(%g x, x)", a), {.dashed = a > 1});
    }
    program.save(leaky, "leaky");
  });
}
