#include "tests/benchmarks/workloads.hpp"

#include <cmath>

#include "common/data/data.hpp"
#include "tests/benchmarks/stopwatch.hpp"

namespace {

using nn::Matrix;
using nn::Real;
using MakeOptimizer = std::function<nn::Optimizer()>;  // every model needs one of its own

void random_images(std::size_t n, std::size_t d, Matrix& X, Matrix& Y) {
  nn::Rng rng(1);
  X = rng.uniform_matrix(n, d);
  nn::Indices labels(n);
  for (auto& label : labels) label = rng.below(10);
  Y = nn::one_hot(labels, 10);
}

// d-hidden...-10, ReLU and softmax.
nn::Sequential classifier(std::size_t d, const std::vector<std::size_t>& hidden,
                          const MakeOptimizer& make_optimizer) {
  nn::Sequential model;
  for (std::size_t units : hidden)
    model.add(nn::Dense(
        static_cast<long long>(units),
        {.activation = nn::relu, .input_shape = model.shared() ? nn::Shape() : nn::Shape(d)}));
  model.add(nn::Dense(10, {.activation = nn::softmax}));
  model.compile({.optimizer = make_optimizer(),
                 .loss = nn::categorical_crossentropy,
                 .metrics = {nn::accuracy}});
  return model;
}

Workload dense_workload(const char* name, const char* description, std::size_t samples,
                        std::size_t batch_size, std::size_t d, std::vector<std::size_t> hidden,
                        const MakeOptimizer& make_optimizer) {
  Workload w{name,
             description,
             samples,
             batch_size,
             [=] { return classifier(d, hidden, make_optimizer); },
             [=](Matrix& X, Matrix& Y) { random_images(samples, d, X, Y); },
             {}};
  std::size_t inputs = d;
  hidden.push_back(10);
  for (std::size_t units : hidden) {
    for (const Product& p : products_of_layer(batch_size, inputs, units, inputs == d))
      w.products.push_back(p);
    inputs = units;
  }
  return w;
}

Workload xor_workload() {
  const auto model = [] {
    nn::Sequential net({nn::Dense(4, {.activation = nn::tanh, .input_shape = {2}}),
                        nn::Dense(1, {.activation = nn::sigmoid})});
    net.compile({.optimizer = nn::SGD({.learning_rate = 0.5}),
                 .loss = nn::binary_crossentropy,
                 .metrics = {nn::accuracy}});
    return net;
  };
  const auto data = [](Matrix& X, Matrix& Y) {
    X = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};
    Y = arma::Col<Real>{0, 1, 1, 0};
  };
  return {"W3",
          "2-4-1 tanh sigmoid, XOR, full batch of 4",
          4,
          4,
          model,
          data,
          {{4, 4, 2}, {2, 4, 4}, {4, 1, 4}, {4, 1, 4}, {4, 4, 1}}};
}

Workload convolution_workload() {
  constexpr std::size_t samples = 4096, n = 32;
  const auto model = [] {
    nn::Sequential net(
        {nn::Conv2D(
             32, {3, 3},
             {.padding = nn::Padding::same, .activation = nn::relu, .input_shape = {28, 28, 1}}),
         nn::MaxPooling2D({2, 2}), nn::Flatten(), nn::Dense(10, {.activation = nn::softmax})});
    net.compile(
        {.optimizer = nn::SGD(), .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});
    return net;
  };
  Workload w{"W5",
             "Conv2D(32, 3x3) ReLU MaxPool2 Dense10, 28x28, SGD, batch 32",
             samples,
             n,
             model,
             [](Matrix& X, Matrix& Y) { random_images(samples, 28 * 28, X, Y); },
             products_of_layer(n * 28 * 28, 9, 32, true)};
  for (const Product& p : products_of_layer(n, 14 * 14 * 32, 10, false)) w.products.push_back(p);
  return w;
}

