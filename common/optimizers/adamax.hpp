// Adamax: Adam by the maximum (Kingma and Ba 2015, section 7).
#pragma once

#include "common/optimizers/optimizer.hpp"

namespace nn {

struct AdamaxOptions {
  LearningRate learning_rate = 0.001;  // η
  double beta_1 = 0.9;                 // m remembers about 1 / (1 - β1) steps
  double beta_2 = 0.999;               // v, 1 / (1 - β2)
  double epsilon = 1e-7;               // ε keeps the quotient finite
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// m = β1 m + (1 - β1) g, u = max(β2 u, |g|), w -= η / (1 - β1^t) m / (u + ε).
struct Adamax : Optimizer {
  explicit Adamax(const AdamaxOptions& o = {});
};

}  // namespace nn
