#include "common/training.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <csignal>
#include <limits>
#include <numeric>
#include <optional>
#include <sstream>

#include "common/batches.hpp"
#include "common/communicator.hpp"
#include "common/model.hpp"
#include "common/progress.hpp"

namespace nn::inline NN_PRECISION {

// ---- Results -----------------------------------------------------------------------------------

namespace {
template <class Pairs>
auto find_name(Pairs& pairs, const std::string& name) {
  return std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.first == name; });
}
template <class Pairs>
[[noreturn]] void unknown_name(const char* who, const Pairs& pairs, const std::string& name) {
  std::string names = "loss";
  for (const auto& pair : pairs) names += ", " + pair.first;
  throw Error(text("%s: there is no \"%s\"; there are %s", who, name.c_str(), names.c_str()));
}
}  // namespace

bool Scores::has(const std::string& name) const {
  return name == "loss" || find_name(others, name) != others.end();
}

double Scores::operator[](const std::string& name) const {
  if (name == "loss") return loss;
  const auto found = find_name(others, name);
  if (found == others.end()) unknown_name("Scores", others, name);
  return found->second;
}

std::vector<std::string> History::names() const {
  std::vector<std::string> all{"loss"};
  for (const auto& [name, values] : others_) all.push_back(name);
  return all;
}

const std::vector<double>& History::operator[](const std::string& name) const {
  if (name == "loss") return loss_;
  const auto found = find_name(others_, name);
  if (found == others_.end()) unknown_name("History", others_, name);
  return found->second;
}

History::History(const Scores& scores, std::size_t epochs) {
  loss_.reserve(epochs);
  for (const auto& [name, value] : scores.others) {
    others_.emplace_back(name, std::vector<double>());
    others_.back().second.reserve(epochs);
  }
}

void History::add(const Scores& scores) {
  loss_.push_back(scores.loss);
  for (std::size_t i = 0; i < others_.size(); ++i)
    others_[i].second.push_back(scores.others[i].second);
}

void History::save_state(SavedState& state) const {
  for (const std::string& name : names()) state.put(name, (*this)[name]);
}

void History::load_state(const SavedState& state) {
  History loaded = *this;
  loaded.loss_ = state.numbers("loss");
  for (auto& [name, values] : loaded.others_) {
    values = state.numbers(name);
    if (values.size() != loaded.loss_.size())
      throw Error(text("the saved state has %zu epochs of \"%s\", expected %zu", values.size(),
                       name.c_str(), loaded.loss_.size()));
  }
  *this = std::move(loaded);
}

Predictions::operator const Matrix&() const {
  if (size() != 1)
    throw Error(text("predict: this model has %zu outputs; choose one by its number, predict(X)[0]",
                     size()));
  return front();
}

// ---- Trainer: what compile makes, and the loops ------------------------------------------------

namespace {

volatile std::sig_atomic_t ctrl_c = 0;

// While it lives, Ctrl-C asks fit to stop after the current batch; a second one ends the program.
class InterruptGuard {
 public:
  InterruptGuard() : before_(std::signal(SIGINT, on_interrupt)) { ctrl_c = 0; }
  ~InterruptGuard() { std::signal(SIGINT, before_); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  static void on_interrupt(int) {
    ctrl_c = 1;
    std::signal(SIGINT, SIG_DFL);
  }
  void (*before_)(int);
};

// Asks the loss whether it takes these targets, all of them, before the first weight changes.
void check_targets(const Loss& loss, const Matrix& Y, std::size_t columns,
                   const std::string& title) {
  constexpr std::size_t kRows = 1024;
  ColVector losses;
  try {
    for (std::size_t first = 0; first < Y.n_rows; first += kRows) {
      const std::size_t last = std::min<std::size_t>(first + kRows, Y.n_rows) - 1;
      const Matrix P(last - first + 1, columns, arma::fill::value(Real(0.5)));
      loss.values(Y.rows(first, last), P, losses);
    }
  } catch (const Error& error) {
    throw Error(title + ": " + error.what());
  }
}

}  // namespace

class Model::Trainer {
 public:
  Trainer(const Model& model, const CompileOptions& options);

  History fit(Model& model, const MatrixList& X, const MatrixList& Y, const FitOptions& options);
  Scores evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options);
  Scores train_on_batch(const MatrixList& X, const MatrixList& Y, const MatrixList& weights);

