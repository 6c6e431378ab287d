#include "common/optimizers/optimizers.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <utility>

#include "common/base/checks.hpp"
#include "common/kernels/parallel.hpp"

namespace nn {

// ---- One step for all parameters --------------------------------------------------------------

struct Optimizer::State {
  std::shared_ptr<UpdateRule> rule;
  StepOptions options;
  Settings settings;
  std::int64_t iterations = 0;
  std::vector<std::string> no_decay;

  struct Known {  // one parameter, from the first step on
    const Matrix* value;
    std::string name;
    std::deque<Matrix> slots;
    bool decays = true;
  };
  std::vector<Known> known;
  std::vector<WeightAndGradient> now;  // the pairs of the step in progress

  void make_slots(const Matrix& value, const std::string& name);
  void check() const;
  double scale_of(const Matrix& gradient) const;
  double global_scale() const;
  double rate() const;
  void take_step();
};

namespace {

double norm_of(const Matrix& G) { return std::sqrt(static_cast<double>(arma::dot(G, G))); }

// The factor that shortens a gradient of this norm to at most `longest`. A NaN stays a NaN.
double shortening(double norm, double longest) { return norm <= longest ? 1.0 : longest / norm; }

}  // namespace

void Optimizer::State::make_slots(const Matrix& value, const std::string& parameter) {
  Known entry{&value, parameter, {}, true};
  for (const UpdateRule::Slot& slot : rule->slots) {
    entry.slots.emplace_back(value.n_rows, value.n_cols);
    entry.slots.back().fill(static_cast<Real>(slot.start));
  }
  for (const std::string& part : no_decay)
    if (parameter.find(part) != std::string::npos) entry.decays = false;
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
    require_shape(rule->name, "a gradient", now[k].gradient, now[k].value.n_rows,
                  now[k].value.n_cols);
  }
}

double Optimizer::State::global_scale() const {
  double sum = 0.0;
  for (const WeightAndGradient& pair : now) {
    const double norm = norm_of(pair.gradient);
    sum += norm * norm;
  }
  return shortening(std::sqrt(sum), options.global_clipnorm);
}

double Optimizer::State::rate() const {
  const double t = static_cast<double>(iterations);
  return options.learning_rate(t) / (1.0 + options.decay * t);
}

void Optimizer::State::take_step() {
  const double rate_now = rate();
  rule->begin(rate_now, iterations + 1);
  const double all = options.global_clipnorm > 0.0 ? global_scale() : 1.0;
  for (std::size_t k = 0; k < now.size(); ++k) {
    const auto& [value, gradient] = now[k];
    FlatParameter p{value.n_elem, value.memptr(), gradient.memptr()};
    for (std::size_t s = 0; s < known[k].slots.size(); ++s) p.slot[s] = known[k].slots[s].memptr();
    if (known[k].decays) p.decay = static_cast<Real>(rate_now * options.weight_decay);
    p.scale = static_cast<Real>(
        options.clipnorm > 0.0 ? shortening(norm_of(gradient), options.clipnorm) : all);
    p.limit = options.clipvalue > 0.0 ? static_cast<Real>(options.clipvalue)
                                      : std::numeric_limits<Real>::infinity();
    // About 20 operations for each number, most of them waiting for memory.
    in_parallel(p.size, 4096, 20.0 * static_cast<double>(p.size),
                [&](std::size_t first, std::size_t count) { rule->update(p.part(first, count)); });
  }
  ++iterations;
}

Optimizer::Optimizer(std::shared_ptr<UpdateRule> rule, const StepOptions& options,
                     Settings settings)
    : state_(std::make_shared<State>()) {
  const int clips =
      (options.clipnorm != 0.0) + (options.clipvalue != 0.0) + (options.global_clipnorm != 0.0);
  if (clips > 1)
    throw Error(rule->name + ": only one of clipnorm, clipvalue and global_clipnorm can be given");
  for (const auto& [what, value] :
       {std::pair{"clipnorm", options.clipnorm}, std::pair{"clipvalue", options.clipvalue},
        std::pair{"global_clipnorm", options.global_clipnorm},
        std::pair{"weight_decay", options.weight_decay}, std::pair{"decay", options.decay}})
    if (!(value >= 0.0))
      throw Error(
          text("%s: %s is %g, expected a number of at least 0", rule->name.c_str(), what, value));
  state_->rule = std::move(rule);
  state_->options = options;
  state_->settings = std::move(settings);
}

