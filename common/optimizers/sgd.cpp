#include "common/optimizers/sgd.hpp"

#include "common/optimizers/formulas.hpp"

namespace nn {

namespace {

class SGDRule : public UpdateRule {
 public:
  explicit SGDRule(const SGDOptions& o)
      : UpdateRule("SGD", std::vector<Slot>(o.momentum != 0.0, Slot{"momentum"})),
        step_{0, fraction("SGD", "momentum", o.momentum), o.nesterov} {}

  void begin(double eta, std::int64_t) override { step_.eta = static_cast<Real>(eta); }

  void update(Numbers p) const override {
    const formulas::Momentum step = step_;
    Real* __restrict w = p.w, * __restrict v = p.slot[0];
    const Real* g = p.g;
    for (std::size_t i = 0; i < p.size && !v; ++i)
      w[i] =
          p.decayed(w[i]) - step.eta * p.clipped(g[i]);  // w+ = w - η dE/dw  (notes 003, optimizer)
    for (std::size_t i = 0; i < p.size && v; ++i) {
      w[i] = p.decayed(w[i]);
      step(w[i], p.clipped(g[i]), v[i]);  // v = γ v - η dE/dw, w+ = w + v
    }
  }

 private:
  formulas::Momentum step_;
};

}  // namespace

SGD::SGD(const SGDOptions& o)
    : Optimizer(
          std::make_shared<SGDRule>(o),
          {o.learning_rate, o.decay, o.weight_decay, o.clipnorm, o.clipvalue, o.global_clipnorm},
          o) {}

}  // namespace nn
