#pragma once

#include <ctime>

class Stopwatch {
 public:
  // From now on all watches count the time that this process computed, not the time that passed.
  static void count_cpu_time() { clock() = CLOCK_PROCESS_CPUTIME_ID; }

  double seconds() const { return now() - start_; }

 private:
  static clockid_t& clock() {
    static clockid_t chosen = CLOCK_MONOTONIC;
    return chosen;
  }
  static double now() {
    timespec time;
    clock_gettime(clock(), &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
  }
  double start_ = now();
};
