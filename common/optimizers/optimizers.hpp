// Optimizers: how weights follow their gradients. Names, defaults and formulas are Keras 3's.
//
//   nn::SGD sgd({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true, .decay = 1e-6});
//   model.compile({.optimizer = sgd, ...});      // or, with weights of your own:
//   sgd.step({{W1, dW1}, {b1, db1}, {W2, dW2}, {b2, db2}});
//
// One call of step is one step, for all weights together: w <- w - rate * (something made of dE/dw
// and of earlier steps). What an optimizer remembers of earlier steps, one or two numbers for each
// weight, are its slots.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "common/layers/layer.hpp"
#include "common/base/matrix.hpp"
#include "common/functions/schedules.hpp"
#include "common/functions/settings.hpp"

namespace nn {

// A matrix of weights and dE/dW, for use without layers.
struct WeightAndGradient {
  Matrix& value;
  const Matrix& gradient;
};

// Numbers that an optimizer keeps for one parameter.
struct OptimizerSlot {
  std::string parameter = "";  // "kernel"
  std::string name = "";       // "momentum"
  Matrix* value = nullptr;
};

class UpdateRule;
struct StepOptions;

// A handle: copies share the steps taken and the slots, so that the optimizer a program gave to a
// model can still be asked for its learning rate.
class Optimizer {
 public:
  // `settings` are the options of the rule, for a file.
  Optimizer(std::shared_ptr<UpdateRule> rule, const StepOptions& options, Settings settings = {});

  // One step for every parameter that has a gradient. The first step fixes which matrices the
  // optimizer belongs to; throws Error when it later gets others.
  void step(const std::vector<Parameter>& parameters);
  void step(std::initializer_list<WeightAndGradient> weights);

  const std::string& name() const;  // "Adam"

  // How many steps were taken.
  std::int64_t iterations() const;
  // The rate of the next step: schedule and decay included.
  double learning_rate() const;
  // Makes it this number. Throws Error if the rate follows a schedule.
  void set_learning_rate(double rate);

  // ---- For saving and going on later ------------------------------------------------------------
  // Makes the slots, as the first step would.
  void build(const std::vector<Parameter>& parameters);
  // Forgets the slots and the matrices they belong to, as before the first step.
  void forget();
  // All slots, in Keras's order; empty before the first step.
  std::vector<OptimizerSlot> slots();
  void set_iterations(std::int64_t iterations);
  // The rate before decay, exactly as it is kept; 0 if it follows a schedule.
  double base_learning_rate() const;
  void set_base_learning_rate(double rate);

  // What optimizer_named needs besides the name: all options but the learning rate, and that.
  Settings settings() const;
  const LearningRate& schedule() const;

