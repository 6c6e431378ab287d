// A training that goes on later: where it stands, into a state or out of one.
#include <cmath>

#include "common/model/trainer.hpp"

namespace nn {

namespace {

// Throws unless the saved number is the one of now.
void require_same(SavedState& state, const char* name, const char* what, double now) {
  double then = now;
  state(name, then);
  if (!state.writing() && state.saved(name) != now)
    throw Error(text("the saved training had %s %g, now it is %g", what, state.saved(name), now));
}

}  // namespace

void Trainer::remember(SavedState& state) {
  state.visit([this](SavedState& s) {
    Rng::State words = rng.state();
    s("rng", words);
    std::int64_t iterations = optimizer.iterations();
    s("optimizer/iterations", iterations);
    double rate = optimizer.base_learning_rate();
    s("optimizer/learning_rate", rate);
    if (position_) {
      const SavedState::Part part(s, "fit");
      remember_fit(s);
    }
    if (s.writing() || s.checking()) return;
    rng.set_state(words);
    optimizer.set_iterations(iterations);
    if (optimizer.schedule().is_constant()) optimizer.set_base_learning_rate(rate);
  });
}

void Trainer::remember_fit(SavedState& s) {
  Position& at = *position_;
  const FitOptions& options = at.options;
  require_same(s, "rows", "a number of training rows of", static_cast<double>(at.rows));
  require_same(s, "batch_size", ".batch_size", options.batch_size);
  require_same(s, "shuffle", ".shuffle", options.shuffle);
  if (!options.callbacks.empty())  // another replica than the first has none
    require_same(s, "callbacks", "a number of callbacks of",
                 static_cast<double>(options.callbacks.size()));
  if (!s.writing()) {
    const double batches = std::ceil(static_cast<double>(at.rows) / options.batch_size);
    const double epoch = s.saved("epoch"), batch = s.saved("batch");
    if (!(epoch >= 0.0 && batch >= 0.0 && batch <= batches))
      throw Error(
          text("the saved training stands at epoch %g, batch %g of %g", epoch, batch, batches));
  }
  s("epoch", at.epoch);
  s("batch", at.batch);
  s("before_shuffle", at.before_shuffle);
  s("stop", stop);
  s("samples", at.tally.samples);
  s("total_loss", at.tally.loss);
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    s(text("output %zu/loss", i), at.tally.losses[i]);
    for (std::size_t k = 0; k < outputs_[i].metrics.size(); ++k)
      s(text("output %zu/metric %zu", i, k), at.tally.metrics[i][k]);
  }
  {
    const SavedState::Part part(s, "history");
    at.history.remember(s);
  }
  for (std::size_t i = 0; i < options.callbacks.size(); ++i) {
    const SavedState::Part part(s, text("callback %zu", i));
    try {
      options.callbacks[i]->remember(s);
    } catch (const Error& error) {
      throw Error(
          text(".callbacks[%zu] is not what it was in the saved training (%s)", i, error.what()));
    }
  }
}

}  // namespace nn
