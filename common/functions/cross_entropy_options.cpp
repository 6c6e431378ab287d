// The categorical cross-entropy with Keras's options: class numbers instead of one-hot rows, label
// smoothing, scores instead of probabilities.
#include "common/functions/activations.hpp"
#include "common/functions/cross_entropy.hpp"
#include "common/functions/formulas.hpp"
#include "common/functions/losses.hpp"

namespace nn {

namespace {

// The distributions T (n x m) that Y stands for: one-hot rows for class numbers, and with a
// smoothing of s each row s of the way towards 1/m everywhere.
struct Distributions {
  bool class_numbers;
  double smoothing;

  const Matrix& operator()(const Matrix& Y, const Matrix& P) const {
    if (!class_numbers && smoothing == 0.0) return Y;
    const Real keep = Real(1.0 - smoothing), add = Real(smoothing / static_cast<double>(P.n_cols));
    thread_local Matrix T;  // grows to the largest batch, then stays
    T.set_size(P.n_rows, P.n_cols);
    for (std::size_t j = 0; j < T.n_cols; ++j)
      for (std::size_t i = 0; i < T.n_rows; ++i)
        T.at(i, j) = keep * (class_numbers ? Real(Y[i] == Real(j)) : Y.at(i, j)) + add;
    return T;
  }
};

// l = sum_j t_j (log sum_k e^z_k - z_j), which never forms a probability that underflows.
void values_of_scores(const Matrix& T, const Matrix& Z, ColVector& l) {
  for (std::size_t i = 0; i < Z.n_rows; ++i) {
    const Real max = formulas::largest(&Z.at(i, 0), Z.n_cols, Z.n_rows);
    const Real log_sum = formulas::log_sum_exp(&Z.at(i, 0), max, Z.n_cols, Z.n_rows);
    l[i] = 0;
    for (std::size_t j = 0; j < Z.n_cols; ++j)
      if (T.at(i, j) != 0)  // 0 log 0 is 0
        l[i] += T.at(i, j) * (log_sum - formulas::below_max(Z.at(i, j), max));
  }
}

Loss make(const char* name, bool class_numbers, const CrossentropyOptions& options) {
  if (!(options.label_smoothing >= 0.0 && options.label_smoothing <= 1.0))
    throw Error(text("%s: label_smoothing is %g, expected 0 to 1", name, options.label_smoothing));
  const Distributions truth{class_numbers, options.label_smoothing};
  const auto of_probabilities = [=](const Matrix& Y, const Matrix& P, ColVector& l) {
    cross_entropy_values(truth(Y, P), P, l);
  };
  const auto gradient = [=](const Matrix& Y, const Matrix& P, Matrix& dP) {
    cross_entropy_gradient(truth(Y, P), P, dP);
  };
  const auto of_scores = [=](const Matrix& Y, const Matrix& Z, ColVector& l) {
    values_of_scores(truth(Y, Z), Z, l);
  };
  const auto joined = [=](const Matrix& Y, const Matrix& H, Matrix& dZ) {
    cross_entropy_joined_gradient(truth(Y, H), H, dZ);
  };
  const auto scores_gradient = [=](const Matrix& Y, const Matrix& Z, Matrix& dZ) {
    dZ = Z;
    softmax.activate(dZ);
    cross_entropy_joined_gradient(truth(Y, Z), dZ, dZ);
  };
  const auto target = class_numbers ? Loss::Target::class_numbers : Loss::Target::same_shape;
  Loss loss = options.from_logits ? Loss(name, target, of_scores, scores_gradient)
                                  : Loss(name, target, of_probabilities, gradient);
  if (!options.from_logits) loss.join("softmax", joined);
  loss.along_last_axis = true;
  loss.options = {options.from_logits ? 1.0 : 0.0, options.label_smoothing};
  return loss;
}

}  // namespace

Loss make_categorical_crossentropy(const CrossentropyOptions& options) {
  return make("categorical_crossentropy", false, options);
}
Loss make_sparse_categorical_crossentropy(const CrossentropyOptions& options) {
  return make("sparse_categorical_crossentropy", true, options);
}

}  // namespace nn
