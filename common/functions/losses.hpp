// Losses: what training makes small. Names, formulas and argument order (truth first) are Keras's.
//
// Each row of Y (n x m, the truth) and P (n x m, the prediction) is a sample, with a loss l_i of
// its own. The mean over the batch is taken here and nowhere else: value = sum_i w_i l_i / n, w_i
// the sample weights, 1 if there are none; gradient = d value / dP, so row i has the factor w_i /
// n. Each loss has a file with its equation and its derivative.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

class Loss {
 public:
  std::string name = "";
  std::vector<double> options = {};  // what it was called with, in that order

  // Whether it compares distributions, one in each row: of an output with more axes, (steps,
  // classes), the model then gives it every step as a row, as Keras does.
  bool along_last_axis = false;

  // If the output's activation has this name, φ' cancels, and training starts one activation
  // earlier: from joined_gradient, which is H - Y instead of a quotient that may be 0 / 0.
  std::string joined_with = "";

  // A loss of your own, from two functions of (Y, P): the samples' losses l (n), and a matrix like
  // P whose row i is dl_i / dP_i, both without weights and without 1/n.
  //
  //   nn::Loss log_cosh("log_cosh",
  //       [](const nn::Matrix& Y, const nn::Matrix& P) -> nn::ColVector {
  //         return arma::sum(arma::log(arma::cosh(P - Y)), 1);
  //       },
  //       [](const nn::Matrix& Y, const nn::Matrix& P) -> nn::Matrix { return arma::tanh(P - Y); });
  Loss(std::string name, std::function<ColVector(const Matrix& Y, const Matrix& P)> values,
       std::function<Matrix(const Matrix& Y, const Matrix& P)> gradient);

  // The library's own: the same two functions, but writing into memory that is there already, and
  // what they require of Y.
  using Values = std::function<void(const Matrix& Y, const Matrix& P, ColVector& l)>;
  using Gradient = std::function<void(const Matrix& Y, const Matrix& P, Matrix& dP)>;
  enum class Target { same_shape, probabilities, class_numbers, checked_by_values };
  Loss(std::string name, Target target, Values values, Gradient gradient);
  Loss& join(std::string activation, Gradient gradient);  // dl_i / dZ where H = activation(Z)

  // sum_i w_i l_i / n. All throw Error where the shapes do not fit, and where Y holds
  // class numbers that are none or, for a binary cross-entropy, numbers outside of 0 to 1.
  double value(const Matrix& Y, const Matrix& P, const Matrix* weights = nullptr) const;

  // l_i of each sample, without weights; l becomes (n).
  void values(const Matrix& Y, const Matrix& P, ColVector& l) const;

  // dP = d value / dP; it becomes (n x m).
  void gradient(const Matrix& Y, const Matrix& P, Matrix& dP,
                const Matrix* weights = nullptr) const;

  // dZ = d value / dZ where H = joined_with(Z).
  void joined_gradient(const Matrix& Y, const Matrix& H, Matrix& dZ,
                       const Matrix* weights = nullptr) const;

 private:
  void check(const Matrix& Y, const Matrix& P, const Matrix* weights) const;

  Target target_;
  Values values_;
  Gradient gradient_, joined_;
};

// ---- Regression -------------------------------------------------------------------------------

Loss make_mean_squared_error();
Loss make_mean_absolute_error();
Loss make_half_sum_squared_error();
Loss make_kl_divergence();
Loss make_hinge();

// mean_j (p_j - y_j)^2
inline const Loss mean_squared_error = make_mean_squared_error();

// mean_j |p_j - y_j|; its derivative where p = y is taken as 0.
inline const Loss mean_absolute_error = make_mean_absolute_error();

// 1/2 sum_j (y_j - p_j)^2: the E of the notes.
inline const Loss half_sum_squared_error = make_half_sum_squared_error();

// Quadratic near 0, straight further than delta from it: mean_j of e^2 / 2 where |e| <= delta, else
// delta |e| - delta^2 / 2 (Huber 1964).
Loss huber(double delta = 1.0);

// ---- Classification ---------------------------------------------------------------------------

struct CrossentropyOptions {
  bool from_logits = false;      // P holds scores z, not yet probabilities
  double label_smoothing = 0.0;  // 0 ... 1: how far Y is drawn towards the same value everywhere
};

// Usable as it is, {.loss = nn::binary_crossentropy}, or with options:
// {.loss = nn::binary_crossentropy({.from_logits = true})}. Probabilities are kept between 1e-7 and
// 1 - 1e-7, as Keras does, so that no loss is infinite.
class Crossentropy : public Loss {
 public:
  explicit Crossentropy(Loss (*make)(const CrossentropyOptions&)) : Loss(make({})), make_(make) {}
  Loss operator()(const CrossentropyOptions& o) const { return make_(o); }

 private:
  Loss (*make_)(const CrossentropyOptions&);
};
Loss make_binary_crossentropy(const CrossentropyOptions& options);
Loss make_categorical_crossentropy(const CrossentropyOptions& options);
Loss make_sparse_categorical_crossentropy(const CrossentropyOptions& options);

// mean_j of -y_j log p_j - (1 - y_j) log(1 - p_j): each column is a yes-or-no question of its own.
inline const Crossentropy binary_crossentropy{make_binary_crossentropy};

// -sum_j y_j log p_j: the columns exclude each other; Y is one-hot, or a distribution. P is divided
// by its row sums first.
inline const Crossentropy categorical_crossentropy{make_categorical_crossentropy};

// The same for Y (n x 1) of class numbers 0 ... m-1.
inline const Crossentropy sparse_categorical_crossentropy{make_sparse_categorical_crossentropy};

// sum_j y_j log(y_j / p_j), both kept between 1e-7 and 1 (Kullback and Leibler 1951).
inline const Loss kl_divergence = make_kl_divergence();

// mean_j of max(0, 1 - y_j p_j) for Y of -1 and 1; a Y of only 0 and 1 is read as -1 and 1.
inline const Loss hinge = make_hinge();

}  // namespace nn
