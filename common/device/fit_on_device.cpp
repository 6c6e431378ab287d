#include "common/device/fit_on_device.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/base/checks.hpp"
#include "common/device/engine.hpp"
#include "common/layers/dense.hpp"
#include "common/model/observers.hpp"

namespace nn {

namespace device {
#ifndef NN_CUDA
std::unique_ptr<Engine> make_cuda_engine(const Plan&, std::string& why_not) {
  why_not = "built without CUDA";
  return nullptr;
}
#endif
}  // namespace device

namespace {

using device::Engine;
using device::Plan;
using device::Weights;

// ---- What a model asks of a device ---------------------------------------------------------------

void plan_layers(const Network& network, Plan& plan) {
  if (network.inputs().size() != 1 || network.outputs().size() != 1)
    throw Error(
        "fit_on_device: the model has several inputs or outputs, expected a chain of layers");
  const std::vector<NetworkNode>& nodes = network.nodes();
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const NetworkNode& node = nodes[k];
    if (node.inputs.empty()) continue;
    const auto* dense = dynamic_cast<const DenseLayer*>(node.layer.get());
    if (!dense)
      throw Error(text("fit_on_device: %s is not on the device, only Dense layers are",
                       node.layer->title().c_str()));
    const DenseOptions& options = dense->options;
    const ActivationFunction& phi = dense->activation;
    const std::string title = "fit_on_device: " + node.layer->title();
    const Shape& input = nodes[node.inputs[0]].shape;
    if (input.rank() != 1)
      throw Error(text("%s: the input has shape %s, expected (features)", title.c_str(),
                       input.str().c_str()));
    if (node.inputs != std::vector<std::size_t>{k - 1} ||
        network.layers().size() != network.nodes().size())
      throw Error(title + ": the layers branch or are shared, expected a chain");
    if (!options.kernel_regularizer.is_none() || !options.bias_regularizer.is_none())
      throw Error(title + ": regularizers are not on the device");
    if (!node.layer->trainable) throw Error(title + ": frozen layers are not on the device");
    plan.layers.push_back({input.size(), node.shape.size(), phi.name, static_cast<Real>(phi.alpha),
                           options.use_bias});
  }
  if (plan.layers.empty()) throw Error("fit_on_device: the model has no layers with weights");
}

template <class Options>
void refuse_options(const std::string& who, const Options& o) {
  for (const auto& [name, value] :
       {std::pair{"weight_decay", o.weight_decay}, std::pair{"clipnorm", o.clipnorm},
        std::pair{"clipvalue", o.clipvalue}, std::pair{"global_clipnorm", o.global_clipnorm}})
    if (value != 0.0) throw Error(text("%s: .%s is not on the device", who.c_str(), name));
}

void plan_optimizer(const Optimizer& optimizer, Plan& plan) {
  const std::string who = "fit_on_device: " + optimizer.name();
  if (const auto* sgd = std::any_cast<SGDOptions>(&optimizer.options())) {
    refuse_options(who, *sgd);
    plan.sgd = {0, static_cast<Real>(sgd->momentum), sgd->nesterov};
  } else if (const auto* adam = std::any_cast<AdamOptions>(&optimizer.options())) {
    refuse_options(who, *adam);
    if (adam->amsgrad) throw Error(who + ": .amsgrad is not on the device");
    plan.is_adam = true;
    plan.beta_1 = adam->beta_1;
    plan.beta_2 = adam->beta_2;
    plan.adam = {0, Real(1.0 - adam->beta_1), Real(1.0 - adam->beta_2),
                 static_cast<Real>(adam->epsilon)};
  } else {
    throw Error(who + " is not on the device, only SGD and Adam are");
  }
}

void plan_loss(const CompileOptions& options, Plan& plan) {
  if (options.loss.size() != 1) throw Error("fit_on_device: expected one loss");
  for (double weight : options.loss_weights)
    if (weight != 1.0)
      throw Error(text("fit_on_device: .loss_weights is %g, only 1 is on the device", weight));
  const std::string& name = options.loss[0].name;
  plan.crossentropy = name == "categorical_crossentropy";
  if (!plan.crossentropy && name != "mean_squared_error")
    throw Error(
        text("fit_on_device: %s is not on the device, only mean_squared_error and "
             "categorical_crossentropy are",
             name.c_str()));
  constexpr const char* crossentropy_options[] = {"from_logits", "label_smoothing"};
  for (std::size_t k = 0; k < options.loss[0].options.size(); ++k)
    if (options.loss[0].options[k] != 0.0)
      throw Error(text("fit_on_device: %s with .%s is not on the device", name.c_str(),
                       crossentropy_options[k]));
  if (plan.crossentropy && plan.layers.back().phi != "softmax")
    throw Error("fit_on_device: categorical_crossentropy needs a model that ends with softmax");
  for (const auto& metrics : options.metrics)
    for (const Metric& metric : metrics)
      if (metric.name != "accuracy")
        throw Error(text("fit_on_device: the metric %s is not on the device, only accuracy is",
                         metric.name.c_str()));
}

std::unique_ptr<Engine> make_engine(const Plan& plan, Device device, std::string& why_not) {
  if (device != Device::cpu)
    if (auto engine = device::make_cuda_engine(plan, why_not)) return engine;
  if (device == Device::gpu) return nullptr;
  return device::make_cpu_engine(plan, why_not);
}

// ---- Weights and slots, there and back -------------------------------------------------------------

std::vector<Real> numbers(const Matrix& M) { return {M.begin(), M.end()}; }
void put(const std::vector<Real>& from, Matrix& to) {
  std::copy(from.begin(), from.end(), to.begin());
}

// The plan has the kernel and the bias of every layer; compile may have found one of them frozen.
void require_all_trained(const Model& model) {
  const std::vector<Parameter> all = model.network().parameters(),
                               trained = model.trained_parameters();
  const auto same = [](const Parameter& a, const Parameter& b) { return a.weight == b.weight; };
  if (!std::equal(all.begin(), all.end(), trained.begin(), trained.end(), same))
    throw Error(
        "fit_on_device: the layers that are frozen are others than at compile; compile again");
}

// Calls visit(k, slot number, slot) for the slots of weight k, which come one after the other.
template <class Visit>
void each_slot(Optimizer& optimizer, std::size_t weights, Visit visit) {
  const std::vector<OptimizerSlot> slots = optimizer.slots();
  const std::size_t each = slots.size() / weights;
  for (std::size_t s = 0; s < slots.size(); ++s) visit(slots[s].weight, s % each, *slots[s].value);
}

std::vector<Weights> weights_of(const std::vector<Weight*>& weights, Optimizer& optimizer) {
  std::vector<Weights> all;
  for (const Weight* weight : weights) all.push_back({numbers(weight->value), {}, {}});
  each_slot(optimizer, all.size(), [&](std::size_t k, std::size_t s, const Matrix& slot) {
    (s == 0 ? all[k].slot_1 : all[k].slot_2) = numbers(slot);
  });
  return all;
}

void take_back(const std::vector<Weights>& all, const std::vector<Weight*>& weights,
               Optimizer& optimizer) {
  for (std::size_t k = 0; k < all.size(); ++k) put(all[k].value, weights[k]->value);
  each_slot(optimizer, all.size(), [&](std::size_t k, std::size_t s, Matrix& slot) {
    put(s == 0 ? all[k].slot_1 : all[k].slot_2, slot);
  });
}

void check_data(const Plan& plan, const Matrix& X, const Matrix& Y,
                const CompileOptions& compiled) {
  require_columns("fit_on_device", "X", X, plan.layers.front().inputs);
  require_columns("fit_on_device", "Y", Y, plan.layers.back().units);
  require_same_rows("fit_on_device", X, Y);
  require_finite("fit_on_device", "X", X);
  require_finite("fit_on_device", "Y", Y);
  ColVector losses;  // refuses targets that the loss does not take
  const Matrix P(Y.n_rows, Y.n_cols, arma::fill::value(Real(0.5)));
  compiled.loss[0].values(Y, P, losses);
}

// Unless the weights come back: the optimizer has then taken no step.
class RestoreSteps {
 public:
  explicit RestoreSteps(Optimizer& optimizer) : optimizer_(optimizer) {}
  ~RestoreSteps() {
    if (!done_) optimizer_.set_iterations(before_);
  }
  RestoreSteps(const RestoreSteps&) = delete;
  RestoreSteps& operator=(const RestoreSteps&) = delete;
  void done() { done_ = true; }

