// Which linear algebra this machine's programs really use: the library that the loader found, not
// the one that CMake asked for. Prints lines "part<tab>what"; `./book doctor` shows them.
#include <dlfcn.h>

#include <armadillo>
#include <cstdio>

namespace {

// A function that the running program has, or null.
template <class Function>
Function* loaded(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

int main() {
  const arma::arma_version version;
  std::printf("Armadillo\t%u.%u.%u\n", version.major, version.minor, version.patch);

  // A product large enough for dgemm, so that this program needs a BLAS as every other one does.
  const arma::mat A(64, 64, arma::fill::ones);
  const arma::mat B = A * A;
  if (B(63, 63) != 64.0) return 1;

  Dl_info place{};
  const char* library = "linked statically";
  if (void* dgemm = dlsym(RTLD_DEFAULT, "dgemm_"); dgemm && dladdr(dgemm, &place))
    library = place.dli_fname;
  std::printf("BLAS\t%s\n", library);
  if (auto* config = loaded<char*()>("openblas_get_config")) {
    std::printf("OpenBLAS\t%s", config());
    if (auto* threads = loaded<int()>("openblas_get_num_threads"))
      std::printf(", %d threads", threads());
    if (auto* core = loaded<char*()>("openblas_get_corename")) std::printf(", kernel %s", core());
    std::printf("\n");
  }
  return 0;
}
