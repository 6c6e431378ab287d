#include "common/layers/activation.hpp"

namespace nn {

Shape ActivationLayer::build(const Shape& input) {
  require_rank(input, 0, "(features) or of higher rank");
  return input;
}

namespace {
double at_least_0(const char* what, double value) {
  if (!(value >= 0.0)) throw Error(text("%s is %g, expected at least 0", what, value));
  return value;
}
}  // namespace

LeakyReLU::LeakyReLU(const LeakyReLUOptions& o)
    : LayerHandle(
          std::make_shared<ActivationLayer>(
              leaky_relu(at_least_0("LeakyReLU: negative_slope", o.negative_slope)), "LeakyReLU"),
          o.name, o.input_shape) {}

ELU::ELU(const ELUOptions& o)
    : LayerHandle(std::make_shared<ActivationLayer>(elu(at_least_0("ELU: alpha", o.alpha)), "ELU"),
                  o.name, o.input_shape) {}

}  // namespace nn
