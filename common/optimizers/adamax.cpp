#include "common/optimizers/adamax.hpp"

#include "common/optimizers/formulas.hpp"

namespace nn {

namespace {

class AdamaxRule : public UpdateRule {
 public:
  explicit AdamaxRule(const AdamaxOptions& o)
      : UpdateRule("Adamax", {{"momentum"}, {"norm"}}),
        beta_1_(o.beta_1),
        rest_1_(static_cast<Real>(1.0 - o.beta_1)),
        beta_2_(fraction("Adamax", "beta_2", o.beta_2)),
        epsilon_(static_cast<Real>(o.epsilon)) {
    fraction("Adamax", "beta_1", o.beta_1);
  }

  void begin(double eta, std::int64_t t) override {
    eta_ = static_cast<Real>(eta / (1.0 - std::pow(beta_1_, static_cast<double>(t))));
  }

  void update(Numbers p) const override {
    const Real eta = eta_, epsilon = epsilon_, beta_2 = beta_2_, rest_1 = rest_1_;
    Real *m = p.slot[0], *u = p.slot[1];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]), size = std::abs(g), before = kept(beta_2 * u[i]);
      m[i] = kept(m[i] + rest_1 * (g - m[i]));  // m = β1 m + (1 - β1) dE/dw
      u[i] = before > size ? before : size;     // u = max(β2 u, |dE/dw|)
      p.w[i] = p.decayed(p.w[i]) - eta * m[i] / (u[i] + epsilon);
    }
  }

 private:
  double beta_1_;
  Real rest_1_, beta_2_, epsilon_, eta_ = 0;
};

}  // namespace

Adamax::Adamax(const AdamaxOptions& o)
    : Optimizer(std::make_shared<AdamaxRule>(o), step_options(o), o) {}

}  // namespace nn
