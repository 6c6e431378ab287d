// Data that stays on the device: the model goes there once, trains, and comes back.
//
// Notes:  003 GPU, CUDA, tensorflow-gpu ("GPU를 사용하면 신경망을 빠르게 학습할 수 있다")
// Run:    ./book run ch06/on_the_device
// Expect: the same losses and weights as model.fit, to the last digits of float32; on a GPU large
//         batches gain most, here on the CPU the device's code only shows that it is right
// Try:    --device cpu; --hidden 2048; --optimizer sgd; --rows 60000 on a GPU
#include "common/data/data.hpp"
#include "common/device/fit_on_device.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

int main(int argc, char** argv) {
  nn::Program program("Data that stays on the device: there once, trained, back once");
  // ---- knobs -----------------------------------------------------------------------------------
  int rows = 6000, hidden = 128, epochs = 3;
  program.knob("rows", rows, "samples of 64 pixels: the digits, repeated with noise", 10);
  program.knob("hidden", hidden, "units of each of the two hidden layers", 1);
  program.knob("epochs", epochs, "passes over the samples");
  std::string optimizer = "adam", device = "auto";
  program.knob("optimizer", optimizer, "how weights follow their gradients", {"adam", "sgd"});
  program.knob("device", device, "where", {"auto", "gpu", "cpu"});
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    const nn::Device where = device == "gpu"   ? nn::Device::gpu
                             : device == "cpu" ? nn::Device::cpu
                                               : nn::Device::automatic;
    const std::string name = nn::device_name(where), no_gpu = nn::why_no_gpu();
    if (name.empty()) {
      std::printf("skipped: %s\n",
                  device == "gpu" ? no_gpu.c_str() : "built without Thrust's headers");
      return;
    }
    if (!no_gpu.empty()) std::printf("no GPU for this: %s\n", no_gpu.c_str());
    std::printf("device: %s%s\n\n", name.c_str(),
                name == "CPU" ? " (the device's code, built for it: a test, not a speed-up)" : "");

    // 1. data: digits, repeated with a little noise until there are enough
    const nn::Dataset digits = nn::load_digits();
    const std::size_t n = static_cast<std::size_t>(rows);
    nn::Rng rng = program.rng();
    nn::Indices which(n);
    for (std::size_t i = 0; i < n; ++i) which[i] = i % digits.X.n_rows;
    const nn::Matrix X = digits.X.rows(which) + rng.normal_matrix(n, digits.X.n_cols, 0, 0.05);
    const nn::Matrix Y = nn::one_hot(nn::Indices(digits.y.elem(which)), 10);

    // 2. model: twice the same weights, one trained by fit, one on the device
    const auto build = [&] {
      nn::set_seed(program.seed());
      nn::Sequential model{nn::Dense(hidden, {.activation = nn::relu, .input_shape = {X.n_cols}}),
                           nn::Dense(hidden, {.activation = nn::gelu}),
                           nn::Dense(10, {.activation = nn::softmax})};
      model.compile(
          {.optimizer = optimizer == "adam"
                            ? nn::Optimizer(nn::Adam())
                            : nn::Optimizer(nn::SGD({.learning_rate = 0.05, .momentum = 0.9})),
           .loss = nn::categorical_crossentropy,
           .metrics = {nn::accuracy}});
      return model;
    };

    // 3. training
    std::printf(
        "  batch   seconds/epoch   seconds/epoch     loss        loss   largest difference\n"
        "             model.fit   fit_on_device   model.fit  device         of weights\n");
    std::vector<double> batches, here_seconds, there_seconds;
    double largest = 0.0, accuracy = 0.0;
    for (int batch : {32, 256, 4096}) {
      nn::Sequential here = build(), there = build();
      nn::History expected, history;
      const nn::DeviceFitOptions options{
          .epochs = epochs, .batch_size = batch, .verbose = false, .device = where};
      const double a = seconds_of([&] {
        expected = here.fit(X, Y, {.epochs = epochs, .batch_size = batch, .verbose = false});
      });
      const double b = seconds_of([&] { history = nn::fit_on_device(there, X, Y, options); });
      double difference = 0.0;
      for (std::size_t l = 0; l < 3; ++l)
        difference = std::max<double>(
            difference,
            arma::abs(here.layers()[l].weights()[0] - there.layers()[l].weights()[0]).max());
      largest = std::max(largest, difference);
      if (epochs == 0) continue;
      std::printf("%7d %15.4f %15.4f %11.5f %11.5f   %.1e\n", batch, a / epochs, b / epochs,
                  expected["loss"].back(), history["loss"].back(), difference);
      batches.push_back(batch);
      here_seconds.push_back(a / epochs);
      there_seconds.push_back(b / epochs);
      if (batch == 32) accuracy = there.evaluate(X, Y, {.batch_size = 1024})["accuracy"];
    }

    // 4. result
    nn::Figure figure({.title = "An epoch of " + std::to_string(rows) + " samples",
                       .x_label = "batch size",
                       .y_label = "seconds",
                       .log_x = true,
                       .log_y = true});
    figure.line(batches, here_seconds, "model.fit", {.markers = true});
    figure.line(batches, there_seconds, "on the device: " + name, {.markers = true});
    program.save(figure, "epoch");
    program.result("accuracy", accuracy);
    program.result("same_weights", largest < 1e-4);
  });
}
