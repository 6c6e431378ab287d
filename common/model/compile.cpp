// What compile says: the losses, the metrics, and where back propagation begins.
#include <algorithm>
#include <cmath>
#include <limits>

#include "common/kernels/stack_steps.hpp"
#include "common/model/trainer.hpp"

namespace nn {

namespace {

void check_numbers(const CompileOptions& o, std::size_t outputs) {
  if (o.loss.empty()) throw Error("compile: .loss is missing; name the loss to minimise");
  if (o.loss.size() != 1 && o.loss.size() != outputs)
    throw Error(
        text("compile: .loss has %zu losses, the model has %zu outputs", o.loss.size(), outputs));
  if (!o.loss_weights.empty() && o.loss_weights.size() != outputs)
    throw Error(text("compile: .loss_weights has %zu numbers, the model has %zu outputs",
                     o.loss_weights.size(), outputs));
  if (o.metrics.size() > 1 && o.metrics.size() != outputs)
    throw Error(text("compile: .metrics has %zu lists, the model has %zu outputs", o.metrics.size(),
                     outputs));
}

// Softmax with its cross-entropy, and sigmoid with the binary one: there φ' and the loss's quotient
// cancel (see cross_entropy.cpp), and back propagation begins one activation earlier, with dE/dZ.
// That is wrong where H is used elsewhere too: its other gradients go through φ'.
bool can_be_joined(const Network& network, std::size_t node, const Loss& loss) {
  const bool used_inside =
      std::any_of(network.nodes().begin(), network.nodes().end(), [&](const NetworkNode& other) {
        return std::count(other.inputs.begin(), other.inputs.end(), node) > 0;
      });
  return !loss.joined_with.empty() &&
         loss.joined_with == network.nodes()[node].layer->activation.name && !used_inside &&
         std::count(network.outputs().begin(), network.outputs().end(), node) == 1;
}

}  // namespace

Trainer::Trainer(const Model& model, const CompileOptions& options)
    : optimizer(options.optimizer),
      rng(global_rng().split()),
      layer_(model.shared()),
      network_(model.network()),
      own_pass_(network_) {
  check_numbers(options, network_.outputs().size());
  for (const Parameter& parameter : network_.parameters())
    if (parameter.trainable) {
      trained_.push_back(parameter);
      weights_.push_back(parameter.weight);
    }
  for (std::size_t i = 0; i < network_.outputs().size(); ++i) {
    const std::size_t node = network_.outputs()[i];
    const Shape& shape = network_.nodes()[node].shape;
    Output output{output_name(network_.nodes()[node].layer->name),
                  options.loss[options.loss.size() == 1 ? 0 : i]};
    if (!options.loss_weights.empty()) output.weight = options.loss_weights[i];
    if (!options.metrics.empty())
      output.metrics = options.metrics[options.metrics.size() == 1 ? 0 : i];
    output.joined = can_be_joined(network_, node, output.loss);
    if (output.loss.along_last_axis && shape.rank() > 1)
      output.time_steps = shape.size() / shape.last();
    outputs_.push_back(std::move(output));
  }
  join_losses(own_pass_);
}

void Trainer::join_losses(Pass& pass) const {
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    if (outputs_[i].joined) pass.join_with_loss(i);
}

// The layer's; a layer that gives several outputs has "dense", "dense_1" ...
std::string Trainer::output_name(const std::string& layer) const {
  std::string name = layer;
  const auto taken = [&](const Output& output) { return output.name == name; };
  for (int k = 1; std::any_of(outputs_.begin(), outputs_.end(), taken); ++k)
    name = layer + "_" + std::to_string(k);
  return name;
}

Trainer::Compared Trainer::compared(std::size_t i, const Batch& batch, const Matrix& H) {
  Output& output = outputs_[i];
  const std::size_t n = H.n_rows, T = output.time_steps;
  const Matrix* weights =
      batch.weights.empty() ? nullptr : &batch.weights[batch.weights.size() == 1 ? 0 : i];
  if (T > 1) {
    output.Y_steps.set_size(n * T, batch.Y[i].n_cols / T);
    output.H_steps.set_size(n * T, H.n_cols / T);
    stack_steps(batch.Y[i], 0, T, output.Y_steps);
    stack_steps(H, 0, T, output.H_steps);
    output.weight_steps.set_size(n * T, 1);
    for (std::size_t t = 0; weights && t < T; ++t)  // a sample's weight is that of each time step
      std::copy_n(weights->memptr(), n, output.weight_steps.memptr() + t * n);
    if (weights) weights = &output.weight_steps;
  }
  return {T > 1 ? output.Y_steps : batch.Y[i], T > 1 ? output.H_steps : H, weights};
}

// E = sum over the outputs of weight * loss, plus the penalties.
double Trainer::add_scores(const Batch& batch, const Pass& pass, Tally& tally) {
  const double n = static_cast<double>(batch.Y[0].n_rows);
  double E = 0.0;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const Compared now = compared(i, batch, pass.output(i));
    const double loss = outputs_[i].loss.value(now.Y, now.H, now.weights);
    tally.losses[i] += n * loss;
    E += outputs_[i].weight * loss;
    for (std::size_t k = 0; k < outputs_[i].metrics.size(); ++k)
      outputs_[i].metrics[k].add(tally.metrics[i][k], now.Y, now.H, nullptr);
  }
  for (const Weight* weight : weights_)
    if (!weight->regularizer.is_none()) E += weight->regularizer.penalty(weight->value);
  tally.loss += n * E;
  tally.samples += n;
  return E;
}

