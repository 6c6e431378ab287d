#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "common/backend/blas.hpp"
#include "common/backend/gpu.hpp"
#include "common/backend/nvblas.hpp"
#include "common/program/tools.hpp"

namespace fs = std::filesystem;

namespace {

nn::BlasTrace traced(const std::string& log) {
  std::istringstream lines(log);
  return nn::read_trace(lines);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

#define SAYS(output, part) \
  BOOST_CHECK_MESSAGE(contains(output, part), "expected: " << part << "\ngot: " << output)
#define SILENT_ABOUT(output, part) \
  BOOST_CHECK_MESSAGE(!contains(output, part), "not expected: " << part << "\ngot: " << output)

// ---- The trace ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_trace_without_a_gpu) {  // written by libnvblas.so.13 on such a machine
  const nn::BlasTrace trace = traced(
      "[NVBLAS] Config parsed\n"
      "[NVBLAS] No device selected\n"
      "[NVBLAS] sgemm[cpu]: ta=N, tb=N, m=256, n=256, k=256\n"
      "[NVBLAS] dgemm[cpu]: ta=N, tb=T, m=30, n=20, k=10\n"
      "[NVBLAS] ssyrk[cpu]: up=U, ta=N, n=20, k=10\n"
      "[NVBLAS] ssyr2k[cpu]: up=U, ta=N, n=20, k=10\n"
      "[NVBLAS] strsm[cpu]: si=L, up=U, ta=N, di=N, m=30, n=20\n"
      "[NVBLAS] strmm[cpu]: si=R, up=U, ta=N, di=N, m=30, n=20\n"
      "[NVBLAS] ssymm[cpu]: si=L, up=U, m=30, n=20\n");
  BOOST_TEST(trace.cpu.products == 7);
  BOOST_TEST(trace.gpu.products == 0);
  BOOST_TEST(trace.no_device);
  BOOST_TEST(trace.cpu.operations == 2.0 * 256 * 256 * 256 + 2 * 30 * 20 * 10 + 20 * 20 * 10 +
                                         2 * 20 * 20 * 10 + 30 * 30 * 20 + 30 * 20 * 20 +
                                         2 * 30 * 30 * 20);
  BOOST_TEST(trace.cpu.largest == "sgemm m=256 n=256 k=256");
  BOOST_TEST(nn::verdict(trace) ==
             "NVBLAS: 0 products on the GPU, 7 on the CPU: NVBLAS found no GPU");
}

BOOST_AUTO_TEST_CASE(a_trace_with_a_gpu) {
  const nn::BlasTrace trace = traced(
      "[NVBLAS] Config parsed\n"
      "[NVBLAS] Using devices :0 \n"
      "[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=4096, n=1024, k=1024\n"
      "[NVBLAS] sgemm[gpu]: ta=T, tb=N, m=1024, n=1024, k=4096\n"
      "[NVBLAS] zgemm[gpu]: ta=T, tb=N, m=10, n=10, k=10\n"
      "[NVBLAS] sgemm[cpu]: ta=N, tb=N, m=32, n=10, k=100\n");
  BOOST_TEST(trace.gpu.products == 3);
  BOOST_TEST(trace.cpu.products == 1);
  BOOST_TEST(!trace.no_device);
  BOOST_TEST(trace.gpu.operations == 4 * std::pow(2.0, 32) + 8000);
  const std::string line = nn::verdict(trace);
  SAYS(line, "NVBLAS: 3 products on the GPU (100.0 % of the arithmetic; the largest: sgemm m=4096");
  SAYS(line, ", 1 on the CPU: it takes them to be too small");
  SAYS(line, "(the largest: sgemm m=32 n=10 k=100)");
  BOOST_TEST(nn::verdict(traced("[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=9, n=9, k=9\n")) ==
             "NVBLAS: 1 product on the GPU (100.0 % of the arithmetic; the largest: sgemm m=9 n=9 "
             "k=9), 0 on the CPU");
}

BOOST_AUTO_TEST_CASE(a_product_that_failed_was_not_computed) {
  const nn::BlasTrace trace = traced(
      "[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=64, n=64, k=64\n"
      "[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=64, n=64, k=64\n"
      "[NVBLAS] cublasXtSgemm failed with error=14\n"
      "[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=64, n=64, k=64\n");
  BOOST_TEST(trace.gpu.products == 2);
  BOOST_TEST(trace.failed == 1);
  BOOST_TEST(nn::verdict(trace) ==
             "NVBLAS: 1 product failed on the GPU (cublasXtSgemm failed with error=14)");
}

BOOST_AUTO_TEST_CASE(lines_that_are_no_products_are_passed_over) {
  const nn::BlasTrace trace = traced(
      "\n[NVBLAS]\n[NVBLAS] Cannot parse line 2 in config file\n[NVBLAS] sgemm[cpu]: ta=N, tb=N\n"
      "[NVBLAS] sgemm[tpu]: ta=N, tb=N, m=2, n=2, k=2\nsgemm[gpu]: m=2, n=2, k=2\n"
      "[NVBLAS] sgemm[gpu]: ta=N, tb=N, m=2, n=");
  BOOST_TEST(trace.gpu.products + trace.cpu.products + trace.failed <= 1);
  BOOST_TEST(trace.cpu.products == 0);
  SAYS(nn::verdict(traced("")), "no product reached it");
  SAYS(nn::verdict(std::nullopt), "NVBLAS is not in front");
}

BOOST_AUTO_TEST_CASE(the_configuration_names_the_cpu_library_and_the_log) {
  const std::string file = nn::nvblas_configuration("/lib/libopenblas.so.0", "/tmp/x/trace.log");
  SAYS(file, "NVBLAS_CPU_BLAS_LIB /lib/libopenblas.so.0\n");
  SAYS(file, "NVBLAS_LOGFILE /tmp/x/trace.log\n");
  SAYS(file, "NVBLAS_TRACE_LOG_ENABLED\n");
}

BOOST_AUTO_TEST_CASE(this_program_has_a_blas) {
  const nn::BlasInfo blas = nn::blas_in_use();
  BOOST_TEST(!blas.name.empty());
  BOOST_TEST(blas.threads >= 1);
  BOOST_TEST(!nn::nvblas_in_front());
  BOOST_TEST(!nn::blas_trace().has_value());
  const nn::Matrix A{{1, 2}, {3, 4}, {5, 6}}, B{{1, 0, 2}, {0, 1, 3}};
  nn::Matrix C;
  nn::cpu_product(A, B, C);
  BOOST_TEST(arma::approx_equal(C, nn::Matrix{{1, 2, 8}, {3, 4, 18}, {5, 6, 28}}, "absdiff", 0.0));
  BOOST_CHECK_THROW(nn::cpu_product(A, A, C), nn::Error);
  nn::cpu_product(nn::Matrix(3, 0), nn::Matrix(0, 2), C);
  BOOST_TEST((C.n_rows == 3 && C.n_cols == 2 && C.is_zero()));
}

// ---- The relaunch ------------------------------------------------------------------------------

#ifdef NN_FAKES  // Linux: the folder with the stand-ins, and the program that multiplies

namespace {

// The environment of a run, put back afterwards.
class Environment {
 public:
  explicit Environment(const std::vector<std::pair<std::string, std::string>>& values) {
    for (const char* name :
         {"NN_NVBLAS", "CUDA_HOME", "CUDA_PATH", "LD_PRELOAD", "NVBLAS_CONFIG_FILE",
          "LD_LIBRARY_PATH", "FAKE_CUDA_INIT", "FAKE_CUDA_DEVICES", "FAKE_CUBLAS_WRONG",
          "FAKE_NVBLAS_FAILS", "TMPDIR"})
      set(name, "");
    for (const auto& [name, value] : values) set(name, value);
    // In a build with AddressSanitizer: its library need not come first.
    const char* options = std::getenv("ASAN_OPTIONS");
    set("ASAN_OPTIONS", (options ? std::string(options) + ":" : "") + "verify_asan_link_order=0");
  }
  ~Environment() {
    for (auto it = before_.rbegin(); it != before_.rend(); ++it) put(it->first, it->second);
  }

