// The engine, one source for every device: Thrust's vectors and loops, and BLAS for the products.
// engine_cuda.cu includes it as CUDA, engine_cpu.cpp as ordinary C++; each defines, before that,
//
//   on_device                     Thrust's execution policy
//   class Blas                    gemm and gemv, column after column as all BLAS
//   NN_ENGINE                     the namespace, since both may be in one program
#include <thrust/copy.h>
#include <thrust/device_vector.h>
#include <thrust/execution_policy.h>
#include <thrust/fill.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/reduce.h>
#include <thrust/transform.h>

#include <stdexcept>
#include <utility>

#include "common/device/engine.hpp"

namespace nn {
namespace device {
namespace NN_ENGINE {

using Vector = thrust::device_vector<Real>;
using Index = std::size_t;

inline Real* raw(Vector& v) { return thrust::raw_pointer_cast(v.data()); }
inline const Real* raw(const Vector& v) { return thrust::raw_pointer_cast(v.data()); }

// loop(i) for i = 0 ... n-1, on the device.
template <class Loop>
void each(Index n, Loop loop) {
  thrust::for_each(on_device, thrust::counting_iterator<Index>(0),
                   thrust::counting_iterator<Index>(n), loop);
}

// ---- Activations: the formulas of common/functions/formulas.hpp ----------------------------------

// Calls work(formula) with the formula of this name. linear, softmax and log_softmax have none.
template <class Work>
void with_formula(const std::string& name, Work work) {
  using namespace formulas;
  if (name == "step") return work(Step());
  if (name == "sign") return work(Sign());
  if (name == "sigmoid") return work(Sigmoid());
  if (name == "hard_sigmoid") return work(HardSigmoid());
  if (name == "tanh") return work(Tanh());
  if (name == "relu") return work(Relu());
  if (name == "leaky_relu") return work(LeakyRelu());
  if (name == "elu") return work(Elu());
  if (name == "selu") return work(Selu());
  if (name == "gelu") return work(Gelu());
  if (name == "gelu_tanh") return work(GeluTanh());
  if (name == "softplus") return work(Softplus());
  if (name == "swish" || name == "silu") return work(Swish());
  if (name == "exponential") return work(Exponential());
  if (name != "linear" && name != "softmax" && name != "log_softmax")
    throw std::runtime_error("there is no activation \"" + name + "\" on the device");
}

template <class Phi>
struct Apply {
  const Real* Z;
  Real *H, alpha;
  NN_ON_DEVICE void operator()(Index i) const { H[i] = Phi::phi(Z[i], alpha); }
};
template <class Phi>
struct Chain {
  const Real* S;  // H or, with needs_Z, Z
  Real *dH, alpha;
  NN_ON_DEVICE void operator()(Index i) const { dH[i] = Phi::chain(S[i], dH[i], alpha); }
};

// Softmax and log_softmax work on a whole sample: column `i` of Z, m numbers side by side.
struct SoftmaxColumn {
  Real* Z;  // becomes H
  Index m;
  bool logarithm;
  NN_ON_DEVICE void operator()(Index i) const {
    if (logarithm)
      formulas::log_softmax(Z + i * m, m, 1);
    else
      formulas::softmax(Z + i * m, m, 1);
  }
};
struct SoftmaxChainColumn {
  const Real* H;
  Real* dH;  // becomes dZ
  Index m;
  bool logarithm;
  NN_ON_DEVICE void operator()(Index i) const {
    if (logarithm)
      formulas::log_softmax_chain(H + i * m, dH + i * m, m, 1);
    else
      formulas::softmax_chain(H + i * m, dH + i * m, m, 1);
  }
};

// ---- The loops of a step -----------------------------------------------------------------------

struct Gather {  // element i of the batch (d x count)
  const Real* from;
  const std::uint32_t* order;
  Real* to;
  Index d;
  NN_ON_DEVICE void operator()(Index i) const { to[i] = from[order[i / d] * d + i % d]; }
};
struct SpreadBias {  // Z = b in every column
  const Real* b;
  Real* Z;
  Index m;
  NN_ON_DEVICE void operator()(Index i) const { Z[i] = b[i % m]; }
};

// A sample's loss and whether it is right, added to place i; and its gradient with the mean's 1/n.
struct LossColumn {
  const Real *H, *Y;
  Real* dH;
  double *loss, *right;
  Index m, n;
  bool crossentropy;
  NN_ON_DEVICE void operator()(Index i) const {
    const Real *h = H + i * m, *y = Y + i * m;
    Real* dh = dH + i * m;
    Index best_h = 0, best_y = 0;
    for (Index j = 1; j < m; ++j) {
      if (h[j] > h[best_h]) best_h = j;
      if (y[j] > y[best_y]) best_y = j;
    }
    Real l = 0;
    if (crossentropy) {
      l = formulas::cross_entropy(y, h, m, 1);
      formulas::cross_entropy_from_softmax(y, h, dh, m, 1);
    } else {
      for (Index j = 0; j < m; ++j) {
        const Real e = h[j] - y[j];
        l += e * e / Real(m);
        dh[j] = 2 * e / Real(m);
      }
    }
    for (Index j = 0; j < m; ++j) dh[j] /= Real(n);
    loss[i] += l;
    right[i] += m > 1 ? best_h == best_y : (h[0] > Real(0.5)) == (y[0] > Real(0.5));
  }
};

// The steps of one weight: the rules of common/optimizers/formulas.hpp.
struct PlainStep {
  Real eta, *w;
  const Real* g;
  NN_ON_DEVICE void operator()(Index i) const { w[i] -= eta * g[i]; }
};
struct MomentumStep {
  formulas::Momentum rule;
  Real *w, *v;
  const Real* g;
  NN_ON_DEVICE void operator()(Index i) const { rule(w[i], g[i], v[i]); }
};
struct AdamStep {
  formulas::Adam rule;
  Real *w, *m, *v;
  const Real* g;
  NN_ON_DEVICE void operator()(Index i) const {
    rule.means(g[i], m[i], v[i]);
    rule.move(w[i], m[i], v[i]);
  }
};

// ---- The engine -----------------------------------------------------------------------------------

class EngineOnDevice : public Engine {
 public:
  EngineOnDevice(const Plan& plan, std::string device) : plan_(plan), device_(std::move(device)) {
    for (const LayerPlan& layer : plan.layers) {
      layers_.emplace_back();
      layers_.back().plan = layer;
      with_formula(layer.phi, [&](auto phi) { layers_.back().needs_Z = phi.needs_Z; });
    }
  }
  std::string device() const override { return device_; }

