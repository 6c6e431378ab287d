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

#include <cmath>
#include <limits>
#include <utility>

#include "common/device/engine.hpp"

#ifdef __CUDACC__
#define NN_HD __host__ __device__
#else
#define NN_HD
#endif

namespace nn {
namespace device {
namespace NN_ENGINE {

using Vector = thrust::device_vector<Real>;
using Doubles = thrust::device_vector<double>;
using Index = std::size_t;
constexpr Real smallest = std::numeric_limits<Real>::min();  // of the normal numbers

inline Real* raw(Vector& v) { return thrust::raw_pointer_cast(v.data()); }
inline const Real* raw(const Vector& v) { return thrust::raw_pointer_cast(v.data()); }

// loop(i) for i = 0 ... n-1, on the device.
template <class Loop>
void each(Index n, Loop loop) {
  thrust::for_each(on_device, thrust::counting_iterator<Index>(0),
                   thrust::counting_iterator<Index>(n), loop);
}

// ---- Activations: the formulas of common/functions/activations.cpp --------------------------------------

NN_HD inline Real sigmoid_of(Real z) {
  return z >= 0 ? 1 / (1 + std::exp(-z)) : std::exp(z) / (1 + std::exp(z));
}
NN_HD inline Real inside(Real z) { return z < -800 ? Real(-800) : z > 800 ? Real(800) : z; }

struct Activation {
  Phi phi;
  Real alpha;

  NN_HD Real selu_alpha() const { return Real(1.6732632423543772848170429916717); }
  NN_HD Real selu_scale() const { return Real(1.0507009873554804934193349852946); }
  NN_HD Real root_half() const { return Real(0.70710678118654752440); }
  NN_HD Real root_2_over_pi() const { return Real(0.79788456080286535588); }

  // h = phi(z)
  NN_HD Real apply(Real z) const {
    switch (phi) {
      case Phi::step:
        return z >= 0 ? Real(1) : Real(0);
      case Phi::sign:
        return Real((z > 0) - (z < 0));
      case Phi::sigmoid:
        return sigmoid_of(z);
      case Phi::hard_sigmoid:
        return z <= -3 ? Real(0) : z >= 3 ? Real(1) : z / 6 + Real(0.5);
      case Phi::tanh:
        return std::tanh(z);
      case Phi::relu:
        return z <= 0 ? Real(0) : z;
      case Phi::leaky_relu:
        return z > 0 ? z : alpha * z;
      case Phi::elu:
        return z > 0 ? z : alpha * std::expm1(z);
      case Phi::selu:
        return selu_scale() * (z > 0 ? z : selu_alpha() * std::expm1(z));
      case Phi::gelu:
        return z > 800 ? z : inside(z) * cdf(z);
      case Phi::gelu_tanh:
        return z > 800 ? z : inside(z) * sigmoid_of(2 * u(inside(z)));
      case Phi::softplus:
        return (z <= 0 ? Real(0) : z) + std::log1p(std::exp(z < 0 ? z : -z));
      case Phi::swish:
        return (z < -800 ? Real(-800) : z) * sigmoid_of(z);
      case Phi::exponential:
        return std::exp(z);
      default:
        return z;
    }
  }
  // dz from z, h = phi(z) and dh
  NN_HD Real back(Real z, Real h, Real dh) const {
    switch (phi) {
      case Phi::step:
      case Phi::sign:
        return 0;
      case Phi::sigmoid:
        return dh * h * (1 - h);
      case Phi::hard_sigmoid:
        return h <= 0 || h >= 1 ? Real(0) : dh / 6;
      case Phi::tanh:
        return dh * (1 - h) * (1 + h);
      case Phi::relu:
        return h <= 0 ? Real(0) : dh;
      case Phi::leaky_relu:
        return h > 0 ? dh : alpha * dh;
      case Phi::elu:
        return h > 0 ? dh : dh * (h + alpha);
      case Phi::selu:
        return dh * (h > 0 ? selu_scale() : h + selu_scale() * selu_alpha());
      case Phi::gelu: {
        const Real c = inside(z);
        return dh * (cdf(z) + c * Real(0.5) * root_2_over_pi() * std::exp(Real(-0.5) * c * c));
      }
      case Phi::gelu_tanh: {
        const Real c = inside(z), s = sigmoid_of(2 * u(c));
        const Real du = root_2_over_pi() * (1 + Real(3 * 0.044715) * c * c);
        return dh * (s + c * 2 * s * (1 - s) * du);
      }
      case Phi::softplus:
        return dh * -std::expm1(-h);
      case Phi::swish: {
        const Real s = sigmoid_of(z);
        return dh * (s + inside(z) * s * (1 - s));
      }
      case Phi::exponential:
        return dh * h;
      default:
        return dh;
    }
  }