void Optimizer::build(const std::vector<Parameter>& parameters) {
  if (!state_->known.empty()) return;
  for (const Parameter& parameter : parameters)
    if (parameter.gradient) state_->make_slots(*parameter.value, parameter.name);
}

void Optimizer::forget() { state_->known.clear(); }

void Optimizer::step(const std::vector<Parameter>& parameters) {
  build(parameters);
  state_->now.clear();
  for (const Parameter& parameter : parameters)
    if (parameter.gradient) state_->now.push_back({*parameter.value, parameter.gradient->sum()});
  state_->check();
  state_->take_step();
}

void Optimizer::step(std::initializer_list<WeightAndGradient> weights) {
  if (state_->known.empty())
    for (const WeightAndGradient& pair : weights) state_->make_slots(pair.value, "");
  state_->now.clear();
  for (const WeightAndGradient& pair : weights) state_->now.push_back(pair);
  state_->check();
  state_->take_step();
}

const std::string& Optimizer::name() const { return state_->rule->name; }
std::int64_t Optimizer::iterations() const { return state_->iterations; }
void Optimizer::set_iterations(std::int64_t iterations) { state_->iterations = iterations; }
double Optimizer::learning_rate() const { return state_->rate(); }

void Optimizer::set_learning_rate(double rate) {
  const double t = static_cast<double>(state_->iterations);
  set_base_learning_rate(rate * (1.0 + state_->options.decay * t));
}

double Optimizer::base_learning_rate() const {
  const LearningRate& rate = state_->options.learning_rate;
  return rate.is_constant() ? rate(0.0) : 0.0;
}

void Optimizer::set_base_learning_rate(double rate) {
  LearningRate& present = state_->options.learning_rate;
  if (!present.is_constant())
    throw Error(
        text("%s: the learning rate follows %s and cannot be set; give the optimizer a number "
             "instead",
             name().c_str(), present.name().c_str()));
  present = LearningRate(rate);
}

std::vector<OptimizerSlot> Optimizer::slots() {
  std::vector<OptimizerSlot> all;
  const std::vector<UpdateRule::Slot>& slots = state_->rule->slots;
  for (int group = 0; group < 3; ++group)
    for (State::Known& parameter : state_->known)
      for (std::size_t s = 0; s < slots.size(); ++s)
        if (slots[s].group == group)
          all.push_back({parameter.name, slots[s].name, &parameter.slots[s]});
  return all;
}

Settings Optimizer::settings() const {
  Settings all = state_->settings;
  const StepOptions& o = state_->options;
  for (const auto& [name, value] :
       {std::pair{"decay", o.decay}, std::pair{"weight_decay", o.weight_decay},
        std::pair{"clipnorm", o.clipnorm}, std::pair{"clipvalue", o.clipvalue},
        std::pair{"global_clipnorm", o.global_clipnorm}})
    all.push_back({name, value});
  return all;
}

const LearningRate& Optimizer::schedule() const { return state_->options.learning_rate; }

void Optimizer::exclude_from_weight_decay(std::vector<std::string> names) {
  if (!state_->known.empty())
    throw Error(name() + ": exclude_from_weight_decay must be called before the first step");
  state_->no_decay = std::move(names);
}
const std::vector<std::string>& Optimizer::excluded_from_weight_decay() const {
  return state_->no_decay;
}

// ---- The rules: one loop for each, that touches every number once -----------------------------

