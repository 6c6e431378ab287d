// Training on a device: the model goes there once, trains, and comes back.
//
//   nn::Sequential model{nn::Dense(128, {.activation = nn::relu, .input_shape = {784}}),
//                        nn::Dense(10, {.activation = nn::softmax})};
//   model.compile({.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy,
//                  .metrics = {nn::accuracy}});
//   nn::History history = nn::fit_on_device(model, X, Y, {.epochs = 20, .batch_size = 4096});
//   nn::Scores scores = model.evaluate(X_test, Y_test);              // on the CPU again, as ever
//
// Weights, activations, gradients, the optimizer's slots and the data set stay on the device; in an
// epoch only the order of the samples goes there, and two numbers come back. The steps are those of
// model.fit with the same seed, to rounding.
#pragma once

#include <string>

#include "common/model/model.hpp"

namespace nn {

enum class Device {
  automatic,  // the GPU where there is one, else the CPU
  gpu,        // refuses where there is none
  cpu         // the same code for the CPU, for tests and comparisons
};

struct DeviceFitOptions {
  int epochs = 1;
  int batch_size = 32;
  bool shuffle = true;
  bool verbose = true;
  Device device = Device::automatic;
};

// Trains a chain of Dense layers, with any activation functions, by SGD (momentum, Nesterov, decay or
// a schedule) or Adam, with mean_squared_error, or categorical_crossentropy after softmax; the metrics
// may hold accuracy. Everything else is refused by a sentence before anything is trained. Afterwards
// model and optimizer are as after model.fit: a further fit, here or there, goes on.
History fit_on_device(Model& model, const Matrix& X, const Matrix& Y,
                      const DeviceFitOptions& options = {});

// The device that fit_on_device would use: "NVIDIA H200", "CPU"; "" if it cannot work here, because
// this program was built without Thrust.
std::string device_name(Device device = Device::automatic);
// Why there is no GPU for it; "" if there is one.
std::string why_no_gpu();

}  // namespace nn
