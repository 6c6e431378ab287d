// Which BLAS multiplies this program's matrices. BLAS is an interface (sgemm, dgemm …) that many
// libraries have; which one a program really uses is decided when it is loaded, so it is asked for
// here at run time.
#pragma once

#include <string>

#include "common/base/matrix.hpp"

namespace nn {

struct BlasInfo {
  std::string library;  // the file that sgemm_ was found in; empty: linked statically
  std::string name;     // "OpenBLAS 0.3.21", "NVBLAS", or the file's name
  std::string kernel;   // the processor that OpenBLAS's inner loops are written for; may be empty
  int threads = 1;      // threads of one product; 1 where the library does not tell
};

// What stands in front: the library that a product A * B calls first.
BlasInfo blas_in_use();

// The BLAS of the CPU: the same, unless NVBLAS stands in front of it.
BlasInfo cpu_blas();

// Whether NVBLAS, which passes large products on to a GPU, stands in front of the CPU's BLAS.
bool nvblas_in_front();

// Threads of one product from now on; does nothing for a library without that choice.
void set_blas_threads(int threads);

// C = AB by the CPU's BLAS, also where NVBLAS stands in front of it: the CPU's side of a comparison.
// A (m x k), B (k x n). Throws Error if the inner sizes differ.
void cpu_product(const Matrix& A, const Matrix& B, Matrix& C);

}  // namespace nn
