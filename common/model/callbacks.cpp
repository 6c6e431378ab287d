#include "common/model/callbacks.hpp"

#include <cmath>
#include <fstream>

#include "common/files/files.hpp"
#include "common/files/json_reader.hpp"
#include "common/plot/plot.hpp"

namespace nn {

// ---- BestScore ---------------------------------------------------------------------------------

namespace {
bool contains(const std::string& name, const char* part) {
  return name.find(part) != std::string::npos;
}
}  // namespace

BestScore::BestScore(std::string monitor, Mode mode, double min_delta)
    : monitor_(std::move(monitor)), larger_(mode == Mode::max), min_delta_(std::abs(min_delta)) {
  if (mode == Mode::automatic)
    for (const char* part : {"acc", "auc", "precision", "recall", "f1", "r2"})
      larger_ = larger_ || contains(monitor_, part);
  restart();
}

void BestScore::restart() {
  best_ =
      larger_ ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

bool BestScore::better(double score, double than) const {
  return larger_ ? score > than + min_delta_ : score < than - min_delta_;
}

bool BestScore::improved(const Scores& scores, const char* who) {
  if (!scores.has(monitor_)) {
    std::string names = "loss";
    for (const auto& [name, value] : scores.others) names += ", " + name;
    throw Error(text(
        "%s: there is no score \"%s\" to monitor; there are %s%s", who, monitor_.c_str(),
        names.c_str(),
        contains(monitor_, "val_") ? " (give fit .validation_split or .validation_data)" : ""));
  }
  const double score = scores[monitor_];
  if (!better(score, best_)) return false;
  best_ = score;
  return true;
}

// ---- EarlyStopping -----------------------------------------------------------------------------

EarlyStopping::EarlyStopping(EarlyStoppingOptions options)
    : options_(std::move(options)), best_(options_.monitor, options_.mode, options_.min_delta) {
  if (options_.patience < 0)
    throw Error(text("EarlyStopping: .patience is %d, expected at least 0", options_.patience));
}

void EarlyStopping::on_train_begin(Model&) {
  best_.restart();
  wait_ = 0;
  stopped_epoch_ = best_epoch_ = -1;
  best_weights_.clear();
}

void EarlyStopping::on_epoch_end(Model& model, int epoch, const Scores& scores) {
  if (epoch < options_.start_from_epoch) return;
  if (best_.improved(scores, "EarlyStopping")) {
    best_epoch_ = epoch;
    wait_ = 0;
    if (options_.restore_best_weights) best_weights_ = model.weights();
  } else if (++wait_ >= options_.patience && epoch > 0) {
    stopped_epoch_ = epoch;
    model.stop_training();
  }
}

void EarlyStopping::on_train_end(Model& model, const History&) {
  if (!best_weights_.empty()) model.set_weights(best_weights_);
}

void EarlyStopping::save_state(SavedState& state) const {
  state.put("best", best_.best());
  state.put("wait", wait_);
  state.put("stopped_epoch", stopped_epoch_);
  state.put("best_epoch", best_epoch_);
  state.put("best_weights", static_cast<double>(best_weights_.size()));
  for (std::size_t i = 0; i < best_weights_.size(); ++i)
    state.put(text("best_weights %zu", i), best_weights_[i]);
}

void EarlyStopping::load_state(const SavedState& state) {
  std::vector<Matrix> weights;
  for (std::size_t i = 0; static_cast<double>(i) < state.number("best_weights"); ++i)
    weights.push_back(state.matrix(text("best_weights %zu", i)));
  best_.set_best(state.number("best"));
  wait_ = static_cast<int>(state.number("wait"));
  stopped_epoch_ = static_cast<int>(state.number("stopped_epoch"));
  best_epoch_ = static_cast<int>(state.number("best_epoch"));
  best_weights_ = std::move(weights);
}

// ---- Learning rate -----------------------------------------------------------------------------

void LearningRateScheduler::on_epoch_begin(Model& model, int epoch) {
  const double rate = schedule_(epoch, model.optimizer().learning_rate());
  if (!std::isfinite(rate) || rate < 0.0)
    throw Error(text(
        "LearningRateScheduler: the schedule gave %g for epoch %d, expected a rate of at least 0",
        rate, epoch));
  model.optimizer().set_learning_rate(rate);
}

ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions options)
    : options_(std::move(options)), best_(options_.monitor, options_.mode, options_.min_delta) {
  if (!(options_.factor > 0.0 && options_.factor < 1.0))
    throw Error(text("ReduceLROnPlateau: .factor is %g, expected 0 < factor < 1", options_.factor));
  if (options_.patience < 0)
    throw Error(text("ReduceLROnPlateau: .patience is %d, expected at least 0", options_.patience));
  if (options_.cooldown < 0)
    throw Error(text("ReduceLROnPlateau: .cooldown is %d, expected at least 0", options_.cooldown));
  if (!(options_.min_lr >= 0.0))
    throw Error(text("ReduceLROnPlateau: .min_lr is %g, expected at least 0", options_.min_lr));
}

void ReduceLROnPlateau::on_train_begin(Model&) {
  best_.restart();
  wait_ = cooldown_ = 0;
}

void ReduceLROnPlateau::on_epoch_end(Model& model, int, const Scores& scores) {
  const bool improved = best_.improved(scores, "ReduceLROnPlateau");
  if (cooldown_ > 0) {
    --cooldown_;
    wait_ = 0;
  }
  if (improved) {
    wait_ = 0;
  } else if (cooldown_ == 0 && ++wait_ >= options_.patience) {
    const double rate = model.optimizer().learning_rate();
    if (rate <= options_.min_lr) return;
    model.optimizer().set_learning_rate(std::max(rate * options_.factor, options_.min_lr));
    cooldown_ = options_.cooldown;
    wait_ = 0;
  }
}

void ReduceLROnPlateau::save_state(SavedState& state) const {  // the rate is the optimizer's
  state.put("best", best_.best());
  state.put("wait", wait_);
  state.put("cooldown", cooldown_);
}

void ReduceLROnPlateau::load_state(const SavedState& state) {
  best_.set_best(state.number("best"));
  wait_ = static_cast<int>(state.number("wait"));
  cooldown_ = static_cast<int>(state.number("cooldown"));
}

// ---- TerminateOnNaN, CSV -----------------------------------------------------------------------

void TerminateOnNaN::on_batch_end(Model& model, int epoch, int batch, const Scores& scores) {
  if (std::isfinite(scores.loss)) return;
  std::printf("the loss became %g in epoch %d, batch %d: training stops\n", scores.loss, epoch + 1,
              batch + 1);
  model.stop_training();
}

CSVLogger::CSVLogger(std::filesystem::path file, CSVLoggerOptions options)
    : file_(std::move(file)), options_(options) {}

// A file from before is not emptied here: load_state may follow and go on with it.
void CSVLogger::on_train_begin(Model&) { started_ = header_written_ = false; }
void CSVLogger::on_epoch_begin(Model&, int) { start(); }
void CSVLogger::on_train_end(Model&, const History&) { start(); }  // there was no epoch

void CSVLogger::start() {
  if (started_) return;
  started_ = true;
  std::error_code none;
  const std::uintmax_t bytes = std::filesystem::file_size(file_, none);
  header_written_ = options_.append && !none && bytes > 0;
  if (!header_written_) write_file(file_, "");
}

void CSVLogger::save_state(SavedState& state) const {
  std::error_code none;
  const std::uintmax_t bytes = std::filesystem::file_size(file_, none);
  state.put("bytes", started_ && !none ? static_cast<double>(bytes) : -1.0);
}

void CSVLogger::load_state(const SavedState& state) {
  const double bytes = state.number("bytes");
  std::error_code none;
  if (bytes < 0.0 || static_cast<double>(std::filesystem::file_size(file_, none)) < bytes || none)
    return;  // not begun yet, or no longer there
  std::filesystem::resize_file(file_, static_cast<std::uintmax_t>(bytes), none);  // later rows
  started_ = !none;
  header_written_ = bytes > 0.0;
}

void CSVLogger::on_epoch_end(Model&, int epoch, const Scores& scores) {
  start();  // where a training goes on, the epoch may have begun before
  std::string rows;
  if (!header_written_) {
    rows = text("epoch%closs", options_.separator);
    for (const auto& [name, value] : scores.others) rows += options_.separator + name;
    rows += '\n';
    header_written_ = true;
  }
  rows += text("%d%c%.9g", epoch, options_.separator, scores.loss);
  for (const auto& [name, value] : scores.others) rows += text("%c%.9g", options_.separator, value);
  std::ofstream out(file_, std::ios::app);
  out << rows << '\n' << std::flush;
  if (!out) throw Error(text("CSVLogger: cannot write to %s", file_.c_str()));
}

void save_csv(const History& history, const std::filesystem::path& file) {
  std::string csv = "epoch";
  for (const std::string& name : history.names()) csv += "," + name;
  csv += '\n';
  for (std::size_t epoch = 0; epoch < history.epochs(); ++epoch) {
    csv += std::to_string(epoch);
    for (const std::string& name : history.names()) csv += text(",%.9g", history[name][epoch]);
    csv += '\n';
  }
  write_file(file, csv);
}

void save_json(const History& history, const std::filesystem::path& file) {
  Json json = Json::object();
  for (const std::string& name : history.names()) json[name] = history[name];
  write_file(file, json.dump(1) + "\n");
}

void save_picture(const History& history, const std::filesystem::path& stem) {
  std::vector<std::string> scores;
  for (const std::string& name : history.names())
    if (name.rfind("val_", 0) != 0) scores.push_back(name);
  Panels panels(1, scores.size());
  for (const std::string& name : scores) {
    Figure figure({.title = name, .x_label = "epoch", .y_label = name});
    figure.line(history[name], "training");
    const std::vector<std::string> names = history.names();
    if (std::find(names.begin(), names.end(), "val_" + name) != names.end())
      figure.line(history["val_" + name], "validation");
    panels.add(std::move(figure));
  }
  panels.save(stem);
}

}  // namespace nn