namespace {

void require_fraction(const char* who, const char* what, double value) {
  if (!(value >= 0.0 && value <= 1.0))
    throw Error(text("%s: %s is %g, expected 0 to 1", who, what, value));
}

// What an optimizer remembers of a weight whose gradient has become 0 shrinks step by step, but
// never to 0: rounding keeps it among the denormal numbers, with which processors calculate many
// times slower. So it is set to 0 there.
Real kept(Real x) { return std::abs(x) < std::numeric_limits<Real>::min() ? Real(0) : x; }

template <class Options>
StepOptions step_options(const Options& o) {
  return {o.learning_rate, 0.0, o.weight_decay, o.clipnorm, o.clipvalue, o.global_clipnorm};
}

class SGDRule : public UpdateRule {
 public:
  explicit SGDRule(const SGDOptions& o)
      : UpdateRule("SGD",
                   o.momentum != 0.0 ? std::vector<Slot>{{"momentum"}} : std::vector<Slot>{}),
        momentum_(static_cast<Real>(o.momentum)),
        nesterov_(o.nesterov) {
    require_fraction("SGD", "momentum", o.momentum);
  }
  void begin(double learning_rate, std::int64_t) override {
    rate_ = static_cast<Real>(learning_rate);
  }
  void update(FlatParameter p) const override {
    const Real rate = rate_, momentum = momentum_;
    Real* v = p.slot[0];
    if (momentum == 0) {
      for (std::size_t i = 0; i < p.size; ++i)
        p.w[i] = p.decayed(p.w[i]) - rate * p.clipped(p.g[i]);
    } else if (nesterov_) {
      for (std::size_t i = 0; i < p.size; ++i) {
        const Real move = rate * p.clipped(p.g[i]);
        v[i] = kept(momentum * v[i] - move);
        p.w[i] = p.decayed(p.w[i]) + (momentum * v[i] - move);
      }
    } else {
      for (std::size_t i = 0; i < p.size; ++i) {
        v[i] = kept(momentum * v[i] - rate * p.clipped(p.g[i]));
        p.w[i] = p.decayed(p.w[i]) + v[i];
      }
    }
  }

 private:
  Real momentum_, rate_ = 0;
  bool nesterov_;
};

class AdagradRule : public UpdateRule {
 public:
  explicit AdagradRule(const AdagradOptions& o)
      : UpdateRule("Adagrad", {{"accumulator", o.initial_accumulator_value}}),
        epsilon_(static_cast<Real>(o.epsilon)) {}
  void begin(double learning_rate, std::int64_t) override {
    rate_ = static_cast<Real>(learning_rate);
  }
  void update(FlatParameter p) const override {
    const Real rate = rate_, epsilon = epsilon_;
    Real* a = p.slot[0];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      a[i] += g * g;
      p.w[i] = p.decayed(p.w[i]) - rate * g / std::sqrt(a[i] + epsilon);
    }
  }

 private:
  Real epsilon_, rate_ = 0;
};

class RMSpropRule : public UpdateRule {
 public:
  explicit RMSpropRule(const RMSpropOptions& o)
      : UpdateRule("RMSprop", slots_for(o)),
        rho_(static_cast<Real>(o.rho)),
        rest_(static_cast<Real>(1.0 - o.rho)),
        momentum_(static_cast<Real>(o.momentum)),
        epsilon_(static_cast<Real>(o.epsilon)),
        centered_(o.centered) {
    require_fraction("RMSprop", "rho", o.rho);
    require_fraction("RMSprop", "momentum", o.momentum);
  }
  void begin(double learning_rate, std::int64_t) override {
    rate_ = static_cast<Real>(learning_rate);
  }
  void update(FlatParameter p) const override {
    Real* const v = p.slot[0];
    if (momentum_ > 0 && centered_)
      loop<true, true>(p, p.w, v, p.slot[1], p.slot[2]);
    else if (momentum_ > 0)
      loop<true, false>(p, p.w, v, p.slot[1], nullptr);
    else if (centered_)
      loop<false, true>(p, p.w, v, nullptr, p.slot[1]);
    else
      loop<false, false>(p, p.w, v, nullptr, nullptr);
  }

 private:
  static std::vector<Slot> slots_for(const RMSpropOptions& o) {
    std::vector<Slot> slots{{"velocity"}};
    if (o.momentum > 0.0) slots.push_back({"momentum", 0.0, 1});
    if (o.centered) slots.push_back({"average_gradient", 0.0, 2});
    return slots;
  }
  template <bool with_momentum, bool centered>
  void loop(FlatParameter p, Real* __restrict w, Real* __restrict v, Real* __restrict m,
            Real* __restrict mean) const {
    const Real rate = rate_, rho = rho_, rest = rest_, momentum = momentum_, epsilon = epsilon_;
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      v[i] = kept(rho * v[i] + rest * g * g);
      Real square = v[i];
      if constexpr (centered) {
        mean[i] = kept(rho * mean[i] + rest * g);
        square -= mean[i] * mean[i];
      }
      Real move = rate * g / std::sqrt(square + epsilon);
      if constexpr (with_momentum) {
        m[i] = kept(momentum * m[i] + move);
        move = m[i];
      }
      w[i] = p.decayed(w[i]) - move;
    }
  }
  Real rho_, rest_, momentum_, epsilon_, rate_ = 0;
  bool centered_;
};

