// PyTorch, as a child process that measures when it is told to.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <string>

class Peer {
 public:
  // Starts `python pytorch.py`; throws std::runtime_error if that does not answer. Its clock counts
  // the time that passes, or the time that the processor worked for it.
  Peer(const std::string& python, bool cpu_time);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  const std::string& description() const { return description_; }  // "PyTorch 2.5.1, MKL ..."

  // Finds the best setting of a workload and gives its name.
  std::string choose_setting(const std::string& workload, int threads);
  // Samples per second with the best setting, measured over about `seconds`.
  double samples_per_second(const std::string& workload, int threads, double seconds);

 private:
  std::string ask(const std::string& question);

  pid_t process_ = -1;
  std::FILE *questions_ = nullptr, *answers_ = nullptr;
  std::string description_;
};