  void set_weights(const std::vector<Weights>& weights) override {
    auto next = weights.begin();
    for (Layer& layer : layers_) {
      layer.W.set(*next++);
      if (layer.plan.use_bias) layer.b.set(*next++);
    }
  }
  std::vector<Weights> weights() const override {
    std::vector<Weights> all;
    for (const Layer& layer : layers_) {
      all.push_back(layer.W.get());
      if (layer.plan.use_bias) all.push_back(layer.b.get());
    }
    return all;
  }

  void set_data(const Real* X, const Real* Y, std::size_t n) override {
    X_.assign(X, X + n * layers_.front().plan.inputs);
    Y_.assign(Y, Y + n * layers_.back().plan.units);
  }
  void set_order(const std::vector<std::uint32_t>& order) override { order_ = order; }

  void step(std::size_t first, std::size_t count, double learning_rate, std::int64_t t) override {
    make_room(count);
    forward(first, count);
    Layer& last = layers_.back();
    each(count,
         LossColumn{raw(last.H), raw(Y_batch_), raw(last.dH),
                    thrust::raw_pointer_cast(loss_.data()), thrust::raw_pointer_cast(right_.data()),
                    last.plan.units, count, plan_.crossentropy});
    for (std::size_t l = layers_.size(); l-- > 0;) backward(l, count);
    for (Layer& layer : layers_) {
      update(layer.W, learning_rate, t);
      if (layer.plan.use_bias) update(layer.b, learning_rate, t);
    }
  }

  Sums take_sums() override {
    Sums sums;
    sums.loss = thrust::reduce(loss_.begin(), loss_.end(), 0.0);
    sums.right = thrust::reduce(right_.begin(), right_.end(), 0.0);
    thrust::fill(loss_.begin(), loss_.end(), 0.0);
    thrust::fill(right_.begin(), right_.end(), 0.0);
    return sums;
  }

 private:
  struct Trained {
    Vector value, gradient, slot_1, slot_2;
    void set(const Weights& w) {
      put(value, w.value);
      put(slot_1, w.slot_1);
      put(slot_2, w.slot_2);
      gradient.resize(value.size());
    }
    Weights get() const { return {host(value), host(slot_1), host(slot_2)}; }
    // A slot that the optimizer does not use is empty, and Thrust takes the address of its first number.
    static void put(Vector& v, const std::vector<Real>& numbers) {
      v.resize(numbers.size());
      if (!numbers.empty()) thrust::copy(numbers.begin(), numbers.end(), v.begin());
    }
    static std::vector<Real> host(const Vector& v) {
      std::vector<Real> numbers(v.size());
      if (!numbers.empty()) thrust::copy(v.begin(), v.end(), numbers.begin());
      return numbers;
    }
  };
  struct Layer {
    LayerPlan plan;
    Trained W, b;
    bool needs_Z = false;  // false: H takes the place of Z
    Vector Z, H, dH;       // of the largest batch so far; dH becomes dZ
    Vector& before_phi() { return needs_Z ? Z : H; }
    bool is_log_softmax() const { return plan.phi == "log_softmax"; }
    bool is_softmax() const { return plan.phi == "softmax" || is_log_softmax(); }
  };