class AdadeltaRule : public UpdateRule {
 public:
  explicit AdadeltaRule(const AdadeltaOptions& o)
      : UpdateRule("Adadelta", {{"accumulated_grad"}, {"accumulated_delta_var"}}),
        rho_(static_cast<Real>(o.rho)),
        rest_(static_cast<Real>(1.0 - o.rho)),
        epsilon_(static_cast<Real>(o.epsilon)) {
    require_fraction("Adadelta", "rho", o.rho);
  }
  void begin(double learning_rate, std::int64_t) override {
    rate_ = static_cast<Real>(learning_rate);
  }
  void update(FlatParameter p) const override {
    const Real rate = rate_, rho = rho_, rest = rest_, epsilon = epsilon_;
    Real* v = p.slot[0];
    Real* u = p.slot[1];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      v[i] = kept(rho * v[i] + rest * g * g);
      const Real d = -std::sqrt(u[i] + epsilon) * g / std::sqrt(v[i] + epsilon);
      u[i] = kept(rho * u[i] + rest * d * d);
      p.w[i] = p.decayed(p.w[i]) + rate * d;
    }
  }

 private:
  Real rho_, rest_, epsilon_, rate_ = 0;
};

class AdamRule : public UpdateRule {
 public:
  AdamRule(const char* adam_or_adamw, double beta_1, double beta_2, double epsilon, bool amsgrad)
      : UpdateRule(adam_or_adamw,
                   amsgrad ? std::vector<Slot>{{"momentum"}, {"velocity"}, {"velocity_hat", 0.0, 1}}
                           : std::vector<Slot>{{"momentum"}, {"velocity"}}),
        beta_1_(beta_1),
        beta_2_(beta_2),
        epsilon_(static_cast<Real>(epsilon)),
        amsgrad_(amsgrad) {
    require_fraction("Adam", "beta_1", beta_1);
    require_fraction("Adam", "beta_2", beta_2);
  }
  void begin(double learning_rate, std::int64_t step_number) override {
    const double t = static_cast<double>(step_number);
    alpha_ = static_cast<Real>(learning_rate * std::sqrt(1.0 - std::pow(beta_2_, t)) /
                               (1.0 - std::pow(beta_1_, t)));
  }
  void update(FlatParameter p) const override {
    if (amsgrad_)
      loop<true>(p, p.w, p.slot[0], p.slot[1], p.slot[2]);
    else
      loop<false>(p, p.w, p.slot[0], p.slot[1], nullptr);
  }

 private:
  template <bool amsgrad>
  void loop(FlatParameter p, Real* __restrict w, Real* __restrict m, Real* __restrict v,
            Real* __restrict largest) const {
    const Real alpha = alpha_, epsilon = epsilon_;
    const Real rest_1 = static_cast<Real>(1.0 - beta_1_), rest_2 = static_cast<Real>(1.0 - beta_2_);
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      m[i] = kept(m[i] + rest_1 * (g - m[i]));
      v[i] = kept(v[i] + rest_2 * (g * g - v[i]));
      Real square = v[i];
      if constexpr (amsgrad) {
        largest[i] = largest[i] > v[i] ? largest[i] : v[i];
        square = largest[i];
      }
      w[i] = p.decayed(w[i]) - alpha * m[i] / (std::sqrt(square) + epsilon);
    }
  }
  double beta_1_, beta_2_;
  Real epsilon_, alpha_ = 0;
  bool amsgrad_;
};