  SavedState state() const;
  void set_state(const SavedState& state);
  const std::vector<Parameter>& trained() const { return trained_; }

  Optimizer optimizer;
  bool stop = false;         // asked for by a callback
  bool interrupted = false;  // by Ctrl-C
  Rng rng;
  std::shared_ptr<Communicator> replicas;  // this is one of several that fit together; null: alone

 private:
  // Where a running fit stands: the next batch to train on. At batch 0 the epoch has not begun.
  struct Position {
    int epoch = 0;
    std::size_t batch = 0;
    Rng::State before_shuffle = {};  // of the epoch's order, which follows from it
    std::size_t rows, batch_size;
    bool shuffle;
    History history;
    const std::vector<CallbackHandle>& callbacks;
  };

  // One output: its loss, its metrics, and the sums of the epoch so far.
  struct Output {
    std::string name;
    Loss loss;
    double weight = 1.0;
    bool joined = false;  // with the activation that ends the model
    std::vector<Metric> metrics = {};
    std::vector<std::unique_ptr<MetricState>> states = {};
    double loss_sum = 0.0;  // over samples
  };

  void check(const char* who, const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
             int batch_size) const;
  void start_scores();
  // While it lives, the trainer's fit is running and stands at `position`.
  class Running {
   public:
    Running(Trainer& trainer, Position& position) : trainer_(trainer) {
      trainer_.position_ = &position;
    }
    ~Running() {
      trainer_.position_ = nullptr;
      trainer_.together_ = false;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Trainer& trainer_;
  };
  // The batch in X_, Y_ (and weights_): forward, loss, metrics, and in training backward and step.
  void run_batch(bool training);
  void add_loss_gradient(const Output& output, const Matrix& Y, const Matrix& H,
                         const ColVector* weights, Gradient& dH);
  void evaluate_rows(const MatrixList& X, const MatrixList& Y, const MatrixList& weights,
                     std::size_t first, std::size_t count, std::size_t batch_size);
  std::vector<std::string> score_names() const;
  Scores empty_scores(bool with_validation) const;
  void write_scores(Scores& scores, bool validation);
  void resize_batch(std::size_t own_rows, std::size_t rows);
  void refuse_not_finite(double loss) const;

  // Training with other replicas.
  bool first_replica() const { return !replicas || replicas->rank() == 0; }
  BatchPart part_of(std::size_t rows) const;
  const Matrix& merged_output(std::size_t i, std::size_t rows, const BatchPart& part);
  void sum_gradients(const BatchPart& part, std::size_t rows);
  void share_control();
  void share_state();
  void require_identical();

  std::shared_ptr<Layer> layer_;  // keeps the network, whatever happens to the Model
  const Network& network_;
  Pass pass_;
  std::vector<Parameter> trained_;
  std::vector<Output> outputs_;

