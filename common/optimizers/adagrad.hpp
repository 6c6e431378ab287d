// Adagrad: a rate of its own for each weight, which falls with all its gradients so far (Duchi et al.
// 2011).
#pragma once

#include "common/optimizers/optimizer.hpp"

namespace nn {

struct AdagradOptions {
  LearningRate learning_rate = 0.001;  // η
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// a += g^2, w -= η g / sqrt(a + ε).
struct Adagrad : Optimizer {
  explicit Adagrad(const AdagradOptions& o = {});
};

}  // namespace nn