  // Memory for a batch; after the first full one, nothing is allocated.
  void make_room(std::size_t count) {
    if (count <= room_) return;
    room_ = count;
    X_batch_.resize(count * layers_.front().plan.inputs);
    Y_batch_.resize(count * layers_.back().plan.units);
    ones_.assign(count, Real(1));
    loss_.resize(count, 0.0);
    right_.resize(count, 0.0);
    for (Layer& layer : layers_)
      for (Vector* memory : {&layer.before_phi(), &layer.H, &layer.dH})
        memory->resize(count * layer.plan.units);
  }

  void forward(std::size_t first, std::size_t count) {
    const std::uint32_t* order = thrust::raw_pointer_cast(order_.data()) + first;
    const std::size_t d = layers_.front().plan.inputs, k = layers_.back().plan.units;
    each(count * d, Gather{raw(X_), order, raw(X_batch_), d});
    each(count * k, Gather{raw(Y_), order, raw(Y_batch_), k});
    const Real* X = raw(X_batch_);
    for (Layer& layer : layers_) {
      const std::size_t inputs = layer.plan.inputs, m = layer.plan.units;
      Real *Z = raw(layer.before_phi()), *H = raw(layer.H);
      if (layer.plan.use_bias) each(m * count, SpreadBias{raw(layer.b.value), Z, m});
      blas_.gemm(true, false, m, count, inputs, raw(layer.W.value), inputs, X, inputs,
                 layer.plan.use_bias ? Real(1) : Real(0), Z, m);  // Z = W'X + b
      with_formula(layer.plan.phi, [&](auto phi) {
        each(m * count, Apply<decltype(phi)>{Z, H, layer.plan.alpha});  // H = φ(Z)
      });
      if (layer.is_softmax()) each(count, SoftmaxColumn{H, m, layer.is_log_softmax()});
      X = raw(layer.H);
    }
  }

  void backward(std::size_t l, std::size_t count) {
    Layer& layer = layers_[l];
    const std::size_t inputs = layer.plan.inputs, m = layer.plan.units;
    const bool joined = plan_.crossentropy && l + 1 == layers_.size();  // dH is dZ = H - Y already
    if (layer.is_softmax() && !joined)
      each(count, SoftmaxChainColumn{raw(layer.H), raw(layer.dH), m, layer.is_log_softmax()});
    with_formula(layer.plan.phi, [&](auto phi) {
      each(m * count, Chain<decltype(phi)>{raw(layer.before_phi()), raw(layer.dH),
                                           layer.plan.alpha});  // dZ = φ'(Z) dH
    });
    const Real* X = l > 0 ? raw(layers_[l - 1].H) : raw(X_batch_);
    blas_.gemm(false, true, inputs, m, count, X, inputs, raw(layer.dH), m, Real(0),
               raw(layer.W.gradient), inputs);  // dW = X dZ'
    if (layer.plan.use_bias)
      blas_.gemv(m, count, raw(layer.dH), m, raw(ones_), raw(layer.b.gradient));  // db = dZ 1
    if (l > 0)
      blas_.gemm(false, false, inputs, count, m, raw(layer.W.value), inputs, raw(layer.dH), m,
                 Real(0), raw(layers_[l - 1].dH), inputs);  // dX = W dZ
  }

  void update(Trained& p, double learning_rate, std::int64_t t) {
    Real *w = raw(p.value), *g = raw(p.gradient);
    plan_.sgd.eta = Real(learning_rate);
    plan_.adam.eta = Real(formulas::Adam::corrected(learning_rate, plan_.beta_1, plan_.beta_2,
                                                    static_cast<double>(t)));
    if (plan_.is_adam)
      each(p.value.size(), AdamStep{plan_.adam, w, raw(p.slot_1), raw(p.slot_2), g});
    else if (plan_.sgd.gamma != 0)
      each(p.value.size(), MomentumStep{plan_.sgd, w, raw(p.slot_1), g});
    else
      each(p.value.size(), PlainStep{plan_.sgd.eta, w, g});
  }

  Plan plan_;
  std::string device_;
  Blas blas_;
  std::vector<Layer> layers_;
  Vector X_, Y_, X_batch_, Y_batch_, ones_;
  thrust::device_vector<std::uint32_t> order_;
  thrust::device_vector<double> loss_, right_;
  std::size_t room_ = 0;
};

}  // namespace NN_ENGINE
}  // namespace device
}  // namespace nn