class AdamaxRule : public UpdateRule {
 public:
  explicit AdamaxRule(const AdamaxOptions& o)
      : UpdateRule("Adamax", {{"momentum"}, {"norm"}}),
        beta_1_(o.beta_1),
        beta_2_(o.beta_2),
        epsilon_(static_cast<Real>(o.epsilon)) {
    require_fraction("Adamax", "beta_1", o.beta_1);
    require_fraction("Adamax", "beta_2", o.beta_2);
  }
  void begin(double learning_rate, std::int64_t t) override {
    alpha_ = static_cast<Real>(learning_rate / (1.0 - std::pow(beta_1_, static_cast<double>(t))));
  }
  void update(FlatParameter p) const override {
    const Real alpha = alpha_, epsilon = epsilon_, beta_2 = static_cast<Real>(beta_2_);
    const Real rest_1 = static_cast<Real>(1.0 - beta_1_);
    Real* m = p.slot[0];
    Real* u = p.slot[1];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]), size = std::abs(g), before = kept(beta_2 * u[i]);
      m[i] = kept(m[i] + rest_1 * (g - m[i]));
      u[i] = before > size ? before : size;
      p.w[i] = p.decayed(p.w[i]) - alpha * m[i] / (u[i] + epsilon);
    }
  }

 private:
  double beta_1_, beta_2_;
  Real epsilon_, alpha_ = 0;
};

class NadamRule : public UpdateRule {
 public:
  explicit NadamRule(const NadamOptions& o)
      : UpdateRule("Nadam", {{"momentum"}, {"velocity"}}),
        beta_1_(o.beta_1),
        beta_2_(o.beta_2),
        epsilon_(static_cast<Real>(o.epsilon)) {
    require_fraction("Nadam", "beta_1", o.beta_1);
    require_fraction("Nadam", "beta_2", o.beta_2);
  }
  // mu_t = beta_1 (1 - 0.96^t / 2), the momentum of step t, takes the place of beta_1, and the
  // product mu_1 ... mu_t that of beta_1^t.
  void begin(double learning_rate, std::int64_t t) override {
    if (t != t_ + 1) {  // going on from a file
      product_ = 1.0;
      for (std::int64_t earlier = 1; earlier < t; ++earlier) product_ *= mu(earlier);
    }
    t_ = t;
    product_ *= mu(t);
    const double next = mu(t + 1);
    on_m_ = static_cast<Real>(learning_rate * next / (1.0 - product_ * next));
    on_g_ = static_cast<Real>(learning_rate * (1.0 - mu(t)) / (1.0 - product_));
    on_v_ = static_cast<Real>(1.0 / (1.0 - std::pow(beta_2_, static_cast<double>(t))));
  }
  void update(FlatParameter p) const override {
    const Real on_m = on_m_, on_g = on_g_, on_v = on_v_, epsilon = epsilon_;
    const Real rest_1 = static_cast<Real>(1.0 - beta_1_), rest_2 = static_cast<Real>(1.0 - beta_2_);
    Real* m = p.slot[0];
    Real* v = p.slot[1];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      m[i] = kept(m[i] + rest_1 * (g - m[i]));
      v[i] = kept(v[i] + rest_2 * (g * g - v[i]));
      p.w[i] = p.decayed(p.w[i]) - (on_m * m[i] + on_g * g) / (std::sqrt(on_v * v[i]) + epsilon);
    }
  }

 private:
  double mu(std::int64_t t) const {
    return beta_1_ * (1.0 - 0.5 * std::pow(0.96, static_cast<double>(t)));
  }
  double beta_1_, beta_2_, product_ = 1.0;
  std::int64_t t_ = 0;
  Real epsilon_, on_m_ = 0, on_g_ = 0, on_v_ = 0;
};

}  // namespace

namespace {
template <class Options>
Settings betas(const Options& o, Settings others = {}) {
  Settings settings{{"beta_1", o.beta_1}, {"beta_2", o.beta_2}, {"epsilon", o.epsilon}};
  settings.insert(settings.end(), others.begin(), others.end());
  return settings;
}
}  // namespace

SGD::SGD(const SGDOptions& o)
    : Optimizer(
          std::make_shared<SGDRule>(o),
          {o.learning_rate, o.decay, o.weight_decay, o.clipnorm, o.clipvalue, o.global_clipnorm},
          {{"momentum", o.momentum}, {"nesterov", o.nesterov ? 1.0 : 0.0}}) {}

Adagrad::Adagrad(const AdagradOptions& o)
    : Optimizer(
          std::make_shared<AdagradRule>(o), step_options(o),
          {{"initial_accumulator_value", o.initial_accumulator_value}, {"epsilon", o.epsilon}}) {}

RMSprop::RMSprop(const RMSpropOptions& o)
    : Optimizer(std::make_shared<RMSpropRule>(o), step_options(o),
                {{"rho", o.rho},
                 {"momentum", o.momentum},
                 {"epsilon", o.epsilon},
                 {"centered", o.centered ? 1.0 : 0.0}}) {}

