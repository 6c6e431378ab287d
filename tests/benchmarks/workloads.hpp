// The workloads that the library is measured with. pytorch.py holds the same ones.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/nn.hpp"
#include "tests/benchmarks/products.hpp"

// One training: a model, data, and the matrix products of a step.
struct Workload {
  std::string name;         // "W1", as pytorch.py knows it
  std::string description;  // "784-300-100-10, SGD, batch 32"
  std::size_t samples, batch_size;
  std::function<nn::Sequential()> compiled_model;
  std::function<void(nn::Matrix& X, nn::Matrix& Y)> make_data;
  // Forward, dW and dX of every layer with weights; no dX for the first of them.
  std::vector<Product> products;
};

std::vector<Workload> all_workloads();

// Trains one model again and again.
class Training {
 public:
  explicit Training(const Workload& workload);

  // Samples per second of model.fit, with metric, shuffling and History, over about `seconds`:
  // from the begin of its first epoch to the end of its last one.
  double samples_per_second(double seconds);

 private:
  const Workload& workload_;
  nn::Sequential model_;
  nn::Matrix X_, Y_;
  double seconds_per_epoch_ = 0.0;
};
