#include "common/backend/nvblas.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include "common/backend/blas.hpp"
#include "common/backend/gpu.hpp"
#include "common/files/files.hpp"
#include "common/kernels/products.hpp"

extern char** environ;  // NOLINT: POSIX's name

namespace nn {

namespace fs = std::filesystem;

// ---- The trace -------------------------------------------------------------------------------

namespace {

struct TraceLine {
  std::string routine, place;          // "sgemm", "gpu"
  std::map<std::string, double> size;  // m, n, k
  bool left = true;                    // the triangular or symmetric factor stands left
};

// "[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=256, n=256, k=256"; false for any other line.
bool parse(const std::string& line, TraceLine& parsed) {
  std::array<char, 16> routine{}, place{};
  int end = 0;
  if (std::sscanf(line.c_str(), "[NVBLAS] %15[a-z0-9][%15[a-z]]: %n", routine.data(), place.data(),
                  &end) != 2 ||
      end == 0)
    return false;
  parsed = {.routine = routine.data(), .place = place.data(), .size = {}};
  std::istringstream words(line.substr(static_cast<std::size_t>(end)));
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) return false;
    const std::string name = word.substr(0, equals), value = word.substr(equals + 1);
    if (name == "si") parsed.left = value[0] == 'L';
    if (name == "m" || name == "n" || name == "k") parsed.size[name] = std::atof(value.c_str());
  }
  return (parsed.place == "gpu" || parsed.place == "cpu") && parsed.size.count("n") == 1;
}

// Multiplications and additions of a routine of level 3; complex numbers count fourfold.
double operations(const TraceLine& line) {
  const auto size = [&](const char* name) {
    const auto found = line.size.find(name);
    return found == line.size.end() ? 1.0 : found->second;
  };
  const double m = size("m"), n = size("n"), k = size("k"), side = line.left ? m : n;
  const std::string kind = line.routine.substr(1);
  const double complex = line.routine[0] == 'c' || line.routine[0] == 'z' ? 4.0 : 1.0;
  if (kind == "gemm") return complex * 2 * m * n * k;
  if (kind == "syrk" || kind == "herk") return complex * n * n * k;
  if (kind == "syr2k" || kind == "her2k") return complex * 2 * n * n * k;
  if (kind == "symm" || kind == "hemm") return complex * 2 * m * n * side;
  return complex * m * n * side;  // trmm, trsm
}

std::string described(const TraceLine& line) {
  std::string words = line.routine;
  for (const char* name : {"m", "n", "k"})
    if (const auto size = line.size.find(name); size != line.size.end())
      words += text(" %s=%.0f", name, size->second);
  return words;
}

void count(BlasTrace::Place& place, const TraceLine& line) {
  const double work = operations(line);
  ++place.products;
  place.operations += work;
  if (work <= place.largest_operations) return;
  place.largest_operations = work;
  place.largest = described(line);
}

}  // namespace

BlasTrace read_trace(std::istream& log) {
  BlasTrace trace;
  TraceLine pending;  // sent to the GPU; counted when the next line does not say that it failed
  bool waiting = false;
  const auto settle = [&] {
    if (waiting) count(trace.gpu, pending);
    waiting = false;
  };
  for (std::string line; std::getline(log, line);) {
    TraceLine parsed;
    if (parse(line, parsed)) {
      settle();
      if (parsed.place == "cpu") {
        count(trace.cpu, parsed);
      } else {
        pending = parsed;
        waiting = true;
      }
    } else if (line.find("[NVBLAS] cublasXt") == 0 &&
               line.find("failed with error") != std::string::npos) {
      waiting = false;
      if (trace.failed++ == 0) trace.failure = line.substr(std::strlen("[NVBLAS] "));
    } else if (line.find("No device selected") != std::string::npos ||
               line.find("No Gpu available") != std::string::npos) {
      trace.no_device = true;
    }
  }
  settle();
  return trace;
}