  std::vector<Buffer> X_, Y_, weights_;  // the batch; no weights: weights_ is empty
  std::vector<const Matrix*> inputs_;
  Buffer second_gradient_;
  bool together_ = false;            // inside a fit with other replicas
  std::vector<Buffer> merged_;       // the outputs for the whole batch, one for each
  std::vector<Real> message_;        // all gradients, one after the other
  std::vector<Parameter> averaged_;  // state that each replica moves in its own way
  double total_loss_sum_ = 0.0;      // over samples, with loss weights and penalties
  double samples_ = 0.0;
  Position* position_ = nullptr;  // null: fit is not running
};

Model::Trainer::Trainer(const Model& model, const CompileOptions& options)
    : optimizer(options.optimizer),
      rng(global_rng().split()),
      layer_(model.shared()),
      network_(model.network()),
      pass_(network_) {
  const std::size_t n_outputs = network_.outputs().size();
  if (options.loss.empty()) throw Error("compile: .loss is missing; name the loss to minimise");
  if (options.loss.size() != 1 && options.loss.size() != n_outputs)
    throw Error(text("compile: .loss has %zu losses, the model has %zu outputs",
                     options.loss.size(), n_outputs));
  if (!options.loss_weights.empty() && options.loss_weights.size() != n_outputs)
    throw Error(text("compile: .loss_weights has %zu numbers, the model has %zu outputs",
                     options.loss_weights.size(), n_outputs));
  if (options.metrics.size() > 1 && options.metrics.size() != n_outputs)
    throw Error(text("compile: .metrics has %zu lists, the model has %zu outputs",
                     options.metrics.size(), n_outputs));

  for (Parameter& parameter : network_.parameters()) {
    if (!parameter.gradient) {
      averaged_.push_back(parameter);
      continue;
    }
    parameter.gradient->set_wanted(parameter.trainable);
    if (parameter.trainable) trained_.push_back(parameter);
  }
  pass_.plan_gradients(std::vector<bool>(network_.inputs().size(), false));

  for (std::size_t i = 0; i < n_outputs; ++i) {
    const std::size_t node = network_.outputs()[i];
    const Layer& last = *network_.nodes()[node].layer;
    Output output{last.name, options.loss[options.loss.size() == 1 ? 0 : i]};
    if (!options.loss_weights.empty()) output.weight = options.loss_weights[i];
    // Softmax (sigmoid) and its cross-entropy are one step back from Z, if nothing else uses H.
    const ActivationFunction* phi = last.output_activation();
    const auto& nodes = network_.nodes();
    const bool used_inside = std::any_of(nodes.begin(), nodes.end(), [&](const NetworkNode& other) {
      return std::find(other.inputs.begin(), other.inputs.end(), node) != other.inputs.end();
    });
    const bool listed_twice =
        std::count(network_.outputs().begin(), network_.outputs().end(), node) > 1;
    if (phi && !used_inside && !listed_twice && phi->name == output.loss.joined_with) {
      output.joined = true;
      pass_.join_with_loss(i);
    }
    if (!options.metrics.empty())
      output.metrics = options.metrics.size() == 1 ? options.metrics[0] : options.metrics[i];
    for (const Metric& metric : output.metrics) output.states.push_back(metric.make_state());
    outputs_.push_back(std::move(output));
  }
  X_.resize(network_.inputs().size());
  Y_.resize(n_outputs);
  for (Buffer& X : X_) inputs_.push_back(&*X);
}

void Model::Trainer::check(const char* who, const MatrixList& X, const MatrixList& Y,
                           const MatrixList& weights, int batch_size) const {
  if (batch_size < 1)
    throw Error(text("%s: .batch_size is %d, expected at least 1", who, batch_size));
  if (X.size() != network_.inputs().size())
    throw Error(text("%s: got %zu input matrices, the model has %zu inputs", who, X.size(),
                     network_.inputs().size()));
  if (Y.size() != outputs_.size())
    throw Error(text("%s: got %zu target matrices, the model has %zu outputs", who, Y.size(),
                     outputs_.size()));
  for (std::size_t i = 0; i < X.size(); ++i) {
    const NetworkNode& node = network_.nodes()[network_.inputs()[i]];
    const std::string title = text("%s: input \"%s\"", who, node.layer->name.c_str());
    if (X[i].n_cols != node.shape.size())
      throw Error(text("%s: X has %llu columns, expected %zu (input shape %s)", title.c_str(),
                       X[i].n_cols, node.shape.size(), node.shape.str().c_str()));
    require_same_rows(title, X[i], Y[0]);
    require_finite(title, "X", X[i]);
  }
  for (std::size_t i = 0; i < Y.size(); ++i) {
    const std::string title = text("%s: output \"%s\"", who, outputs_[i].name.c_str());
    require_same_rows(title, X[0], Y[i]);
    require_finite(title, "Y", Y[i]);
    check_targets(outputs_[i].loss, Y[i], network_.nodes()[network_.outputs()[i]].shape.size(),
                  title);
  }
  if (!weights.empty() && weights.size() != 1 && weights.size() != Y.size())
    throw Error(text("%s: .sample_weight has %zu columns of weights, expected 1 or %zu", who,
                     weights.size(), Y.size()));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    require_shape(who, ".sample_weight", weights[i], X[0].n_rows, 1);
    require_finite(who, ".sample_weight", weights[i]);
  }
}

void Model::Trainer::start_scores() {
  total_loss_sum_ = samples_ = 0.0;
  for (Output& output : outputs_) {
    output.loss_sum = 0.0;
    for (auto& state : output.states) state->reset();
  }
}

void Model::Trainer::resize_batch(std::size_t own_rows, std::size_t rows) {
  for (std::size_t i = 0; i < X_.size(); ++i)  // without rows of its own: the motions with one
    X_[i].resize(std::max<std::size_t>(own_rows, 1),
                 network_.nodes()[network_.inputs()[i]].shape.size());
  for (Buffer& weights : weights_) weights.resize(rows, 1);
}

