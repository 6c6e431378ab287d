// Checkpoints: a training that is interrupted, or killed, and goes on ends as if it had not been.
#include "common/files/checkpoints.hpp"

#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "common/data/find.hpp"
#include "common/files/history_files.hpp"
#include "common/files/model_file.hpp"
#include "common/nn.hpp"
#include "tests/helpers.hpp"

namespace fs = std::filesystem;
using nn::Matrix;

namespace {

bool equal(const std::vector<Matrix>& a, const std::vector<Matrix>& b) {
  bool same = a.size() == b.size();
  for (std::size_t i = 0; same && i < a.size(); ++i)
    same = a[i].n_rows == b[i].n_rows && a[i].n_cols == b[i].n_cols &&
           std::memcmp(a[i].memptr(), b[i].memptr(), a[i].n_elem * sizeof(nn::Real)) == 0;
  return same;
}

// 37 samples: batches of 8, the last of an epoch has 5 less what validation takes.
struct Data {
  Data() {
    nn::Rng rng(17);
    X = rng.normal_matrix(37, 3);
    Y = Matrix(37, 1);
    for (std::size_t i = 0; i < 37; ++i) Y(i, 0) = X(i, 0) * X(i, 1) > 0 ? 1 : 0;
  }
  Matrix X, Y;
};

// A model in which everything has a state: masks, running averages, an optimizer with slots.
nn::Model make_model(std::uint64_t seed, const nn::Optimizer& optimizer) {
  nn::set_seed(seed);
  nn::Sequential model({nn::Dense(6, {.activation = nn::tanh, .input_shape = {3}}),
                        nn::BatchNormalization(), nn::Dropout(0.4), nn::GaussianNoise(0.1),
                        nn::Dense(1, {.activation = nn::sigmoid})});
  model.compile({.optimizer = optimizer,
                 .loss = nn::binary_crossentropy,
                 .metrics = {nn::accuracy, nn::auc, nn::recall, nn::root_mean_squared_error}});
  return model;
}

using Optimizers = std::vector<std::function<nn::Optimizer()>>;

nn::FitOptions fit_options(std::vector<nn::CallbackHandle> callbacks) {
  return {.epochs = 6,
          .batch_size = 8,
          .validation_split = 0.2,
          .callbacks = std::move(callbacks),
          .verbose = false};
}

struct Crash {};

// Throws after this many batches, which is before the backup of the last of them.
struct CrashAfter : nn::Callback {
  explicit CrashAfter(int batches) : left(batches) {}
  void on_batch_end(nn::Model&, int, int, const nn::Scores&) override {
    if (--left == 0) throw Crash{};
  }
  int left;
};

}  // namespace

// ---- Going on ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(interrupted_training_ends_as_if_it_had_not_been) {
  const TemporaryFolder folder;
  const Data data;
  const Optimizers optimizers{
      [] { return nn::Adam({.learning_rate = 0.05}); },
      [] { return nn::SGD({.learning_rate = 0.1, .momentum = 0.9, .decay = 0.01}); },
      [] { return nn::RMSprop({.learning_rate = 0.01, .momentum = 0.5, .centered = true}); },
      [] { return nn::Nadam({.learning_rate = 0.02}); }};
  int restored = 0;
  for (const auto& optimizer : optimizers) {
    const auto callbacks = [&](const std::string& name) {
      return std::vector<nn::CallbackHandle>{
          nn::ReduceLROnPlateau(
              {.monitor = "auc", .factor = 0.5, .patience = 1, .mode = nn::Mode::max}),
          nn::EarlyStopping({.monitor = "val_loss", .patience = 4, .restore_best_weights = true}),
          nn::CSVLogger(folder.path / (name + ".csv"))};
    };
    nn::Model whole = make_model(1, optimizer());
    const nn::History expected = whole.fit(data.X, data.Y, fit_options(callbacks("whole")));

    for (const int batches : {1, 2, 5, 7, 13}) {  // 4 batches an epoch, a backup after every 3
      const std::string backup = (folder.path / "backup.h5").string();
      for (int attempt = 0;; ++attempt) {
        // Another seed at every attempt but the first: all that matters comes from the backup.
        nn::Model model = make_model(static_cast<std::uint64_t>(1 + attempt), optimizer());
        const auto backups = std::make_shared<nn::BackupAndRestore>(
            backup, nn::BackupAndRestoreOptions{.save_freq = {.epochs = 1, .batches = 3}});
        std::vector<nn::CallbackHandle> list = callbacks("parts");
        const int budget = attempt < 12 ? batches : 1000;
        list.emplace_back(CrashAfter(budget));
        list.emplace_back(backups);
        try {
          const nn::History history = model.fit(data.X, data.Y, fit_options(list));
          BOOST_TEST(equal(model.weights(), whole.weights()));
          BOOST_TEST(history.names() == expected.names());
          for (const std::string& name : expected.names())
            BOOST_TEST(history[name] == expected[name], boost::test_tools::per_element());
          BOOST_TEST(nn::read_file(folder.path / "parts.csv") ==
                     nn::read_file(folder.path / "whole.csv"));
          BOOST_TEST(!fs::exists(backup));
          restored += backups->restored();
          break;
        } catch (const Crash&) {
          if (!fs::exists(backup))
            break;  // no batch was saved: from the beginning, nothing to test
        }
      }
      fs::remove(backup);
    }
  }
  BOOST_TEST(restored >= 12);
}

