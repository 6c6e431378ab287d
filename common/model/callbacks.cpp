#include "common/model/callbacks.hpp"

#include <cmath>
#include <cstdio>

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

void EarlyStopping::remember(SavedState& state) {
  best_.remember(state);
  state("wait", wait_);
  state("stopped_epoch", stopped_epoch_);
  state("best_epoch", best_epoch_);
  state("best_weights", best_weights_);
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

void ReduceLROnPlateau::remember(SavedState& state) {  // the rate is the optimizer's
  best_.remember(state);
  state("wait", wait_);
  state("cooldown", cooldown_);
}

// ---- TerminateOnNaN -----------------------------------------------------------------------

void TerminateOnNaN::on_batch_end(Model& model, int epoch, int batch, const Scores& scores) {
  if (std::isfinite(scores.loss)) return;
  std::printf("the loss became %g in epoch %d, batch %d: training stops\n", scores.loss, epoch + 1,
              batch + 1);
  model.stop_training();
}

}  // namespace nn
