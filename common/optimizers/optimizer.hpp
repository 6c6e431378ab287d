// Optimizer: how weights follow their gradients. Names, defaults and formulas are Keras 3's.
//
//   nn::SGD sgd({.learning_rate = 0.01, .momentum = 0.9, .nesterov = true, .decay = 1e-6});
//   model.compile({.optimizer = sgd, ...});      // or, with weights of your own:
//   sgd.step({{W1, dW1}, {b1, db1}, {W2, dW2}, {b2, db2}});
//
// One call of `step` is one step t = 1, 2, 3 ... for all weights together: w <- w - rate *
// (something made of dE/dw and of earlier steps). What an optimizer remembers of earlier steps, one
// or two numbers for each weight, are its slots. Each rule has a file of its own.
#pragma once

#include <any>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "common/functions/schedules.hpp"
#include "common/functions/weight.hpp"

namespace nn {

// What all optimizers have in common besides their rule. weight_decay draws each weight towards 0
// before the step, w -= rate weight_decay w (0: not at all). At most one of the three clip options
// may be given (0: not given): clipnorm shortens each weight's gradient to this length, clipvalue
// keeps each number within -v ... v, global_clipnorm shortens all gradients together.
struct StepOptions {
  LearningRate learning_rate = 0.001;
  double decay = 0.0;  // Keras 2's: step t = 0, 1, 2 ... has the rate learning_rate / (1 + decay t)
  double weight_decay = 0.0;
  double clipnorm = 0.0, clipvalue = 0.0, global_clipnorm = 0.0;
};
template <class Options>
StepOptions step_options(const Options& o) {
  return {o.learning_rate, 0.0, o.weight_decay, o.clipnorm, o.clipvalue, o.global_clipnorm};
}

// One weight as a run of numbers w[0] ... w[size-1], for a loop that touches each of them once. A
// large one comes in several parts, at the same time on several threads.
struct Numbers {
  std::size_t size = 0;
  Real* w = nullptr;
  const Real* g = nullptr;  // dE/dw
  Real* slot[3] = {nullptr, nullptr, nullptr};
  Real decay = 0, scale = 1, limit = 0;  // weight decay and clipping of this step

  // g after clipping, w after weight decay.
  Real clipped(Real gradient) const {
    const Real x = gradient * scale;
    return x < -limit ? -limit : x > limit ? limit : x;
  }
  Real decayed(Real weight) const { return weight - weight * decay; }
};

// The rule of an optimizer; one of your own:
//
//   struct SignRule : nn::UpdateRule {                       // w -= rate sign(g)
//     SignRule() : UpdateRule("SignSGD", {}) {}
//     void begin(double rate, std::int64_t) override { rate_ = static_cast<nn::Real>(rate); }
//     void update(nn::Numbers p) const override {
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
    int group = 0;       // 0, 1, 2: those of group 0 are listed first, weight by weight
  };
  UpdateRule(std::string rule_name, std::vector<Slot> rule_slots)
      : name(std::move(rule_name)), slots(std::move(rule_slots)) {}
  virtual ~UpdateRule() = default;

  const std::string name;
  const std::vector<Slot> slots;  // at most three for each weight

  // Before the weights of step t = 1, 2, 3 ...
  virtual void begin(double learning_rate, std::int64_t t) = 0;
  // For each weight: writes w and the slots. Taken by value, so that the compiler knows that
  // writing through w cannot change the rest.
  virtual void update(Numbers weight) const = 0;
};

// A matrix of weights and dE/dW, for use without layers.
struct WeightAndGradient {
  Matrix& value;
  const Matrix& gradient;
};

// Numbers that an optimizer keeps for one weight.
struct OptimizerSlot {
  std::size_t weight = 0;  // its place among those of a step
  std::string name = "";   // "momentum"
  Matrix* value = nullptr;
};

// A handle: copies share the steps taken and the slots, so that the optimizer a program gave to a
// model can still be asked for its learning rate.
class Optimizer {
 public:
  // `rule_options` is what the rule was made from, its options struct.
  Optimizer(std::shared_ptr<UpdateRule> rule, const StepOptions& options,
            std::any rule_options = {});

  // One step for all weights. The first step fixes which matrices the optimizer belongs to; throws
  // Error when it later gets others.
  void step(const std::vector<Weight*>& weights);
  void step(std::initializer_list<WeightAndGradient> weights);

  const std::string& name() const;  // "Adam"
  const std::any& options() const;  // AdamOptions

  std::int64_t iterations() const;  // how many steps were taken
  double learning_rate() const;     // of the next step: schedule and decay included
  // Makes it this number. Throws Error if the rate follows a schedule.
  void set_learning_rate(double rate);
  const LearningRate& schedule() const;

  // Leaves weights out of the weight decay whose name contains one of these ("bias").
  void exclude_from_weight_decay(std::vector<std::string> names);
  const std::vector<std::string>& excluded_from_weight_decay() const;

  // ---- For going on later ---------------------------------------------------------------------
  void build(const std::vector<Weight*>& weights);  // makes the slots, as the first step would
  void forget();                                    // the slots and the matrices they belong to
  std::vector<OptimizerSlot> slots();               // in Keras's order; empty before the first step
  void set_iterations(std::int64_t iterations);
  // The rate before decay, exactly as it is kept; 0 if it follows a schedule.
  double base_learning_rate() const;
  void set_base_learning_rate(double rate);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// An option as a Real; throws "Adam: beta_1 is 2, expected 0 to 1".
inline Real fraction(const char* who, const char* what, double value) {
  if (!(value >= 0.0 && value <= 1.0))
    throw Error(text("%s: %s is %g, expected 0 to 1", who, what, value));
  return static_cast<Real>(value);
}

}  // namespace nn
