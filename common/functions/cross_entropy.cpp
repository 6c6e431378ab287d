// Softmax and cross-entropy: how a network says "class j, with probability h_j".
//
// Together they are simpler than each alone. With h_j = e^z_j / s, s = sum_k e^z_k, and one-hot y,
//
//   l = -sum_j y_j log h_j = -sum_j y_j z_j + log s        dl/dz_j = e^z_j / s - y_j = h_j - y_j
//
// so the output's delta is the difference between what the network says and what is true. Alone,
// dl/dh_j = -y_j / h_j overflows where h_j underflows; in dl/dz_j nothing can. Who takes the short
// way is decided once, in model/compile.cpp. What happens to one sample is in formulas.hpp.
#include "common/functions/cross_entropy.hpp"

#include "common/functions/activations.hpp"
#include "common/functions/formulas.hpp"

namespace nn {

constinit const ActivationFunction softmax{
    "softmax",
    [](Matrix& Z, double) {
      for (std::size_t i = 0; i < Z.n_rows; ++i)
        formulas::softmax(&Z.at(i, 0), Z.n_cols,
                          Z.n_rows);  // h_j = e^z_j / sum_k e^z_k  (notes 003, softmax)
    },
    [](const Matrix& H, Matrix& dH, double) {
      for (std::size_t i = 0; i < H.n_rows; ++i)
        formulas::softmax_chain(&H.at(i, 0), &dH.at(i, 0), H.n_cols, H.n_rows);
    }};

void cross_entropy_values(const Matrix& Y, const Matrix& P, ColVector& l) {
  for (std::size_t i = 0; i < P.n_rows; ++i)  // l = -sum_j y_j log p_j  (notes 003, cross entropy)
    l[i] = formulas::cross_entropy(&Y.at(i, 0), &P.at(i, 0), P.n_cols, P.n_rows);
}

// With q_j = p_j / s, s = sum_k p_k: dl/dp_j = (sum_k y_k - y_j / q_j) / s, a q that is clipped left
// out.
void cross_entropy_gradient(const Matrix& Y, const Matrix& P, Matrix& dP) {
  for (std::size_t i = 0; i < P.n_rows; ++i) {
    Real s = 0, free = 0;
    const auto inside = [&](Real q) { return q == formulas::probability(q); };
    for (std::size_t j = 0; j < P.n_cols; ++j) s += P.at(i, j);
    for (std::size_t j = 0; j < P.n_cols; ++j) free += inside(P.at(i, j) / s) ? Y.at(i, j) : 0;
    for (std::size_t j = 0; j < P.n_cols; ++j) {
      const Real q = P.at(i, j) / s;
      dP.at(i, j) = (free - (inside(q) ? Y.at(i, j) / q : 0)) / s;
    }
  }
}

void cross_entropy_joined_gradient(const Matrix& Y, const Matrix& H, Matrix& dZ) {
  for (std::size_t i = 0; i < H.n_rows; ++i)  // dl/dz_j = h_j - y_j
    formulas::cross_entropy_from_softmax(&Y.at(i, 0), &H.at(i, 0), &dZ.at(i, 0), H.n_cols,
                                         H.n_rows);
}

}  // namespace nn
