// The threshold logic unit (TLU) and Rosenblatt's perceptron: one layer of TLUs and its learning
// rule.
//
//   nn::Perceptron perceptron(2, 1);                                   // 2 inputs, 1 TLU
//   nn::PerceptronHistory history = perceptron.fit(X, Y, {.epochs = 20});
//   nn::Matrix H = perceptron.predict(X);                              // n x 1, 0 or 1
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/checks.hpp"
#include "common/base/matrix.hpp"
#include "common/base/random.hpp"

namespace nn {

// ---- Step functions --------------------------------------------------------------------------

using StepFunction = Real (*)(Real);

// 1 where z >= 0, else 0: the value at z = 0 is 1.
inline Real heaviside(Real z) { return z >= 0 ? Real(1) : Real(0); }

// -1, 0 or 1, the sign of z: the value at z = 0 is 0.
inline Real signum(Real z) { return Real(z > 0) - Real(z < 0); }

// ---- One neuron ------------------------------------------------------------------------------

// A threshold logic unit, also called LTU: a weighted sum, then a step.
struct Tlu {
  ColVector w = {};               // (d): one weight for each input
  Real b = 0;                     // bias, the weight of an input that is always 1
  StepFunction step = heaviside;  // or signum, or a function of your own

  Real weighted_sum(const RowVector& x) const {  // z = x1 w1 + ... + xd wd + b
    require_columns("TLU", "x", x, w.n_elem, "w has");
    return arma::dot(x, w) + b;
  }
  Real output(const RowVector& x) const { return step(weighted_sum(x)); }  // h = step(z)

  // The same for every row of X (n x d).
  ColVector weighted_sums(const Matrix& X) const {
    require_columns("TLU", "X", X, w.n_elem, "w has");
    return X * w + b;
  }
  ColVector outputs(const Matrix& X) const {
    ColVector h = weighted_sums(X);
    return h.transform(step);
  }
};

// ---- One layer of neurons --------------------------------------------------------------------

struct PerceptronOptions {
  double learning_rate = 1.0;  // eta; with weights that start at 0 it changes no answer, only scale
  int epochs = 100;            // at most so many passes over the samples
  bool shuffle = false;        // present the samples in a new random order in each epoch
  std::uint64_t seed = 42;     // of that order
};

// What Perceptron::fit returns.
struct PerceptronHistory {
  Matrix mistakes = {};    // (epochs run x outputs): wrong answers, each followed by a correction
  bool converged = false;  // the last epoch had no mistake

  std::size_t total() const { return static_cast<std::size_t>(arma::accu(mistakes)); }
  std::vector<double> per_epoch() const {  // mistakes of all outputs together
    std::vector<double> sums;
    for (std::size_t epoch = 0; epoch < mistakes.n_rows; ++epoch)
      sums.push_back(static_cast<double>(arma::accu(mistakes.row(epoch))));
    return sums;
  }
};

// Rosenblatt's perceptron (1957): one layer of TLUs with Heaviside's step, each joined to every
// input. Each output answers a question of its own with 0 or 1.
class Perceptron {
 public:
  // All weights 0, where learning usually starts. Throws Error if a count is 0.
  Perceptron(std::size_t inputs, std::size_t outputs);
  // Given weights: W (inputs x outputs), b (outputs).
  Perceptron(Matrix W, RowVector b);

  const Matrix& W() const { return W_; }     // row: input, column: neuron
  const RowVector& b() const { return b_; }  // one bias for each neuron
  std::size_t inputs() const { return W_.n_rows; }
  std::size_t outputs() const { return W_.n_cols; }
  Tlu neuron(std::size_t k) const;  // the k-th TLU alone, from 0

  // Z = XW + b for the rows of X (n x inputs): n x outputs.
  Matrix weighted_sums(const Matrix& X) const;
  // H = step(Z), n x outputs of 0 and 1.
  Matrix predict(const Matrix& X) const;

  // The perceptron rule for one sample, w_ij += eta (y_j - h_j) x_i and b_j += eta (y_j - h_j):
  // x (inputs), y (outputs) of 0 and 1. Returns the error y - h before the correction.
  RowVector learn(const RowVector& x, const RowVector& y, double learning_rate = 1.0);

  // `learn` for each row of X (n x inputs), Y (n x outputs) in turn, until an epoch without a
  // mistake or the last epoch. Goes on from the present weights. Throws Error for wrong shapes,
  // labels other than 0 and 1, NaN, a rate that is not positive, a negative number of epochs.
  PerceptronHistory fit(const Matrix& X, const Matrix& Y, PerceptronOptions options = {});

 private:
  Matrix W_;
  RowVector b_;
};

// ---- How many mistakes learning can cost -----------------------------------------------------

// The perceptron convergence theorem (Rosenblatt 1962, Novikoff 1962): started from weights of 0,
// the rule makes at most (R / gamma)^2 mistakes, whatever the order of the samples and the learning
// rate. The bias is a weight like the others, so lengths are those of (x, 1) and (w, b).
struct ConvergenceBound {
  Real R = 0;      // the longest (x, 1)
  Real gamma = 0;  // the smallest distance of an (x, 1) from the plane; <= 0: it does not separate
  Real mistakes = 0;  // (R / gamma)^2; infinite where the plane does not separate the classes
};
// X (n x d), y (n) of 0 and 1, and any TLU that separates the two; each gives a valid bound.
ConvergenceBound convergence_bound(const Matrix& X, const ColVector& y, const Tlu& separating);

// The separating TLU with the largest gamma, hence the smallest bound, to a relative accuracy of
// 1e-12 (1e-4 in float32). Throws Error where no plane separates the classes.
Tlu widest_margin(const Matrix& X, const ColVector& y);

}  // namespace nn
