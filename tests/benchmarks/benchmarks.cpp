// How fast the library trains, against the floor of the machine and against PyTorch.
//
// Run    ./book bench, or  benchmarks --rounds 5 --threads 1 --only W1 --python /path/to/python
//
// A round measures every workload three times, one after the other: model.fit, its matrix products
// through BLAS alone (the floor), and PyTorch's eager loop doing the same work. So all three see
// the machine in the same state; the figures are medians over the rounds, the ratios are medians of
// the ratios of each round.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

#include "common/kernels/parallel.hpp"
#include "tests/benchmarks/peer.hpp"
#include "tests/benchmarks/products.hpp"
#include "tests/benchmarks/stopwatch.hpp"
#include "tests/benchmarks/workloads.hpp"

namespace {

struct Options {
  int rounds = 9;
  double seconds = 0.15;
  std::vector<int> threads = {1, 2};
  std::vector<std::string> only;
  std::string python;
  bool cpu_time = false;
};

double median(std::vector<double> values) {
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double median_ratio(const std::vector<double>& over, const std::vector<double>& under) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(over.size(), under.size()); ++i)
    ratios.push_back(over[i] / under[i]);
  return median(ratios);
}

// One workload with one number of threads: samples per second of each round.
struct Row {
  std::vector<double> ours, floor, peer;
  std::string setting;
};

// 1234567 as "1.23M", 45678 as "45.7k".
std::string samples_text(double value) {
  if (value <= 0.0) return "-";
  if (value >= 1e6) return nn::text("%.2fM", value / 1e6);
  return nn::text(value >= 1e5 ? "%.0fk" : value >= 1e4 ? "%.1fk" : "%.2fk", value / 1e3);
}
std::string ratio_text(double value) {
  if (value <= 0.0) return "-";
  return nn::text(value >= 100 ? "%.0f" : "%.2f", value);
}

class Benchmark {
 public:
  explicit Benchmark(const Options& options) : options_(options) {
    for (const Workload& workload : all_workloads())
      if (options.only.empty() ||
          std::count(options.only.begin(), options.only.end(), workload.name))
        workloads_.push_back(workload);
    if (workloads_.empty())
      throw std::runtime_error("--only names no workload; there are W1 W2 W2n W3 W4 W5 W6 W6a");
    if (!options.python.empty()) peer_.emplace(options.python, options.cpu_time);
    if (options.cpu_time) Stopwatch::count_cpu_time();
  }

  void run() {
    for (const int threads : options_.threads) measure(threads);
    print();
  }

 private:
  static void set_threads(int threads) {
    set_blas_threads(threads);
    nn::set_thread_count(threads);
  }

  void measure(int threads) {
    set_threads(threads);
    std::vector<Training> trainings;
    std::vector<ProductsByBlas> products;
    ProductsByBlas large({{2048, 2048, 2048}});
    std::vector<Row>& rows = rows_[threads];
    rows.resize(workloads_.size());
    trainings.reserve(workloads_.size());
    for (std::size_t i = 0; i < workloads_.size(); ++i) {
      trainings.emplace_back(workloads_[i]);
      products.emplace_back(workloads_[i].products);
      if (peer_) rows[i].setting = peer_->choose_setting(workloads_[i].name, threads);
      progress(nn::text("%d threads: %s prepared", threads, workloads_[i].name.c_str()));
    }
    for (int round = 0; round < options_.rounds; ++round) {
      large_[threads].push_back(large.operations() / large.seconds_per_step(options_.seconds));
      for (std::size_t i = 0; i < workloads_.size(); ++i) {
        const double n = double(workloads_[i].batch_size);
        rows[i].ours.push_back(trainings[i].samples_per_second(options_.seconds));
        rows[i].floor.push_back(n / products[i].seconds_per_step(options_.seconds));
        pause();
        if (peer_)
          rows[i].peer.push_back(
              peer_->samples_per_second(workloads_[i].name, threads, options_.seconds));
        pause();
      }
      progress(nn::text("%d threads: round %d of %d", threads, round + 1, options_.rounds));
    }
    if (operations_.empty())
      for (std::size_t i = 0; i < workloads_.size(); ++i)
        operations_.push_back(products[i].operations() / double(workloads_[i].batch_size));
  }

  // Time for the other process's threads to fall asleep.
  void pause() const {
    if (peer_) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  static void progress(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

  void print() const {
    std::printf("float32, %s, compiler %s\n", blas_description().c_str(), compiler());
    std::printf("%s, medians of %d rounds\n",
                peer_ ? peer_->description().c_str() : "without PyTorch", options_.rounds);
    for (const int threads : options_.threads) {
      std::printf("\n%d thread%s: sgemm 2048 x 2048 x 2048 %.0f GFLOP/s\n", threads,
                  threads == 1 ? "" : "s", median(large_.at(threads)) / 1e9);
      std::printf(
          "      samples/s    floor  GFLOP/s  PyTorch   / floor  / PyTorch   workload; PyTorch's "
          "best setting\n");
      for (std::size_t i = 0; i < workloads_.size(); ++i) {
        const Row& row = rows_.at(threads)[i];
        std::printf("%-4s %10s %8s %8.0f %8s %9s %11s   %s; %s\n", workloads_[i].name.c_str(),
                    samples_text(median(row.ours)).c_str(), samples_text(median(row.floor)).c_str(),
                    median(row.floor) * operations_[i] / 1e9,
                    samples_text(median(row.peer)).c_str(),
                    ratio_text(median_ratio(row.ours, row.floor)).c_str(),
                    ratio_text(median_ratio(row.ours, row.peer)).c_str(),
                    workloads_[i].description.c_str(), row.setting.c_str());
      }
    }
  }

  static const char* compiler() {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "g++ " __VERSION__;
#endif
  }

  Options options_;
  std::vector<Workload> workloads_;
  std::optional<Peer> peer_;
  std::map<int, std::vector<Row>> rows_;
  std::map<int, std::vector<double>> large_;
  std::vector<double> operations_;  // of a sample
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Training speed against the bare matrix products and PyTorch");
  app.option_defaults()->always_capture_default();
  app.add_option("--rounds", options.rounds, "how often to measure");
  app.add_option("--seconds", options.seconds, "how long one measurement takes");
  app.add_option("--threads", options.threads, "numbers of threads");
  app.add_option("--only", options.only, "workloads: W1 W2 W2n W3 W4 W5 W6 W6a");
  app.add_option("--python", options.python, "a Python with PyTorch; none: without PyTorch");
  app.add_flag("--cpu-time", options.cpu_time,
               "count the processor's time, for one thread on a machine that is busy with other "
               "things");
  try {
    app.parse(argc, argv);
    if (options.cpu_time) options.threads = {1};
    Benchmark(options).run();
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "benchmarks: %s\n", error.what());
    return 1;
  }
  return 0;
}
