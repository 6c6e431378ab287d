#include "common/distributed/thread_group.hpp"

#include <algorithm>
#include <cstring>
#include <thread>

#include "common/backend/blas.hpp"
#include "common/kernels/parallel.hpp"

namespace nn {

OneThreadEach::OneThreadEach() : blas_before_(cpu_blas().threads), before_(thread_count()) {
  set_blas_threads(1);
  set_thread_count(1);
}
OneThreadEach::~OneThreadEach() {
  set_blas_threads(blas_before_);
  set_thread_count(before_);
}

// An all-reduce in two halves, as every implementation has it: each rank sums one piece of the
// numbers (reduce-scatter), then takes the other pieces (all-gather). A piece is summed by one rank,
// in the order of the ranks: the result has the same bits everywhere and at every run.
class ThreadGroup::Line : public Communicator {
 public:
  Line(ThreadGroup& group, std::size_t rank) : group_(group), rank_(rank) {}
  std::size_t rank() const override { return rank_; }
  std::size_t size() const override { return group_.size_; }

  void all_reduce(Real* x, std::size_t count) override {
    group_.parts_[rank_] = x;
    group_.wait();
    const BatchPart piece = batch_part(count, rank_, group_.size_);
    sums_.assign(group_.parts_[0] + piece.first, group_.parts_[0] + piece.first + piece.count);
    for (std::size_t r = 1; r < group_.size_; ++r)
      for (std::size_t i = 0; i < piece.count; ++i) sums_[i] += group_.parts_[r][piece.first + i];
    group_.wait();  // everyone has read: now x may be written
    for (std::size_t r = 0; r < group_.size_; ++r)
      std::copy(sums_.begin(), sums_.end(), group_.parts_[r] + piece.first);
    group_.wait();
  }

  void broadcast(void* bytes, std::size_t count) override {
    if (rank_ == 0) group_.sent_ = bytes;
    group_.wait();
    if (rank_ != 0 && count > 0) std::memcpy(bytes, group_.sent_, count);
    group_.wait();
  }

 private:
  ThreadGroup& group_;
  std::size_t rank_;
  std::vector<Real> sums_;
};

ThreadGroup::ThreadGroup(std::size_t size) : size_(size), parts_(size) {}

std::shared_ptr<Communicator> ThreadGroup::communicator(std::size_t rank) {
  return std::make_shared<Line>(*this, rank);
}

void ThreadGroup::wait() {
  std::unique_lock lock(mutex_);
  if (error_) std::rethrow_exception(error_);
  const std::uint64_t round = round_;
  if (++waiting_ == size_) {
    waiting_ = 0;
    ++round_;
    changed_.notify_all();
    return;
  }
  changed_.wait(lock, [&] { return round_ != round || error_; });
  if (round_ == round) std::rethrow_exception(error_);
}

void ThreadGroup::fail(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
  changed_.notify_all();
}

void ThreadGroup::run(const std::function<void(std::size_t)>& work) {
  const auto guarded = [&](std::size_t rank) {
    try {
      work(rank);
    } catch (...) {
      fail(std::current_exception());
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t rank = 1; rank < size_; ++rank) threads.emplace_back(guarded, rank);
  guarded(0);  // this thread is the first replica's: its callbacks run where fit was called
  for (std::thread& thread : threads) thread.join();
  if (error_) std::rethrow_exception(error_);
}

}  // namespace nn