 private:
  NN_HD Real cdf(Real z) const { return Real(0.5) * std::erfc(-z * root_half()); }
  NN_HD Real u(Real c) const { return root_2_over_pi() * (c + Real(0.044715) * c * c * c); }
};

// Softmax and log_softmax work on a whole sample: column `i` of Z, m numbers side by side.
struct SoftmaxColumn {
  Real* Z;  // becomes H
  Index m;
  bool logarithm;
  NN_HD void operator()(Index i) const {
    Real* z = Z + i * m;
    Real max = z[0], sum = 0;
    for (Index j = 1; j < m; ++j) max = z[j] > max ? z[j] : max;
    for (Index j = 0; j < m; ++j) sum += std::exp(z[j] - max);
    const Real log_sum = std::log(sum);
    for (Index j = 0; j < m; ++j)
      z[j] = logarithm ? z[j] - max - log_sum : std::exp(z[j] - max) / sum;
  }
};
struct SoftmaxBackColumn {
  const Real* H;
  Real* dH;  // becomes dZ
  Index m;
  bool logarithm;
  NN_HD void operator()(Index i) const {
    const Real* h = H + i * m;
    Real* dh = dH + i * m;
    Real sum = 0;
    for (Index j = 0; j < m; ++j) sum += logarithm ? dh[j] : h[j] * dh[j];
    for (Index j = 0; j < m; ++j)
      dh[j] = logarithm ? dh[j] - std::exp(h[j]) * sum : h[j] * (dh[j] - sum);
  }
};

// ---- The loops of a step -----------------------------------------------------------------------

struct Gather {  // element i of the batch (d x count)
  const Real* from;
  const std::uint32_t* order;
  Real* to;
  Index d;
  NN_HD void operator()(Index i) const { to[i] = from[order[i / d] * d + i % d]; }
};
struct SpreadBias {  // Z = b in every column
  const Real* b;
  Real* Z;
  Index m;
  NN_HD void operator()(Index i) const { Z[i] = b[i % m]; }
};
struct Apply {
  Activation activation;
  const Real* Z;
  Real* H;
  NN_HD void operator()(Index i) const { H[i] = activation.apply(Z[i]); }
};
struct Back {
  Activation activation;
  const Real *Z, *H;
  Real* dH;
  NN_HD void operator()(Index i) const { dH[i] = activation.back(Z[i], H[i], dH[i]); }
};

// A sample's loss and whether it is right, added to place i; and its gradient with the mean's 1/n.
struct LossColumn {
  const Real *H, *Y;
  Real* dH;
  double *loss, *right;
  Index m, n;
  bool crossentropy;
  NN_HD void operator()(Index i) const {
    const Real *h = H + i * m, *y = Y + i * m;
    Real l = 0, sum_h = 0, sum_y = 0;
    Index best_h = 0, best_y = 0;
    for (Index j = 0; j < m; ++j) {
      sum_h += h[j];
      sum_y += y[j];
      if (h[j] > h[best_h]) best_h = j;
      if (y[j] > y[best_y]) best_y = j;
    }
    for (Index j = 0; j < m; ++j) {
      const Real low = Real(1e-7), p = h[j] / sum_h;
      const Real kept = p < low ? low : p > 1 - low ? 1 - low : p, e = h[j] - y[j];
      l += crossentropy ? -y[j] * std::log(kept) : e * e / Real(m);
      dH[i * m + j] = (crossentropy ? sum_y * h[j] - y[j] : 2 * e / Real(m)) / Real(n);
    }
    loss[i] += l;
    right[i] += m > 1 ? best_h == best_y : (h[0] > Real(0.5)) == (y[0] > Real(0.5));
  }
};

// One weight's step: the rules of common/optimizers/optimizers.cpp.
struct Step {
  Real *w, *a, *b;
  const Real* g;
  bool adam, nesterov;
  Real rate, momentum, rest_1, rest_2, epsilon;  // rate: Adam's with its two corrections
  NN_HD static Real kept(Real x) {               // no denormal numbers
    return std::abs(x) < smallest ? Real(0) : x;
  }
  NN_HD void operator()(Index i) const {
    if (adam) {
      a[i] = kept(a[i] + rest_1 * (g[i] - a[i]));
      b[i] = kept(b[i] + rest_2 * (g[i] * g[i] - b[i]));
      w[i] -= rate * a[i] / (std::sqrt(b[i]) + epsilon);
    } else if (momentum == 0) {
      w[i] -= rate * g[i];
    } else {
      const Real move = rate * g[i];
      a[i] = kept(momentum * a[i] - move);
      w[i] += nesterov ? momentum * a[i] - move : a[i];
    }
  }
};

// ---- The engine -----------------------------------------------------------------------------------

class EngineOnDevice : public Engine {
 public:
  EngineOnDevice(const Plan& plan, std::string device) : plan_(plan), device_(std::move(device)) {
    for (const LayerPlan& layer : plan.layers) {
      layers_.emplace_back();
      layers_.back().plan = layer;
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
    Vector Z, H, dH;  // of the largest batch so far; dH becomes dZ
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
      for (Vector* memory : {&layer.Z, &layer.H, &layer.dH})
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
      if (layer.plan.use_bias) each(m * count, SpreadBias{raw(layer.b.value), raw(layer.Z), m});
      blas_.gemm(true, false, m, count, inputs, raw(layer.W.value), inputs, X, inputs,
                 layer.plan.use_bias ? Real(1) : Real(0), raw(layer.Z), m);  // Z = W'X + b
      const Phi phi = layer.plan.phi;
      each(m * count, Apply{{phi, layer.plan.alpha}, raw(layer.Z), raw(layer.H)});  // H = phi(Z)
      if (phi == Phi::softmax || phi == Phi::log_softmax)
        each(count, SoftmaxColumn{raw(layer.H), m, phi == Phi::log_softmax});
      X = raw(layer.H);
    }
  }