 private:
  Optimizer& optimizer_;
  std::int64_t before_ = optimizer_.iterations();
  bool done_ = false;
};

History train(Model& model, Engine& engine, std::size_t n, const DeviceFitOptions& options,
              const CompileOptions& compiled) {
  Scores scores;
  for (const auto& metrics : compiled.metrics)
    for (const Metric& metric : metrics) scores.others.emplace_back(metric.name, 0.0);
  History history(scores, static_cast<std::size_t>(options.epochs));
  Optimizer& optimizer = model.optimizer();
  const std::size_t batch_size = std::min(static_cast<std::size_t>(options.batch_size), n);
  Progress progress(options.verbose, options.epochs, (n + batch_size - 1) / batch_size);
  Indices order(n);
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    progress.on_epoch_begin(model, epoch);
    std::iota(order.begin(), order.end(), arma::uword{0});
    if (options.shuffle) model.rng().shuffle(order);
    engine.set_order({order.begin(), order.end()});
    for (std::size_t first = 0; first < n; first += batch_size) {
      const std::int64_t t = optimizer.iterations();
      engine.step(first, std::min(batch_size, n - first), optimizer.learning_rate(), t + 1);
      optimizer.set_iterations(t + 1);
    }
    const Engine::Sums sums = engine.take_sums();
    scores.loss = sums.loss / static_cast<double>(n);
    for (auto& [name, value] : scores.others) value = sums.right / static_cast<double>(n);
    history.add(scores);
    progress.on_epoch_end(model, epoch, scores);
    if (!std::isfinite(scores.loss))
      throw Error(
          text("the loss became %g on the device; try a smaller learning rate", scores.loss));
  }
  return history;
}

}  // namespace

