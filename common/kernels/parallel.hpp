// The threads that share the work of a training step.
//
// A piece of work is cut into parts, each of which writes numbers of its own that do not depend on
// how the work was cut: the results are the same bits with any number of threads.
#pragma once

#include <cstddef>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

#ifdef NN_NO_THREADS
inline int thread_count() { return 1; }
inline int thread_number() { return 0; }
#else
// How many threads work on a step; at first as many as the BLAS uses (OPENBLAS_NUM_THREADS).
int thread_count();
// Throws for less than 1.
void set_thread_count(int count);
// In work that was handed out: which thread this is, from 0, the caller, to thread_count() - 1.
int thread_number();
#endif

// A Memory for each thread_number(), the calling thread's own. Who hands work out makes them large
// enough before: then they grow in the first step, and not when a thread first gets a part.
template <class Memory>
std::vector<Memory>& thread_memories() {
  thread_local std::vector<Memory> memories;
  const std::size_t threads = static_cast<std::size_t>(thread_count());
  if (memories.size() < threads) memories.resize(threads);
  return memories;
}

// A reference to any function object of this signature.
class WorkOnRange {
 public:
  template <class Work>
  WorkOnRange(const Work& work)  // NOLINT: implicit on purpose
      : object_(&work), call_([](const void* object, std::size_t first, std::size_t count) {
          (*static_cast<const Work*>(object))(first, count);
        }) {}
  void operator()(std::size_t first, std::size_t count) const { call_(object_, first, count); }

 private:
  const void* object_;
  void (*call_)(const void*, std::size_t, std::size_t);
};

// Calls work(first, count) for ranges that make up 0 ... n - 1, several at the same time; all but
// the last have a multiple of `grain`. `operations` says how much work all of it is: what is
// quicker done than handed out stays with the caller. Work that is handed out from inside of such
// work, or while another thread of the program hands out, stays there too.
#ifdef NN_NO_THREADS
inline void in_parallel(std::size_t n, std::size_t, double, WorkOnRange work) { work(0, n); }
#else
void in_parallel(std::size_t n, std::size_t grain, double operations, WorkOnRange work);
#endif

}  // namespace nn
