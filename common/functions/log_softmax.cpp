// The logarithm of softmax, without ever forming a probability that underflows.
#include "common/functions/activations.hpp"
#include "common/functions/formulas.hpp"

namespace nn {

constinit const ActivationFunction log_softmax{
    "log_softmax",
    [](Matrix& Z, double) {
      for (std::size_t i = 0; i < Z.n_rows; ++i)
        formulas::log_softmax(&Z.at(i, 0), Z.n_cols, Z.n_rows);
    },
    [](const Matrix& H, Matrix& dH, double) {
      for (std::size_t i = 0; i < H.n_rows; ++i)
        formulas::log_softmax_chain(&H.at(i, 0), &dH.at(i, 0), H.n_cols, H.n_rows);
    }};

}  // namespace nn
