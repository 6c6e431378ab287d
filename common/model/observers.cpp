#include "common/model/observers.hpp"

#include <cmath>
#include <cstdio>
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

#include "common/model/trainer.hpp"

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

volatile std::sig_atomic_t ctrl_c = 0;

}  // namespace

Progress::Progress(bool verbose, int epochs, std::size_t batches)
    : verbose_(verbose), live_(verbose && on_terminal()), epochs_(epochs), batches_(batches) {}

void Progress::on_epoch_begin(Model&, int) {
  if (verbose_) start_ = drawn_ = Clock::now();
}

void Progress::on_batch_end(Model&, int epoch, int batch, const Scores& scores) {
  const std::size_t done = static_cast<std::size_t>(batch) + 1;  // drawn at most 20 times a second
  if (!live_ || (done < batches_ && Clock::now() - drawn_ < std::chrono::milliseconds(50))) return;
  drawn_ = Clock::now();
  constexpr std::size_t width = 20;
  std::string bar;
  for (std::size_t i = 0; i < width; ++i) bar += i < width * done / batches_ ? "━" : "╌";
  std::printf("\r\033[KEpoch %d/%d %zu/%zu %s", epoch + 1, epochs_, done, batches_, bar.c_str());
  print_scores(scores);
  std::fflush(stdout);
}

void Progress::on_epoch_end(Model&, int epoch, const Scores& scores) {
  if (!verbose_) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  std::printf("%sEpoch %d/%d - %.1fs", live_ ? "\r\033[K" : "", epoch + 1, epochs_, seconds);
  print_scores(scores);
  std::printf("\n");
}

Interrupt::Interrupt(bool catches) : catches_(catches) {
  if (!catches_) return;
  ctrl_c = 0;
  before_ = std::signal(SIGINT, [](int) {
    ctrl_c = 1;
    std::signal(SIGINT, SIG_DFL);
  });
}

Interrupt::~Interrupt() {
  if (catches_) std::signal(SIGINT, before_);
}

void Interrupt::on_batch_end(Model& model, int epoch, int, const Scores&) {
  epoch_ = epoch;
  if (catches_ && ctrl_c) model.trainer().interrupted = true;
}

void Interrupt::on_train_end(Model& model, const History&) {
  if (catches_ && model.interrupted())
    std::printf("stopped by Ctrl-C after epoch %d; the history is kept\n", epoch_ + 1);
}

}  // namespace nn