  // Leaves parameters out of the weight decay whose name contains one of these ("bias").
  void exclude_from_weight_decay(std::vector<std::string> names);
  const std::vector<std::string>& excluded_from_weight_decay() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// ---- The optimizers ---------------------------------------------------------------------------

// Common to all: weight_decay draws each weight towards 0 before the step, w -= rate weight_decay w
// (0: not at all). At most one of the three clip options may be given (0: not given): clipnorm
// shortens each parameter's gradient to this length, clipvalue keeps each number within -v ... v,
// global_clipnorm shortens the gradient of all parameters together.

struct SGDOptions {
  LearningRate learning_rate = 0.01;
  double momentum = 0.0;
  bool nesterov = false;
  double decay = 0.0;  // Keras 2's: step t = 0, 1, 2 ... has the rate learning_rate / (1 + decay t)
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// w -= rate g. With momentum (Polyak 1964): v = momentum v - rate g, w += v; Nesterov (1983), as
// Sutskever et al. (2013) write it: w += momentum v - rate g with the new v.
struct SGD : Optimizer {
  explicit SGD(const SGDOptions& options = {});
};

struct AdagradOptions {
  LearningRate learning_rate = 0.001;
  double initial_accumulator_value = 0.1;
  double epsilon = 1e-7;
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// a += g^2, w -= rate g / sqrt(a + epsilon) (Duchi et al. 2011).
struct Adagrad : Optimizer {
  explicit Adagrad(const AdagradOptions& options = {});
};

struct RMSpropOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.9;
  double momentum = 0.0;
  double epsilon = 1e-7;
  bool centered = false;  // subtract the squared mean of g: the variance instead of the mean square
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// v = rho v + (1 - rho) g^2, w -= rate g / sqrt(v + epsilon) (Tieleman and Hinton 2012).
struct RMSprop : Optimizer {
  explicit RMSprop(const RMSpropOptions& options = {});
};

struct AdadeltaOptions {
  LearningRate learning_rate = 0.001;
  double rho = 0.95;
  double epsilon = 1e-7;
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// Like RMSprop, but the rate is the root mean square of the earlier changes d (Zeiler 2012, whose
// rate is 1): v = rho v + (1 - rho) g^2, d = -g sqrt(u + epsilon) / sqrt(v + epsilon),
// u = rho u + (1 - rho) d^2, w += rate d.
struct Adadelta : Optimizer {
  explicit Adadelta(const AdadeltaOptions& options = {});
};

struct AdamOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;  // divide by the largest v so far (Reddi et al. 2018)
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// m = beta_1 m + (1 - beta_1) g, v = beta_2 v + (1 - beta_2) g^2, w -= a m / (sqrt(v) + epsilon)
// with a = rate sqrt(1 - beta_2^t) / (1 - beta_1^t) (Kingma and Ba 2015; epsilon as before their
// section 2.1).
struct Adam : Optimizer {
  explicit Adam(const AdamOptions& options = {});
};

struct AdamWOptions {
  LearningRate learning_rate = 0.001;
  double weight_decay = 0.004;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  bool amsgrad = false;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// Adam with a weight decay that does not pass through the averages (Loshchilov and Hutter 2019).
struct AdamW : Optimizer {
  explicit AdamW(const AdamWOptions& options = {});
};

struct AdamaxOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// Adam by the maximum: u = max(beta_2 u, |g|), w -= rate / (1 - beta_1^t) m / (u + epsilon) (Kingma
// and Ba 2015, section 7).
struct Adamax : Optimizer {
  explicit Adamax(const AdamaxOptions& options = {});
};

struct NadamOptions {
  LearningRate learning_rate = 0.001;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-7;
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// Adam with Nesterov's look ahead (Dozat 2016): the momentum of the next step is in this one
// already.
struct Nadam : Optimizer {
  explicit Nadam(const NadamOptions& options = {});
};

// The optimizer with Keras's name ("Adam"), this learning rate and these settings; what is not set
// has its default. Throws Error for a name that does not exist.
Optimizer optimizer_named(const std::string& name, const LearningRate& learning_rate,
                          const Settings& settings = {});

// ---- An optimizer of your own -----------------------------------------------------------------

// What all optimizers have in common besides their rule.
struct StepOptions {
  LearningRate learning_rate = 0.001;
  double decay = 0.0;
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};

// One parameter as a run of numbers w[0] ... w[size-1], for a loop that touches each of them once.
// A large one comes in several parts, at the same time on several threads.
struct FlatParameter {
  std::size_t size = 0;
  Real* w = nullptr;
  const Real* g = nullptr;
  Real* slot[3] = {nullptr, nullptr, nullptr};
  Real decay = 0, scale = 1, limit = 0;  // weight decay and clipping of this step

  // g after clipping, w after weight decay.
  Real clipped(Real gradient) const {
    const Real x = gradient * scale;
    return x < -limit ? -limit : x > limit ? limit : x;
  }
  Real decayed(Real weight) const { return weight - weight * decay; }

  // The numbers first ... first + count - 1.
  FlatParameter part(std::size_t first, std::size_t count) const {
    FlatParameter some = *this;
    some.size = count;
    some.w += first;
    some.g += first;
    for (Real*& s : some.slot)
      if (s) s += first;
    return some;
  }
};

//   struct SignRule : nn::UpdateRule {                       // w -= rate sign(g)
//     SignRule() : UpdateRule("SignSGD", {}) {}
//     void begin(double rate, std::int64_t) override { rate_ = static_cast<nn::Real>(rate); }
//     void update(nn::FlatParameter p) const override {
//       for (std::size_t i = 0; i < p.size; ++i)
//         p.w[i] = p.decayed(p.w[i]) - std::copysign(rate_, p.clipped(p.g[i]));
//     }
//     nn::Real rate_ = 0;
//   };
//   nn::Optimizer optimizer(std::make_shared<SignRule>(), {.learning_rate = 0.01});
class UpdateRule {
 public:
  struct Slot {
    std::string name = "";
    double start = 0.0;  // its value before the first step
    int group = 0;       // 0, 1, 2: those of group 0 are listed first, parameter by parameter
  };
  UpdateRule(std::string rule_name, std::vector<Slot> rule_slots)
      : name(std::move(rule_name)), slots(std::move(rule_slots)) {}
  virtual ~UpdateRule() = default;

  const std::string name;
  const std::vector<Slot> slots;  // at most three for each parameter

  // Before the parameters of step t = 1, 2, 3 ...
  virtual void begin(double learning_rate, std::int64_t t) = 0;
  // For each parameter: writes w and the slots. Taken by value, so that the compiler knows that
  // writing through w cannot change the rest.
  virtual void update(FlatParameter parameter) const = 0;
};

}  // namespace nn
