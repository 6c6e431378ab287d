// Scaling on paper: how long would an epoch take on 1 to 1024 devices like this one?
//
// Notes:  003 multi-GPU, distributed learning
// Run:    ./book run ch06/scaling
// Expect: a fixed batch stops scaling where the all-reduce costs as much as the rows that are left; a
//         batch that grows with the devices goes on, as long as the link is fast
// Try:    --hidden 2048 (more to send); --batch 65536; --rate 1e13 --fixed 1e-4: a GPU, by assumption
#include "common/data/data.hpp"
#include "ch06_gpu/link_model.hpp"
#include "ch06_gpu/machine.hpp"
#include "common/distributed/thread_group.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Scaling on paper: an epoch on 1 to 1024 devices");
  // ---- knobs -----------------------------------------------------------------------------------
  int hidden = 512, batch = 4096, samples = 60000;
  program.knob("hidden", hidden, "units of the two hidden layers of a 784-h-h-10 network", 1);
  program.knob("batch", batch, "rows of a batch, all devices together", 2);
  program.knob("samples", samples, "samples of an epoch", 1);
  double rate = 0, fixed = 0;
  program.knob("rate", rate, "operations a second of a device; 0: measured here", 0.0);
  program.knob("fixed", fixed, "with --rate: seconds of a step without any row", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. the device: a step with few and with many rows
    nn::Sequential model{nn::Dense(hidden, {.activation = nn::relu, .input_shape = {784}}),
                         nn::Dense(hidden, {.activation = nn::relu}),
                         nn::Dense(10, {.activation = nn::softmax})};
    model.compile({.optimizer = nn::SGD({.learning_rate = 0.01, .momentum = 0.9}),
                   .loss = nn::categorical_crossentropy});
    const double weights = static_cast<double>(model.parameter_count()),
                 bytes = sizeof(nn::Real) * weights, work = 6 * weights;  // operations of a row
    StepTime step{fixed, rate > 0 ? work / rate : 0};
    if (rate == 0) {
      nn::Rng rng = program.rng();
      double seconds[2];
      const double rows[] = {32, 512};
      for (int k = 0; k < 2; ++k) {
        const nn::Matrix X = rng.uniform_matrix(static_cast<std::size_t>(rows[k]), 784);
        const nn::Matrix Y = nn::one_hot(nn::Indices(X.n_rows, arma::fill::zeros), 10);
        seconds[k] = fastest([&] { model.train_on_batch(X, Y); }, 0.3);
      }
      step.per_row = std::max(1e-12, (seconds[1] - seconds[0]) / (rows[1] - rows[0]));
      step.fixed = std::max(0.0, seconds[0] - rows[0] * step.per_row);
    }
    std::printf("%.0f weights, %.2f MB of gradients, %.2f million operations a row\n", weights,
                bytes / 1e6, work / 1e6);
    std::printf("a step %s: %.3f ms + %.2f us for each row\n\n",
                rate > 0 ? "(assumed)" : "(measured)", 1e3 * step.fixed, 1e6 * step.per_row);

    // 2. the links: two threads, measured; the others by their data sheets
    std::vector<nn::Real> gradients[2];
    for (auto& g : gradients) g.assign(static_cast<std::size_t>(weights), 1);
    double exchange = 1e300;
    for (int k = 0; k < 5; ++k) {
      nn::ThreadGroup group(2);
      group.run([&](std::size_t r) {
        const auto line = group.communicator(r);
        line->all_reduce(gradients[r].data(), gradients[r].size());  // the first one wakes threads
        const auto start = std::chrono::steady_clock::now();
        line->all_reduce(gradients[r].data(), gradients[r].size());
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        if (r == 0) exchange = std::min(exchange, taken.count());
      });
    }
    const Link ten{"Ethernet 10 Gbit", 1.25e9, 30e-6};
    const std::vector<Link> links{{"memory, measured", bytes / exchange, 0},
                                  {"Ethernet 1 Gbit", 0.125e9, 50e-6},
                                  ten,
                                  {"InfiniBand 400 Gbit", 50e9, 2e-6},
                                  {"NVLink 450 GB/s", 450e9, 2e-6}};

    // 3. prediction: the batch stays, and the batch grows with the devices
    const int per_device = std::max(1, batch / 16);  // rows, where the batch grows
    nn::Panels panels(1, 2, "Predicted: an epoch, nothing overlapped");
    for (const bool grows : {false, true}) {
      nn::Figure figure({.title = grows ? nn::text("batch %d x devices", per_device)
                                        : nn::text("batch %d on all devices", batch),
                         .x_label = "devices",
                         .y_label = "seconds",
                         .log_x = true,
                         .log_y = true,
                         .legend = grows ? "bottom left" : "off"});
      std::printf("%s\n%-22s", grows ? "a batch that grows with the devices" : "one batch for all",
                  "devices");
      for (int p = 1; p <= 1024; p *= 4) std::printf("%9d", p);
      std::printf("\n");
      for (const Link& link : links) {
        std::vector<double> devices, seconds;
        for (double p = 1; p <= 1024; p *= 2) {
          devices.push_back(p);
          seconds.push_back(
              epoch_seconds(samples, grows ? per_device * p : batch, bytes, p, step, link));
        }
        std::printf("%-22s", link.name.c_str());
        for (std::size_t i = 0; i < seconds.size(); i += 2) std::printf("%9.3g", seconds[i]);
        std::printf("\n");
        figure.line(devices, seconds, link.name);
      }
      panels.add(std::move(figure));
      std::printf("\n");
    }
    program.save(panels, "devices");

    // 4. result: the parts of the model that no measurement enters
    program.result("megabytes_of_gradients", bytes / 1e6);
    program.result("ms_all_reduce_2_devices_10_gbit", 1e3 * all_reduce_seconds(bytes, 2, ten));
    program.result("ms_all_reduce_1024_devices_10_gbit",
                   1e3 * all_reduce_seconds(bytes, 1024, ten));
  });
}