Workload recurrent_workload(const char* name, const char* description,
                            const MakeOptimizer& make_optimizer) {
  constexpr std::size_t samples = 1024, n = 32, words = 10000, width = 512, steps = 100, units = 32;
  const auto model = [=] {
    nn::Sequential net({nn::Embedding(words, width, {.input_shape = {steps}}), nn::LSTM(units),
                        nn::Dense(1, {.activation = nn::sigmoid})});
    net.compile({.optimizer = make_optimizer(),
                 .loss = nn::binary_crossentropy,
                 .metrics = {nn::accuracy}});
    return net;
  };
  const auto data = [](Matrix& X, Matrix& Y) {
    nn::Rng rng(1);
    X.set_size(samples, steps);
    Y.set_size(samples, 1);
    for (Real& id : X) id = static_cast<Real>(rng.below(words));
    for (Real& y : Y) y = static_cast<Real>(rng.below(2));
  };
  Workload w{name,
             description,
             samples,
             n,
             model,
             data,
             products_of_layer(n * steps, width, 4 * units, false)};  // all steps in one
  w.products.push_back({n, 4 * units, units, steps});                 // h U, step after step
  w.products.push_back({n, units, 4 * units, steps});                 // dz U'
  w.products.push_back({units, 4 * units, n * steps});                // dU
  for (const Product& p : products_of_layer(n, units, 1, false)) w.products.push_back(p);
  return w;
}

}  // namespace

std::vector<Workload> all_workloads() {
  const MakeOptimizer sgd = [] { return nn::SGD(); }, adam = [] { return nn::Adam(); };
  const MakeOptimizer nesterov = [] { return nn::SGD({.momentum = 0.9, .nesterov = true}); };
  return {
      dense_workload("W1", "784-300-100-10 ReLU softmax, SGD, batch 32", 16384, 32, 784, {300, 100},
                     sgd),
      dense_workload("W2", "the same, Adam, batch 128", 16384, 128, 784, {300, 100}, adam),
      dense_workload("W2n", "the same, Nesterov, batch 128", 16384, 128, 784, {300, 100}, nesterov),
      xor_workload(),
      dense_workload("W4", "1024-2048-2048-10, SGD, batch 256", 2048, 256, 1024, {2048, 2048}, sgd),
      convolution_workload(),
      recurrent_workload("W6", "Embedding(10000, 512)x100 LSTM(32) Dense1, SGD, batch 32", sgd),
      recurrent_workload("W6a", "the same, Adam", adam),
  };
}

namespace {

// The time that the epochs of a fit take, without what precedes them.
class EpochTimer : public nn::Callback {
 public:
  void on_epoch_begin(nn::Model&, int epoch) override {
    if (epoch == 0) watch_ = Stopwatch();
  }
  void on_epoch_end(nn::Model&, int, const nn::Scores&) override { seconds = watch_.seconds(); }
  double seconds = 0.0;

 private:
  Stopwatch watch_;
};

}  // namespace

Training::Training(const Workload& workload)
    : workload_(workload), model_(workload.compiled_model()) {
  workload.make_data(X_, Y_);
  const nn::Matrix first_X =
      X_.head_rows(std::min<std::size_t>(X_.n_rows, 4 * workload.batch_size));
  const nn::Matrix first_Y = Y_.head_rows(first_X.n_rows);
  for (int i = 0; i < 2; ++i) {  // the second time the model has all its memory
    const auto timer = std::make_shared<EpochTimer>();
    model_.fit(first_X, first_Y,
               {.batch_size = int(workload.batch_size), .callbacks = {timer}, .verbose = false});
    seconds_per_epoch_ = timer->seconds * double(X_.n_rows) / double(first_X.n_rows);
  }
}

double Training::samples_per_second(double seconds) {
  const int epochs = std::max(1, int(std::lround(seconds / seconds_per_epoch_)));
  const auto timer = std::make_shared<EpochTimer>();
  const nn::History history = model_.fit(X_, Y_,
                                         {.epochs = epochs,
                                          .batch_size = int(workload_.batch_size),
                                          .callbacks = {timer},
                                          .verbose = false});
  seconds_per_epoch_ = timer->seconds / epochs;
  return double(X_.n_rows) / seconds_per_epoch_;
}