void Model::Trainer::refuse_not_finite(double loss) const {
  if (std::isfinite(loss)) return;
  std::string where = pass_.find_not_finite();
  if (where.empty())
    for (const Parameter& parameter : trained_)
      if (!parameter.value->is_finite()) where = parameter.name + " is not finite";
  if (where.empty()) where = "all outputs are finite: look at the loss and the targets";
  throw Error(text("the loss became %g: %s; try a smaller learning rate", loss, where.c_str()));
}

void Model::Trainer::add_loss_gradient(const Output& output, const Matrix& Y, const Matrix& H,
                                       const ColVector* weights, Gradient& dH) {
  // The first contribution goes straight to its place; the same tensor as a second output is rare.
  const bool in_place = dH.first() && !together_;
  Matrix& target = in_place ? dH.matrix() : second_gradient_.resize(H.n_rows, H.n_cols);
  if (output.joined)
    output.loss.joined_gradient(Y, H, target, weights);
  else
    output.loss.gradient(Y, H, target, weights);
  if (output.weight != 1.0) target *= static_cast<Real>(output.weight);
  const BatchPart part = part_of(H.n_rows);
  if (in_place)
    dH.contributed();
  else if (part.count > 0)
    dH.add(target.rows(part.first, part.first + part.count - 1));  // this replica's rows
}

void Model::Trainer::run_batch(bool training) {
  const std::size_t n = Y_[0]->n_rows;  // the whole batch; X_ holds this replica's rows of it
  const BatchPart part = part_of(n);
  const Context context{training, &rng, part.first, n, false};
  pass_.forward(inputs_, context);

  if (training) pass_.start_gradients();
  double total = 0.0;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    Output& output = outputs_[i];
    const Matrix& H = together_ ? merged_output(i, n, part) : pass_.output(i);
    const Matrix& Y = *Y_[i];
    std::optional<ColVector> weights;
    if (!weights_.empty()) {
      Matrix& column = *weights_[weights_.size() == 1 ? 0 : i];
      weights.emplace(column.memptr(), n, false, true);
    }
    const ColVector* w = weights ? &*weights : nullptr;
    const double loss = output.loss.value(Y, H, w);
    output.loss_sum += loss * static_cast<double>(n);
    total += output.weight * loss;
    for (auto& state : output.states) state->update(Y, H, w);
    if (training) add_loss_gradient(output, Y, H, w, pass_.output_gradient(i));
  }
  for (const auto& layer : network_.layers())
    if (layer->trainable)
      total += layer->penalty();  // Keras: a frozen layer's penalty does not count
  total_loss_sum_ += total * static_cast<double>(n);
  samples_ += static_cast<double>(n);
  if (!training || !std::isfinite(total)) return;  // a step would spoil the weights

  for (const Parameter& parameter : trained_)
    parameter.gradient->start(parameter.value->n_rows, parameter.value->n_cols);
  if (!first_replica())  // not their first contribution: the penalties are the first replica's
    for (const Parameter& parameter : trained_) parameter.gradient->sum();
  if (part.count > 0) pass_.backward(context);
  if (together_) sum_gradients(part, n);
  optimizer.step(trained_);
}

// The names of everything but the loss itself, in the order in which write_scores writes them.
std::vector<std::string> Model::Trainer::score_names() const {
  std::vector<std::string> names;
  const bool several = outputs_.size() > 1;
  for (const Output& output : outputs_) {
    const std::string prefix = several ? output.name + "_" : "";
    if (several) names.push_back(prefix + "loss");
    for (const Metric& metric : output.metrics) names.push_back(prefix + metric.name);
  }
  return names;
}

Scores Model::Trainer::empty_scores(bool with_validation) const {
  Scores scores;
  const std::vector<std::string> names = score_names();
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  for (const std::string& name : names) scores.others.emplace_back(name, unknown);
  if (with_validation) scores.others.emplace_back("val_loss", unknown);
  if (with_validation)
    for (const std::string& name : names) scores.others.emplace_back("val_" + name, unknown);
  return scores;
}

void Model::Trainer::write_scores(Scores& scores, bool validation) {
  auto place = scores.others.begin();
  if (validation)
    place = scores.others.end() - static_cast<std::ptrdiff_t>(scores.others.size() + 1) / 2;
  const double loss = total_loss_sum_ / samples_;
  if (validation)
    (place++)->second = loss;
  else
    scores.loss = loss;
  for (const Output& output : outputs_) {
    if (outputs_.size() > 1) (place++)->second = output.loss_sum / samples_;
    for (const auto& state : output.states) (place++)->second = state->result();
  }
}

