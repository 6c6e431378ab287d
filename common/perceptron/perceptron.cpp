#include "common/perceptron/perceptron.hpp"

#include "common/base/checks.hpp"

#include <cmath>
#include <limits>

namespace nn {

namespace {

void require_labels(const std::string& who, const char* argument, const Matrix& Y) {
  for (std::size_t row = 0; row < Y.n_rows; ++row)
    for (std::size_t column = 0; column < Y.n_cols; ++column)
      if (const Real y = Y(row, column); y != 0 && y != 1)
        throw Error(text("%s: %s(%zu, %zu) is %g, expected 0 or 1", who.c_str(), argument, row,
                         column, static_cast<double>(y)));
}

void require_learning_rate(const std::string& who, double learning_rate) {
  if (!(learning_rate > 0 && std::isfinite(learning_rate)))
    throw Error(
        text("%s: learning_rate is %g, expected a positive number", who.c_str(), learning_rate));
}

// The rows s (x, 1), s = +1 for class 1 and -1 for class 0: all on the same side of a plane that
// separates the classes.
Matrix mirrored(const std::string& who, const Matrix& X, const ColVector& y) {
  require_same_rows(who, X, y, "X", "y");
  require_finite(who, "X", X);
  require_labels(who, "y", y);
  Matrix A = arma::join_rows(X, ColVector(X.n_rows, arma::fill::ones));
  A.each_col() %= 2 * y - 1;
  return A;
}

}  // namespace

Perceptron::Perceptron(std::size_t inputs, std::size_t outputs)
    : W_(inputs, outputs, arma::fill::zeros), b_(outputs, arma::fill::zeros) {
  if (inputs == 0 || outputs == 0)
    throw Error(text("Perceptron: %zu inputs and %zu outputs, expected at least one of each",
                     inputs, outputs));
}

Perceptron::Perceptron(Matrix W, RowVector b) : W_(std::move(W)), b_(std::move(b)) {
  if (W_.is_empty())
    throw Error(text("Perceptron: W is %s, expected at least one input and one output",
                     shape_text(W_).c_str()));
  require_shape("Perceptron", "b", b_, 1, W_.n_cols);
  require_finite("Perceptron", "W", W_);
  require_finite("Perceptron", "b", b_);
}

Tlu Perceptron::neuron(std::size_t k) const {
  if (k >= outputs())
    throw Error(text("Perceptron: neuron %zu asked for, expected 0 to %zu", k, outputs() - 1));
  return {.w = W_.col(k), .b = b_[k]};
}

Matrix Perceptron::weighted_sums(const Matrix& X) const {
  require_columns("Perceptron", "X", X, inputs(), "W expects");
  require_finite("Perceptron", "X", X);
  Matrix Z = X * W_;
  Z.each_row() += b_;
  return Z;  // Z = XW + b
}

Matrix Perceptron::predict(const Matrix& X) const {
  Matrix H = weighted_sums(X);
  return H.transform(heaviside);  // H = step(Z)
}

RowVector Perceptron::learn(const RowVector& x, const RowVector& y, double learning_rate) {
  require_shape("Perceptron", "y", y, 1, outputs());
  require_labels("Perceptron", "y", y);
  require_learning_rate("Perceptron", learning_rate);
  const RowVector error = y - predict(x);
  const Real eta = static_cast<Real>(learning_rate);
  W_ += eta * (x.t() * error);  // w_ij += eta (y_j - h_j) x_i
  b_ += eta * error;            // the bias neuron's output is always 1
  return error;
}

PerceptronHistory Perceptron::fit(const Matrix& X, const Matrix& Y, PerceptronOptions options) {
  require_same_rows("Perceptron", X, Y);
  require_columns("Perceptron", "X", X, inputs(), "W expects");
  require_columns("Perceptron", "Y", Y, outputs(), "W expects");
  require_finite("Perceptron", "X", X);
  require_labels("Perceptron", "Y", Y);
  require_learning_rate("Perceptron", options.learning_rate);
  if (options.epochs < 0)
    throw Error(text("Perceptron: epochs is %d, expected at least 0", options.epochs));

  PerceptronHistory history;
  Rng rng(options.seed);
  Indices order = arma::regspace<Indices>(0, X.n_rows - 1);
  std::vector<Real> counts;  // of every epoch and output, one epoch after the other
  for (int epoch = 0; epoch < options.epochs && !history.converged; ++epoch) {
    if (options.shuffle) rng.shuffle(order);
    RowVector mistakes(outputs(), arma::fill::zeros);
    for (std::size_t i : order)
      mistakes += arma::abs(learn(X.row(i), Y.row(i), options.learning_rate));
    counts.insert(counts.end(), mistakes.begin(), mistakes.end());
    history.converged = mistakes.is_zero();
  }
  history.mistakes.set_size(counts.size() / outputs(), outputs());
  for (std::size_t i = 0; i < counts.size(); ++i)
    history.mistakes(i / outputs(), i % outputs()) = counts[i];
  return history;
}

ConvergenceBound convergence_bound(const Matrix& X, const ColVector& y, const Tlu& separating) {
  const std::string who = "convergence_bound";
  require_columns(who, "X", X, separating.w.n_elem, "the TLU expects");
  const Matrix A = mirrored(who, X, y);
  const ColVector v = arma::join_cols(separating.w, ColVector{separating.b});
  require_finite(who, "the TLU's (w, b)", v);
  ConvergenceBound bound;
  bound.R = arma::max(arma::sqrt(arma::sum(arma::square(A), 1)));
  const Real length = arma::norm(v);
  if (length > 0) bound.gamma = arma::min(ColVector(A * v)) / length;
  bound.mistakes = bound.gamma > 0 ? (bound.R / bound.gamma) * (bound.R / bound.gamma)
                                   : std::numeric_limits<Real>::infinity();
  return bound;
}

// The widest margin is the length of the shortest vector v in the convex hull of the mirrored rows,
// and v is the weight vector (Gilbert 1966; the exchange of weight between two rows: Mitchell,
// Demyanov and Malozemov 1974).
Tlu widest_margin(const Matrix& X, const ColVector& y) {
  const Matrix A = mirrored("widest_margin", X, y);
  const Real tolerance = std::is_same_v<Real, float> ? Real(1e-4) : Real(1e-12);
  ColVector share(A.n_rows, arma::fill::zeros);  // v = sum of share_i A_i, shares add up to 1
  share[arma::index_min(ColVector(arma::sum(arma::square(A), 1)))] = 1;
  for (int step = 0; step < 1000000; ++step) {
    const ColVector v = A.t() * share, z = A * v;
    const std::size_t nearest = z.index_min();
    if (z[nearest] > 0 && z[nearest] >= (1 - tolerance) * arma::dot(v, v))
      return {.w = v.head(X.n_cols), .b = v[X.n_cols]};
    const Indices active = arma::find(share > 0);
    const std::size_t farthest = active[ColVector(z(active)).index_max()];
    const Real gap = z[farthest] - z[nearest];
    if (!(gap > tolerance * arma::dot(A.row(farthest), A.row(farthest)) * Real(1e-6))) break;
    const RowVector d = A.row(nearest) - A.row(farthest);
    const Real moved = std::min(share[farthest], gap / arma::dot(d, d));
    share[nearest] += moved;
    share[farthest] -= moved;
  }
  throw Error("widest_margin: no plane was found that separates the two classes");
}

}  // namespace nn
