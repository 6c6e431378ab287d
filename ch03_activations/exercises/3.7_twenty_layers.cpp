// Exercise 3.7: twenty layers deep
//
// Task:   choose the standard deviation of the initial weights, one for each activation function,
//         so that the gradient survives twenty layers of 128 units.
// Goal:   the gradient at the input is between 1/3 and 3 times the gradient at the output, for
//         sigmoid, tanh and ReLU (geometric mean over five draws)
// Run:    ./book exercise 3.7
// Hint:   exercises/README.md, solution: solutions/3.7_twenty_layers.cpp
#include "ch03_activations/deep_stack.hpp"
#include "common/program/exercise.hpp"

// ---- knobs -------------------------------------------------------------------------------------
static const double for_sigmoid = 0.1, for_tanh = 0.1, for_relu = 0.1;  // TODO: turn these
// ------------------------------------------------------------------------------------------------

int main() {
  nn::Exercise exercise("3.7");
  return exercise.verdict([&] {
    const std::vector<std::pair<nn::ActivationFunction, double>> stacks{
        {nn::sigmoid, for_sigmoid}, {nn::tanh, for_tanh}, {nn::relu, for_relu}};
    for (const auto& [phi, sd] : stacks) {
      double log_ratio = 0.0;  // the geometric mean over five draws
      for (std::uint64_t seed = 71; seed < 76; ++seed) {
        const DeepStack stack = measure_stack(phi, nn::normal(0.0, sd), 20, 128, 64, nn::Rng(seed));
        log_ratio += std::log(stack.gradient_sd.front() / stack.gradient_sd.back()) / 5;
      }
      const std::string what = nn::text("gradient at input / at output, %s", phi.name);
      exercise.expect_at_least(what, 1.0 / 3, std::exp(log_ratio));
      exercise.expect_at_most(what, 3, std::exp(log_ratio));
    }
  });
}
