// Real: the numbers that a program computes with. Its target chooses: `nn` is float64, `nn_float32`
// is float32.
#pragma once

namespace nn {

#ifdef NN_FLOAT32
using Real = float;
extern const bool library_is_float32;
namespace {
[[gnu::used]] const bool* const precision_of_this_file = &library_is_float32;
}
#else
using Real = double;
extern const bool library_is_float64;
namespace {
[[gnu::used]] const bool* const precision_of_this_file = &library_is_float64;
}
#endif
// One precision a program: every file that computes asks the library for its own, and where the
// other library is linked, the linker names what is missing. Both libraries in one program define
// this twice.
extern const bool one_precision_a_program;

}  // namespace nn
