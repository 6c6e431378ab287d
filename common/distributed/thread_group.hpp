// Threads that work on one thing: a barrier that opens for failures too, sums and broadcasts.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "common/distributed/communicator.hpp"

namespace nn {

// While it lives, a product or a layer works with one thread: the group has threads enough, and two
// pools of threads in each other's way are many times slower than one.
class OneThreadEach {
 public:
  OneThreadEach();
  ~OneThreadEach();
  OneThreadEach(const OneThreadEach&) = delete;
  OneThreadEach& operator=(const OneThreadEach&) = delete;

 private:
  int blas_before_, before_;
};

class ThreadGroup {
 public:
  explicit ThreadGroup(std::size_t size);

  // work(rank) in `size` threads at once; waits for all. The first exception of any of them is
  // thrown here; the others, woken from their waiting, end with it.
  void run(const std::function<void(std::size_t rank)>& work);

  // Rank's end of the line; it refers to the group.
  std::shared_ptr<Communicator> communicator(std::size_t rank);

 private:
  class Line;
  void wait();  // until all have come here; throws if one of them failed
  void fail(std::exception_ptr error);

  std::size_t size_, waiting_ = 0;
  std::uint64_t round_ = 0;
  std::exception_ptr error_ = nullptr;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Real*> parts_;    // of the sum in progress, one for each rank
  const void* sent_ = nullptr;  // by rank 0
};

}  // namespace nn
