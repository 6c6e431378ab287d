// A training that goes on later: where it stands, out of the trainer and back into one.
#include "common/model/trainer.hpp"

#include <sstream>

namespace nn {

// ---- Going on later ----------------------------------------------------------------------------

SavedState Model::Trainer::state() const {
  SavedState state;
  state.put("rng", rng.state());
  state.put("optimizer/iterations", static_cast<double>(optimizer.iterations()));
  state.put("optimizer/learning_rate", optimizer.base_learning_rate());
  if (!position_) return state;

  const Position& at = *position_;
  SavedState fit;
  fit.put("epoch", at.epoch);
  fit.put("batch", static_cast<double>(at.batch));
  fit.put("before_shuffle", at.before_shuffle);
  fit.put("rows", static_cast<double>(at.rows));
  fit.put("batch_size", static_cast<double>(at.batch_size));
  fit.put("shuffle", at.shuffle);
  fit.put("callbacks", static_cast<double>(at.callbacks.size()));
  fit.put("stop", stop);
  fit.put("samples", samples_);
  fit.put("total_loss", total_loss_sum_);
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    fit.put(text("output %zu/loss", i), outputs_[i].loss_sum);
    for (std::size_t k = 0; k < outputs_[i].states.size(); ++k) {
      SavedState metric;
      outputs_[i].states[k]->save_state(metric);
      fit.put(text("output %zu/metric %zu", i, k), metric);
    }
  }
  SavedState history;
  at.history.save_state(history);
  fit.put("history", history);
  for (std::size_t i = 0; i < at.callbacks.size(); ++i) {
    SavedState callback;
    at.callbacks[i]->save_state(callback);
    fit.put(text("callback %zu", i), callback);
  }
  state.put("fit", fit);
  return state;
}

void Model::Trainer::set_state(const SavedState& state) {
  // All is read before anything is changed.
  Rng loaded_rng;
  loaded_rng.set_state(state.words("rng"));
  const auto iterations = static_cast<std::int64_t>(state.number("optimizer/iterations"));
  const double rate = state.number("optimizer/learning_rate");
  if (position_) {
    const SavedState fit = state.part("fit");
    Position& at = *position_;
    const auto same = [&](const char* name, const char* what, std::size_t now) {
      if (fit.number(name) != static_cast<double>(now))
        throw Error(
            text("the saved training had %s %g, now it is %zu", what, fit.number(name), now));
    };
    same("rows", "a number of training rows of", at.rows);
    same("batch_size", ".batch_size", at.batch_size);
    same("shuffle", ".shuffle", at.shuffle);
    if (!at.callbacks.empty())  // another replica than the first has none
      same("callbacks", "a number of callbacks of", at.callbacks.size());
    const double batches =
        std::ceil(static_cast<double>(at.rows) / static_cast<double>(at.batch_size));
    const double epoch = fit.number("epoch"), batch = fit.number("batch");
    if (!(epoch >= 0.0 && epoch < 2147483647.0 && batch >= 0.0 && batch <= batches))
      throw Error(
          text("the saved training stands at epoch %g, batch %g of %g", epoch, batch, batches));
    History history = at.history;
    history.load_state(fit.part("history"));
    const Rng::State before_shuffle = fit.words("before_shuffle");
    const bool stopped = fit.number("stop") != 0.0;
    const double samples = fit.number("samples"), total_loss = fit.number("total_loss");
    std::vector<double> losses;
    std::vector<std::vector<std::unique_ptr<MetricState>>> states;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      losses.push_back(fit.number(text("output %zu/loss", i)));
      states.emplace_back();
      for (std::size_t k = 0; k < outputs_[i].metrics.size(); ++k) {
        states[i].push_back(outputs_[i].metrics[k].make_state());
        states[i][k]->load_state(fit.part(text("output %zu/metric %zu", i, k)));
      }
    }
    for (std::size_t i = 0; i < at.callbacks.size(); ++i) {
      try {
        at.callbacks[i]->load_state(fit.part(text("callback %zu", i)));
      } catch (const Error& error) {
        throw Error(
            text(".callbacks[%zu] is not what it was in the saved training (%s)", i, error.what()));
      }
    }

    at.epoch = static_cast<int>(epoch);
    at.batch = static_cast<std::size_t>(batch);
    at.before_shuffle = before_shuffle;
    at.history = std::move(history);
    stop = stopped;
    samples_ = samples;
    total_loss_sum_ = total_loss;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      outputs_[i].loss_sum = losses[i];
      outputs_[i].states = std::move(states[i]);
    }
  }
  rng = loaded_rng;
  optimizer.set_iterations(iterations);
  if (optimizer.schedule().is_constant()) optimizer.set_base_learning_rate(rate);
}

}  // namespace nn
