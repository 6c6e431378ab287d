// Nadam: Adam with Nesterov's look ahead (Dozat 2016): the momentum of the next step is in this one
// already.
#pragma once

#include "common/optimizers/optimizer.hpp"

namespace nn {

struct NadamOptions {
  LearningRate learning_rate = 0.001;  // η
  double beta_1 = 0.9;                 // m remembers about 1 / (1 - β1) steps
  double beta_2 = 0.999;               // v, 1 / (1 - β2)
  double epsilon = 1e-7;               // ε keeps the quotient finite
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

struct Nadam : Optimizer {
  explicit Nadam(const NadamOptions& o = {});
};

}  // namespace nn
