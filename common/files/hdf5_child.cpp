// Files of other programs, on which libhdf5 may crash or not come to an end: a child process reads
// them.
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>

#include "common/files/hdf5_file.hpp"

namespace nn {

namespace {

// Bytes of address space in use; 0 where the system does not tell.
std::size_t memory_in_use() {
  std::ifstream file("/proc/self/statm");
  std::size_t pages = 0;
  file >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// What the child does: reads the file and writes "=" and the content as one of our own files, or
// "!" and a sentence.
void child(const std::string& bytes, const std::string& path, std::size_t memory,
           std::size_t seconds, int out) {
  const auto limit = [](auto resource, std::size_t value) {
    struct rlimit bound = {};
    getrlimit(resource, &bound);
    bound.rlim_cur = std::min<rlim_t>(value, bound.rlim_max);
    setrlimit(resource, &bound);
  };
  if (memory > 0) limit(RLIMIT_AS, memory + (std::size_t{1} << 30) + 24 * bytes.size());
  limit(RLIMIT_CPU, seconds);
  limit(RLIMIT_CORE, 0);
  std::string answer;
  try {
    answer = "=" + hdf5_bytes(parse_hdf5_unchecked(bytes, path));
  } catch (const std::bad_alloc&) {
    answer = "!" + path + " cannot be read: it asks for too much memory";
  } catch (const std::exception& error) {
    answer = std::string("!") + error.what();
  }
  for (std::size_t done = 0; done < answer.size();) {
    const ssize_t written = ::write(out, answer.data() + done, answer.size() - done);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) done += static_cast<std::size_t>(written);
  }
}

[[noreturn]] void unfinished(const std::string& path) {
  throw Error(path + " is damaged: libhdf5 does not come to an end with it");
}

// All that comes through a pipe until it is closed, or until the time is over.
std::string read_pipe(int in, const std::string& path, std::size_t seconds, pid_t process) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::string answer;
  std::vector<char> buffer(std::size_t{1} << 16);
  for (;;) {
    struct pollfd ready = {in, POLLIN, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      ::kill(process, SIGKILL);
      unfinished(path);
    }
    if (::poll(&ready, 1, static_cast<int>(left.count())) <= 0) continue;
    const ssize_t count = ::read(in, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Hdf5Content parse_hdf5_in_child(const std::string& bytes, const std::string& path) {
  struct Child {  // is no more when this goes out of scope
    pid_t process = -1;
    int pipe[2] = {-1, -1};
    ~Child() {
      for (const int end : pipe)
        if (end >= 0) ::close(end);
      wait();
    }
    int wait() {
      int status = 0;
      if (process > 0) ::waitpid(process, &status, 0);
      process = -1;
      return status;
    }
  } worker;
  const std::size_t memory = memory_in_use();
  // Of calculation; libhdf5 needs a second for about 100 MB of compressed numbers.
  const std::size_t seconds = 10 + bytes.size() / 10'000'000;
  if (::pipe(worker.pipe) != 0 || (worker.process = ::fork()) < 0)
    throw Error(text("%s cannot be read: no process to read it in (%s)", path.c_str(),
                     std::strerror(errno)));
  if (worker.process == 0) {
    for (const int fatal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU})
      std::signal(fatal, SIG_DFL);
    ::close(worker.pipe[0]);
    ::close(STDERR_FILENO);  // last words of allocators and sanitizers
    child(bytes, path, memory, seconds, worker.pipe[1]);
    ::_exit(0);
  }
  ::close(worker.pipe[1]);
  worker.pipe[1] = -1;
  const std::string answer = read_pipe(worker.pipe[0], path, 10 * seconds, worker.process);
  if (!answer.empty() && answer[0] == '!') throw Error(answer.substr(1));
  if (answer.empty() || answer[0] != '=') {
    const int status = worker.wait();
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) unfinished(path);
    throw Error(path + " is damaged: libhdf5 crashed on reading it");
  }
  return parse_hdf5(answer.substr(1), path);
}

}  // namespace nn