History fit_on_device(Model& model, const Matrix& X, const Matrix& Y,
                      const DeviceFitOptions& options) {
  if (options.epochs < 0)
    throw Error(text("fit_on_device: .epochs is %d, expected at least 0", options.epochs));
  if (options.batch_size < 1)
    throw Error(text("fit_on_device: .batch_size is %d, expected at least 1", options.batch_size));
  Optimizer& optimizer = model.optimizer();  // refuses a model that is not compiled
  const CompileOptions& compiled = *model.compile_options();
  Plan plan;
  plan_layers(model.network(), plan);
  plan_optimizer(optimizer, plan);
  plan_loss(compiled, plan);
  require_all_trained(model);
  check_data(plan, X, Y, compiled);

  std::string why_not;
  try {
    const std::unique_ptr<Engine> engine = make_engine(plan, options.device, why_not);
    if (!engine)
      throw Error(text("fit_on_device: there is no %s: %s",
                       options.device == Device::gpu ? "GPU" : "device", why_not.c_str()));
    const std::vector<Weight*> weights = model.network().trainable_weights();
    optimizer.build(weights);
    engine->set_weights(weights_of(weights, optimizer));
    engine->set_data(Matrix(X.t()).memptr(), Matrix(Y.t()).memptr(), X.n_rows);
    RestoreSteps restore(optimizer);
    History history = train(model, *engine, X.n_rows, options, compiled);
    take_back(engine->weights(), weights, optimizer);
    restore.done();
    return history;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {  // of Thrust, cuBLAS, CUDA
    throw Error(text("fit_on_device: %s", error.what()));
  }
}

std::string device_name(Device device) {
  std::string why_not;
  const auto engine = make_engine({{{1, 1}}}, device, why_not);
  return engine ? engine->device() : "";
}

std::string why_no_gpu() {
  std::string why_not;
  return device::make_cuda_engine({{{1, 1}}}, why_not) ? "" : why_not;
}

}  // namespace nn
