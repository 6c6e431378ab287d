// Training: for each epoch shuffle, for each batch forward, loss, back propagation, step.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "common/kernels/batches.hpp"
#include "common/model/observers.hpp"
#include "common/model/trainer.hpp"

namespace nn {

// One step of gradient descent on a batch. Returns its E.
double Trainer::train_step(const Batch& batch, Pass& pass, Tally& tally) {
  pass.forward(batch.inputs, true, rng);            // H = network(X)
  const double E = add_scores(batch, pass, tally);  // and the metrics
  if (!std::isfinite(E)) return E;                  // a step would spoil the weights
  start_backward(batch, pass);                      // dE/dH
  pass.backward();                                  // dE/dW for every weight
  add_penalty_gradients(weights_);
  optimizer.step(weights_);  // w+ = w - η dE/dw, or what the rule says
  return E;
}

namespace {

// A data set from which batches are taken in any order.
class Samples {
 public:
  Samples(const MatrixList& X, const MatrixList& Y, const MatrixList& weights, std::size_t rows) {
    for (const auto& [list, stores] :
         {std::pair{&X, &X_}, std::pair{&Y, &Y_}, std::pair{&weights, &weights_}})
      for (std::size_t i = 0; i < list->size(); ++i) stores->emplace_back((*list)[i], 0, rows);
  }
  void gather(const arma::uword* rows, std::size_t count, Batch& batch) const {
    for (const auto& [stores, matrices] : {std::pair{&X_, &batch.X}, std::pair{&Y_, &batch.Y},
                                           std::pair{&weights_, &batch.weights}}) {
      matrices->resize(stores->size());
      for (std::size_t i = 0; i < stores->size(); ++i)
        (*stores)[i].gather(rows, count, (*matrices)[i]);
    }
    batch.inputs.clear();
    for (const Matrix& X : batch.X) batch.inputs.push_back(&X);
  }