BOOST_AUTO_TEST_CASE(a_saved_model_goes_on_training) {
  const TemporaryFolder folder;
  const std::string file = (folder.path / "model.h5").string();
  const Data data;
  nn::Model model = make_model(1, nn::Adam({.learning_rate = nn::CosineDecay(0.1, 40)}));
  const nn::FitOptions three{.epochs = 3, .batch_size = 8, .verbose = false};
  model.fit(data.X, data.Y, three);
  model.save(file);
  nn::set_seed(99);
  nn::Model loaded = nn::load_model(file);
  BOOST_TEST(equal(loaded.weights(), model.weights()));
  BOOST_TEST(loaded.optimizer().iterations() == model.optimizer().iterations());
  BOOST_TEST(equal({loaded.predict(data.X)[0]}, {model.predict(data.X)[0]}));
  const nn::History a = model.fit(data.X, data.Y, three), b = loaded.fit(data.X, data.Y, three);
  BOOST_TEST(equal(loaded.weights(), model.weights()));
  BOOST_TEST(a["loss"] == b["loss"], boost::test_tools::per_element());
  BOOST_TEST(a["auc"] == b["auc"], boost::test_tools::per_element());

  // Before the first step, and not compiled at all.
  nn::Model fresh = make_model(4, nn::Adam());
  fresh.save(file);
  nn::Model again = nn::load_model(file);
  fresh.fit(data.X, data.Y, three);
  again.fit(data.X, data.Y, three);
  BOOST_TEST(equal(fresh.weights(), again.weights()));
  nn::Sequential plain({nn::Dense(2, {.input_shape = {3}})});
  plain.save(file);
  BOOST_TEST(equal(nn::load_model(file).weights(), plain.weights()));
  BOOST_TEST(refusal([&] { nn::load_model(file).fit(data.X, data.Y); }).find("not compiled") !=
             std::string::npos);
  plain.save_weights(file);
  BOOST_TEST(refusal([&] { nn::load_model(file); }) ==
             file + ": there are weights but no layers; make the model and call load_weights");
}

BOOST_AUTO_TEST_CASE(a_model_saved_before_anything_was_trained) {
  const TemporaryFolder folder;
  const std::string file = (folder.path / "model.h5").string();
  const Data data;
  nn::Sequential late({nn::Dense(1)});  // knows its shape only now
  late.compile({.optimizer = nn::Adam(), .loss = nn::mean_squared_error});
  late.predict(data.X);
  late.save(file);
  BOOST_TEST(equal(nn::load_model(file).weights(), late.weights()));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_of_before_the_first_step_also_brings_back_the_optimizer) {
  const TemporaryFolder folder;
  const std::string file = (folder.path / "begin.h5").string();
  const Data data;
  nn::Model model = make_model(5, nn::Adam());
  nn::save_checkpoint(model, file);
  const nn::FitOptions two{.epochs = 2, .batch_size = 8, .verbose = false};
  model.fit(data.X, data.Y, two);
  const std::vector<Matrix> first = model.weights();
  nn::load_checkpoint(model, file);
  model.fit(data.X, data.Y, two);
  BOOST_TEST(equal(model.weights(), first));
}

