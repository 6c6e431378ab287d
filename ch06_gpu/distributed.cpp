// Data parallelism across processes and computers: the same training, by MPI.
//
// Notes:  003 distributed learning on several computers
// Run:    ./book run ch06/distributed           one process
//         mpirun -np 2 build/release/bin/ch06_distributed
// Expect: the same numbers with 1, 2 or 3 processes, to rounding
// Try:    mpirun -np 3 …; --batch 1 (a process without rows waits for the others)
#include "common/data/data.hpp"
#include "common/distributed/mpi.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Data parallelism across processes: every process is one replica");
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 10, batch = 64;
  program.knob("epochs", epochs, "passes over the digits");
  program.knob("batch", batch, "rows of a batch, all processes together", 1);
  double eta = 0.05;
  program.knob("eta", eta, "learning rate", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    nn::mpi::run([&](nn::mpi::Job& job) {
      const bool first = job.rank() == 0;  // only it prints
      if (first && !nn::mpi::available()) std::printf("built without MPI: one process\n");
      if (first) std::printf("processes: %zu\n", job.size());

      // 1. data: every process reads all of it, and computes on its rows of every batch
      const nn::Dataset digits = nn::load_digits();
      const nn::Matrix Y = nn::one_hot(digits.y, 10);
      const nn::BatchPart part = nn::batch_part(static_cast<std::size_t>(batch), 0, job.size());
      if (first) std::printf("rank 0 has rows 0 ... %zu of %d\n\n", part.count - 1, batch);

      // 2. model
      nn::set_seed(program.seed());
      nn::Sequential model{nn::Dense(64, {.activation = nn::relu, .input_shape = {64}}),
                           nn::Dropout(0.2), nn::Dense(10, {.activation = nn::softmax})};
      model.compile({.optimizer = nn::SGD({.learning_rate = eta, .momentum = 0.9}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});

      // 3. training: gradients summed over the processes after every batch
      const nn::History history =
          job.fit(model, digits.X, Y, {.epochs = epochs, .batch_size = batch});

      // 4. result
      if (!first) return;
      nn::Figure figure({.title = nn::text("Digits, %zu process(es)", job.size()),
                         .x_label = "epoch",
                         .y_label = "loss",
                         .log_y = true});
      figure.line(history["loss"], "loss");
      program.save(figure, "loss");
      const nn::Scores scores = model.evaluate(digits.X, Y);
      program.result("loss", scores.loss);
      program.result("accuracy", scores["accuracy"]);
    });
  });
}
