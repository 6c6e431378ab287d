// RMSprop: like Adagrad, but old gradients are forgotten (Tieleman and Hinton 2012).
#pragma once

#include "common/optimizers/optimizer.hpp"

namespace nn {

struct RMSpropOptions {
  LearningRate learning_rate = 0.001;  // η
  double rho = 0.9;                    // ρ
  double momentum = 0.0;
  double epsilon = 1e-7;
  bool centered = false;  // subtract the squared mean of g: the variance instead of the mean square
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// v = ρ v + (1 - ρ) g^2, w -= η g / sqrt(v + ε); with momentum the quotient goes into a mean first.
struct RMSprop : Optimizer {
  explicit RMSprop(const RMSpropOptions& o = {});
};

}  // namespace nn
