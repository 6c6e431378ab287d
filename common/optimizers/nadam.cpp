#include "common/optimizers/nadam.hpp"

#include "common/optimizers/formulas.hpp"

namespace nn {

namespace {

class NadamRule : public UpdateRule {
 public:
  explicit NadamRule(const NadamOptions& o)
      : UpdateRule("Nadam", {{"momentum"}, {"velocity"}}), beta_1_(o.beta_1), beta_2_(o.beta_2) {
    fraction("Nadam", "beta_1", o.beta_1), fraction("Nadam", "beta_2", o.beta_2);
    step_ = {0, Real(1.0 - beta_1_), Real(1.0 - beta_2_), static_cast<Real>(o.epsilon)};
  }

  // mu_t = β1 (1 - 0.96^t / 2), the momentum of step t, takes the place of β1, and the product
  // mu_1 ... mu_t that of β1^t.
  void begin(double eta, std::int64_t t) override {
    if (t != t_ + 1) {  // going on from a file
      product_ = 1.0;
      for (std::int64_t earlier = 1; earlier < t; ++earlier) product_ *= mu(earlier);
    }
    t_ = t;
    product_ *= mu(t);
    const double next = mu(t + 1);
    on_m_ = static_cast<Real>(eta * next / (1.0 - product_ * next));
    on_g_ = static_cast<Real>(eta * (1.0 - mu(t)) / (1.0 - product_));
    on_v_ = static_cast<Real>(1.0 / (1.0 - std::pow(beta_2_, static_cast<double>(t))));
  }

  void update(Numbers p) const override {
    const formulas::Adam step = step_;
    const Real on_m = on_m_, on_g = on_g_, on_v = on_v_;
    Real *m = p.slot[0], *v = p.slot[1];
    for (std::size_t i = 0; i < p.size; ++i) {
      const Real g = p.clipped(p.g[i]);
      step.means(g, m[i], v[i]);
      p.w[i] =
          p.decayed(p.w[i]) - (on_m * m[i] + on_g * g) / (std::sqrt(on_v * v[i]) + step.epsilon);
    }
  }

 private:
  double mu(std::int64_t t) const {
    return beta_1_ * (1.0 - 0.5 * std::pow(0.96, static_cast<double>(t)));
  }
  double beta_1_, beta_2_, product_ = 1.0;
  std::int64_t t_ = 0;
  Real on_m_ = 0, on_g_ = 0, on_v_ = 0;
  formulas::Adam step_;
};

}  // namespace

Nadam::Nadam(const NadamOptions& o)
    : Optimizer(std::make_shared<NadamRule>(o), step_options(o), o) {}

}  // namespace nn
