#include "tests/benchmarks/peer.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <stdexcept>

Peer::Peer(const std::string& python, bool cpu_time) {
  int to_child[2], from_child[2];
  if (pipe(to_child) != 0 || pipe(from_child) != 0) throw std::runtime_error("no pipe to PyTorch");
  std::signal(SIGPIPE, SIG_IGN);  // a child that ended shows in its missing answer
  const std::string script = std::string(NN_BENCHMARKS) + "/pytorch.py";
  process_ = fork();
  if (process_ < 0) throw std::runtime_error("PyTorch's process cannot be started");
  if (process_ == 0) {
    dup2(to_child[0], STDIN_FILENO);
    dup2(from_child[1], STDOUT_FILENO);
    for (int end : {to_child[0], to_child[1], from_child[0], from_child[1]}) close(end);
    // The numbers of threads are set in the script; a limit meant for OpenBLAS would bind it too.
    unsetenv("OMP_NUM_THREADS");
    unsetenv("MKL_NUM_THREADS");
    execlp(python.c_str(), python.c_str(), script.c_str(), cpu_time ? "--cpu-time" : nullptr,
           static_cast<char*>(nullptr));
    _exit(127);
  }
  close(to_child[0]);
  close(from_child[1]);
  questions_ = fdopen(to_child[1], "w");
  answers_ = fdopen(from_child[0], "r");
  description_ = ask("version");
}

Peer::~Peer() {
  std::fclose(questions_);  // the script ends with its input
  std::fclose(answers_);
  waitpid(process_, nullptr, 0);
}

std::string Peer::ask(const std::string& question) {
  std::fprintf(questions_, "%s\n", question.c_str());
  std::fflush(questions_);
  char line[1000];
  if (!std::fgets(line, sizeof line, answers_))
    throw std::runtime_error("pytorch.py does not answer to \"" + question + "\"");
  std::string answer = line;
  while (!answer.empty() && answer.back() == '\n') answer.pop_back();
  return answer;
}

std::string Peer::choose_setting(const std::string& workload, int threads) {
  return ask("choose " + workload + " " + std::to_string(threads));
}

double Peer::samples_per_second(const std::string& workload, int threads, double seconds) {
  return std::stod(
      ask("measure " + workload + " " + std::to_string(threads) + " " + std::to_string(seconds)));
}
