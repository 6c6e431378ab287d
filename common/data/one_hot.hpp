// Class numbers as rows of zeros with a single one, and back.
#pragma once

#include "common/base/matrix.hpp"

namespace nn {

Matrix one_hot(const Indices& classes, std::size_t n_classes = 0);  // 0: largest class + 1
Indices argmax_rows(const Matrix& P);  // the column of each row's maximum, the first of equals

}  // namespace nn