 private:
  void set(const std::string& name, const std::string& value) {
    const char* old = std::getenv(name.c_str());
    before_.emplace_back(name, old ? old : "");
    put(name, value);
  }
  static void put(const std::string& name, const std::string& value) {
    value.empty() ? ::unsetenv(name.c_str()) : ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<std::pair<std::string, std::string>> before_;
};

const std::string fakes = NN_FAKES, fake_nvblas = fakes + "/libnvblas.so";

nn::ToolOutcome run(const std::vector<std::pair<std::string, std::string>>& environment,
                    std::vector<std::string> options = {"--blas", "gpu"}) {
  const Environment during(environment);
  options.emplace_back("--no-plot");
  return nn::run_tool(NN_PRODUCT, options);
}

std::string results(const std::string& output) {
  std::istringstream lines(output);
  std::string found;
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("result: ", 0) == 0) found += line + "\n";
  return found;
}

const std::string on_cpu = results(run({}, {}).output);

}  // namespace

BOOST_AUTO_TEST_CASE(the_program_starts_itself_again_with_nvblas_in_front) {
  const nn::ToolOutcome outcome = run({{"NN_NVBLAS", fake_nvblas}});
  BOOST_TEST(outcome.exit_code == 0);
  SAYS(outcome.output, "in front: NVBLAS, behind: OpenBLAS");
  SAYS(outcome.output, "NVBLAS: 2 products on the GPU (99.5 % of the arithmetic; the largest: ");
  SAYS(outcome.output, ", 1 on the CPU: it takes them to be too small");
  SAYS(outcome.output, "LD_PRELOAD: not set");  // the programs it starts are left alone
  SAYS(on_cpu, "result: same 1");
  BOOST_TEST(results(outcome.output) == on_cpu);
  SILENT_ABOUT(run({{"NN_NVBLAS", fake_nvblas}}, {"--blas", "cpu"}).output, "NVBLAS:");
}

BOOST_AUTO_TEST_CASE(a_library_that_was_preloaded_before_stays) {
  const nn::ToolOutcome outcome =
      run({{"NN_NVBLAS", fake_nvblas}, {"LD_PRELOAD", fakes + "/libcuda.so.1"}});
  SAYS(outcome.output, "NVBLAS: 2 products on the GPU");
  SAYS(outcome.output, "LD_PRELOAD: " + fakes + "/libcuda.so.1");
}

BOOST_AUTO_TEST_CASE(a_failure_on_the_gpu_is_an_error) {
  const nn::ToolOutcome outcome = run({{"NN_NVBLAS", fake_nvblas}, {"FAKE_NVBLAS_FAILS", "1"}});
  BOOST_TEST(outcome.exit_code == 1);
  SAYS(outcome.output,
       "NVBLAS: 2 products failed on the GPU (cublasXtSgemm failed with error=14); "
       "the results are not to be trusted");
}

BOOST_AUTO_TEST_CASE(nothing_stays_behind) {
  const fs::path folder = fs::temp_directory_path() / ("nvblas-test-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  SAYS(run({{"NN_NVBLAS", fake_nvblas}, {"TMPDIR", folder.string()}}).output, "2 products");
  BOOST_TEST(fs::is_empty(folder));
  const auto refused = run({{"NN_NVBLAS", fake_nvblas}, {"TMPDIR", folder.string()}},
                           {"--blas", "gpu", "--refuse", "yes"});
  BOOST_TEST(refused.exit_code == 1);
  BOOST_TEST(refused.output == "product: refused\n");
  BOOST_TEST(fs::is_empty(folder));
  fs::remove(folder);
}

BOOST_AUTO_TEST_CASE(without_a_gpu_one_line_and_the_cpu) {
  // The stand-in of the driver is found first, so that this holds on a machine with a GPU too.
  for (const auto& [variable, value, why] :
       {std::array<std::string, 3>{"FAKE_CUDA_DEVICES", "0", "BLAS: the NVIDIA driver sees no GPU"},
        {"FAKE_CUDA_INIT", "100", "BLAS: the NVIDIA driver sees no GPU"},
        {"FAKE_CUDA_INIT", "803", "BLAS: the NVIDIA driver does not start (error 803)"}}) {
    const nn::ToolOutcome outcome = run({{"LD_LIBRARY_PATH", fakes}, {variable, value}});
    BOOST_TEST(outcome.exit_code == 0);
    BOOST_TEST(results(outcome.output) == on_cpu);
    SAYS(outcome.output, why + "; the products run on the CPU (");
    SILENT_ABOUT(outcome.output, "NVBLAS:");
  }
}

BOOST_AUTO_TEST_CASE(a_machine_with_driver_nvblas_and_cublas) {
  const nn::ToolOutcome outcome =
      run({{"LD_LIBRARY_PATH", fakes}}, {"--blas", "gpu", "--measure", "yes"});
  BOOST_TEST(outcome.exit_code == 0);
  SAYS(outcome.output, "in front: NVBLAS");
  SAYS(outcome.output, "measured Fake GPU 0\nresult: measured 1");
  const nn::ToolOutcome wrong =
      run({{"LD_LIBRARY_PATH", fakes}, {"FAKE_CUBLAS_WRONG", "1"}}, {"--measure", "yes"});
  BOOST_TEST(wrong.exit_code == 1);
  SAYS(wrong.output, "Fake GPU 0 multiplied wrongly: 65 instead of 64");
}

BOOST_AUTO_TEST_CASE(libraries_that_cannot_be_preloaded) {
  const nn::ToolOutcome missing = run({{"NN_NVBLAS", "/nowhere/libnvblas.so"}});
  BOOST_TEST(missing.exit_code == 0);
  SAYS(missing.output, "BLAS: /nowhere/libnvblas.so is not there; the products run on the CPU (");
  BOOST_TEST(results(missing.output) == on_cpu);

  const fs::path folder = fs::temp_directory_path() / ("nvblas test " + std::to_string(::getpid()));
  fs::create_directories(folder);
  fs::copy_file(fake_nvblas, folder / "libnvblas.so", fs::copy_options::overwrite_existing);
  const nn::ToolOutcome blank = run({{"NN_NVBLAS", (folder / "libnvblas.so").string()}});
  SAYS(blank.output, "cannot be preloaded, its path has a blank or a colon");
  BOOST_TEST(results(blank.output) == on_cpu);

  // A file that is no library: the loader says so and goes on without it.
  std::ofstream(folder / "other.so") << "text";
  const fs::path plain =
      fs::temp_directory_path() / ("nvblas-" + std::to_string(::getpid()) + ".so");
  fs::copy_file(folder / "other.so", plain, fs::copy_options::overwrite_existing);
  const nn::ToolOutcome text = run({{"NN_NVBLAS", plain.string()}});
  BOOST_TEST(text.exit_code == 0);
  BOOST_TEST(results(text.output) == on_cpu);
  SAYS(text.output, "NVBLAS is not in front: every product ran on the CPU");
  fs::remove(plain);
  fs::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(preloaded_by_hand_without_a_configuration) {
  const nn::ToolOutcome outcome = run({{"LD_PRELOAD", fake_nvblas}}, {});
  BOOST_TEST(outcome.exit_code == 0);
  SAYS(outcome.output, "NVBLAS: 2 products on the GPU");
  const nn::ToolOutcome missing =
      run({{"LD_PRELOAD", fake_nvblas}, {"NVBLAS_CONFIG_FILE", "/nowhere/nvblas.conf"}}, {});
  BOOST_TEST(missing.exit_code == 0);
  BOOST_TEST(results(missing.output) == on_cpu);
}

BOOST_AUTO_TEST_CASE(the_real_nvblas_falls_back_without_a_gpu) {
  std::string library;
  {
    const Environment clean({});
    library = nn::find_nvblas().string();
  }
  if (library.empty()) {
    BOOST_TEST_MESSAGE("libnvblas is not here: skipped");
    return;
  }
  const nn::ToolOutcome outcome = run({{"NN_NVBLAS", library}, {"CUDA_VISIBLE_DEVICES", "-1"}});
  BOOST_TEST(outcome.exit_code == 0);
  SAYS(outcome.output, "in front: NVBLAS, behind: OpenBLAS");
  SAYS(outcome.output, "NVBLAS: 0 products on the GPU, 3 on the CPU: NVBLAS found no GPU");
  BOOST_TEST(results(outcome.output) == on_cpu);
  const nn::ToolOutcome by_hand =
      run({{"LD_PRELOAD", library}, {"CUDA_VISIBLE_DEVICES", "-1"}}, {});
  BOOST_TEST(by_hand.exit_code == 0);
  BOOST_TEST(results(by_hand.output) == on_cpu);
}

BOOST_AUTO_TEST_CASE(the_option) {
  const nn::ToolOutcome typo = run({}, {"--blas", "cuda"});
  BOOST_TEST(typo.exit_code == 1);
  SAYS(typo.output, "--blas: expected cpu | gpu, got \"cuda\"");
  SAYS(run({}, {"--help"}).output, "--blas [cpu]");
}

BOOST_AUTO_TEST_CASE(where_nvblas_is_looked_for) {
  const Environment cuda({{"CUDA_HOME", "/nowhere"}, {"LD_LIBRARY_PATH", "/nowhere:" + fakes}});
  BOOST_TEST(nn::find_nvblas().string() == fake_nvblas);
  ::setenv("NN_NVBLAS", "/elsewhere/libnvblas.so", 1);
  BOOST_TEST(nn::find_nvblas().string() == "/elsewhere/libnvblas.so");
}

#endif
