#include "common/backend/blas.hpp"

#include <dlfcn.h>

#include <filesystem>

namespace nn {

namespace {

constexpr const char* gemm_name = sizeof(Real) == sizeof(float) ? "sgemm_" : "dgemm_";

// What Armadillo calls: all arguments by address, then the lengths of the two letters, which
// Fortran compilers pass last.
using Gemm = void(const char*, const char*, const arma::blas_int*, const arma::blas_int*,
                  const arma::blas_int*, const Real*, const Real*, const arma::blas_int*,
                  const Real*, const arma::blas_int*, const Real*, Real*, const arma::blas_int*,
                  std::size_t, std::size_t);

template <class Function>
Function* loaded(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

// The file that holds a function of the running program; empty for none.
std::string file_of(void* function) {
  Dl_info place{};
  return function && dladdr(function, &place) && place.dli_fname ? place.dli_fname : "";
}

bool is_nvblas(const std::string& file) {
  return std::filesystem::path(file).filename().string().find("nvblas") != std::string::npos;
}

// The next library after NVBLAS in the order of loading, which is the one the program was linked
// with; what stands in front where there is no NVBLAS.
void* cpu_gemm() {
  void* first = dlsym(RTLD_DEFAULT, gemm_name);
  if (!is_nvblas(file_of(first))) return first;
  // A function of OpenBLAS's own leads to its file; any other BLAS is found by its usual name.
  for (const std::string& file :
       {file_of(dlsym(RTLD_DEFAULT, "openblas_get_config")), std::string("libblas.so.3")}) {
    void* library = file.empty() ? nullptr : dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (library && dlsym(library, gemm_name)) return dlsym(library, gemm_name);
  }
  return first;
}

BlasInfo describe(void* gemm) {
  BlasInfo info;
  info.library = file_of(gemm);
  info.name = info.library.empty() ? "a static library"
                                   : std::filesystem::path(info.library).filename().string();
  if (is_nvblas(info.library)) {
    info.name = "NVBLAS";
    return info;
  }
  if (auto* config = loaded<char*()>("openblas_get_config")) {
    const std::string words = config();  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …"
    info.name = words.substr(0, words.find(' ', words.find(' ') + 1));
  }
  if (auto* core = loaded<char*()>("openblas_get_corename")) info.kernel = core();
  if (auto* threads = loaded<int()>("openblas_get_num_threads")) info.threads = threads();
  return info;
}

}  // namespace

BlasInfo blas_in_use() { return describe(dlsym(RTLD_DEFAULT, gemm_name)); }
BlasInfo cpu_blas() { return describe(cpu_gemm()); }
bool nvblas_in_front() { return is_nvblas(file_of(dlsym(RTLD_DEFAULT, gemm_name))); }

void set_blas_threads(int threads) {
  if (auto* set = loaded<void(int)>("openblas_set_num_threads")) set(threads);
}

void cpu_product(const Matrix& A, const Matrix& B, Matrix& C) {
  if (A.n_cols != B.n_rows)
    throw Error(text("cpu_product: A is %s and B is %s; A needs as many columns as B has rows",
                     shape_text(A).c_str(), shape_text(B).c_str()));
  static Gemm* const gemm = reinterpret_cast<Gemm*>(cpu_gemm());
  if (!gemm || A.is_empty() || B.is_empty()) {  // no shared library: the program's own product
    C = A * B;
    return;
  }
  C.set_size(A.n_rows, B.n_cols);
  const auto size = [](arma::uword n) { return static_cast<arma::blas_int>(n); };
  const arma::blas_int m = size(A.n_rows), n = size(B.n_cols), k = size(A.n_cols);
  const Real one = 1, zero = 0;
  gemm("N", "N", &m, &n, &k, &one, A.memptr(), &m, B.memptr(), &k, &zero, C.memptr(), &m, 1, 1);
}

}  // namespace nn
