// Online, mini-batch and batch: how many observations share one update.
//
// Notes:  003 EBP 5 (각 관측값에 대해 ... 갱신), 001 and 003 (SGD, mini-batch); chapter 4 goes on
// Run:    ./book run ch02/batch_modes
// Expect: the smaller the batch, the fewer epochs to E < 0.02, and the rougher the curve
// Try:    --eta 2: which mode breaks first? --eta 0.05
#include <chrono>

#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Online, mini-batch and batch training");
  // ---- knobs -----------------------------------------------------------------------------------
  int n = 200, hidden = 8, epochs = 400;
  program.knob("n", n, "observations", 2, 100000);
  program.knob("hidden", hidden, "neurons of the hidden layer", 1, 1000);
  program.knob("epochs", epochs, "passes over the data", 1);
  double eta = 0.5, goal = 0.02;
  program.knob("eta", eta, "learning rate, the same for all", 0.0);
  program.knob("goal", goal, "E that counts as learned", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: two half moons
    nn::Rng rng = program.rng();
    const nn::Dataset moons = nn::two_moons(n, rng, 0.1);
    const nn::Matrix Y = arma::conv_to<nn::ColVector>::from(moons.y);

    // 2. model
    longhand::Mlp start({2, static_cast<std::size_t>(hidden), 1}, longhand::tanh,
                        longhand::sigmoid);
    start.initialize(rng);

    // 3. training from the same weights
    nn::Figure by_epoch({.title = "By epoch: passes over the data",
                         .x_label = "epoch",
                         .y_label = "E",
                         .log_x = true,
                         .log_y = true});
    nn::Figure by_update({.title = "By update: changes of the weights",
                          .x_label = "update",
                          .y_label = "E",
                          .log_x = true,
                          .log_y = true});
    std::vector<std::pair<std::string, double>> results;
    std::printf(
        "batch size   updates an epoch   epochs to E < %g          E   right   ms an epoch\n",
        goal);
    for (std::size_t batch_size :
         {std::size_t{1}, std::size_t{10}, std::size_t{32}, static_cast<std::size_t>(n)}) {
      longhand::Mlp net = start;
      nn::Rng order = program.rng();
      const std::size_t updates =
          (moons.X.n_rows + batch_size - 1) / batch_size;  // the last may be short
      std::vector<double> E, epoch_axis, update_axis;
      int learned = 0;
      const auto before = std::chrono::steady_clock::now();
      for (int epoch = 1; epoch <= epochs; ++epoch) {
        longhand::train_epoch(net, moons.X, Y, order.permutation(moons.X.n_rows), batch_size, eta);
        net.forward(moons.X);
        E.push_back(net.error(Y));
        epoch_axis.push_back(epoch);
        update_axis.push_back(static_cast<double>(epoch) * static_cast<double>(updates));
        if (learned == 0 && E.back() < goal) learned = epoch;
      }
      const std::chrono::duration<double, std::milli> passed =
          std::chrono::steady_clock::now() - before;

      // 4. result
      const double right =
          static_cast<double>(arma::accu((net.predict(moons.X) > 0.5) == (Y > 0.5))) / n;
      std::printf("%10zu %18zu %22s %10.5f %7.3f %13.3f\n", batch_size, updates,
                  learned > 0 ? std::to_string(learned).c_str() : "not yet", E.back(), right,
                  passed.count() / epochs);
      const std::string label = batch_size == 1 ? "online"
                                : batch_size == moons.X.n_rows
                                    ? "batch"
                                    : nn::text("mini-batch %zu", batch_size);
      by_epoch.line(epoch_axis, E, label);
      by_update.line(update_axis, E, label);
      results.emplace_back(nn::text("epochs_to_goal_%zu", batch_size), learned);
      results.emplace_back(nn::text("E_%zu", batch_size), E.back());
    }
    std::printf("\n");
    for (const auto& [name, value] : results) program.result(name, value);
    nn::Panels sheet(1, 2, "Two moons: one update for 1, 10, 32 or all observations");
    sheet.add(std::move(by_epoch)).add(std::move(by_update));
    program.save(sheet, "curves");
  });
}