Adadelta::Adadelta(const AdadeltaOptions& o)
    : Optimizer(std::make_shared<AdadeltaRule>(o), step_options(o),
                {{"rho", o.rho}, {"epsilon", o.epsilon}}) {}

Adam::Adam(const AdamOptions& o)
    : Optimizer(std::make_shared<AdamRule>("Adam", o.beta_1, o.beta_2, o.epsilon, o.amsgrad),
                step_options(o), betas(o, {{"amsgrad", o.amsgrad ? 1.0 : 0.0}})) {}

AdamW::AdamW(const AdamWOptions& o)
    : Optimizer(std::make_shared<AdamRule>("AdamW", o.beta_1, o.beta_2, o.epsilon, o.amsgrad),
                step_options(o), betas(o, {{"amsgrad", o.amsgrad ? 1.0 : 0.0}})) {}

Adamax::Adamax(const AdamaxOptions& o)
    : Optimizer(std::make_shared<AdamaxRule>(o), step_options(o), betas(o)) {}

Nadam::Nadam(const NadamOptions& o)
    : Optimizer(std::make_shared<NadamRule>(o), step_options(o), betas(o)) {}

// ---- By name ----------------------------------------------------------------------------------

namespace {

// The fields that several options structs share.
template <class Options>
Options with_common(const LearningRate& rate, const Settings& settings, Options o) {
  o.learning_rate = rate;
  for (const auto& [field, name] :
       {std::pair{&o.weight_decay, "weight_decay"}, std::pair{&o.clipnorm, "clipnorm"},
        std::pair{&o.clipvalue, "clipvalue"}, std::pair{&o.global_clipnorm, "global_clipnorm"}})
    *field = setting(settings, name, *field);
  return o;
}

template <class Options>
Options with_betas(const LearningRate& rate, const Settings& settings, Options o) {
  o = with_common(rate, settings, o);
  o.beta_1 = setting(settings, "beta_1", o.beta_1);
  o.beta_2 = setting(settings, "beta_2", o.beta_2);
  o.epsilon = setting(settings, "epsilon", o.epsilon);
  return o;
}

}  // namespace

Optimizer optimizer_named(const std::string& name, const LearningRate& rate,
                          const Settings& settings) {
  const auto is_set = [&](const char* key) { return setting(settings, key, 0.0) != 0.0; };
  if (name == "SGD") {
    SGDOptions o = with_common(rate, settings, SGDOptions{});
    o.momentum = setting(settings, "momentum", o.momentum);
    o.nesterov = is_set("nesterov");
    o.decay = setting(settings, "decay", o.decay);
    return SGD(o);
  }
  if (name == "Adagrad") {
    AdagradOptions o = with_common(rate, settings, AdagradOptions{});
    o.initial_accumulator_value =
        setting(settings, "initial_accumulator_value", o.initial_accumulator_value);
    o.epsilon = setting(settings, "epsilon", o.epsilon);
    return Adagrad(o);
  }
  if (name == "RMSprop") {
    RMSpropOptions o = with_common(rate, settings, RMSpropOptions{});
    o.rho = setting(settings, "rho", o.rho);
    o.momentum = setting(settings, "momentum", o.momentum);
    o.epsilon = setting(settings, "epsilon", o.epsilon);
    o.centered = is_set("centered");
    return RMSprop(o);
  }
  if (name == "Adadelta") {
    AdadeltaOptions o = with_common(rate, settings, AdadeltaOptions{});
    o.rho = setting(settings, "rho", o.rho);
    o.epsilon = setting(settings, "epsilon", o.epsilon);
    return Adadelta(o);
  }
  if (name == "Adam") {
    AdamOptions o = with_betas(rate, settings, AdamOptions{});
    o.amsgrad = is_set("amsgrad");
    return Adam(o);
  }
  if (name == "AdamW") {
    AdamWOptions o = with_betas(rate, settings, AdamWOptions{});
    o.amsgrad = is_set("amsgrad");
    return AdamW(o);
  }
  if (name == "Adamax") return Adamax(with_betas(rate, settings, AdamaxOptions{}));
  if (name == "Nadam") return Nadam(with_betas(rate, settings, NadamOptions{}));
  throw Error("optimizer_named: there is no optimizer called \"" + name + "\"");
}

}  // namespace nn
