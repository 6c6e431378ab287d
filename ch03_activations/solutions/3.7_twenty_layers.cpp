// Solution of exercise 3.7: twenty layers deep
//
// The slope of the sigmoid is at most 1/4, so its weights spread much wider. tanh needs a little
// more than Glorot's 0.088 for so many layers, ReLU He's sqrt(2 / 128) = 0.125.
#include "ch03_activations/deep_stack.hpp"
#include "common/program/exercise.hpp"

// ---- knobs -------------------------------------------------------------------------------------
static const double for_sigmoid = 0.92, for_tanh = 0.11, for_relu = 0.125;
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