 private:
  std::vector<BatchStore> X_, Y_, weights_;
};

// Sample weights times class weights, as one column; empty if neither is given.
MatrixList combined_weights(const MatrixList& Y, const FitOptions& options) {
  if (options.class_weight.empty()) return options.sample_weight;
  ColVector weights(Y[0].n_rows, arma::fill::ones);
  for (std::size_t i = 0; i < weights.n_elem; ++i) {
    const auto of_class = options.class_weight.find(static_cast<int>(
        Y[0].n_cols > 1 ? Y[0].row(i).index_max() : static_cast<arma::uword>(Y[0].at(i, 0))));
    if (of_class != options.class_weight.end()) weights[i] = static_cast<Real>(of_class->second);
  }
  if (!options.sample_weight.empty()) weights %= options.sample_weight[0].col(0);
  return MatrixList(ColVector(weights) + Real(0));  // an expression: the list owns its value
}

// The rows first ... first + count - 1 as a batch.
void copy_batch(const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
                std::size_t first, std::size_t count, Batch& batch) {
  for (const auto& [list, matrices] :
       {std::pair{&X, &batch.X}, std::pair{&Y, &batch.Y}, std::pair{&weights, &batch.weights}}) {
    matrices->resize(list->size());
    for (std::size_t i = 0; i < list->size(); ++i)
      copy_rows((*list)[i], first, count, (*matrices)[i]);
  }
  batch.inputs.clear();
  for (const Matrix& x : batch.X) batch.inputs.push_back(&x);
}

}  // namespace

// While it lives, the trainer's fit is running and stands at `position`.
class Trainer::Running {
 public:
  Running(Trainer& trainer, Position& position) : trainer_(trainer) {
    trainer_.position_ = &position;
    trainer_.start(position.tally);
    trainer_.stop = trainer_.interrupted = false;
  }
  ~Running() { trainer_.position_ = nullptr; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Trainer& trainer_;
};

bool Trainer::Observers::want_batch_scores() const {
  return std::any_of(begin(), end(), [](const Callback* o) { return o->wants_batch_scores(); });
}

Trainer::Observers Trainer::observers_of(const FitOptions& options, Callback& progress,
                                         Callback& interrupt) const {
  Observers all{&progress};
  for (const CallbackHandle& callback : options.callbacks) all.push_back(&*callback);
  all.push_back(&interrupt);
  if (attached && attached->observer) all.push_back(attached->observer.get());
  return all;
}

// The rows in the order of this epoch: a new one, or, in the middle of it, the same again.
void Trainer::order_epoch(Position& at, Indices& order) {
  if (at.batch == 0) at.before_shuffle = rng.state();
  std::iota(order.begin(), order.end(), arma::uword{0});
  if (!at.options.shuffle) return;
  Rng shuffler = rng;
  shuffler.set_state(at.before_shuffle);
  shuffler.shuffle(order);
  if (at.batch == 0) rng.set_state(shuffler.state());
}

History Trainer::fit(Model& model, const MatrixList& X, const MatrixList& Y,
                     const FitOptions& options) {
  const std::size_t n = check_fit(X, Y, options);  // the first n rows train, the rest validates
  const std::size_t batch_size = static_cast<std::size_t>(options.batch_size);
  const std::size_t batches = (n + batch_size - 1) / batch_size;
  const bool validates = n < X[0].n_rows || !options.validation_data.X.empty();
  const Samples samples(X, Y, combined_weights(Y, options), n);
  Pass& pass = attached && attached->pass ? *attached->pass : own_pass_;
  Progress progress(options.verbose, options.epochs, batches);
  Interrupt interrupt(!attached || attached->catches_interrupts);
  const Observers observers = observers_of(options, progress, interrupt);

  Batch batch;
  Indices order(n);
  Scores scores = empty_scores(validates);
  Position at(options, n, History(scores, static_cast<std::size_t>(options.epochs)));
  const Running running(*this, at);
  for (Callback* o : observers) o->on_train_begin(model);  // may move `at`: see BackupAndRestore
  while (at.epoch < options.epochs && !interrupted && !(stop && at.batch == 0)) {
    const int epoch = at.epoch;
    if (at.batch == 0) {
      for (Callback* o : observers) o->on_epoch_begin(model, epoch);
      start(at.tally);
      for (auto& [name, value] : scores.others) value = std::nan("");
    }
    order_epoch(at, order);
    while (at.batch < batches && !interrupted && !(stop && at.batch > 0)) {
      const std::size_t first = at.batch * batch_size;
      samples.gather(order.memptr() + first, std::min(batch_size, n - first), batch);
      const double E = train_step(batch, pass, at.tally);
      const int number = static_cast<int>(at.batch++);
      if (observers.want_batch_scores()) write_means(at.tally, scores, false);
      for (Callback* o : observers) o->on_batch_end(model, epoch, number, scores);
      if (!stop) refuse_not_finite(E, pass);
    }
    write_means(at.tally, scores, false);
    if (validates && !interrupted) validate(X, Y, options, n, pass, scores);
    at.history.add(scores);
    ++at.epoch;
    at.batch = 0;
    for (Callback* o : observers)
      if (!interrupted || o == &progress) o->on_epoch_end(model, epoch, scores);
  }
  for (Callback* o : observers) o->on_train_end(model, at.history);
  return at.history;
}

// Loss and metrics of the validation data, without training.
void Trainer::validate(const MatrixList& X, const MatrixList& Y, const FitOptions& options,
                       std::size_t first, Pass& pass, Scores& scores) {
  const ValidationData& other = options.validation_data;
  Tally tally;
  if (other.X.empty())
    evaluate_rows(X, Y, options.sample_weight, first, options.batch_size, pass, tally);
  else
    evaluate_rows(other.X, other.Y, {}, 0, options.batch_size, pass, tally);
  write_means(tally, scores, true);
}

// The rows from `first` on.
void Trainer::evaluate_rows(const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
                            std::size_t first, int batch_size, Pass& pass, Tally& tally) {
  const std::size_t n = X[0].n_rows, most = static_cast<std::size_t>(batch_size);
  Batch batch;
  start(tally);
  for (; first < n; first += most) {
    copy_batch(X, Y, weights, first, std::min(most, n - first), batch);
    pass.forward(batch.inputs, false, rng);
    add_scores(batch, pass, tally);
  }
}

Scores Trainer::evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options) {
  check("evaluate", X, Y, options.sample_weight, options.batch_size);
  Tally tally;
  evaluate_rows(X, Y, options.sample_weight, 0, options.batch_size, own_pass_, tally);
  Scores scores = empty_scores(false);
  write_means(tally, scores, false);
  return scores;
}

Scores Trainer::train_on_batch(const MatrixList& X, const MatrixList& Y,
                               const MatrixList& weights) {
  check("train_on_batch", X, Y, weights, 1);
  Batch batch;
  Tally tally;
  start(tally);
  copy_batch(X, Y, weights, 0, X[0].n_rows, batch);
  train_step(batch, own_pass_, tally);
  Scores scores = empty_scores(false);
  write_means(tally, scores, false);
  return scores;
}

// ---- Model's calls ------------------------------------------------------------------------------

History Model::fit(const MatrixList& X, const MatrixList& Y, const FitOptions& options) {
  prepare(X);
  return trainer("fit").fit(*this, X, Y, options);
}

Scores Model::evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options) {
  prepare(X);
  return trainer("evaluate").evaluate(X, Y, options);
}

Scores Model::train_on_batch(const MatrixList& X, const MatrixList& Y, const MatrixList& weights) {
  prepare(X);
  return trainer("train_on_batch").train_on_batch(X, Y, weights);
}

Predictions Model::predict(const MatrixList& X, const PredictOptions& options) {
  prepare(X);
  if (options.batch_size < 1)
    throw Error(text("predict: .batch_size is %d, expected at least 1", options.batch_size));
  check_inputs("predict", network(), X);
  const std::size_t n = X[0].n_rows, most = static_cast<std::size_t>(options.batch_size);
  Predictions predictions;
  for (std::size_t output : network().outputs())
    predictions.emplace_back(n, network().nodes()[output].shape.size());
  Pass pass(network());
  Batch batch;
  Rng no_randomness;
  for (std::size_t first = 0; first < n; first += most) {
    const std::size_t count = std::min(most, n - first);
    copy_batch(X, {}, {}, first, count, batch);
    pass.forward(batch.inputs, false, no_randomness);
    for (std::size_t i = 0; i < predictions.size(); ++i)
      predictions[i].rows(first, first + count - 1) = pass.output(i);
  }
  return predictions;
}

}  // namespace nn
