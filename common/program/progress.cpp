#include "common/program/progress.hpp"

#include <cmath>
#include <cstdio>
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace nn {

namespace {

bool on_terminal() {
#if __has_include(<unistd.h>)
  return isatty(STDOUT_FILENO) != 0;
#else
  return false;
#endif
}

void print_scores(const Scores& scores) {
  std::printf(" - loss: %.4f", scores.loss);
  for (const auto& [name, value] : scores.others)
    if (!(std::isnan(value) && name.starts_with("val_")))  // not validated yet
      std::printf(" - %s: %.4f", name.c_str(), value);
}

}  // namespace

Progress::Progress(bool verbose, int epoch, int epochs, std::size_t batches)
    : verbose_(verbose),
      live_(verbose && on_terminal()),
      epoch_(epoch),
      epochs_(epochs),
      batches_(batches) {}

void Progress::batch(std::size_t done, const Scores& scores) {
  if (!live_ || (done < batches_ && Clock::now() - drawn_ < std::chrono::milliseconds(50))) return;
  drawn_ = Clock::now();
  constexpr std::size_t kWidth = 20;
  const std::size_t filled = kWidth * done / batches_;
  std::string bar;
  for (std::size_t i = 0; i < kWidth; ++i) bar += i < filled ? "━" : "╌";
  std::printf("\r\033[KEpoch %d/%d %zu/%zu %s", epoch_ + 1, epochs_, done, batches_, bar.c_str());
  print_scores(scores);
  std::fflush(stdout);
}

void Progress::epoch(const Scores& scores) {
  if (!verbose_) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  if (live_) std::printf("\r\033[K");
  std::printf("Epoch %d/%d - %.1fs", epoch_ + 1, epochs_, seconds);
  print_scores(scores);
  std::printf("\n");
}

}  // namespace nn