void Model::Trainer::evaluate_rows(const MatrixList& X, const MatrixList& Y,
                                   const MatrixList& weights, std::size_t first, std::size_t count,
                                   std::size_t batch_size) {
  start_scores();
  weights_.resize(weights.size());
  for (std::size_t done = 0; done < count; done += batch_size) {
    const std::size_t rows = std::min(batch_size, count - done);
    const BatchPart part = part_of(rows);
    resize_batch(part.count, rows);
    for (std::size_t i = 0; i < X.size(); ++i) copy_rows(X[i], first + done + part.first, *X_[i]);
    for (std::size_t i = 0; i < Y.size(); ++i)
      copy_rows(Y[i], first + done, Y_[i].resize(rows, Y[i].n_cols));
    for (std::size_t i = 0; i < weights.size(); ++i)
      copy_rows(weights[i], first + done, *weights_[i]);
    run_batch(false);
  }
}

Scores Model::Trainer::evaluate(const MatrixList& X, const MatrixList& Y,
                                const EvaluateOptions& options) {
  check("evaluate", X, Y, options.sample_weight, options.batch_size);
  const bool within_fit = std::exchange(together_, false);  // the other replicas do not take part
  evaluate_rows(X, Y, options.sample_weight, 0, X[0].n_rows,
                static_cast<std::size_t>(options.batch_size));
  together_ = within_fit;
  Scores scores = empty_scores(false);
  write_scores(scores, false);
  return scores;
}

Scores Model::Trainer::train_on_batch(const MatrixList& X, const MatrixList& Y,
                                      const MatrixList& weights) {
  check("train_on_batch", X, Y, weights, 1);
  start_scores();
  weights_.resize(weights.size());
  resize_batch(X[0].n_rows, X[0].n_rows);
  for (std::size_t i = 0; i < X.size(); ++i) *X_[i] = X[i];
  for (std::size_t i = 0; i < Y.size(); ++i) Y_[i].resize(Y[i].n_rows, Y[i].n_cols) = Y[i];
  for (std::size_t i = 0; i < weights.size(); ++i) *weights_[i] = weights[i];
  run_batch(true);
  Scores scores = empty_scores(false);
  write_scores(scores, false);
  return scores;
}

namespace {

// Sample weights times class weights, as one column; empty if neither is given.
MatrixList combined_weights(const MatrixList& Y, const FitOptions& options) {
  if (options.class_weight.empty()) return options.sample_weight;
  if (Y.size() != 1) throw Error("fit: .class_weight works for models with one output");
  ColVector weights(Y[0].n_rows, arma::fill::ones);
  for (std::size_t i = 0; i < weights.n_elem; ++i) {
    const auto of_class = options.class_weight.find(static_cast<int>(
        Y[0].n_cols > 1 ? Y[0].row(i).index_max() : static_cast<arma::uword>(Y[0].at(i, 0))));
    if (of_class != options.class_weight.end()) weights[i] = static_cast<Real>(of_class->second);
  }
  if (!options.sample_weight.empty()) weights %= options.sample_weight[0].col(0);
  return MatrixList(ColVector(weights) + Real(0));  // an expression: the list owns its value
}

}  // namespace

