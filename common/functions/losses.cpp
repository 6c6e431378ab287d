#include "common/functions/losses.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "common/base/checks.hpp"
#include "common/functions/activations.hpp"
#include "common/kernels/fast_math.hpp"
#include "common/kernels/row_blocks.hpp"

namespace nn {

// ---- Loss -------------------------------------------------------------------------------------

Loss::Loss(std::string name_of_loss, std::function<ColVector(const Matrix&, const Matrix&)> values,
           std::function<Matrix(const Matrix&, const Matrix&)> gradient)
    : name(std::move(name_of_loss)) {
  values_ = [who = name, values](const Matrix& Y, const Matrix& P, ColVector& l) {
    const ColVector result = values(Y, P);
    require_shape(who, "the result of values", result, P.n_rows, 1);
    l = result;
  };
  slopes_ = [who = name, gradient](const Matrix& Y, const Matrix& P, Matrix& dP) {
    const Matrix result = gradient(Y, P);
    require_shape(who, "the result of gradient", result, P.n_rows, P.n_cols);
    dP = result;
  };
}

Loss::Loss(std::string name_of_loss, Target target, Values values, Slopes slopes,
           std::string join_with, Slopes joined)
    : name(std::move(name_of_loss)),
      joined_with(std::move(join_with)),
      target_(target),
      values_(std::move(values)),
      slopes_(std::move(slopes)),
      joined_(std::move(joined)) {}

void Loss::require_shapes(const Matrix& Y, const Matrix& P, const ColVector* weights) const {
  require_same_rows(name, P, Y, "P", "Y");
  if (target_ == Target::class_numbers) {
    if (Y.n_cols != 1)
      throw Error(
          text("%s: Y is %s, expected one column of class numbers; for one-hot rows use "
               "categorical_crossentropy",
               name.c_str(), shape_text(Y).c_str()));
    for (arma::uword i = 0; i < Y.n_rows; ++i)
      if (!(Y[i] >= 0 && Y[i] < static_cast<Real>(P.n_cols) && Y[i] == std::floor(Y[i])))
        throw Error(text("%s: Y(%llu) is %g, expected a class number from 0 to %llu", name.c_str(),
                         static_cast<unsigned long long>(i), static_cast<double>(Y[i]),
                         static_cast<unsigned long long>(P.n_cols - 1)));
  } else if (target_ != Target::checked_by_values && Y.n_cols != P.n_cols) {
    throw Error(text("%s: Y is %s, expected %s like P%s", name.c_str(), shape_text(Y).c_str(),
                     shape_text(P).c_str(),
                     joined_with == "softmax" && Y.n_cols == 1
                         ? "; for class numbers use sparse_categorical_crossentropy"
                         : ""));
  } else if (target_ == Target::probabilities) {
    for (arma::uword i = 0; i < Y.n_elem; ++i)
      if (!(Y[i] >= 0 && Y[i] <= 1))
        throw Error(text("%s: Y(%llu, %llu) is %g, expected 0 to 1", name.c_str(),
                         static_cast<unsigned long long>(i % Y.n_rows),
                         static_cast<unsigned long long>(i / Y.n_rows), static_cast<double>(Y[i])));
  }
  if (weights) require_shape(name, "the sample weights' vector", *weights, P.n_rows, 1);
}

double Loss::value(const Matrix& Y, const Matrix& P, const ColVector* weights) const {
  require_shapes(Y, P, weights);
  thread_local std::vector<Real> kept;  // grows to the largest batch, then stays
  std::vector<Real> memory = std::move(kept);  // a loss may be computed from others
  if (memory.size() < P.n_rows) memory.resize(P.n_rows);
  ColVector l(memory.data(), P.n_rows, false, true);
  values_(Y, P, l);
  double sum = 0.0;
  for (arma::uword i = 0; i < l.n_elem; ++i)
    sum += weights ? static_cast<double>((*weights)[i]) * l[i] : static_cast<double>(l[i]);
  kept = std::move(memory);
  return sum / static_cast<double>(P.n_rows);
}

void Loss::values(const Matrix& Y, const Matrix& P, ColVector& l) const {
  require_shapes(Y, P, nullptr);
  l.set_size(P.n_rows);
  values_(Y, P, l);
}

namespace {

// Row i times w_i / n.
void take_mean(Matrix& dP, const ColVector* weights) {
  const Real factor = Real(1) / static_cast<Real>(dP.n_rows);
  for (std::size_t column = 0; column < dP.n_cols; ++column) {
    Real* dp = dP.colptr(column);
    if (weights)
      for (std::size_t i = 0; i < dP.n_rows; ++i) dp[i] *= factor * (*weights)[i];
    else
      for (std::size_t i = 0; i < dP.n_rows; ++i) dp[i] *= factor;
  }
}

}  // namespace

void Loss::gradient(const Matrix& Y, const Matrix& P, Matrix& dP, const ColVector* weights) const {
  require_shapes(Y, P, weights);
  dP.set_size(P.n_rows, P.n_cols);
  slopes_(Y, P, dP);
  take_mean(dP, weights);
}

void Loss::joined_gradient(const Matrix& Y, const Matrix& H, Matrix& dZ,
                           const ColVector* weights) const {
  if (!joined_) throw Error(name + ": cannot be joined with an activation");
  require_shapes(Y, H, weights);
  dZ.set_size(H.n_rows, H.n_cols);
  joined_(Y, H, dZ);
  take_mean(dZ, weights);
}

// ---- Losses that are a mean or a sum over the columns -----------------------------------------

namespace {

constexpr Real zero = 0, one = 1, half = Real(0.5);

// l_i = f(y_i1, p_i1) + f(y_i2, p_i2) + ..., divided by the number of columns for a mean.
template <class Function>
void add_columns(const Matrix& Y, const Matrix& P, bool mean, ColVector& l, Function f) {
  l.zeros();
  for (std::size_t column = 0; column < P.n_cols; ++column) {
    const Real* y = Y.colptr(column);
    const Real* p = P.colptr(column);
    for (std::size_t i = 0; i < P.n_rows; ++i) l[i] += f(y[i], p[i]);
  }
  if (mean) l /= static_cast<Real>(P.n_cols);
}

// dP = slope(Y, P) element by element, divided by the number of columns for a mean.
template <class Function>
void each(const Matrix& Y, const Matrix& P, bool mean, Matrix& dP, Function slope) {
  const Real factor = mean ? one / static_cast<Real>(P.n_cols) : one;
  const Real* y = Y.memptr();
  const Real* p = P.memptr();
  Real* dp = dP.memptr();
  for (std::size_t i = 0; i < P.n_elem; ++i) dp[i] = factor * slope(y[i], p[i]);
}

enum class Over { mean, sum };

template <class Value, class Slope>
Loss elementwise(const char* name, Over over, Value value, Slope slope) {
  const bool mean = over == Over::mean;
  return Loss(
      name, Loss::Target::same_shape,
      [=](const Matrix& Y, const Matrix& P, ColVector& l) { add_columns(Y, P, mean, l, value); },
      [=](const Matrix& Y, const Matrix& P, Matrix& dP) { each(Y, P, mean, dP, slope); });
}

Real sign_of(Real x) { return static_cast<Real>((x > 0) - (x < 0)); }

constexpr Real epsilon = Real(1e-7);  // Keras's
Real clipped(Real p, Real low, Real high) { return p < low ? low : p > high ? high : p; }
bool is_inside(Real p, Real low, Real high) { return p >= low && p <= high; }

Loss make_mean_squared_error() {
  return elementwise(
      "mean_squared_error", Over::mean, [](Real y, Real p) { return (p - y) * (p - y); },
      [](Real y, Real p) { return 2 * (p - y); });
}

Loss make_mean_absolute_error() {
  return elementwise(
      "mean_absolute_error", Over::mean, [](Real y, Real p) { return std::abs(p - y); },
      [](Real y, Real p) { return sign_of(p - y); });
}

Loss make_half_sum_squared_error() {
  return elementwise(
      "half_sum_squared_error", Over::sum,
      [](Real y, Real p) { return half * (y - p) * (y - p); },  // E = 1/2 sum e^2
      [](Real y, Real p) { return p - y; });                    // dE/dp = -e
}

Loss make_kl_divergence() {
  Loss loss = elementwise(
      "kl_divergence", Over::sum,
      [](Real y, Real p) {
        const Real truth = clipped(y, epsilon, one);
        return truth * std::log(truth / clipped(p, epsilon, one));
      },
      [](Real y, Real p) {
        return is_inside(p, epsilon, one) ? -clipped(y, epsilon, one) / p : zero;
      });
  loss.along_last_axis = true;
  return loss;
}

Loss make_hinge() {
  // y -> scale y + shift reads 0 and 1 as -1 and 1, if there is nothing else in Y.
  const auto reading = [](const Matrix& Y) {
    bool binary = true;
    for (const Real y : Y) binary = binary && (y == 0 || y == 1);
    return binary ? std::pair<Real, Real>(2, -1) : std::pair<Real, Real>(1, 0);
  };
  return Loss(
      "hinge", Loss::Target::same_shape,
      [=](const Matrix& Y, const Matrix& P, ColVector& l) {
        const auto [scale, shift] = reading(Y);
        add_columns(Y, P, true, l, [a = scale, b = shift](Real y, Real p) {
          const Real margin = one - (a * y + b) * p;
          return margin <= 0 ? zero : margin;
        });
      },
      [=](const Matrix& Y, const Matrix& P, Matrix& dP) {
        const auto [scale, shift] = reading(Y);
        each(Y, P, true, dP, [a = scale, b = shift](Real y, Real p) {
          const Real sign_y = a * y + b;
          return one - sign_y * p > 0 ? -sign_y : zero;
        });
      });
}

// ---- Binary cross-entropy ---------------------------------------------------------------------

// a b, and 0 where a is 0 even if b is infinite: the limit that a loss needs.
Real product(Real a, Real b) { return a == 0 ? zero : a * b; }

Loss make_binary_crossentropy(const CrossentropyOptions& options) {
  const Real keep = static_cast<Real>(1.0 - options.label_smoothing);
  const Real spread = static_cast<Real>(0.5 * options.label_smoothing);
  const auto truth = [=](Real y) { return keep * y + spread; };

  // From z: dl/dz = sigmoid(z) - y, also what backward starts from when joined with a sigmoid.
  const Loss::Slopes joined = [=](const Matrix& Y, const Matrix& H, Matrix& dZ) {
    each(Y, H, true, dZ, [=](Real y, Real h) { return h - truth(y); });
  };
  if (options.from_logits)
    return Loss(
        "binary_crossentropy", Loss::Target::probabilities,
        [=](const Matrix& Y, const Matrix& Z, ColVector& l) {
          add_columns(Y, Z, true, l, [=](Real y, Real z) {
            const Real t = truth(y), far = z < 0 ? product(t, -z) : product(one - t, z);
            return far + std::log1p(fast_exp(z < 0 ? z : -z));
          });
        },
        [=](const Matrix& Y, const Matrix& Z, Matrix& dZ) {
          each(Y, Z, true, dZ, [=](Real y, Real z) { return fast_sigmoid(z) - truth(y); });
        });

  constexpr Real low = epsilon, high = one - epsilon;
  return Loss(
      "binary_crossentropy", Loss::Target::probabilities,
      [=](const Matrix& Y, const Matrix& P, ColVector& l) {
        add_columns(Y, P, true, l, [=](Real y, Real p) {
          const Real t = truth(y), q = clipped(p, low, high);
          return -(t * std::log(q) + (one - t) * std::log(one - q));
        });
      },
      [=](const Matrix& Y, const Matrix& P, Matrix& dP) {
        each(Y, P, true, dP, [=](Real y, Real p) {
          return is_inside(p, low, high) ? (p - truth(y)) / (p * (one - p)) : zero;
        });
      },
      "sigmoid", joined);
}

// ---- Categorical cross-entropy ----------------------------------------------------------------

// t_ij, smoothed, from one-hot rows or from class numbers.
struct Truth {
  const Matrix& Y;
  bool class_numbers;
  Real keep, spread;