BOOST_AUTO_TEST_CASE(a_backup_of_another_training_is_refused) {
  const TemporaryFolder folder;
  const Data data;
  const std::string backup = (folder.path / "backup.h5").string();
  nn::Model model = make_model(1, nn::Adam());
  nn::FitOptions options = fit_options({CrashAfter(6), nn::BackupAndRestore(backup)});
  BOOST_CHECK_THROW(model.fit(data.X, data.Y, options), Crash);
  BOOST_REQUIRE(fs::exists(backup));

  const auto refused = [&](const nn::Model& other, int batch_size, const Matrix& X,
                           const Matrix& Y) {
    nn::Model twin = other;
    const std::vector<Matrix> before = twin.weights();
    nn::FitOptions now = fit_options({CrashAfter(100), nn::BackupAndRestore(backup)});
    now.batch_size = batch_size;
    const std::string sentence = refusal([&] { twin.fit(X, Y, now); });
    BOOST_TEST(equal(twin.weights(), before));
    return sentence;
  };
  const nn::Model same = make_model(2, nn::Adam());
  BOOST_TEST(refused(same, 4, data.X, data.Y) ==
             backup + ": the saved training had .batch_size 8, now it is 4");
  BOOST_TEST(refused(same, 8, data.X.head_rows(20), data.Y.head_rows(20)) ==
             backup + ": the saved training had a number of training rows of 29, now it is 16");
  BOOST_TEST(refused(make_model(2, nn::Adamax({.learning_rate = nn::CosineDecay(0.1, 9)})), 8,
                     data.X, data.Y)
                 .find(backup + ": Adamax: the file has ") == 0U);
  nn::Sequential other({nn::Dense(5, {.input_shape = {3}}), nn::Dense(1)});
  other.compile({.optimizer = nn::Adam(), .loss = nn::mean_squared_error});
  BOOST_TEST(refused(other, 8, data.X, data.Y) ==
             backup +
                 ": Dense \"dense\" (layers/dense/vars): kernel is (3, 6) in the file, expected "
                 "(3, 5)");
  const auto with_callbacks = [&](std::vector<nn::CallbackHandle> callbacks) {
    nn::Model twin = make_model(2, nn::Adam());
    callbacks.push_back(nn::BackupAndRestore(backup));
    return refusal([&] { twin.fit(data.X, data.Y, fit_options(std::move(callbacks))); });
  };
  BOOST_TEST(with_callbacks({}) ==
             backup + ": the saved training had a number of callbacks of 2, now it is 1");
  BOOST_TEST(with_callbacks({nn::EarlyStopping()})
                 .find(backup + ": .callbacks[0] is not what it was in the saved training (") ==
             0U);
  nn::Model last = make_model(2, nn::Adam());
  BOOST_TEST(refusal([&] {
               last.fit(data.X, data.Y, fit_options({nn::BackupAndRestore(backup), CrashAfter(9)}));
             }) == "fit: BackupAndRestore must be the last of .callbacks: it saves the others too");
}

// ---- Killed ------------------------------------------------------------------------------------

