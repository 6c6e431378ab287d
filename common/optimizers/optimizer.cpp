#include "common/optimizers/optimizer.hpp"

#include <cmath>
#include <deque>
#include <limits>
#include <utility>

#include "common/base/checks.hpp"
#include "common/kernels/parallel.hpp"

namespace nn {

struct Optimizer::State {
  std::shared_ptr<UpdateRule> rule;
  StepOptions options;
  std::any rule_options;
  std::int64_t iterations = 0;
  std::vector<std::string> no_decay;

  struct Known {  // one weight, from the first step on
    const Matrix* value;
    std::deque<Matrix> slots;
    bool trained = true, decays = true;
  };
  std::vector<Known> known;
  std::vector<WeightAndGradient> now;  // the pairs of the step in progress

  void make_slots(const Matrix& value, const std::string& name, bool trained);
  void check() const;
  double rate() const;
  void take_step();
};

namespace {

double norm_of(const Matrix& G) { return std::sqrt(static_cast<double>(arma::dot(G, G))); }

// The factor that shortens a gradient of this norm to at most `longest`. A NaN stays a NaN.
double shortening(double norm, double longest) { return norm <= longest ? 1.0 : longest / norm; }

double global_shortening(const std::vector<WeightAndGradient>& pairs, double longest) {
  double sum = 0.0;
  for (const WeightAndGradient& pair : pairs) {
    const double norm = norm_of(pair.gradient);
    sum += norm * norm;
  }
  return shortening(std::sqrt(sum), longest);
}

// The numbers first ... first + count - 1.
Numbers part(Numbers all, std::size_t first, std::size_t count) {
  all.size = count;
  all.w += first;
  all.g += first;
  for (Real*& slot : all.slot)
    if (slot) slot += first;
  return all;
}

}  // namespace

void Optimizer::State::make_slots(const Matrix& value, const std::string& weight, bool trained) {
  Known entry{&value, {}, trained, true};
  for (const UpdateRule::Slot& slot : rule->slots) {
    if (!trained) break;
    entry.slots.emplace_back(value.n_rows, value.n_cols);
    entry.slots.back().fill(static_cast<Real>(slot.start));
  }
  for (const std::string& excluded : no_decay)
    if (weight.find(excluded) != std::string::npos) entry.decays = false;
  known.push_back(std::move(entry));
}

void Optimizer::State::check() const {
  if (now.size() != known.size())
    throw Error(
        text("%s: got %zu parameters, but its first step was for %zu; make a new optimizer for "
             "another model",
             rule->name.c_str(), now.size(), known.size()));
  for (std::size_t k = 0; k < now.size(); ++k) {
    if (&now[k].value != known[k].value)
      throw Error(
          text("%s: parameter %zu is not the matrix of the first step; make a new optimizer "
               "for another model",
               rule->name.c_str(), k));
    if (!known[k].trained) continue;
    require_shape(rule->name, "a gradient", now[k].gradient, now[k].value.n_rows,
                  now[k].value.n_cols);
  }
}

double Optimizer::State::rate() const {
  const double t = static_cast<double>(iterations);
  return options.learning_rate(t) / (1.0 + options.decay * t);
}

void Optimizer::State::take_step() {
  check();
  const double rate_now = rate();
  rule->begin(rate_now, iterations + 1);
  const double all =
      options.global_clipnorm > 0.0 ? global_shortening(now, options.global_clipnorm) : 1.0;
  for (std::size_t k = 0; k < now.size(); ++k) {
    if (!known[k].trained) continue;
    const auto& [value, gradient] = now[k];
    Numbers p{value.n_elem, value.memptr(), gradient.memptr()};
    for (std::size_t s = 0; s < known[k].slots.size(); ++s) p.slot[s] = known[k].slots[s].memptr();
    if (known[k].decays) p.decay = static_cast<Real>(rate_now * options.weight_decay);
    p.scale = static_cast<Real>(
        options.clipnorm > 0.0 ? shortening(norm_of(gradient), options.clipnorm) : all);
    p.limit = options.clipvalue > 0.0 ? static_cast<Real>(options.clipvalue)
                                      : std::numeric_limits<Real>::infinity();
    constexpr std::size_t few = 4096;  // numbers that are quicker updated than handed out
    if (p.size <= few)
      rule->update(p);
    else  // about 20 operations for each number, most of them waiting for memory
      in_parallel(
          p.size, few, 20.0 * static_cast<double>(p.size),
          [&](std::size_t first, std::size_t count) { rule->update(part(p, first, count)); });
  }
  ++iterations;
}

Optimizer::Optimizer(std::shared_ptr<UpdateRule> rule, const StepOptions& o, std::any rule_options)
    : state_(std::make_shared<State>()) {
  if ((o.clipnorm != 0.0) + (o.clipvalue != 0.0) + (o.global_clipnorm != 0.0) > 1)
    throw Error(rule->name + ": only one of clipnorm, clipvalue and global_clipnorm can be given");
  for (const auto& [what, value] :
       {std::pair{"clipnorm", o.clipnorm}, std::pair{"clipvalue", o.clipvalue},
        std::pair{"global_clipnorm", o.global_clipnorm}, std::pair{"weight_decay", o.weight_decay},
        std::pair{"decay", o.decay}})
    if (!(value >= 0.0))
      throw Error(
          text("%s: %s is %g, expected a number of at least 0", rule->name.c_str(), what, value));
  state_->rule = std::move(rule);
  state_->options = o;
  state_->rule_options = std::move(rule_options);
}

void Optimizer::build(const std::vector<Weight*>& weights) {
  if (!state_->known.empty()) return;
  for (const Weight* weight : weights)
    state_->make_slots(weight->value, weight->name, weight->trained);
}

void Optimizer::step(const std::vector<Weight*>& weights) {
  build(weights);
  state_->now.clear();
  for (Weight* weight : weights) state_->now.push_back({weight->value, weight->gradient});
  state_->take_step();
}

void Optimizer::step(std::initializer_list<WeightAndGradient> weights) {
  if (state_->known.empty())
    for (const WeightAndGradient& pair : weights) state_->make_slots(pair.value, "", true);
  state_->now.clear();
  for (const WeightAndGradient& pair : weights) state_->now.push_back(pair);
  state_->take_step();
}

void Optimizer::forget() { state_->known.clear(); }

const std::string& Optimizer::name() const { return state_->rule->name; }
const std::any& Optimizer::options() const { return state_->rule_options; }
std::int64_t Optimizer::iterations() const { return state_->iterations; }
void Optimizer::set_iterations(std::int64_t iterations) { state_->iterations = iterations; }
double Optimizer::learning_rate() const { return state_->rate(); }
const LearningRate& Optimizer::schedule() const { return state_->options.learning_rate; }

void Optimizer::set_learning_rate(double rate) {
  set_base_learning_rate(rate *
                         (1.0 + state_->options.decay * static_cast<double>(state_->iterations)));
}

double Optimizer::base_learning_rate() const {
  return schedule().is_constant() ? schedule()(0.0) : 0.0;
}

void Optimizer::set_base_learning_rate(double rate) {
  if (!schedule().is_constant())
    throw Error(
        text("%s: the learning rate follows %s and cannot be set; give the optimizer a number "
             "instead",
             name().c_str(), schedule().name().c_str()));
  state_->options.learning_rate = LearningRate(rate);
}

std::vector<OptimizerSlot> Optimizer::slots() {
  std::vector<OptimizerSlot> all;
  const std::vector<UpdateRule::Slot>& slots = state_->rule->slots;
  for (int group = 0; group < 3; ++group)
    for (std::size_t k = 0; k < state_->known.size(); ++k)
      for (std::size_t s = 0; s < state_->known[k].slots.size(); ++s)
        if (slots[s].group == group) all.push_back({k, slots[s].name, &state_->known[k].slots[s]});
  return all;
}

void Optimizer::exclude_from_weight_decay(std::vector<std::string> names) {
  if (!state_->known.empty())
    throw Error(name() + ": exclude_from_weight_decay must be called before the first step");
  state_->no_decay = std::move(names);
}
const std::vector<std::string>& Optimizer::excluded_from_weight_decay() const {
  return state_->no_decay;
}

}  // namespace nn