  // use(i, t) for rows first ... first + count - 1 of column j.
  template <class Use>
  void column(std::size_t j, std::size_t first, std::size_t count, Use use) const {
    const Real* y = class_numbers ? Y.memptr() + first : Y.colptr(j) + first;
    const Real number = static_cast<Real>(j);
    if (class_numbers)
      for (std::size_t i = 0; i < count; ++i) use(i, (y[i] == number ? keep : zero) + spread);
    else
      for (std::size_t i = 0; i < count; ++i) use(i, keep * y[i] + spread);
  }

  // sum_j t_ij: 1 for a distribution.
  void row_sums(std::size_t columns, std::size_t first, std::size_t count, RowBlock& sum) const {
    sum.fill(zero);
    for (std::size_t j = 0; j < columns; ++j)
      column(j, first, count, [&](std::size_t i, Real t) { sum[i] += t; });
  }
};

void row_sums(const Matrix& P, std::size_t first, std::size_t count, RowBlock& sum) {
  sum.fill(zero);
  for (std::size_t j = 0; j < P.n_cols; ++j) {
    const Real* p = P.colptr(j) + first;
    for (std::size_t i = 0; i < count; ++i) sum[i] += p[i];
  }
}

Loss make_categorical_crossentropy(const CrossentropyOptions& options, bool class_numbers) {
  const Real keep = static_cast<Real>(1.0 - options.label_smoothing);
  const auto truth_of = [=](const Matrix& Y, const Matrix& P) {
    const Real spread = static_cast<Real>(options.label_smoothing / static_cast<double>(P.n_cols));
    return Truth{Y, class_numbers, keep, spread};
  };

  // From z: dl/dz = (sum_j t_j) softmax(z) - t, where the sum is 1 for a distribution.
  const Loss::Slopes joined = [=](const Matrix& Y, const Matrix& H, Matrix& dZ) {
    const Truth truth = truth_of(Y, H);
    each_block(H.n_rows, [&](std::size_t first, std::size_t count) {
      RowBlock sum;
      truth.row_sums(H.n_cols, first, count, sum);
      for (std::size_t j = 0; j < H.n_cols; ++j) {
        const Real* h = H.colptr(j) + first;
        Real* dz = dZ.colptr(j) + first;
        truth.column(j, first, count, [=](std::size_t i, Real t) { dz[i] = sum[i] * h[i] - t; });
      }
    });
  };

  const char* name = class_numbers ? "sparse_categorical_crossentropy" : "categorical_crossentropy";
  const Loss::Target target =
      class_numbers ? Loss::Target::class_numbers : Loss::Target::same_shape;
  if (options.from_logits)
    return Loss(
        name, target,
        [=](const Matrix& Y, const Matrix& Z, ColVector& l) {
          const Truth truth = truth_of(Y, Z);
          l.zeros();
          each_block(Z.n_rows, [&](std::size_t first, std::size_t count) {
            RowBlock max, log_sum;
            row_maxima(Z, first, count, max);
            row_log_sums(Z, first, count, max, log_sum);
            for (std::size_t j = 0; j < Z.n_cols; ++j) {
              const Real* z = Z.colptr(j) + first;
              truth.column(j, first, count, [&](std::size_t i, Real t) {
                l[first + i] += product(t, log_sum[i] - below_max(z[i], max[i]));
              });
            }
          });
        },
        [=](const Matrix& Y, const Matrix& Z, Matrix& dZ) {
          softmax.apply(Z, dZ, 0.0);
          joined(Y, dZ, dZ);
        });

  // From p: q = p / sum p, kept inside, l = -sum_j t_j log q_j.
  constexpr Real low = epsilon, high = one - epsilon;
  return Loss(
      name, target,
      [=](const Matrix& Y, const Matrix& P, ColVector& l) {
        const Truth truth = truth_of(Y, P);
        l.zeros();
        each_block(P.n_rows, [&](std::size_t first, std::size_t count) {
          RowBlock sum;
          row_sums(P, first, count, sum);
          for (std::size_t j = 0; j < P.n_cols; ++j) {
            const Real* p = P.colptr(j) + first;
            truth.column(j, first, count, [&](std::size_t i, Real t) {
              if (t != 0) l[first + i] -= t * std::log(clipped(p[i] / sum[i], low, high));
            });
          }
        });
      },
      // dl/dp_k = (sum of the t_j that are not clipped - t_k / q_k) / sum p
      [=](const Matrix& Y, const Matrix& P, Matrix& dP) {
        const Truth truth = truth_of(Y, P);
        each_block(P.n_rows, [&](std::size_t first, std::size_t count) {
          RowBlock sum, free{};
          row_sums(P, first, count, sum);
          for (std::size_t j = 0; j < P.n_cols; ++j) {
            const Real* p = P.colptr(j) + first;
            truth.column(j, first, count, [&](std::size_t i, Real t) {
              if (is_inside(p[i] / sum[i], low, high)) free[i] += t;
            });
          }
          for (std::size_t j = 0; j < P.n_cols; ++j) {
            const Real* p = P.colptr(j) + first;
            Real* dp = dP.colptr(j) + first;
            truth.column(j, first, count, [&](std::size_t i, Real t) {
              const Real q = p[i] / sum[i];
              dp[i] = (free[i] - (is_inside(q, low, high) ? t / q : zero)) / sum[i];
            });
          }
        });
      },
      "softmax", joined);
}

}  // namespace

// ---- By name, and with options ----------------------------------------------------------------

namespace {

Loss make_crossentropy(const std::string& name, const CrossentropyOptions& options) {
  if (!(options.label_smoothing >= 0.0 && options.label_smoothing <= 1.0))
    throw Error(
        text("%s: label_smoothing is %g, expected 0 to 1", name.c_str(), options.label_smoothing));
  Loss loss = name == "binary_crossentropy"
                  ? make_binary_crossentropy(options)
                  : make_categorical_crossentropy(options, name != "categorical_crossentropy");
  loss.along_last_axis = name != "binary_crossentropy";
  loss.settings = {{"from_logits", options.from_logits ? 1.0 : 0.0},
                   {"label_smoothing", options.label_smoothing}};
  return loss;
}

}  // namespace

Loss loss_named(const std::string& name, const Settings& settings) {
  if (name == "mean_squared_error") return make_mean_squared_error();
  if (name == "mean_absolute_error") return make_mean_absolute_error();
  if (name == "half_sum_squared_error") return make_half_sum_squared_error();
  if (name == "huber") return huber(setting(settings, "delta", 1.0));
  if (name == "binary_crossentropy" || name == "categorical_crossentropy" ||
      name == "sparse_categorical_crossentropy")
    return make_crossentropy(name, {.from_logits = setting(settings, "from_logits", 0.0) != 0.0,
                                    .label_smoothing = setting(settings, "label_smoothing", 0.0)});
  if (name == "kl_divergence") return make_kl_divergence();
  if (name == "hinge") return make_hinge();
  throw Error("loss_named: there is no loss called \"" + name + "\"");
}

Loss huber(double delta) {
  if (!(delta > 0.0))
    throw Error(text("huber: delta is %g, expected a number greater than 0", delta));
  const Real d = static_cast<Real>(delta);
  Loss loss = elementwise(
      "huber", Over::mean,
      [d](Real y, Real p) {
        const Real e = std::abs(p - y);
        return e <= d ? half * e * e : d * e - half * d * d;
      },
      [d](Real y, Real p) { return clipped(p - y, -d, d); });
  loss.settings = {{"delta", delta}};
  return loss;
}

Loss Crossentropy::operator()(const CrossentropyOptions& options) const {
  return make_crossentropy(name, options);
}

}  // namespace nn
