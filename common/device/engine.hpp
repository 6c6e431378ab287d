// What trains a chain of dense layers on a device. Plain numbers only, so that nvcc, which need not
// know Armadillo or C++20, can compile the same source as the C++ compiler (engine_parts.hpp).
//
// On a device a sample is a column: X (d x n), W (d x m), b (m), Z = W'X + b (m x n). A sample's
// numbers lie side by side, so that a batch is gathered in whole columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/optimizers/formulas.hpp"

namespace nn {

namespace device {

struct LayerPlan {
  std::size_t inputs = 0, units = 0;
  std::string phi = "linear";  // the name of one of the library's activation functions
  Real alpha = 0;              // of leaky_relu and elu
  bool use_bias = true;
};

struct Plan {
  std::vector<LayerPlan> layers;
  bool crossentropy = false;               // with softmax at the end; false: mean squared error
  bool is_adam = false;                    // false: SGD
  formulas::Momentum sgd = {0, 0, false};  // the η of both comes with each step
  formulas::Adam adam = {0, 0, 0, 0};
  double beta_1 = 0, beta_2 = 0;  // of Adam
};

// The numbers of a weight matrix or a bias, with what the optimizer remembers of them.
struct Weights {
  std::vector<Real> value, slot_1, slot_2;  // slots are empty where the optimizer has none
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual std::string device() const = 0;  // "NVIDIA H200", "CPU"

  // To the device, and back: for each layer its W and then, if it has one, its b.
  virtual void set_weights(const std::vector<Weights>& weights) = 0;
  virtual std::vector<Weights> weights() const = 0;

  // X (d x n) and Y (m x n), a sample a column; they stay there.
  virtual void set_data(const Real* X, const Real* Y, std::size_t n) = 0;
  // The order of the epoch to come. Nothing else crosses the bus until its end.
  virtual void set_order(const std::vector<std::uint32_t>& order) = 0;

  // One step on the samples order[first] ... order[first + count - 1]; t = 1, 2, 3 ...
  virtual void step(std::size_t first, std::size_t count, double learning_rate, std::int64_t t) = 0;

  // Since the last call: the sum of the samples' losses, and how many had their largest output in the
  // right column (with one output: on the right side of 1/2). Waits for the device.
  struct Sums {
    double loss = 0.0, right = 0.0;
  };
  virtual Sums take_sums() = 0;
};

// Null where it cannot run, and why. Throws std::runtime_error for an unknown activation function.
std::unique_ptr<Engine> make_cuda_engine(const Plan& plan, std::string& why_not);
std::unique_ptr<Engine> make_cpu_engine(const Plan& plan, std::string& why_not);

}  // namespace device
}  // namespace nn
