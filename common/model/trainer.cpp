#include "common/model/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <limits>
#include <numeric>
#include <optional>

#include "common/base/checks.hpp"
#include "common/kernels/batches.hpp"
#include "common/program/progress.hpp"
#include "common/kernels/steps.hpp"

namespace nn {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

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
void check_targets(const Loss& loss, const Matrix& Y, const Shape& shape, std::size_t steps,
                   const std::string& title) {
  constexpr std::size_t kRows = 1024;
  ColVector losses;
  if (Y.n_cols % steps != 0)
    throw Error(text("%s: Y has %llu columns, expected a multiple of the %zu steps of shape %s",
                     title.c_str(), Y.n_cols, steps, shape.str().c_str()));
  try {
    for (std::size_t first = 0; first < Y.n_rows; first += kRows) {
      const std::size_t last = std::min<std::size_t>(first + kRows, Y.n_rows) - 1;
      const std::size_t rows = (last - first + 1) * steps;
      const Matrix P(rows, shape.size() / steps, arma::fill::value(Real(0.5)));
      if (steps == 1) {
        loss.values(Y.rows(first, last), P, losses);
      } else {
        Matrix stacked(rows, Y.n_cols / steps);
        stack_steps(Y.rows(first, last), 0, steps, stacked);
        loss.values(stacked, P, losses);
      }
    }
  } catch (const Error& error) {
    throw Error(title + ": " + error.what());
  }
}

}  // namespace

void check_inputs(const char* who, const Network& network, const MatrixList& X) {
  if (X.size() != network.inputs().size())
    throw Error(text("%s: got %zu input matrices, the model has %zu inputs", who, X.size(),
                     network.inputs().size()));
  for (std::size_t i = 0; i < X.size(); ++i) {
    const NetworkNode& node = network.nodes()[network.inputs()[i]];
    const std::string title = text("%s: input \"%s\"", who, node.layer->name.c_str());
    if (X[i].n_cols != node.shape.size())
      throw Error(text("%s: X has %llu columns, expected %zu (input shape %s)", title.c_str(),
                       X[i].n_cols, node.shape.size(), node.shape.str().c_str()));
    if (X[i].is_empty()) throw Error(title + ": X has no rows");
    if (X[i].n_rows != X[0].n_rows)
      throw Error(text("%s: X has %llu rows, that of the first input has %llu", title.c_str(),
                       X[i].n_rows, X[0].n_rows));
    require_finite(title, "X", X[i]);
  }
}

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

  for (const Parameter& parameter : network_.parameters())
    (parameter.gradient ? with_gradient_ : averaged_).push_back(parameter);
  for (const Parameter& parameter : with_gradient_)
    if (parameter.trainable) trained_.push_back(parameter);
  want_gradients();
  pass_.plan_gradients(std::vector<bool>(network_.inputs().size(), false));

  for (std::size_t i = 0; i < n_outputs; ++i) {
    const std::size_t node = network_.outputs()[i];
    const Layer& last = *network_.nodes()[node].layer;
    Output output{output_name(last.name), options.loss[options.loss.size() == 1 ? 0 : i]};
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
    const Shape& shape = network_.nodes()[node].shape;
    if (output.loss.along_last_axis && shape.rank() > 1)
      output.steps = shape.size() / shape.sizes().back();
    if (!options.metrics.empty())
      output.metrics = options.metrics.size() == 1 ? options.metrics[0] : options.metrics[i];
    for (const Metric& metric : output.metrics) output.states.push_back(metric.make_state());
    outputs_.push_back(std::move(output));
  }
  X_.resize(network_.inputs().size());
  Y_.resize(n_outputs);
  for (Buffer& X : X_) inputs_.push_back(&*X);
}

