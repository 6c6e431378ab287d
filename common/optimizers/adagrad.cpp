#include "common/optimizers/adagrad.hpp"

#include <cmath>

namespace nn {

namespace {

class AdagradRule : public UpdateRule {
 public:
  explicit AdagradRule(const AdagradOptions& o)
      : UpdateRule("Adagrad", {{"accumulator", o.initial_accumulator_value}}),
        epsilon_(static_cast<Real>(o.epsilon)) {}

  void begin(double eta, std::int64_t) override { eta_ = static_cast<Real>(eta); }

  void update(Numbers p) const override {
    const Real eta = eta_, epsilon = epsilon_;
    Real* a = p.slot[0];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      a[i] += g * g;  // a = a + (dE/dw)^2
      p.w[i] =
          p.decayed(p.w[i]) - eta * g / std::sqrt(a[i] + epsilon);  // w+ = w - η g / sqrt(a + ε)
    }
  }

 private:
  Real epsilon_, eta_ = 0;
};

}  // namespace

Adagrad::Adagrad(const AdagradOptions& o)
    : Optimizer(std::make_shared<AdagradRule>(o), step_options(o), o) {}

}  // namespace nn
