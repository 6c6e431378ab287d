#include "common/optimizers/adadelta.hpp"

#include "common/optimizers/formulas.hpp"

namespace nn {

namespace {

class AdadeltaRule : public UpdateRule {
 public:
  explicit AdadeltaRule(const AdadeltaOptions& o)
      : UpdateRule("Adadelta", {{"accumulated_grad"}, {"accumulated_delta_var"}}),
        rho_(fraction("Adadelta", "rho", o.rho)),
        rest_(static_cast<Real>(1.0 - o.rho)),
        epsilon_(static_cast<Real>(o.epsilon)) {}

  void begin(double eta, std::int64_t) override { eta_ = static_cast<Real>(eta); }

  void update(Numbers p) const override {
    const Real eta = eta_, rho = rho_, rest = rest_, epsilon = epsilon_;
    Real *v = p.slot[0], *u = p.slot[1];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      v[i] = kept(rho * v[i] + rest * g * g);
      const Real d = -std::sqrt(u[i] + epsilon) * g / std::sqrt(v[i] + epsilon);
      u[i] = kept(rho * u[i] + rest * d * d);
      p.w[i] = p.decayed(p.w[i]) + eta * d;  // w+ = w + η d
    }
  }

 private:
  Real rho_, rest_, epsilon_, eta_ = 0;
};

}  // namespace

Adadelta::Adadelta(const AdadeltaOptions& o)
    : Optimizer(std::make_shared<AdadeltaRule>(o), step_options(o), o) {}

}  // namespace nn
