// Callbacks, and what is left of a training on the disk.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "common/data/data.hpp"
#include "common/files/history_files.hpp"
#include "common/nn.hpp"
#include "common/plot/gnuplot.hpp"
#include "common/plot/graphviz.hpp"

namespace fs = std::filesystem;
using nn::Matrix;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("nn_callbacks_" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// A history with scores that are easy to follow.
nn::Scores scores_with(double val_loss) {
  return {.loss = 1.0, .others = {{"val_loss", val_loss}}};
}

nn::Sequential line() {
  nn::Sequential model({nn::Dense(1, {.input_shape = {1}})});
  model.compile({.optimizer = nn::SGD({.learning_rate = 0.1}),
                 .loss = nn::mean_squared_error,
                 .metrics = {nn::mean_absolute_error}});
  return model;
}

const Matrix X = arma::Col<nn::Real>{0, 1, 2, 3}, Y = arma::Col<nn::Real>{1, 3, 5, 7};

template <class Call>
std::string error_of(const Call& call) {
  try {
    call();
  } catch (const nn::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_CASE(csv_logger_writes_a_row_per_epoch_and_appends) {
  const Folder folder;
  const fs::path file = folder.path / "log.csv";
  nn::Sequential model = line();
  model.fit(X, Y, {.epochs = 3, .callbacks = {nn::CSVLogger(file)}, .verbose = false});
  model.fit(X, Y,
            {.epochs = 5,
             .callbacks = {nn::CSVLogger(file, {.append = true})},
             .initial_epoch = 3,
             .verbose = false});
  std::istringstream lines(read(file));
  std::string row;
  std::getline(lines, row);
  BOOST_TEST(row == "epoch,loss,mean_absolute_error");
  for (int epoch = 0; epoch < 5; ++epoch) {
    std::getline(lines, row);
    BOOST_TEST(row.substr(0, 2) == std::to_string(epoch) + ",");
  }
  BOOST_TEST(!std::getline(lines, row));
}

BOOST_AUTO_TEST_CASE(csv_logger_gives_an_empty_file_its_header) {
  const Folder folder;
  const fs::path file = folder.path / "log.csv";
  std::ofstream(file).close();
  nn::Sequential model = line();
  model.fit(X, Y, {.callbacks = {nn::CSVLogger(file, {.append = true})}, .verbose = false});
  BOOST_TEST(read(file).substr(0, 11) == "epoch,loss,");
}

BOOST_AUTO_TEST_CASE(csv_logger_begins_a_log_that_is_gone_again) {
  const Folder folder;
  const fs::path file = folder.path / "log.csv";
  nn::Sequential model = line();
  nn::CSVLogger before(file), after(file);
  nn::SavedState state;
  before.on_epoch_begin(model, 0);
  before.on_epoch_end(model, 0, {.loss = 3.0});
  before.remember(state);
  fs::remove(file);
  after.on_train_begin(model);
  nn::SavedState(state.all()).visit([&](nn::SavedState& saved) { after.remember(saved); });
  after.on_epoch_end(model, 1, {.loss = 2.0});  // the epoch had begun before
  after.on_epoch_begin(model, 2);
  after.on_epoch_end(model, 2, {.loss = 1.0});
  BOOST_TEST(read(file) == "epoch,loss\n1,2\n2,1\n");
}

BOOST_AUTO_TEST_CASE(csv_logger_names_the_folder_that_is_not_there) {
  nn::Sequential model = line();
  const std::string problem = error_of([&] {
    model.fit(X, Y, {.callbacks = {nn::CSVLogger("/proc/no/such/log.csv")}, .verbose = false});
  });
  BOOST_TEST(problem.find("/proc/no/such") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_history_as_csv_and_as_a_picture) {
  const Folder folder;
  nn::Sequential model = line();
  const nn::History history =
      model.fit(X, Y, {.epochs = 4, .validation_split = 0.25, .verbose = false});
  nn::save_csv(history, folder.path / "history.csv");
  const nn::Table table = nn::Table::read((folder.path / "history.csv").string());
  BOOST_TEST(table.rows() == 4U);
  const nn::ColVector loss = table.numbers("val_loss");
  for (std::size_t epoch = 0; epoch < 4; ++epoch)
    BOOST_TEST(static_cast<double>(loss[epoch]) == history["val_loss"][epoch],
               boost::test_tools::tolerance(1e-6));
  nn::save_picture(history, folder.path / "history");
  BOOST_TEST(fs::exists(folder.path / "history.gp"));
  BOOST_TEST(fs::exists(folder.path / "history.svg") == !nn::find_gnuplot().empty());
}

BOOST_AUTO_TEST_CASE(the_graph_of_a_model_names_every_layer) {
  const Folder folder;
  nn::Sequential model = line();
  nn::save_graph(model.to_dot(), folder.path / "graph");
  const std::string dot = read(folder.path / "graph.dot");
  BOOST_TEST(dot.find("dense") != std::string::npos);
  BOOST_TEST(dot.find("n0 -> n1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(best_score_follows_the_direction_of_its_score) {
  nn::BestScore loss("val_loss", nn::Mode::automatic, 0.1);
  BOOST_TEST(loss.improved(scores_with(1.0), "test"));
  BOOST_TEST(!loss.improved(scores_with(0.95), "test"));  // by less than min_delta
  BOOST_TEST(loss.improved(scores_with(0.85), "test"));
  nn::BestScore accuracy("val_accuracy", nn::Mode::automatic, 0.0);
  BOOST_TEST(accuracy.better(0.9, 0.8));
  BOOST_TEST(!accuracy.better(0.7, 0.8));
  BOOST_TEST(error_of([&] { loss.improved({.loss = 1.0}, "EarlyStopping"); }) ==
             "EarlyStopping: there is no score \"val_loss\" to monitor; there are loss (give fit "
             ".validation_split or .validation_data)");
}

BOOST_AUTO_TEST_CASE(terminate_on_nan_stops_quietly) {
  nn::Sequential model({nn::Dense(1, {.input_shape = {1}})});
  model.compile({.optimizer = nn::SGD({.learning_rate = 1e18}), .loss = nn::mean_squared_error});
  const nn::History history =
      model.fit(X, Y, {.epochs = 200, .callbacks = {nn::TerminateOnNaN()}, .verbose = false});
  BOOST_TEST(history.epochs() < 200U);
  BOOST_TEST(!std::isfinite(history["loss"].back()));
}

BOOST_AUTO_TEST_CASE(a_plateau_waits_for_its_cooldown) {
  nn::Sequential model = line();
  nn::ReduceLROnPlateau plateau(
      {.monitor = "loss", .factor = 0.5, .patience = 1, .cooldown = 2, .min_lr = 0.03});
  plateau.on_train_begin(model);
  std::vector<double> rates;
  for (int epoch = 0; epoch < 8; ++epoch) {
    plateau.on_epoch_end(model, epoch, {.loss = 1.0});
    rates.push_back(model.optimizer().learning_rate());
  }
  // better than infinity; reduced; two epochs of cooldown, of which the second is counted again ...
  BOOST_TEST(rates[0] == 0.1, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(rates[1] == 0.05, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(rates[2] == 0.05, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(rates[7] == 0.03, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(a_plateau_does_not_raise_the_rate) {
  nn::Sequential model = line();
  model.optimizer().set_learning_rate(1e-4);
  nn::ReduceLROnPlateau plateau({.monitor = "loss", .patience = 1, .min_lr = 1e-3});
  plateau.on_train_begin(model);
  for (int epoch = 0; epoch < 4; ++epoch) plateau.on_epoch_end(model, epoch, {.loss = 1.0});
  BOOST_TEST(model.optimizer().learning_rate() == 1e-4);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused) {
  BOOST_TEST(error_of([] { nn::EarlyStopping({.patience = -1}); }) ==
             "EarlyStopping: .patience is -1, expected at least 0");
  BOOST_TEST(error_of([] { nn::ReduceLROnPlateau({.factor = 1.0}); }) ==
             "ReduceLROnPlateau: .factor is 1, expected 0 < factor < 1");
  BOOST_TEST(error_of([] { nn::ReduceLROnPlateau({.patience = -1}); }) ==
             "ReduceLROnPlateau: .patience is -1, expected at least 0");
  BOOST_TEST(error_of([] { nn::ReduceLROnPlateau({.cooldown = -2}); }) ==
             "ReduceLROnPlateau: .cooldown is -2, expected at least 0");
  BOOST_TEST(error_of([] { nn::ReduceLROnPlateau({.min_lr = -0.1}); }) ==
             "ReduceLROnPlateau: .min_lr is -0.1, expected at least 0");
  nn::Sequential model = line();
  BOOST_TEST(error_of([&] {
               model.fit(
                   X, Y,
                   {.callbacks = {nn::LearningRateScheduler([](int, double) { return -1.0; })},
                    .verbose = false});
             }).find("LearningRateScheduler: the schedule gave -1") == 0U);
}