std::string verdict(const std::optional<BlasTrace>& trace) {
  const auto products = [](long n) { return text("%ld product%s", n, n == 1 ? "" : "s"); };
  if (!trace) return "NVBLAS is not in front: every product ran on the CPU";
  const auto& [gpu, cpu, failed, failure, no_device] = *trace;
  if (failed > 0)
    return text("NVBLAS: %s failed on the GPU (%s)", products(failed).c_str(), failure.c_str());
  if (gpu.products + cpu.products == 0)
    return "NVBLAS: no product reached it; products with a vector, and of at most 4 x 4 numbers, "
           "do not go through it";
  std::string line = text("NVBLAS: %s on the GPU", products(gpu.products).c_str());
  if (gpu.products > 0)
    line += text(" (%.1f %% of the arithmetic; the largest: %s)",
                 100 * gpu.operations / (gpu.operations + cpu.operations), gpu.largest.c_str());
  line += text(", %ld on the CPU", cpu.products);
  if (no_device) return line + ": NVBLAS found no GPU";
  if (cpu.products == 0) return line;
  return line + text(": it takes them to be too small for the way there and back (the largest: %s)",
                     cpu.largest.c_str());
}

// ---- The relaunch ----------------------------------------------------------------------------

namespace {

// What the first process leaves in the environment for the second.
constexpr const char* folder_variable = "NN_NVBLAS_FOLDER";       // of configuration and log
constexpr const char* preload_variable = "NN_NVBLAS_LD_PRELOAD";  // LD_PRELOAD as it was

fs::path current_log;  // of this process; empty: none

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool has_blank(const std::string& path) { return path.find_first_of(" \t\n") != std::string::npos; }

// A new folder for the configuration and the log; neither file can name a path with blanks.
fs::path make_folder() {
  std::error_code problem;
  fs::path place = fs::temp_directory_path(problem);
  if (problem || has_blank(place.string())) place = "/tmp";
  std::string name = (place / "nvblas.XXXXXX").string();
  if (!::mkdtemp(name.data()))
    throw Error(text("cannot make a folder in %s (%s)", place.c_str(), std::strerror(errno)));
  return name;
}

// Only what was put there: the name of the folder has been in the environment.
void remove_folder(const fs::path& folder) {
  std::error_code ignored;
  for (const char* file : {"nvblas.conf", "trace.log"}) fs::remove(folder / file, ignored);
  fs::remove(folder, ignored);
}

std::string configure(const fs::path& folder) {
  const fs::path file = folder / "nvblas.conf";
  write_file(file, nvblas_configuration(cpu_blas().library, folder / "trace.log"));
  return file.string();
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool address_sanitizer = true;
#elif defined(__has_feature)
constexpr bool address_sanitizer = __has_feature(address_sanitizer);
#else
constexpr bool address_sanitizer = false;
#endif

}  // namespace

std::optional<BlasTrace> blas_trace() {
  if (current_log.empty() || !nvblas_in_front()) return std::nullopt;
  std::fflush(nullptr);  // NVBLAS's log is a stream of this process
  std::ifstream log(current_log);
  return read_trace(log);
}

fs::path find_nvblas() {
  if (const std::string named = environment("NN_NVBLAS"); !named.empty()) return named;
  std::vector<fs::path> folders;
  for (const char* variable : {"CUDA_HOME", "CUDA_PATH"})
    if (const fs::path cuda = environment(variable); !cuda.empty())
      folders.insert(folders.end(), {cuda / "lib64", cuda / "lib"});
  std::istringstream path(environment("LD_LIBRARY_PATH"));
  for (std::string folder; std::getline(path, folder, ':');)
    if (!folder.empty()) folders.emplace_back(folder);
#ifdef NN_CUDA_LIBRARIES
  folders.emplace_back(NN_CUDA_LIBRARIES);  // where CMake found the toolkit
#endif
  for (const char* folder :
       {"/usr/local/cuda/lib64", "/usr/local/cuda/lib", "/opt/cuda/lib64",
        "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"})
    folders.emplace_back(folder);
  for (const fs::path& folder : folders)
    for (const char* name :
         {"libnvblas.so", "libnvblas.so.13", "libnvblas.so.12", "libnvblas.so.11"}) {
      std::error_code ignored;
      if (fs::is_regular_file(folder / name, ignored)) return folder / name;
    }
  return {};
}

std::string nvblas_configuration(const std::string& cpu_blas, const fs::path& log) {
  return "NVBLAS_LOGFILE " + log.string() +
         "\n"
         "NVBLAS_TRACE_LOG_ENABLED\n"
         "NVBLAS_CPU_BLAS_LIB " +
         cpu_blas +
         "\n"
         "NVBLAS_GPU_LIST 0\n"
         "NVBLAS_TILE_DIM 2048\n";
}

GpuBlas::GpuBlas(bool wanted, char** argv) {
  if (const std::string folder = environment(folder_variable); !folder.empty()) {
    // This is the second process. Programs that it starts itself are to run without NVBLAS.
    folder_ = folder;
    current_log = folder_ / "trace.log";
    send_products_to_blas(true);
    const std::string before = environment(preload_variable);
    before.empty() ? ::unsetenv("LD_PRELOAD") : ::setenv("LD_PRELOAD", before.c_str(), 1);
    ::unsetenv(folder_variable);
    ::unsetenv(preload_variable);
    return;
  }
  if (nvblas_in_front()) {
    adopt();
    return;
  }
  if (!wanted) return;
  const std::string why_not = start(argv);
  if (!folder_.empty()) remove_folder(folder_);
  folder_.clear();
  std::printf("BLAS: %s; the products run on the CPU (%s)\n\n", why_not.c_str(),
              blas_in_use().name.c_str());
}

std::string GpuBlas::start([[maybe_unused]] char** argv) {
#ifdef __linux__
  // A library that was named is used in any case: so the whole way is tested without a GPU, and can
  // be tried out.
  const bool named = !environment("NN_NVBLAS").empty();
  if (const Gpus gpus = find_gpus(); gpus.names.empty() && !named) return gpus.why_none;
  const fs::path library = find_nvblas();
  if (library.empty()) return "NVBLAS (libnvblas.so) was not found; it comes with the CUDA toolkit";
  std::error_code problem;
  const fs::path full = fs::absolute(library, problem);
  if (!fs::is_regular_file(full, problem)) return text("%s is not there", library.c_str());
  if (full.string().find_first_of(" \t\n:") != std::string::npos)  // LD_PRELOAD divides there
    return text("%s cannot be preloaded, its path has a blank or a colon", full.c_str());
  const BlasInfo cpu = blas_in_use();
  if (cpu.library.empty())
    return "this program's BLAS is linked statically, NVBLAS cannot replace it";
  if (has_blank(cpu.library)) return text("the path of %s has a blank", cpu.library.c_str());
  try {
    folder_ = make_folder();
    const std::string configuration = configure(folder_), before = environment("LD_PRELOAD");
    ::setenv(folder_variable, folder_.c_str(), 1);
    ::setenv(preload_variable, before.c_str(), 1);
    ::setenv("NVBLAS_CONFIG_FILE", configuration.c_str(), 1);
    ::setenv("LD_PRELOAD", (full.string() + (before.empty() ? "" : ":" + before)).c_str(), 1);
    if (address_sanitizer)  // it wants to be the first library otherwise
      ::setenv("ASAN_OPTIONS", (environment("ASAN_OPTIONS") + ":verify_asan_link_order=0").c_str(),
               1);
    std::fflush(nullptr);
    ::execve("/proc/self/exe", argv, environ);
    const std::string reason = std::strerror(errno);  // it came back
    before.empty() ? ::unsetenv("LD_PRELOAD") : ::setenv("LD_PRELOAD", before.c_str(), 1);
    ::unsetenv(folder_variable);
    ::unsetenv(preload_variable);
    return text("the program cannot start itself again (%s)", reason.c_str());
  } catch (const Error& error) {
    return error.what();
  }
#else
  return "NVBLAS exists for Linux only";
#endif
}

// Somebody typed LD_PRELOAD=…/libnvblas.so. NVBLAS reads its configuration at the first product, so
// there is still time to give it one.
void GpuBlas::adopt() {
  const std::string given = environment("NVBLAS_CONFIG_FILE");
  std::error_code problem;
  if (fs::is_regular_file(given.empty() ? "nvblas.conf" : given, problem)) return;
  folder_ = make_folder();
  current_log = folder_ / "trace.log";
  send_products_to_blas(true);
  ::setenv("NVBLAS_CONFIG_FILE", configure(folder_).c_str(), 1);
  ::unsetenv("LD_PRELOAD");
}

void GpuBlas::report() const {
  if (folder_.empty()) return;
  const std::optional<BlasTrace> trace = blas_trace();
  if (trace && trace->failed > 0)
    throw Error(verdict(trace) + "; the results are not to be trusted");
  std::printf("\n%s\n", verdict(trace).c_str());
}

GpuBlas::~GpuBlas() {
  if (folder_.empty()) return;
  remove_folder(folder_);
  current_log.clear();
}

}  // namespace nn
