// Adam (Kingma and Ba 2015): a step whose length does not depend on the gradient's. m is the mean of
// the last gradients, v of their squares; m / sqrt(v) is about 1 where they agree, 0 where they do
// not. As in Keras, ε stands before the bias correction.
#pragma once

#include "common/optimizers/optimizer.hpp"

namespace nn {

struct AdamOptions {
  LearningRate learning_rate = 0.001;  // η
  double beta_1 = 0.9;                 // m remembers about 1 / (1 - β1) steps
  double beta_2 = 0.999;               // v, 1 / (1 - β2)
  double epsilon = 1e-7;               // ε keeps the quotient finite
  bool amsgrad = false;                // divide by the largest v so far (Reddi et al. 2018)
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

struct Adam : Optimizer {
  explicit Adam(const AdamOptions& o = {});
};

struct AdamWOptions {
  LearningRate learning_rate = 0.001;
  double weight_decay = 0.004;
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7;
  bool amsgrad = false;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// Adam with a weight decay that does not pass through the means (Loshchilov and Hutter 2019).
struct AdamW : Optimizer {
  explicit AdamW(const AdamWOptions& o = {});
};

}  // namespace nn
