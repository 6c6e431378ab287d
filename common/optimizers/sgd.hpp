// SGD: gradient descent, with momentum (Polyak 1964) or Nesterov's (1983; here as Sutskever et al.
// 2013 write it).
#pragma once

#include "common/optimizers/optimizer.hpp"

namespace nn {

struct SGDOptions {
  LearningRate learning_rate = 0.01;  // η
  double momentum = 0.0;              // γ, 0 ... 1: how much of the last step is taken again
  bool nesterov = false;              // look at where the momentum leads
  double decay = 0.0;                 // η / (1 + decay t) at step t = 0, 1, 2 ..., as in Keras 2
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// w -= η g. With momentum: v = γ v - η g, w += v; Nesterov: w += γ v - η g with the new v.
struct SGD : Optimizer {
  explicit SGD(const SGDOptions& o = {});
};

}  // namespace nn