// dE/dH of every output, or dE/dZ where loss and activation are joined.
void Trainer::start_backward(const Batch& batch, Pass& pass) {
  pass.start_backward();
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    Output& output = outputs_[i];
    const Compared now = compared(i, batch, pass.output(i));
    Matrix& dH = pass.output_gradient(i);
    Matrix& gradient = output.time_steps == 1 ? dH : output.gradient_steps;
    if (output.joined)
      output.loss.joined_gradient(now.Y, now.H, gradient, now.weights);
    else
      output.loss.gradient(now.Y, now.H, gradient, now.weights);
    if (output.time_steps > 1) unstack_steps(gradient, 0, output.time_steps, dH);
    if (output.weight != 1.0) dH *= static_cast<Real>(output.weight);
    pass.written(i);
  }
}

// ---- Scores -------------------------------------------------------------------------------------

void Trainer::start(Tally& tally) const {
  tally.samples = tally.loss = 0.0;
  tally.losses.assign(outputs_.size(), 0.0);
  tally.metrics.resize(outputs_.size());
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    tally.metrics[i].resize(outputs_[i].metrics.size());
    for (Metric::Kept& kept : tally.metrics[i]) kept.clear();
  }
}

Scores Trainer::empty_scores(bool with_validation) const {
  const bool several = outputs_.size() > 1;
  Scores scores;
  for (const char* kind : {"", "val_"}) {
    const std::string of_kind = kind;
    if (!of_kind.empty() && !with_validation) break;
    if (!of_kind.empty()) scores.others.emplace_back("val_loss", 0.0);
    for (const Output& output : outputs_) {
      const std::string prefix = of_kind + (several ? output.name + "_" : "");
      if (several) scores.others.emplace_back(prefix + "loss", 0.0);
      for (const Metric& metric : output.metrics)
        scores.others.emplace_back(prefix + metric.name, 0.0);
    }
  }
  for (auto& [name, value] : scores.others) value = std::numeric_limits<double>::quiet_NaN();
  return scores;
}

void Trainer::write_means(const Tally& tally, Scores& scores, bool validation) const {
  auto place = scores.others.begin();
  if (validation) place = scores.others.end() - (std::ssize(scores.others) + 1) / 2;
  (validation ? (place++)->second : scores.loss) = tally.loss / tally.samples;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    if (outputs_.size() > 1) (place++)->second = tally.losses[i] / tally.samples;
    for (std::size_t k = 0; k < outputs_[i].metrics.size(); ++k)
      (place++)->second = outputs_[i].metrics[k].result(tally.metrics[i][k]);
  }
}

// ---- Model's calls ------------------------------------------------------------------------------

void Model::compile(const CompileOptions& options) {
  compiled_ = std::make_shared<CompileOptions>(options);
  trainer_.reset();
  if (shared()) trainer_ = std::make_shared<Trainer>(*this, options);
}

Trainer& Model::trainer(const char* who) {
  if (!compiled_) throw Error(text("%s: the model is not compiled; call compile first", who));
  if (!trainer_) trainer_ = std::make_shared<Trainer>(*this, *compiled_);
  return *trainer_;
}

Optimizer& Model::optimizer() { return trainer("optimizer").optimizer; }
void Model::stop_training() { trainer("stop_training").stop = true; }
bool Model::interrupted() const { return trainer_ && trainer_->interrupted; }
Rng& Model::rng() { return trainer("rng").rng; }

std::vector<Parameter> Model::trained_parameters() const {
  return trainer_ ? trainer_->trained() : std::vector<Parameter>();
}

void Model::remember(SavedState& state) {
  if (trainer_ || !state.writing()) trainer("load").remember(state);
}

}  // namespace nn