namespace {

// A training program, in a process of its own.
pid_t start_training(const fs::path& folder) {
  std::fflush(nullptr);
  const pid_t process = ::fork();
  if (process != 0) return process;
  try {
    const Data data;
    nn::Model model = make_model(1, nn::Adam({.learning_rate = 0.03}));
    nn::FitOptions options = fit_options(
        {nn::ReduceLROnPlateau({.monitor = "loss", .factor = 0.7, .patience = 1}),
         nn::CSVLogger(folder / "log.csv"),
         nn::BackupAndRestore((folder / "backup.h5").string(), {.save_freq = {.batches = 3}})});
    options.epochs = 30;
    model.fit(data.X, data.Y, options);
    model.save_weights(folder / "final.weights.h5");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(training_killed_at_100_moments_ends_with_the_same_weights) {
  const TemporaryFolder folder;
  int status = 0;
  ::waitpid(start_training(folder.path), &status, 0);
  BOOST_REQUIRE(status == 0);
  const std::string weights = nn::read_file(folder.path / "final.weights.h5"),
                    log = nn::read_file(folder.path / "log.csv");

  nn::Rng rng(static_cast<std::uint64_t>(::getpid()));
  int kills = 0, loaded = 0, finished = 0;
  while (kills < 100) {
    fs::remove(folder.path / "final.weights.h5");
    fs::remove(folder.path / "log.csv");
    for (bool killed = true; killed;) {
      const pid_t process = start_training(folder.path);
      BOOST_REQUIRE(process > 0);
      std::this_thread::sleep_for(std::chrono::microseconds(rng.below(60000)));
      ::kill(process, SIGKILL);
      ::waitpid(process, &status, 0);
      killed = WIFSIGNALED(status);
      BOOST_REQUIRE((killed || status == 0));
      kills += killed;
      if (!fs::exists(folder.path / "backup.h5")) continue;
      nn::Model model = make_model(5, nn::Adam());
      BOOST_TEST(refusal([&] { nn::load_checkpoint(model, folder.path / "backup.h5"); }) ==
                 "no error");
      ++loaded;
    }
    ++finished;
    BOOST_TEST((nn::read_file(folder.path / "final.weights.h5") == weights));
    BOOST_TEST((nn::read_file(folder.path / "log.csv") == log));
  }
  BOOST_TEST_MESSAGE(kills << " kills, " << loaded << " checkpoints, " << finished << " trainings");
  BOOST_TEST(loaded > 50);
  // What the killed ones were writing was removed by those that came after them.
  for (const auto& entry : fs::directory_iterator(folder.path))
    BOOST_TEST(!entry.path().string().ends_with("backup.h5"), entry.path());
}

// ---- ModelCheckpoint ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(path_names_epoch_and_scores) {
  nn::Scores scores{0.5, {{"accuracy", 0.75}, {"val_loss", 1.23456}}};
  const auto path = [&](const std::string& p) { return nn::checkpoint_path(p, 6, 2, scores); };
  BOOST_TEST(path("m.h5") == "m.h5");
  BOOST_TEST(path("m_{epoch:03d}_{val_loss:.2f}.h5") == "m_007_1.23.h5");
  BOOST_TEST(path("{epoch}-{batch}-{loss}-{accuracy:.1e}") == "7-3-0.5-7.5e-01");
  BOOST_TEST(
      refusal([&] { path("m_{val_acc}.h5"); }) ==
      "m_{val_acc}.h5: there is no {val_acc}; there are epoch, batch, loss, accuracy, val_loss");
  BOOST_TEST(refusal([&] { path("m_{epoch"); }) == "m_{epoch: there is a { without }");
  for (const std::string format : {"%s", "s", ".f", "9999d", ".2fx", "-3d", ".123f"})
    BOOST_TEST(refusal([&] { path("{loss:" + format + "}"); }) ==
               "{loss:" + format + "}: cannot print a number as \"" + format +
                   "\"; expected a format like 02d or .2f");
}

BOOST_AUTO_TEST_CASE(checkpoints_are_saved_when_asked) {
  const TemporaryFolder folder;
  const Data data;
  const auto files = [&](const nn::ModelCheckpointOptions& options, const std::string& name) {
    for (const auto& entry : fs::directory_iterator(folder.path)) fs::remove(entry);
    nn::Model model = make_model(3, nn::SGD({.learning_rate = 0.1}));
    const nn::History history = model.fit(
        data.X, data.Y, fit_options({nn::ModelCheckpoint((folder.path / name).string(), options)}));
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder.path))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return std::pair(names, history);
  };
  const std::string each = "m{epoch}.h5";
  BOOST_TEST(files({}, each).first.size() == 6U);
  BOOST_TEST(
      (files({.save_freq = {.epochs = 4}}, each).first == std::vector<std::string>{"m4.h5"}));
  BOOST_TEST((files({.save_weights_only = true, .save_freq = {.batches = 9}}, "b{epoch}_{batch}.h5")
                  .first == std::vector<std::string>{"b3_1.h5", "b5_2.h5"}));

  const auto [best, history] = files({.save_best_only = true, .save_weights_only = true}, each);
  std::vector<std::string> expected;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t epoch = 0; epoch < 6; ++epoch)
    if (history["val_loss"][epoch] < lowest) {
      lowest = history["val_loss"][epoch];
      expected.push_back("m" + std::to_string(epoch + 1) + ".h5");
    }
  BOOST_TEST(best == expected, boost::test_tools::per_element());
  BOOST_TEST(best.size() >= 1U);
  BOOST_TEST(refusal([] {
               nn::ModelCheckpoint("x", {.save_best_only = true, .save_freq = {.batches = 2}});
             }) ==
             "ModelCheckpoint: .monitor is \"val_loss\", which is known after an epoch only; "
             "save after batches by another score");
}

// The best weights are those of the best epoch.
BOOST_AUTO_TEST_CASE(best_checkpoint_predicts_what_the_best_epoch_did) {
  const TemporaryFolder folder;
  const Data data;
  const std::string file = (folder.path / "best.weights.h5").string();
  nn::Model model = make_model(3, nn::SGD({.learning_rate = 0.5}));
  const nn::History history = model.fit(
      data.X, data.Y,
      fit_options(
          {nn::ModelCheckpoint(file, {.save_best_only = true, .save_weights_only = true})}));
  const double best = *std::min_element(history["val_loss"].begin(), history["val_loss"].end());
  model.load_weights(file);
  const nn::Scores scores = model.evaluate(data.X.tail_rows(8), data.Y.tail_rows(8));
  BOOST_TEST(scores.loss == best, boost::test_tools::tolerance(1e-5));
}
