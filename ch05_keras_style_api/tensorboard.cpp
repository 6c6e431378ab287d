// A training on record: event files for TensorBoard, a CSV, and pictures that open without a server.
//
// Notes:  003 텐서보드 (TensorBoard)
// Run:    ./book run ch05/tensorboard
//         then: tensorboard --logdir results/ch05_keras_style_api/tensorboard_logs
// Expect: event files of the runs train and validation; the same numbers as CSV, JSON and picture
// Try:    --histograms 5: those of every fifth epoch
#include "common/files/history_files.hpp"
#include "common/files/tensorboard.hpp"

#include "common/model/callbacks.hpp"
#include "common/data/data.hpp"
#include "common/plot/graphviz.hpp"
#include "common/layers/dense.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("What a training did, for TensorBoard and without it", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 15;
  program.knob("epochs", epochs, "passes over the digits", 1, 1000);
  int histograms = 1;
  program.knob("histograms", histograms, "epochs from one set of histograms to the next, 0: none",
               0, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset digits = nn::load_digits();
    nn::Rng rng = program.rng();
    const nn::Split split = nn::stratified_split(digits.y, 0.2, rng);
    const nn::Matrix all_Y = nn::one_hot(digits.y);
    const nn::Matrix X = digits.X.rows(split.train), X_test = digits.X.rows(split.test);
    const nn::Matrix Y = all_Y.rows(split.train), Y_test = all_Y.rows(split.test);

    // 2. model
    nn::set_seed(program.seed());
    nn::Sequential model({nn::Dense(32, {.activation = nn::relu, .input_shape = {64}}),
                          nn::Dense(32, {.activation = nn::relu}),
                          nn::Dense(10, {.activation = nn::softmax})});
    model.compile(
        {.optimizer = nn::Adam(), .loss = nn::categorical_crossentropy, .metrics = {nn::accuracy}});

    // 3. training, recorded
    const std::filesystem::path logs = program.out("logs");
    std::filesystem::remove_all(logs);  // each fit adds files: begin with an empty folder
    const nn::History history =
        model.fit(X, Y,
                  {.epochs = epochs,
                   .validation_data = {X_test, Y_test},
                   .callbacks = {nn::TensorBoard(logs, {.histogram_freq = histograms}),
                                 nn::CSVLogger(program.out("log.csv"))},
                   .verbose = false});
    nn::save_json(history, program.out("history.json"));  // {"loss": [...], "val_loss": [...] ...}

    // 4. result
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(logs))
      if (entry.is_regular_file()) {
        std::printf("%-12s %8.1f kB of events\n", entry.path().parent_path().filename().c_str(),
                    static_cast<double>(entry.file_size()) / 1000);
        ++files;
      }
    std::printf("\nto look at them:  tensorboard --logdir %s   (pip install tensorboard)\n\n",
                logs.c_str());
    program.result("event_files", static_cast<double>(files));
    program.result("test_accuracy", history["val_accuracy"].back());
    if (program.plots()) nn::save_picture(history, program.out("curves"));  // without a server
    if (program.plots()) nn::save_graph(model.to_dot(), program.out("graph"));
  });
}
