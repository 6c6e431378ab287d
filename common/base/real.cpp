#include "common/base/real.hpp"

namespace nn {

#ifdef NN_FLOAT32
const bool library_is_float32 = true;
#else
const bool library_is_float64 = true;
#endif
const bool one_precision_a_program = true;

}  // namespace nn