  void backward(std::size_t l, std::size_t count) {
    Layer& layer = layers_[l];
    const std::size_t inputs = layer.plan.inputs, m = layer.plan.units;
    const Phi phi = layer.plan.phi;
    const bool joined = plan_.crossentropy && l + 1 == layers_.size();  // dH is dZ = H - Y already
    if (joined) {
    } else if (phi == Phi::softmax || phi == Phi::log_softmax) {
      each(count, SoftmaxBackColumn{raw(layer.H), raw(layer.dH), m, phi == Phi::log_softmax});
    } else if (phi != Phi::linear) {  // dZ = phi'(Z) dH
      each(m * count, Back{{phi, layer.plan.alpha}, raw(layer.Z), raw(layer.H), raw(layer.dH)});
    }
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
    const double steps = static_cast<double>(t);
    Step step{raw(p.value),
              raw(p.slot_1),
              raw(p.slot_2),
              raw(p.gradient),
              plan_.adam,
              plan_.nesterov,
              Real(learning_rate),
              plan_.momentum,
              Real(1.0 - plan_.beta_1),
              Real(1.0 - plan_.beta_2),
              plan_.epsilon};
    if (plan_.adam)
      step.rate = Real(learning_rate * std::sqrt(1.0 - std::pow(plan_.beta_2, steps)) /
                       (1.0 - std::pow(plan_.beta_1, steps)));
    each(p.value.size(), step);
  }

  Plan plan_;
  std::string device_;
  Blas blas_;
  std::vector<Layer> layers_;
  Vector X_, Y_, X_batch_, Y_batch_, ones_;
  thrust::device_vector<std::uint32_t> order_;
  Doubles loss_, right_;
  std::size_t room_ = 0;
};

}  // namespace NN_ENGINE
}  // namespace device
}  // namespace nn
