#include "common/functions/losses.hpp"

#include <cmath>
#include <utility>

#include "common/base/checks.hpp"

namespace nn {

Loss::Loss(std::string loss_name, Target target, Values values, Gradient gradient)
    : name(std::move(loss_name)),
      target_(target),
      values_(std::move(values)),
      gradient_(std::move(gradient)) {}

Loss::Loss(std::string loss_name, std::function<ColVector(const Matrix&, const Matrix&)> values,
           std::function<Matrix(const Matrix&, const Matrix&)> gradient)
    : Loss(
          loss_name, Target::same_shape,
          [who = loss_name, values](const Matrix& Y, const Matrix& P, ColVector& l) {
            const ColVector result = values(Y, P);
            require_shape(who, "the result of values", result, P.n_rows, 1);
            l = result;
          },
          [who = loss_name, gradient](const Matrix& Y, const Matrix& P, Matrix& dP) {
            const Matrix result = gradient(Y, P);
            require_shape(who, "the result of gradient", result, P.n_rows, P.n_cols);
            dP = result;
          }) {}

Loss& Loss::join(std::string activation, Gradient gradient) {
  joined_with = std::move(activation);
  joined_ = std::move(gradient);
  return *this;
}

void Loss::check(const Matrix& Y, const Matrix& P, const Matrix* weights) const {
  require_same_rows(name, P, Y, "P", "Y");
  if (target_ == Target::class_numbers) {
    if (Y.n_cols != 1)
      throw Error(
          text("%s: Y is %s, expected one column of class numbers; for one-hot rows use "
               "categorical_crossentropy",
               name.c_str(), shape_text(Y).c_str()));
    for (std::size_t i = 0; i < Y.n_rows; ++i)
      if (!(Y[i] >= 0 && Y[i] < static_cast<Real>(P.n_cols) && Y[i] == std::floor(Y[i])))
        throw Error(text("%s: Y(%zu) is %g, expected a class number from 0 to %zu", name.c_str(), i,
                         static_cast<double>(Y[i]), static_cast<std::size_t>(P.n_cols) - 1));
  } else if (target_ != Target::checked_by_values && Y.n_cols != P.n_cols) {
    const bool numbers = joined_with == "softmax" && Y.n_cols == 1;
    throw Error(text("%s: Y is %s, expected %s like P%s", name.c_str(), shape_text(Y).c_str(),
                     shape_text(P).c_str(),
                     numbers ? "; for class numbers use sparse_categorical_crossentropy" : ""));
  } else if (target_ == Target::probabilities) {
    for (std::size_t i = 0; i < Y.n_elem; ++i)
      if (!(Y[i] >= 0 && Y[i] <= 1))
        throw Error(text("%s: Y(%zu, %zu) is %g, expected 0 to 1", name.c_str(),
                         i % static_cast<std::size_t>(Y.n_rows),
                         i / static_cast<std::size_t>(Y.n_rows), static_cast<double>(Y[i])));
  }
  if (weights) require_shape(name, "the sample weights' vector", *weights, P.n_rows, 1);
}

double Loss::value(const Matrix& Y, const Matrix& P, const Matrix* weights) const {
  check(Y, P, weights);
  thread_local ColVector kept;    // grows to the largest batch, then stays
  ColVector l = std::move(kept);  // taken away: a loss may be computed from others
  l.set_size(P.n_rows);
  values_(Y, P, l);
  double sum = 0.0;
  for (std::size_t i = 0; i < l.n_elem; ++i)
    sum += weights ? static_cast<double>((*weights)[i]) * l[i] : static_cast<double>(l[i]);
  kept = std::move(l);
  return sum / static_cast<double>(P.n_rows);  // E = 1/n sum_i w_i l_i
}

void Loss::values(const Matrix& Y, const Matrix& P, ColVector& l) const {
  check(Y, P, nullptr);
  l.set_size(P.n_rows);
  values_(Y, P, l);
}

namespace {

// dE/dp_ij = w_i / n dl_i/dp_ij.
void take_mean(Matrix& dP, const Matrix* weights) {
  const Real factor = Real(1) / static_cast<Real>(dP.n_rows);
  for (std::size_t j = 0; j < dP.n_cols; ++j) {
    Real* dp = dP.colptr(j);
    for (std::size_t i = 0; i < dP.n_rows; ++i) dp[i] *= weights ? factor * (*weights)[i] : factor;
  }
}

}  // namespace

void Loss::gradient(const Matrix& Y, const Matrix& P, Matrix& dP, const Matrix* weights) const {
  check(Y, P, weights);
  dP.set_size(P.n_rows, P.n_cols);
  gradient_(Y, P, dP);
  take_mean(dP, weights);
}

void Loss::joined_gradient(const Matrix& Y, const Matrix& H, Matrix& dZ,
                           const Matrix* weights) const {
  if (!joined_) throw Error(name + ": cannot be joined with an activation");
  check(Y, H, weights);
  dZ.set_size(H.n_rows, H.n_cols);
  joined_(Y, H, dZ);
  take_mean(dZ, weights);
}

}  // namespace nn