// The layer's; a layer that gives several outputs has "dense", "dense_1" ...
std::string Model::Trainer::output_name(const std::string& layer) const {
  const auto taken = [&](const std::string& name) {
    return std::any_of(outputs_.begin(), outputs_.end(),
                       [&](const Output& output) { return output.name == name; });
  };
  std::string name = layer;
  for (int k = 1; taken(name); ++k) name = layer + "_" + std::to_string(k);
  return name;
}

// As the layers were when compile was called: another model that shares them may want others.
void Model::Trainer::want_gradients() {
  for (const Parameter& parameter : with_gradient_)
    parameter.gradient->set_wanted(parameter.trainable);
}

void Model::Trainer::check(const char* who, const MatrixList& X, const MatrixList& Y,
                           const MatrixList& weights, int batch_size) const {
  if (batch_size < 1)
    throw Error(text("%s: .batch_size is %d, expected at least 1", who, batch_size));
  check_inputs(who, network_, X);
  if (Y.size() != outputs_.size())
    throw Error(text("%s: got %zu target matrices, the model has %zu outputs", who, Y.size(),
                     outputs_.size()));
  for (std::size_t i = 0; i < Y.size(); ++i) {
    const std::string title = text("%s: output \"%s\"", who, outputs_[i].name.c_str());
    require_same_rows(title, X[0], Y[i]);
    require_finite(title, "Y", Y[i]);
    check_targets(outputs_[i].loss, Y[i], network_.nodes()[network_.outputs()[i]].shape,
                  outputs_[i].steps, title);
  }
  if (!weights.empty() && weights.size() != 1 && weights.size() != Y.size())
    throw Error(text("%s: .sample_weight has %zu matrices, expected 1%s", who, weights.size(),
                     Y.size() == 1 ? "" : text(" or %zu", Y.size()).c_str()));
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

Model::Trainer::Judged Model::Trainer::judged(std::size_t i, const Matrix& H) {
  Output& output = outputs_[i];
  const std::size_t n = H.n_rows, steps = output.steps;
  Matrix* weights = weights_.empty() ? nullptr : &*weights_[weights_.size() == 1 ? 0 : i];
  const auto view = [](Matrix* column) {
    if (!column) return std::optional<ColVector>();
    return std::optional<ColVector>(std::in_place, column->memptr(), column->n_rows, false, true);
  };
  if (steps == 1) return {*Y_[i], H, view(weights)};

  Matrix& Y_steps = output.Y_steps.resize(n * steps, Y_[i]->n_cols / steps);
  Matrix& H_steps = output.H_steps.resize(n * steps, H.n_cols / steps);
  stack_steps(*Y_[i], 0, steps, Y_steps);
  stack_steps(H, 0, steps, H_steps);
  if (weights) {  // a sample's weight is that of each of its steps
    Matrix& repeated = output.weights_steps.resize(n * steps, 1);
    for (std::size_t t = 0; t < steps; ++t)
      std::copy_n(weights->memptr(), n, repeated.memptr() + t * n);
    weights = &repeated;
  }
  return {Y_steps, H_steps, view(weights)};
}

void Model::Trainer::add_loss_gradient(Output& output, const Judged& judged, Gradient& dH) {
  const std::size_t n = judged.H.n_rows / output.steps, size = judged.H.n_cols * output.steps;
  // The first contribution goes straight to its place; the same tensor as a second output is rare.
  const bool in_place = dH.first() && !together_;
  Matrix& target = in_place ? dH.matrix() : second_gradient_.resize(n, size);
  Matrix& gradient =
      output.steps == 1 ? target : output.gradient_steps.resize(judged.H.n_rows, judged.H.n_cols);
  const ColVector* weights = judged.weights ? &*judged.weights : nullptr;
  if (output.joined)
    output.loss.joined_gradient(judged.Y, judged.H, gradient, weights);
  else
    output.loss.gradient(judged.Y, judged.H, gradient, weights);
  if (output.steps > 1) unstack_steps(gradient, 0, output.steps, target);
  if (output.weight != 1.0) target *= static_cast<Real>(output.weight);
  const BatchPart part = part_of(n);
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
    const Judged now = judged(i, H);
    const ColVector* weights = now.weights ? &*now.weights : nullptr;
    const double loss = output.loss.value(now.Y, now.H, weights);
    output.loss_sum += loss * static_cast<double>(n);
    total += output.weight * loss;
    for (auto& state : output.states) state->update(now.Y, now.H, nullptr);
    if (training) add_loss_gradient(output, now, pass_.output_gradient(i));
  }
  total += network_.penalty();
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
  for (const std::string& name : names) scores.others.emplace_back(name, kUnknown);
  if (with_validation) scores.others.emplace_back("val_loss", kUnknown);
  if (with_validation)
    for (const std::string& name : names) scores.others.emplace_back("val_" + name, kUnknown);
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

// What a callback's evaluate or train_on_batch finds in the middle of a fit; put back at its end.
// The other replicas do not take part.
class Model::Trainer::Aside {
 public:
  explicit Aside(Trainer& trainer)
      : trainer_(trainer),
        total_loss_(trainer.total_loss_sum_),
        samples_(trainer.samples_),
        together_(std::exchange(trainer.together_, false)) {
    weights_.swap(trainer.weights_);
    for (Output& output : trainer.outputs_) {
      losses_.push_back(output.loss_sum);
      states_.push_back(std::exchange(output.states, {}));
      for (const Metric& metric : output.metrics) output.states.push_back(metric.make_state());
    }
  }
  ~Aside() {
    trainer_.total_loss_sum_ = total_loss_;
    trainer_.samples_ = samples_;
    trainer_.together_ = together_;
    weights_.swap(trainer_.weights_);
    for (std::size_t i = 0; i < losses_.size(); ++i) {
      trainer_.outputs_[i].loss_sum = losses_[i];
      trainer_.outputs_[i].states.swap(states_[i]);
    }
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  Trainer& trainer_;
  double total_loss_, samples_;
  bool together_;
  std::vector<Buffer> weights_;
  std::vector<double> losses_;
  std::vector<std::vector<std::unique_ptr<MetricState>>> states_;
};

Scores Model::Trainer::evaluate(const MatrixList& X, const MatrixList& Y,
                                const EvaluateOptions& options) {
  check("evaluate", X, Y, options.sample_weight, options.batch_size);
  std::optional<Aside> aside;
  if (position_) aside.emplace(*this);
  evaluate_rows(X, Y, options.sample_weight, 0, X[0].n_rows,
                static_cast<std::size_t>(options.batch_size));
  Scores scores = empty_scores(false);
  write_scores(scores, false);
  return scores;
}

Scores Model::Trainer::train_on_batch(const MatrixList& X, const MatrixList& Y,
                                      const MatrixList& weights) {
  check("train_on_batch", X, Y, weights, 1);
  std::optional<Aside> aside;
  if (position_) aside.emplace(*this);
  want_gradients();
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
MatrixList combined_weights(const MatrixList& Y, const FitOptions& options, bool has_steps) {
  if (options.class_weight.empty()) return options.sample_weight;
  if (Y.size() != 1) throw Error("fit: .class_weight works for models with one output");
  if (has_steps) throw Error("fit: .class_weight works for outputs with one axis");
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
  if (options.initial_epoch < 0)
    throw Error(text("fit: .initial_epoch is %d, expected at least 0", options.initial_epoch));
  if (!(options.validation_split >= 0.0 && options.validation_split < 1.0))
    throw Error(
        text("fit: .validation_split is %g, expected 0 <= split < 1", options.validation_split));
  const MatrixList weights = combined_weights(Y, options, outputs_[0].steps > 1);
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
  want_gradients();
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
      for (auto& [name, value] : scores.others) value = kUnknown;  // of this epoch
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
        evaluate_rows(X, Y, options.sample_weight, n_train, n - n_train, batch_size);
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

}  // namespace nn