History Model::Trainer::fit(Model& model, const MatrixList& X, const MatrixList& Y,
                            const FitOptions& options) {
  check("fit", X, Y, options.sample_weight, options.batch_size);
  if (options.epochs < 0)
    throw Error(text("fit: .epochs is %d, expected at least 0", options.epochs));
  if (!(options.validation_split >= 0.0 && options.validation_split < 1.0))
    throw Error(
        text("fit: .validation_split is %g, expected 0 <= split < 1", options.validation_split));
  const MatrixList weights = combined_weights(Y, options);
  const std::size_t n = X[0].n_rows, batch_size = static_cast<std::size_t>(options.batch_size);
  const bool own_validation = !options.validation_data.X.empty();
  if (own_validation)
    check("fit: .validation_data", options.validation_data.X, options.validation_data.Y, {}, 1);
  const std::size_t n_train =
      own_validation ? n
                     : static_cast<std::size_t>(
                           std::floor(static_cast<double>(n) * (1.0 - options.validation_split)));
  if (n_train == 0)
    throw Error(text("fit: .validation_split %g leaves no training rows of %zu",
                     options.validation_split, n));

  std::vector<BatchStore> X_store, Y_store, weight_store;
  for (std::size_t i = 0; i < X.size(); ++i) X_store.emplace_back(X[i], 0, n_train);
  for (std::size_t i = 0; i < Y.size(); ++i) Y_store.emplace_back(Y[i], 0, n_train);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weight_store.emplace_back(weights[i], 0, n_train);

  const bool validates = own_validation || n_train < n;
  Scores scores = empty_scores(validates);
  const int epochs_to_come = std::max(0, options.epochs - options.initial_epoch);
  Position at{options.initial_epoch,
              0,
              {},
              n_train,
              batch_size,
              options.shuffle,
              History(scores, static_cast<std::size_t>(epochs_to_come)),
              options.callbacks};
  const Running running(*this, at);
  together_ = replicas && replicas->size() > 1;
  Indices order(n_train);
  std::optional<InterruptGuard> interrupt;
  if (first_replica()) interrupt.emplace();
  stop = interrupted = false;
  for (const CallbackHandle& callback : options.callbacks) {
    if (callback->must_be_last() && &callback != &options.callbacks.back())
      throw Error("fit: BackupAndRestore must be the last of .callbacks: it saves the others too");
    callback->on_train_begin(model);
  }
  if (together_) share_state();
  const std::size_t batches = (n_train + batch_size - 1) / batch_size;
  // A callback may have moved `at` to where an earlier training was interrupted.
  while (at.epoch < options.epochs && !(stop && at.batch == 0)) {
    const int epoch = at.epoch;
    Progress progress(options.verbose, epoch, options.epochs, batches);
    std::iota(order.begin(), order.end(), arma::uword{0});
    if (at.batch == 0) {
      for (const CallbackHandle& callback : options.callbacks)
        callback->on_epoch_begin(model, epoch);
      if (together_) share_state();
      at.before_shuffle = rng.state();
      if (options.shuffle) rng.shuffle(order);
      start_scores();
    } else if (options.shuffle) {  // the same order again
      Rng before;
      before.set_state(at.before_shuffle);
      before.shuffle(order);
    }
    weights_.resize(weights.size());
    while (at.batch < batches && !interrupted && !(stop && at.batch > 0)) {
      const std::size_t batch = at.batch;
      const arma::uword* rows = order.memptr() + batch * batch_size;
      const std::size_t count = std::min(batch_size, n_train - batch * batch_size);
      const BatchPart part = part_of(count);
      resize_batch(part.count, count);
      for (std::size_t i = 0; i < X_.size(); ++i)
        X_store[i].gather(rows + part.first, X_[i]->n_rows, *X_[i]);
      for (std::size_t i = 0; i < Y_.size(); ++i)
        Y_store[i].gather(rows, count, Y_[i].resize(count, Y_store[i].features()));
      for (std::size_t i = 0; i < weights_.size(); ++i)
        weight_store[i].gather(rows, count, *weights_[i]);
      run_batch(true);
      ++at.batch;
      if (!options.callbacks.empty() || progress.live()) write_scores(scores, false);
      for (const CallbackHandle& callback : options.callbacks)
        callback->on_batch_end(model, epoch, static_cast<int>(batch), scores);
      progress.batch(at.batch, scores);
      if (first_replica()) interrupted = ctrl_c;
      if (together_) share_control();
      if (!std::isfinite(total_loss_sum_) && !stop) refuse_not_finite(total_loss_sum_ / samples_);
    }
    if (samples_ == 0.0) break;  // interrupted before the first batch
    write_scores(scores, false);
    if (together_) require_identical();
    if (!interrupted) {
      if (own_validation)
        evaluate_rows(options.validation_data.X, options.validation_data.Y, {}, 0,
                      options.validation_data.X[0].n_rows, batch_size);
      else if (n_train < n)
        evaluate_rows(X, Y, weights, n_train, n - n_train, batch_size);
      if (validates) write_scores(scores, true);
    }
    at.history.add(scores);
    progress.epoch(scores);
    if (interrupted) {
      if (first_replica())
        std::printf("stopped by Ctrl-C after epoch %d; the history is kept\n", epoch + 1);
      break;
    }
    ++at.epoch;
    at.batch = 0;
    for (const CallbackHandle& callback : options.callbacks)
      callback->on_epoch_end(model, epoch, scores);
    if (together_) share_state();
  }
  for (const CallbackHandle& callback : options.callbacks)
    callback->on_train_end(model, at.history);
  if (together_) share_state();
  return at.history;
}

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
    for (std::size_t i = 0; i < at.callbacks.size(); ++i)
      at.callbacks[i]->load_state(fit.part(text("callback %zu", i)));

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

