// LeakyReLU and ELU: activation functions with a parameter, as Keras's layers of these names.
#pragma once

#include "common/layers/activation.hpp"

namespace nn {

struct LeakyReLUOptions {
  double negative_slope = 0.3;
  Shape input_shape = {};  // for the first layer of a Sequential
  std::string name = "";
};

// h = x for x > 0, else negative_slope * x (Maas et al. 2013).
class LeakyReLU : public LayerHandle {
 public:
  explicit LeakyReLU(const LeakyReLUOptions& options = {})
      : LayerHandle(
            std::make_shared<ActivationLayer>(function(options.negative_slope), "LeakyReLU"),
            options.name, options.input_shape) {}

 private:
  static ActivationFunction function(double slope) {
    if (!(slope >= 0.0))
      throw Error(text("LeakyReLU: negative_slope is %g, expected at least 0", slope));
    return leaky_relu(slope);
  }
};

struct ELUOptions {
  double alpha = 1.0;
  Shape input_shape = {};
  std::string name = "";
};

// h = x for x > 0, else alpha (e^x - 1) (Clevert et al. 2015).
class ELU : public LayerHandle {
 public:
  explicit ELU(const ELUOptions& options = {})
      : LayerHandle(std::make_shared<ActivationLayer>(function(options.alpha), "ELU"), options.name,
                    options.input_shape) {}

 private:
  static ActivationFunction function(double alpha) {
    if (!(alpha >= 0.0)) throw Error(text("ELU: alpha is %g, expected at least 0", alpha));
    return elu(alpha);
  }
};

}  // namespace nn
