#include "common/graphviz.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <vector>

#include "common/gnuplot.hpp"  // write_file

extern char** environ;  // NOLINT: POSIX's name

namespace nn::inline NN_PRECISION {

namespace fs = std::filesystem;

namespace {

constexpr int kNotInstalled = -1;

// Runs `dot` with these arguments; its exit code, or kNotInstalled.
int run_dot(std::vector<std::string> arguments) {
  std::string program = "dot";
  std::vector<char*> argv = {program.data()};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int problem = ::posix_spawnp(&child, "dot", nullptr, nullptr, argv.data(), environ);
  if (problem != 0) return kNotInstalled;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return code == 127 ? kNotInstalled : code;  // where spawn finds out only in the child
}

}  // namespace

void save_graph(const std::string& dot, const fs::path& stem) {
  const fs::path source = stem.string() + ".dot";
  write_file(source, dot);
  for (const std::string ending : {"svg", "png"}) {
    const fs::path picture = stem.string() + "." + ending;
    const fs::path unfinished =
        picture.parent_path() /
        text(".%ld_%s", static_cast<long>(::getpid()), picture.filename().c_str());
    const int code = run_dot({"-T" + ending, "-o", unfinished.string(), source.string()});
    std::error_code problem;
    if (code == 0)
      fs::rename(unfinished, picture, problem);
    else
      fs::remove(unfinished, problem);
    if (code == kNotInstalled) {
      static const bool said_once = [&] {
        std::printf(
            "pictures of graphs: Graphviz is not installed; the graph is in %s; get it with "
            "apt-get install graphviz (brew install graphviz)\n",
            source.c_str());
        return true;
      }();
      (void)said_once;
      return;
    }
    if (code != 0)
      throw Error(text("Graphviz could not draw %s (exit code %d)", source.c_str(), code));
    if (problem)
      throw Error(text("cannot write %s (%s)", picture.c_str(), problem.message().c_str()));
  }
}

}  // namespace nn::inline NN_PRECISION