// ---- Several replicas ---------------------------------------------------------------------------
//
// Every replica holds the model, and takes its rows of every batch. The outputs are put together, so
// that loss and metrics are those of the whole batch and the mean over its n rows is taken once, as
// ever; the gradients of the replicas' rows are then summed. Decisions are the first replica's.

BatchPart Model::Trainer::part_of(std::size_t rows) const {
  if (!together_) return {0, rows};
  const BatchPart part = batch_part(rows, replicas->rank(), replicas->size());
  return part.count > 0 ? part : BatchPart{0, 0};  // the motions with the first row
}

const Matrix& Model::Trainer::merged_output(std::size_t i, std::size_t rows,
                                            const BatchPart& part) {
  merged_.resize(outputs_.size());
  const Matrix& own = pass_.output(i);
  Matrix& H = merged_[i].resize(rows, own.n_cols);
  H.zeros();  // 0 where other replicas have rows: the sum puts the rows together
  if (part.count > 0) H.rows(part.first, part.first + part.count - 1) = own;
  replicas->all_reduce(H.memptr(), H.n_elem);
  return H;
}

// One message: all gradients, and the state that every replica moved by its own rows (the averages
// of BatchNormalization), which becomes the mean weighted by the numbers of rows.
void Model::Trainer::sum_gradients(const BatchPart& part, std::size_t rows) {
  const Real weight = static_cast<Real>(part.count) / static_cast<Real>(rows);
  message_.clear();
  for (const Parameter& parameter : trained_) {
    const Matrix& gradient = parameter.gradient->sum();
    message_.insert(message_.end(), gradient.begin(), gradient.end());
  }
  for (const Parameter& parameter : averaged_)
    for (const Real value : *parameter.value) message_.push_back(weight * value);
  replicas->all_reduce(message_.data(), message_.size());
  const Real* next = message_.data();
  const auto take = [&next](Matrix& to) {
    std::copy_n(next, to.n_elem, to.memptr());
    next += to.n_elem;
  };
  for (const Parameter& parameter : trained_) take(parameter.gradient->sum());
  for (const Parameter& parameter : averaged_) take(*parameter.value);
}

// After each batch: what the first replica's callbacks and its user have decided.
void Model::Trainer::share_control() {
  double control[] = {double(stop), double(interrupted), optimizer.base_learning_rate()};
  replicas->broadcast(control, sizeof control);
  if (first_replica()) return;
  stop = control[0] != 0.0;
  interrupted = control[1] != 0.0;
  if (optimizer.schedule().is_constant()) optimizer.set_base_learning_rate(control[2]);
}

// Everything that training changes, as the first replica has it.
void Model::Trainer::share_state() {
  const auto share = [this](Matrix& matrix) {
    replicas->broadcast(matrix.memptr(), matrix.n_elem * sizeof(Real));
  };
  for (const Parameter& parameter : network_.parameters()) share(*parameter.value);
  optimizer.build(trained_);
  for (const OptimizerSlot& slot : optimizer.slots()) share(*slot.value);

  SavedState mine = state();
  std::string names;  // each with its number of numbers: "rng 4"
  for (const auto& [name, numbers] : mine.all()) names += name + text("\n%zu\n", numbers.size());
  std::size_t length = names.size();
  replicas->broadcast(&length, sizeof length);
  names.resize(length);
  replicas->broadcast(names.data(), length);
  SavedState first;
  std::istringstream lines(names);
  for (std::string name, count; std::getline(lines, name) && std::getline(lines, count);) {
    SavedState::Numbers numbers(std::stoul(count));
    if (first_replica()) numbers = mine.numbers(name);
    replicas->broadcast(numbers.data(), numbers.size() * sizeof(double));
    first.put(name, std::move(numbers));
  }
  if (!first_replica()) set_state(first);
}

