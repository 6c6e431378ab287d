#include "common/optimizers/rmsprop.hpp"

#include "common/optimizers/formulas.hpp"

namespace nn {

namespace {

class RMSpropRule : public UpdateRule {
 public:
  explicit RMSpropRule(const RMSpropOptions& o)
      : UpdateRule("RMSprop", slots_for(o)),
        rho_(fraction("RMSprop", "rho", o.rho)),
        rest_(static_cast<Real>(1.0 - o.rho)),
        momentum_(fraction("RMSprop", "momentum", o.momentum)),
        epsilon_(static_cast<Real>(o.epsilon)),
        centered_(o.centered) {}

  void begin(double eta, std::int64_t) override { eta_ = static_cast<Real>(eta); }

  void update(Numbers p) const override {
    Real* const m = momentum_ > 0 ? p.slot[1] : nullptr;
    Real* const mean = centered_ ? p.slot[m ? 2 : 1] : nullptr;
    if (m)
      mean ? loop<true, true>(p, p.w, p.slot[0], m, mean)
           : loop<true, false>(p, p.w, p.slot[0], m, mean);
    else
      mean ? loop<false, true>(p, p.w, p.slot[0], m, mean)
           : loop<false, false>(p, p.w, p.slot[0], m, mean);
  }

 private:
  static std::vector<Slot> slots_for(const RMSpropOptions& o) {
    std::vector<Slot> slots{{"velocity"}};
    if (o.momentum > 0.0) slots.push_back({"momentum", 0.0, 1});
    if (o.centered) slots.push_back({"average_gradient", 0.0, 2});
    return slots;
  }

  template <bool with_momentum, bool centered>
  void loop(Numbers p, Real* __restrict w, Real* __restrict v, Real* __restrict m,
            Real* __restrict mean) const {
    const Real eta = eta_, rho = rho_, rest = rest_, momentum = momentum_, epsilon = epsilon_;
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      v[i] = kept(rho * v[i] + rest * g * g);  // v = ρ v + (1 - ρ) (dE/dw)^2
      Real square = v[i];
      if constexpr (centered) {
        mean[i] = kept(rho * mean[i] + rest * g);
        square -= mean[i] * mean[i];
      }
      Real move = eta * g / std::sqrt(square + epsilon);
      if constexpr (with_momentum) {
        m[i] = kept(momentum * m[i] + move);
        move = m[i];
      }
      w[i] = p.decayed(w[i]) - move;  // w+ = w - η g / sqrt(v + ε)
    }
  }

  Real rho_, rest_, momentum_, epsilon_, eta_ = 0;
  bool centered_;
};

}  // namespace

RMSprop::RMSprop(const RMSpropOptions& o)
    : Optimizer(std::make_shared<RMSpropRule>(o), step_options(o), o) {}

}  // namespace nn
