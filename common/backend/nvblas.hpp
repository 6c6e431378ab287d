// Products on the GPU without a change to the program: NVBLAS.
//
// NVBLAS (part of NVIDIA's CUDA toolkit) has the large routines of BLAS under their ordinary names.
// Loaded in front of the CPU's BLAS (LD_PRELOAD), it receives every matrix product, carries the
// large ones over the bus to the GPU and hands the small ones on to the CPU's library. It needs a
// configuration file, and ends the program with SIGSEGV at the first product where there is none.
// Its own trace is the only witness of who computed what: a library that is merely in front proves
// nothing.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace nn {

// ---- The trace -------------------------------------------------------------------------------

// What NVBLAS wrote into its log. Operations are multiplications and additions.
struct BlasTrace {
  struct Place {
    long products = 0;
    double operations = 0.0;
    std::string largest = "";  // "sgemm m=784 n=300 k=32": the product with the most operations
    double largest_operations = 0.0;
  };
  Place gpu, cpu;
  long failed = 0;           // sent to the GPU, which reported an error
  std::string failure = "";  // the first of these lines
  bool no_device = false;    // NVBLAS said that it has no device to use
};

// Reads lines such as "[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=256, n=256, k=256"; what is no such line
// is passed over. A product that failed on the GPU counts as failed only.
BlasTrace read_trace(std::istream& log);

// One sentence: how many products ran on the GPU, how many on the CPU, and why. A trace that is not
// there: NVBLAS was not in front.
std::string verdict(const std::optional<BlasTrace>& trace);

// The trace of this program so far; none where NVBLAS is not in front or has no log.
std::optional<BlasTrace> blas_trace();

// ---- The relaunch ----------------------------------------------------------------------------

// The library: $NN_NVBLAS, else in $CUDA_HOME, $CUDA_PATH, $LD_LIBRARY_PATH and where CUDA is usually
// installed; empty where there is none.
std::filesystem::path find_nvblas();

// The text of a configuration file that makes NVBLAS use the first GPU, hand small products to the
// library `cpu_blas`, and write every product into `log`.
std::string nvblas_configuration(const std::string& cpu_blas, const std::filesystem::path& log);

// The life of a program that wants its products on the GPU. The constructor starts the same program
// again with NVBLAS in front and does not come back; in the new process it finds that this has
// happened. Where it cannot be done, for want of a GPU, of NVBLAS or of a shared BLAS, it says why in
// one line, and the program goes on with the CPU's BLAS. `wanted` false: nothing happens, except that
// an NVBLAS that somebody else has put in front gets a configuration if it lacks one.
class GpuBlas {
 public:
  GpuBlas(bool wanted, char** argv);
  GpuBlas(const GpuBlas&) = delete;
  GpuBlas& operator=(const GpuBlas&) = delete;
  ~GpuBlas();  // removes the configuration and the log

  // Prints the verdict. Throws Error if products failed on the GPU: the results are then wrong.
  void report() const;

 private:
  std::string start(char** argv);  // returns only if it fails: why
  void adopt();                    // an NVBLAS that was in front from the start
  std::filesystem::path folder_;   // of the configuration and the log; empty: none
};

}  // namespace nn