// Same sums, same steps: every bit must agree. (A machine that rounds differently would drift.)
void Model::Trainer::require_identical() {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const Parameter& parameter : network_.parameters())
    for (const Real value : *parameter.value)
      hash = (hash ^
              std::bit_cast<std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>>(
                  value)) *
             1099511628211u;
  std::uint64_t first = hash;
  replicas->broadcast(&first, sizeof first);
  Real differ = hash == first ? Real(0) : Real(1);
  replicas->all_reduce(&differ, 1);
  if (differ != 0)
    throw Error(text("fit: the weights of %g of %zu replicas are no longer those of the first",
                     static_cast<double>(differ), replicas->size()));
}

// ---- Model: the calls of a program -------------------------------------------------------------

void Model::compile(const CompileOptions& options) {
  compiled_ = std::make_shared<CompileOptions>(options);
  trainer_.reset();
  if (shared()) trainer_ = std::make_shared<Trainer>(*this, options);
}

Model::Trainer& Model::trainer(const char* who) {
  if (!compiled_) throw Error(text("%s: the model is not compiled; call compile first", who));
  if (!trainer_) trainer_ = std::make_shared<Trainer>(*this, *compiled_);
  return *trainer_;
}

History Model::fit(const MatrixList& X, const MatrixList& Y, const FitOptions& options) {
  prepare(X);
  return trainer("fit").fit(*this, X, Y, options);
}

Scores Model::evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options) {
  prepare(X);
  return trainer("evaluate").evaluate(X, Y, options);
}

Scores Model::train_on_batch(const MatrixList& X, const MatrixList& Y,
                             const MatrixList& sample_weight) {
  prepare(X);
  return trainer("train_on_batch").train_on_batch(X, Y, sample_weight);
}

Optimizer& Model::optimizer() { return trainer("optimizer").optimizer; }
void Model::stop_training() { trainer("stop_training").stop = true; }
bool Model::interrupted() const { return trainer_ && trainer_->interrupted; }
Rng& Model::rng() { return trainer("rng").rng; }

std::vector<Parameter> Model::trained_parameters() const {
  return trainer_ ? trainer_->trained() : std::vector<Parameter>();
}

SavedState Model::training_state() const { return trainer_ ? trainer_->state() : SavedState(); }

void Model::set_training_state(const SavedState& state) {
  trainer("set_training_state").set_state(state);
}

void Model::replicate(std::shared_ptr<Communicator> replicas) {
  trainer("replicate").replicas = std::move(replicas);
}

Predictions Model::predict(const MatrixList& X, const PredictOptions& options) {
  prepare(X);
  const Network& net = network();
  if (options.batch_size < 1)
    throw Error(text("predict: .batch_size is %d, expected at least 1", options.batch_size));
  if (X.size() != net.inputs().size())
    throw Error(text("predict: got %zu input matrices, the model has %zu inputs", X.size(),
                     net.inputs().size()));
  const std::size_t n = X[0].n_rows;
  for (std::size_t i = 0; i < X.size(); ++i) {
    const NetworkNode& node = net.nodes()[net.inputs()[i]];
    const std::string title = text("predict: input \"%s\"", node.layer->name.c_str());
    if (X[i].n_cols != node.shape.size())
      throw Error(text("%s: X has %llu columns, expected %zu (input shape %s)", title.c_str(),
                       X[i].n_cols, node.shape.size(), node.shape.str().c_str()));
    require_same_rows(title, X[i], X[0]);
    require_finite(title, "X", X[i]);
  }
  Predictions predictions;
  for (std::size_t output : net.outputs())
    predictions.emplace_back(n, net.nodes()[output].shape.size());
  Pass pass(net);
  std::vector<Buffer> batch(X.size());
  std::vector<const Matrix*> inputs;
  for (Buffer& matrix : batch) inputs.push_back(&*matrix);
  Rng no_randomness;
  for (std::size_t first = 0; first < n; first += static_cast<std::size_t>(options.batch_size)) {
    const std::size_t rows =
        std::min<std::size_t>(static_cast<std::size_t>(options.batch_size), n - first);
    for (std::size_t i = 0; i < X.size(); ++i)
      copy_rows(X[i], first, batch[i].resize(rows, X[i].n_cols));
    pass.forward(inputs, {false, &no_randomness, 0, rows, false});
    for (std::size_t i = 0; i < predictions.size(); ++i)
      predictions[i].rows(first, first + rows - 1) = pass.output(i);
  }
  return predictions;
}

}  // namespace nn::inline NN_PRECISION
