#include "common/files/history_files.hpp"

#include <algorithm>
#include <fstream>

#include "common/files/files.hpp"
#include "common/files/json_reader.hpp"
#include "common/plot/figure.hpp"

namespace nn {

CSVLogger::CSVLogger(std::filesystem::path file, CSVLoggerOptions options)
    : file_(std::move(file)), options_(options) {}

// A file from before is not emptied here: remember may follow and go on with it.
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

// How long the file is; where a training goes on, later rows are cut off.
void CSVLogger::remember(SavedState& state) {
  std::error_code none;
  const std::uintmax_t now = std::filesystem::file_size(file_, none);
  double bytes = started_ && !none ? static_cast<double>(now) : -1.0;
  state("bytes", bytes);
  if (state.writing() || state.checking()) return;
  if (bytes < 0.0 || static_cast<double>(now) < bytes || none) return;  // not begun, or gone
  std::filesystem::resize_file(file_, static_cast<std::uintmax_t>(bytes), none);
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
