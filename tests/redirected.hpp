// What a piece of code prints, for the tests of what programs say.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string>

// While this lives, standard output and error go to the file `target`.
class Redirected {
 public:
  explicit Redirected(int target) {
    std::fflush(stdout);
    ::dup2(target, STDOUT_FILENO);
    ::dup2(target, STDERR_FILENO);
  }
  ~Redirected() {
    std::fflush(stdout);
    ::dup2(out_, STDOUT_FILENO);
    ::dup2(error_, STDERR_FILENO);
    ::close(out_);
    ::close(error_);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;

 private:
  int out_ = ::dup(STDOUT_FILENO), error_ = ::dup(STDERR_FILENO);
};

inline std::string printed(const std::function<void()>& body) {
  std::FILE* file = std::tmpfile();
  if (!file) return "no temporary file";
  {
    const Redirected redirected(::fileno(file));
    body();
  }
  std::rewind(file);
  std::string all;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) all += static_cast<char>(c);
  std::fclose(file);
  return all;
}
