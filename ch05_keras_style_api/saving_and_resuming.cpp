// A training that is killed and goes on as if nothing had happened; models in files.
//
// Notes:  000 콜백함수 (체크포인트: 일정 간격으로 저장)
// Run:    ./book run ch05/saving_and_resuming
// Expect: weights after a kill and a second start equal those of an undisturbed training, bit for bit
// Try:    --die_at 3, --save_every 1000 (nothing was saved yet: it begins anew, with the same end)
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "common/files/checkpoints.hpp"
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/dropout.hpp"
#include "common/files/model_file.hpp"
#include "common/files/onnx.hpp"
#include "common/program/program.hpp"

// A callback that ends the whole process after so many batches, as `kill -9` or a power cut would.
struct Killer : nn::Callback {
  explicit Killer(int batches) : left(batches) {}
  int left;  // 0: never
  void on_batch_end(nn::Model&, int, int, const nn::Scores&) override {
    if (--left == 0) std::raise(SIGKILL);
  }
};

int main(int argc, char** argv) {
  nn::Program program("Checkpoints: kill a training, start it again, get the same weights", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 6;
  program.knob("epochs", epochs, "passes over the digits", 1, 1000);
  int die_at = 130;
  program.knob("die_at", die_at, "the batch after which the first start is killed", 1, 1000000);
  int save_every = 20;
  program.knob("save_every", save_every, "batches from one backup to the next", 1, 1000000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset digits = nn::load_digits();
    nn::Rng rng = program.rng();
    const nn::Split split = nn::stratified_split(digits.y, 0.2, rng);
    const nn::Matrix all_Y = nn::one_hot(digits.y);
    const nn::Matrix X = digits.X.rows(split.train), X_test = digits.X.rows(split.test);
    const nn::Matrix Y = all_Y.rows(split.train), Y_test = all_Y.rows(split.test);
    const int batch_size = 32;
    const std::size_t batches = epochs * ((X.n_rows + batch_size - 1) / batch_size);
    const std::string backup = program.out("backup.h5").string(),
                      best = program.out("best.weights.h5").string(),
                      whole = program.out("model.h5").string(),
                      onnx = program.out("model.onnx").string();
    std::filesystem::remove(backup);

    // 2. model: with dropout, so that random numbers must go on where they were, too
    const auto make_model = [&] {
      nn::set_seed(program.seed());
      nn::Sequential model({nn::Dense(64, {.activation = nn::relu, .input_shape = {64}}),
                            nn::Dropout(0.3), nn::Dense(10, {.activation = nn::softmax})});
      model.compile({.optimizer = nn::Adam(),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      return model;
    };
    // The same callbacks at every start: what each of them remembers is in the backup too.
    const auto train = [&](nn::Sequential model, int batches_to_live) {
      const auto restore = std::make_shared<nn::BackupAndRestore>(
          backup, nn::BackupAndRestoreOptions{.save_freq = {.batches = save_every}});
      model.fit(X, Y,
                {.epochs = epochs,
                 .batch_size = batch_size,
                 .validation_data = {X_test, Y_test},
                 .callbacks = {nn::ModelCheckpoint(
                                   best, {.save_best_only = true, .save_weights_only = true}),
                               Killer(batches_to_live), restore},
                 .verbose = false});
      return restore->restored();
    };

    // 3. training: a child process is killed in the middle of it
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
      train(make_model(), die_at);
      std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const bool killed = WIFSIGNALED(status);
    std::printf(
        "first start:   %s; a backup is on the disk: %s\n",
        killed ? nn::text("killed after batch %d of %zu", die_at, batches).c_str() : "finished",
        std::filesystem::exists(backup) ? "yes" : "no");

    // The same lines again: fit finds the backup and goes on.
    nn::Sequential resumed = make_model();
    const bool went_on = train(resumed, 0);
    std::printf("second start:  %s\n", went_on ? "went on from the backup" : "began anew");

    nn::Sequential undisturbed = make_model();
    undisturbed.fit(X, Y, {.epochs = epochs, .batch_size = batch_size, .verbose = false});
    double apart = 0.0;
    for (std::size_t k = 0; k < resumed.weights().size(); ++k)
      apart =
          std::max<double>(apart, arma::abs(resumed.weights()[k] - undisturbed.weights()[k]).max());
    std::printf("undisturbed:   its weights and those of the second start differ by %g\n\n", apart);

    // 4. result: the model in files
    resumed.save(whole);
    nn::save_onnx(resumed, onnx);
    nn::Model loaded = nn::load_model(whole);
    const double file_apart =
        arma::abs(nn::Matrix(loaded.predict(X_test)) - nn::Matrix(resumed.predict(X_test))).max();
    for (const std::string& file : {best, whole, onnx})
      std::printf("%-40s %8.1f kB\n", std::filesystem::path(file).filename().c_str(),
                  static_cast<double>(std::filesystem::file_size(file)) / 1000);
    std::printf("answers of the loaded model differ by %g\n", file_apart);
    loaded.load_weights(best);
    std::printf("with the best weights: test accuracy %.3f\n\n",
                loaded.evaluate(X_test, Y_test)["accuracy"]);
    program.result("killed", killed ? 1 : 0);
    program.result("resumed", went_on ? 1 : 0);
    program.result("weights_apart", apart);
    program.result("answers_of_the_file_apart", file_apart);
    program.result("test_accuracy", undisturbed.evaluate(X_test, Y_test)["accuracy"]);
  });
}
