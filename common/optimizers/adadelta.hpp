// Adadelta: like RMSprop, but the rate is the root mean square of the earlier changes (Zeiler 2012,
// whose rate is 1).
#pragma once

#include "common/optimizers/optimizer.hpp"

namespace nn {

struct AdadeltaOptions {
  LearningRate learning_rate = 0.001;  // η
  double rho = 0.95;                   // ρ
  double epsilon = 1e-7;
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// v = ρ v + (1 - ρ) g^2, d = -g sqrt(u + ε) / sqrt(v + ε), u = ρ u + (1 - ρ) d^2, w += η d.
struct Adadelta : Optimizer {
  explicit Adadelta(const AdadeltaOptions& o = {});
};

}  // namespace nn
