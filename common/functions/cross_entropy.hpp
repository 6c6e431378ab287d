// The categorical cross-entropy of distributions Y (n x m), without the options that losses.hpp has.
#pragma once

#include "common/base/matrix.hpp"

namespace nn {

// l_i = -sum_j y_ij log p_ij, P divided by its row sums first; and dl_i / dp_ij.
void cross_entropy_values(const Matrix& Y, const Matrix& P, ColVector& l);
void cross_entropy_gradient(const Matrix& Y, const Matrix& P, Matrix& dP);

// dl_i / dz_ij where H = softmax(Z); dZ may be H itself.
void cross_entropy_joined_gradient(const Matrix& Y, const Matrix& H, Matrix& dZ);

}  // namespace nn
