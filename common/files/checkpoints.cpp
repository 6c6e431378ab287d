#include "common/files/checkpoints.hpp"

#include <cctype>
#include <filesystem>

#include "common/files/files.hpp"
#include "common/files/model_file.hpp"

namespace nn {

namespace {

void check(const char* who, const SaveFrequency& frequency) {
  if (frequency.epochs < 0 || frequency.batches < 0)
    throw Error(text("%s: .save_freq is %d epochs and %d batches, expected at least 0", who,
                     frequency.epochs, frequency.batches));
}

bool due_after_epoch(const SaveFrequency& frequency, int epoch) {
  if (frequency.epochs == 0) return frequency.batches == 0;
  return (epoch + 1) % frequency.epochs == 0;
}

bool due_after_batch(const SaveFrequency& frequency, std::int64_t batches) {
  return frequency.batches > 0 && batches % frequency.batches == 0;
}

// value as "02d" or ".3f" says; "" is the shortest way.
std::string formatted(double value, const std::string& format, const std::string& path) {
  std::size_t at = 0;
  const auto skip_digits = [&] {
    const std::size_t first = at;
    while (at < format.size() && std::isdigit(static_cast<unsigned char>(format[at]))) ++at;
    return at - first;
  };
  bool right = skip_digits() <= 3;
  const std::string width = "%" + format.substr(0, at);
  if (at < format.size() && format[at] == '.') {
    ++at;
    const std::size_t digits = skip_digits();
    right = right && digits >= 1 && digits <= 2;
  }
  const std::string shape = "%" + format.substr(0, at);
  const char kind = at < format.size() ? format[at++] : 'g';
  if (!right || at != format.size() || (kind != 'd' && kind != 'f' && kind != 'e' && kind != 'g'))
    throw Error(text("%s: cannot print a number as \"%s\"; expected a format like 02d or .2f",
                     path.c_str(), format.c_str()));
  char buffer[512];  // a longer one is cut off
  if (kind == 'd')
    std::snprintf(buffer, sizeof buffer, (width + "lld").c_str(), static_cast<long long>(value));
  else
    std::snprintf(buffer, sizeof buffer, (shape + kind).c_str(), value);
  return buffer;
}

}  // namespace

std::string checkpoint_path(const std::string& path, int epoch, int batch, const Scores& scores) {
  std::string filled;
  for (std::size_t at = 0; at < path.size();) {
    if (path[at] != '{') {
      filled += path[at++];
      continue;
    }
    const std::size_t end = path.find('}', at);
    if (end == std::string::npos) throw Error(path + ": there is a { without }");
    const std::string field = path.substr(at + 1, end - at - 1);
    const std::string name = field.substr(0, field.find(':'));
    const std::string format = name.size() < field.size() ? field.substr(name.size() + 1) : "";
    if (name != "epoch" && name != "batch" && !scores.has(name)) {
      std::string names = "epoch, batch, loss";
      for (const auto& [score, value] : scores.others) names += ", " + score;
      throw Error(
          text("%s: there is no {%s}; there are %s", path.c_str(), name.c_str(), names.c_str()));
    }
    filled += formatted(name == "epoch"   ? epoch + 1
                        : name == "batch" ? batch + 1
                                          : scores[name],
                        format, path);
    at = end + 1;
  }
  return filled;
}

// ---- ModelCheckpoint ---------------------------------------------------------------------------

ModelCheckpoint::ModelCheckpoint(std::string path, ModelCheckpointOptions options)
    : path_(std::move(path)),
      options_(std::move(options)),
      best_(options_.monitor, options_.mode, 0.0) {
  check("ModelCheckpoint", options_.save_freq);
  if (options_.save_best_only && options_.save_freq.batches > 0 &&
      options_.monitor.compare(0, 4, "val_") == 0)
    throw Error(
        text("ModelCheckpoint: .monitor is \"%s\", which is known after an epoch only; save "
             "after batches by another score",
             options_.monitor.c_str()));
}

void ModelCheckpoint::on_train_begin(Model&) {
  best_.restart();
  batches_ = 0;
}

void ModelCheckpoint::on_batch_end(Model& model, int epoch, int batch, const Scores& scores) {
  if (due_after_batch(options_.save_freq, ++batches_)) save(model, epoch, batch, scores);
}

void ModelCheckpoint::on_epoch_end(Model& model, int epoch, const Scores& scores) {
  if (due_after_epoch(options_.save_freq, epoch)) save(model, epoch, 0, scores);
}

void ModelCheckpoint::save(const Model& model, int epoch, int batch, const Scores& scores) {
  if (options_.save_best_only && !best_.improved(scores, "ModelCheckpoint")) return;
  const std::string path = checkpoint_path(path_, epoch, batch, scores);
  if (options_.save_weights_only)
    model.save_weights(path);
  else
    model.save(path);
}

void ModelCheckpoint::remember(SavedState& state) {
  best_.remember(state);
  state("batches", batches_);
}

// ---- BackupAndRestore --------------------------------------------------------------------------

BackupAndRestore::BackupAndRestore(std::string path, BackupAndRestoreOptions options)
    : path_(std::move(path)), options_(options) {
  check("BackupAndRestore", options_.save_freq);
}

void BackupAndRestore::on_train_begin(Model& model) {
  batches_ = 0;
  remove_unfinished(path_);
  restored_ = std::filesystem::exists(path_);
  if (restored_) load_checkpoint(model, path_);
}

void BackupAndRestore::on_batch_end(Model& model, int, int, const Scores&) {
  if (due_after_batch(options_.save_freq, ++batches_)) save_checkpoint(model, path_);
}

void BackupAndRestore::on_epoch_end(Model& model, int epoch, const Scores&) {
  if (due_after_epoch(options_.save_freq, epoch)) save_checkpoint(model, path_);
}

void BackupAndRestore::on_train_end(Model& model, const History&) {
  std::error_code ignored;
  if (options_.delete_checkpoint && !model.interrupted()) std::filesystem::remove(path_, ignored);
}

void BackupAndRestore::remember(SavedState& state) { state("batches", batches_); }

}  // namespace nn
