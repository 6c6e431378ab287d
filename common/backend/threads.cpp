#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "common/kernels/parallel.hpp"

extern "C" int openblas_get_num_threads() __attribute__((weak));

namespace nn {

namespace {

thread_local int number_of_this_thread = 0;

// A moment of waiting. Most waits take less than the time in which the system could put the thread
// to sleep and wake it: so it keeps asking, then lets others have the processor in between.
class Patience {
 public:
  // False when it is time to sleep.
  bool wait() {
    if (++asked_ < 400) {
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#endif
    } else {
      std::this_thread::yield();
    }
    return asked_ < 1000;
  }

 private:
  int asked_ = 0;
};

// Threads that sleep until a round of work begins, then take parts of it until none is left: first
// those of their own share, which is the same in every round, so that a thread finds the numbers of
// the last step in its own cache; then those of the others. The caller takes parts too: a helper that
// the system does not let run holds nobody up.
class Team {
 public:
  explicit Team(int helpers) : shares_(static_cast<std::size_t>(helpers) + 1) {
    for (int i = 0; i < helpers; ++i)
      helpers_.emplace_back([this, i] {
        number_of_this_thread = i + 1;
        help();
      });
  }
  ~Team() {
    stop_ = true;
    begin_round();
    for (std::thread& helper : helpers_) helper.join();
  }
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  void work(std::uint32_t parts, const WorkOnRange& part) {
    part_ = &part;
    done_.store(0, std::memory_order_relaxed);
    for (std::size_t i = 0; i < shares_.size(); ++i)
      shares_[i].next.store(std::uint64_t{first_part(i + 1, parts)} << 32 | first_part(i, parts),
                            std::memory_order_release);
    begin_round();
    take_parts();
    for (Patience patience; done_.load(std::memory_order_acquire) < parts;) patience.wait();
    if (!failed_.test(std::memory_order_relaxed)) return;
    failed_.clear();
    std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  void begin_round() {
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }

  // Of share i, out of all parts of a round.
  std::uint32_t first_part(std::size_t i, std::uint32_t parts) const {
    return static_cast<std::uint32_t>(i * parts / shares_.size());
  }

  void take_parts() {
    const auto own = static_cast<std::size_t>(number_of_this_thread);
    for (std::size_t i = 0; i < shares_.size(); ++i)
      take_parts_of(shares_[(own + i) % shares_.size()]);
  }

  // One word holds the share's end (high half) and the next part's number (low half). Whoever gets a
  // number below the end keeps the round open until that part is done.
  struct alignas(64) Share {  // a cache line for each
    std::atomic<std::uint64_t> next{0};
  };
  void take_parts_of(Share& share) {
    for (;;) {
      const std::uint64_t ticket = share.next.fetch_add(1, std::memory_order_acq_rel);
      const std::uint32_t end = ticket >> 32, number = static_cast<std::uint32_t>(ticket);
      if (number >= end) return;
      try {
        (*part_)(number, 1);
      } catch (...) {  // of several, the caller gets the first
        if (!failed_.test_and_set()) failure_ = std::current_exception();
      }
      done_.fetch_add(1, std::memory_order_release);
    }
  }

  void help() {
    for (std::uint32_t seen = 0; !stop_;) {
      Patience patience;
      while (round_.load(std::memory_order_acquire) == seen)
        if (!patience.wait()) round_.wait(seen, std::memory_order_acquire);
      seen = round_.load(std::memory_order_acquire);
      if (!stop_) take_parts();
    }
  }

  std::atomic<std::uint32_t> round_{0}, done_{0};
  std::vector<Share> shares_;
  std::atomic<bool> stop_{false};
  const WorkOnRange* part_ = nullptr;
  std::atomic_flag failed_;
  std::exception_ptr failure_ = nullptr;
  std::vector<std::thread> helpers_;
};

int blas_threads() {
  if (openblas_get_num_threads) return std::max(1, openblas_get_num_threads());
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::atomic<int>& wanted_threads() {
  static std::atomic<int> count{blas_threads()};
  return count;
}

struct TheTeam {
  std::mutex in_use;
  int threads = 1;
  std::unique_ptr<Team> team;
};
TheTeam& the_team() {
  static TheTeam team;
  return team;
}

}  // namespace

int thread_number() { return number_of_this_thread; }
int thread_count() { return wanted_threads().load(std::memory_order_relaxed); }

void set_thread_count(int count) {
  if (count < 1) throw Error(text("set_thread_count: count is %d, expected at least 1", count));
  wanted_threads() = count;
}

void in_parallel(std::size_t n, std::size_t grain, double operations, WorkOnRange work) {
  constexpr double worth_it = 4e5;  // operations of about two microseconds
  const int threads = thread_count();
  const std::size_t grains = (n + grain - 1) / grain;
  if (threads == 1 || grains < 2 || operations < worth_it) return work(0, n);
  TheTeam& shared = the_team();
  const std::unique_lock<std::mutex> lock(shared.in_use, std::try_to_lock);
  if (!lock.owns_lock()) return work(0, n);
  if (shared.threads != threads) {
    shared.team = std::make_unique<Team>(threads - 1);
    shared.threads = threads;
  }
  // More parts than threads: who is held up does fewer of them.
  const std::size_t parts = std::min(grains, static_cast<std::size_t>(threads) * 3);
  const auto begin = [&](std::size_t part) { return std::min(n, part * grains / parts * grain); };
  shared.team->work(static_cast<std::uint32_t>(parts), [&](std::size_t part, std::size_t) {
    work(begin(part), begin(part + 1) - begin(part));
  });
}

}  // namespace nn
