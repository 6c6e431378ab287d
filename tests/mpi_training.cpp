// mpi_training WHAT [FOLDER]: what several processes do together; started by mpirun with 2 or 3.
//
//   equal     every process also trains a model alone: the same to rounding, and the same bits
//   fails     rank 1 throws in the middle: the job must end with its sentence
//   silent    rank 1 never answers: the job must end after the timeout
//   dies      rank 1 is killed in its third epoch; FOLDER has the checkpoint of the second
//   resume    goes on from FOLDER's checkpoint to the end
//   unlike    rank 1 gives other data
//   through   the same training without interruption; resume must have reached the same bits
#include <csignal>
#include <cstring>
#include <thread>

#include "common/distributed/mpi.hpp"
#include "common/files/checkpoints.hpp"
#include "common/nn.hpp"

namespace {

nn::Sequential build(const std::vector<nn::LayerHandle>& extra = {}) {
  nn::set_seed(7);
  nn::Sequential model;
  model.add(nn::Dense(
      16, {.activation = nn::relu, .kernel_regularizer = nn::l2(0.01), .input_shape = {6}}));
  for (const nn::LayerHandle& layer : extra) model.add(layer);
  model.add(nn::Dropout(0.25));
  model.add(nn::Dense(3, {.activation = nn::softmax}));
  model.compile({.optimizer = nn::Adam({.learning_rate = 0.01}),
                 .loss = nn::categorical_crossentropy,
                 .metrics = {nn::accuracy}});
  return model;
}

double largest_difference(const nn::Model& a, const nn::Model& b) {
  const auto pa = a.network().parameters(), pb = b.network().parameters();
  double largest = 0.0;
  for (std::size_t k = 0; k < pa.size(); ++k)
    largest = std::max(
        largest, static_cast<double>(arma::abs(pa[k].weight->value - pb[k].weight->value).max()));
  return largest;
}

void require(bool holds, const char* what) {
  if (!holds) throw nn::Error(std::string("this does not hold: ") + what);
}

void check_equal(nn::mpi::Job& job, const nn::Matrix& X, const nn::Matrix& Y) {
  const nn::FitOptions options{
      .epochs = 5, .batch_size = 32, .validation_split = 0.1, .verbose = false};
  nn::Sequential alone = build(), together = build();
  const nn::History expected = alone.fit(X, Y, options);
  const nn::History history = job.fit(together, X, Y, options);
  require(largest_difference(alone, together) < (sizeof(nn::Real) == 4 ? 3e-5 : 1e-12),
          "the processes' weights are those of one model");
  require(history["val_accuracy"] == expected["val_accuracy"], "so is the accuracy");

  // The same bits: rank 0's weights, sent round, change nothing.
  for (const nn::Parameter& parameter : together.network().parameters()) {
    const nn::Matrix& mine = parameter.weight->value;
    nn::Matrix first = mine;
    job.communicator().broadcast(first.memptr(), first.n_elem * sizeof(nn::Real));
    require(std::memcmp(first.memptr(), mine.memptr(), first.n_elem * sizeof(nn::Real)) == 0,
            "all processes have the same bits");
  }
  // A ring: everyone's number passes on to the next.
  nn::Matrix mine(1, 1), theirs(1, 1);
  mine[0] = static_cast<nn::Real>(job.rank());
  const std::size_t next = (job.rank() + 1) % job.size(),
                    before = (job.rank() + job.size() - 1) % job.size();
  if (job.rank() == 0) job.send(mine, next);
  job.receive(theirs, before);
  if (job.rank() != 0) job.send(mine, next);
  require(theirs[0] == static_cast<nn::Real>(before), "a message arrives");
  if (job.rank() == 0) std::printf("equal with %zu processes\n", job.size());
}

// Passes its input on, and kills its process at the given call.
struct Fuse : nn::Layer {
  explicit Fuse(int calls) : Layer("Fuse"), calls_left(calls) {}
  nn::Shape build(const nn::Shape& input) override { return input; }
  void forward(const nn::Matrix& X, nn::Matrix& Z, nn::Call&) override {
    if (--calls_left == 0) std::raise(SIGKILL);
    Z = X;
  }
  void backward(const nn::Matrix&, const nn::Matrix& delta, nn::Matrix* dX, nn::Call&) override {
    if (dX) *dX = delta;
  }
  int calls_left;
};

void train_with_checkpoints(nn::mpi::Job& job, const nn::Matrix& X, const nn::Matrix& Y,
                            const std::string& what, const std::string& folder) {
  const int calls = what == "dies" && job.rank() == 1 ? 12 : 1 << 30;  // in the third of six epochs
  nn::Sequential model = build({nn::make_layer<Fuse>(calls)});
  nn::FitOptions options{.epochs = 6, .batch_size = 25, .verbose = false};
  if (what != "through") options.callbacks = {nn::BackupAndRestore(folder + "/backup.h5")};
  const nn::History history = job.fit(model, X, Y, options);
  if (job.rank() > 0) return;
  std::printf("epochs: %zu\n", history.epochs());
  for (const nn::Parameter& parameter : model.network().parameters())
    for (const nn::Real w : parameter.weight->value) std::printf("%a\n", static_cast<double>(w));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "", folder = argc > 2 ? argv[2] : "";
  return nn::mpi::run(
      [&](nn::mpi::Job& job) {
        nn::Rng rng(5);
        const nn::Matrix X = rng.normal_matrix(101, 6);
        nn::Matrix Y(101, 3, arma::fill::zeros);
        for (std::size_t i = 0; i < 101; ++i)
          Y(i, X(i, 0) > 0.3 ? 0 : X(i, 1) * X(i, 2) > 0 ? 1 : 2) = 1;

        if (what == "equal") {
          check_equal(job, X, Y);
        } else if (what == "fails") {
          nn::Sequential model = build();
          if (job.rank() == 1) throw nn::Error("this rank has had enough");
          job.fit(model, X, Y, {.epochs = 3, .verbose = false});
        } else if (what == "unlike") {
          nn::Sequential model = build();
          const nn::Matrix fewer = X.head_rows(job.rank() == 1 ? 90 : 101);
          job.fit(model, fewer, Y.head_rows(fewer.n_rows), {.verbose = false});
        } else if (what == "silent") {
          if (job.rank() == 1) std::this_thread::sleep_for(std::chrono::seconds(30));
          job.barrier();
        } else {
          train_with_checkpoints(job, X, Y, what, folder);
        }
      },
      {.timeout = what == "silent" ? 1.0 : 60.0});
}
