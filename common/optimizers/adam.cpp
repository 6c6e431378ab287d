#include "common/optimizers/adam.hpp"

#include "common/optimizers/formulas.hpp"

namespace nn {

namespace {

class AdamRule : public UpdateRule {
 public:
  template <class Options>  // Adam's or AdamW's
  AdamRule(const char* rule_name, const Options& o)
      : UpdateRule(rule_name, slots_for(o.amsgrad)), beta_1_(o.beta_1), beta_2_(o.beta_2) {
    fraction("Adam", "beta_1", beta_1_), fraction("Adam", "beta_2", beta_2_);
    step_ = {0, Real(1.0 - beta_1_), Real(1.0 - beta_2_), static_cast<Real>(o.epsilon)};
  }

  void begin(double eta, std::int64_t t) override {
    step_.eta =
        static_cast<Real>(formulas::Adam::corrected(eta, beta_1_, beta_2_, static_cast<double>(t)));
  }

  void update(Numbers p) const override {
    p.slot[2] ? loop<true>(p, p.slot[2]) : loop<false>(p, nullptr);
  }

 private:
  static std::vector<Slot> slots_for(bool amsgrad) {
    std::vector<Slot> slots{{"momentum"}, {"velocity"}};
    if (amsgrad) slots.push_back({"velocity_hat", 0.0, 1});
    return slots;
  }

  template <bool amsgrad>
  void loop(Numbers p, Real* __restrict largest) const {
    const formulas::Adam step = step_;
    Real* __restrict w = p.w, * __restrict m = p.slot[0], * __restrict v = p.slot[1];
    for (std::size_t i = 0; i < p.size; ++i) {
      step.means(p.clipped(p.g[i]), m[i], v[i]);
      if constexpr (amsgrad) largest[i] = largest[i] > v[i] ? largest[i] : v[i];
      w[i] = p.decayed(w[i]);
      step.move(w[i], m[i], amsgrad ? largest[i] : v[i]);  // w+ = w - η m / (sqrt(v) + ε)
    }
  }

  double beta_1_, beta_2_;
  formulas::Adam step_;
};

}  // namespace

Adam::Adam(const AdamOptions& o)
    : Optimizer(std::make_shared<AdamRule>("Adam", o), step_options(o), o) {}

AdamW::AdamW(const AdamWOptions& o)
    : Optimizer(std::make_shared<AdamRule>("AdamW", o), step_options(o), o) {}

}  // namespace nn
