#include "common/gnuplot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

extern char** environ;  // NOLINT: POSIX's name

namespace nn::inline NN_PRECISION {

namespace fs = std::filesystem;

namespace {

// A name beside `path` that no other process uses, removed again unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& final_path)
      : path_(final_path.parent_path() /
              text(".%ld_%s", static_cast<long>(::getpid()), final_path.filename().c_str())),
        final_path_(final_path) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  const fs::path& path() const { return path_; }
  void rename() const {
    std::error_code problem;
    fs::rename(path_, final_path_, problem);
    if (problem)
      throw Error(text("cannot write %s (%s)", final_path_.c_str(), problem.message().c_str()));
  }

 private:
  fs::path path_, final_path_;
};

struct Outcome {
  int exit_code = 0;
  std::string output;  // what the program said
};

// Runs a program without a shell: nothing in the arguments is ever interpreted.
Outcome run(const fs::path& program, std::vector<std::string> arguments) {
  int ends[2];
  if (::pipe(ends) != 0) throw Error(text("cannot make a pipe (%s)", std::strerror(errno)));
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);

  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  pid_t child = 0;
  const int problem =
      ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (problem != 0) {
    ::close(ends[0]);
    throw Error(text("cannot start %s (%s)", program.c_str(), std::strerror(problem)));
  }

  Outcome outcome;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) != 0;) {
    if (n > 0) outcome.output.append(buffer, static_cast<std::size_t>(n));
    if (n < 0 && errno != EINTR) break;
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return outcome;
}

// The first message in what gnuplot printed: `line 12: undefined variable: x`. Warnings are not the
// reason of a failure.
std::string first_message(const std::string& output) {
  std::istringstream lines(output);
  std::string first;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find("line ");
    if (start != std::string::npos && line.find("warning:") == std::string::npos)
      return line.substr(start);
    if (first.empty() && line.find_first_not_of(" \t^") != std::string::npos) first = line;
  }
  return first.empty() ? "no message" : first;
}

// The length of the UTF-8 character at `s[i]`; 0 if there is none.
std::size_t utf8_length(const std::string& s, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char lead = byte(i);
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (i + length > s.size()) return 0;
  for (std::size_t k = i + 1; k < i + length; ++k)
    if ((byte(k) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

fs::path find_gnuplot() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (folder.empty()) continue;
    const fs::path candidate = fs::path(folder) / "gnuplot";
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored) && ::access(candidate.c_str(), X_OK) == 0)
      return fs::absolute(candidate, ignored);
  }
  return {};
}

std::string gnuplot_string(const std::string& text) {
  std::string result = "'";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (length == 0)
      result += '?';
    else if (c == '\n')
      result += "'.\"\\n\".'";
    else if (c == '\'')
      result += "''";
    else if (c >= 0x20 && c != 0x7F)
      result += text.substr(i, length);
    else if (c == '\t')
      result += ' ';
    i += std::max<std::size_t>(length, 1);
  }
  return result + "'";
}

void write_file(const fs::path& path, const std::string& content) {
  std::error_code problem;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), problem);
  if (problem)
    throw Error(text("cannot make the folder %s (%s)", path.parent_path().c_str(),
                     problem.message().c_str()));
  const TemporaryFile temporary(path);
  errno = 0;
  std::ofstream file(temporary.path(), std::ios::binary);
  file << content;
  file.close();
  if (!file) throw Error(text("cannot write %s (%s)", path.c_str(), std::strerror(errno)));
  temporary.rename();
}

void make_pictures(const fs::path& stem, const ScriptFor& script,
                   const std::vector<std::string>& endings) {
  const fs::path folder = fs::absolute(stem).parent_path();
  const std::string name = stem.filename().string();
  write_file(folder / (name + ".gp"), script(name));

  const fs::path gnuplot = find_gnuplot();
  if (gnuplot.empty()) {
    static const bool said_once = [&] {
      std::printf(
          "pictures: gnuplot is not installed; data and scripts are in %s; get it with "
          "apt-get install gnuplot-nox (brew install gnuplot)\n",
          folder.c_str());
      return true;
    }();
    (void)said_once;
    return;
  }

  // The same script, but its pictures have temporary names and it starts by going to the folder.
  std::vector<std::unique_ptr<TemporaryFile>> pictures;
  for (const std::string& ending : endings)
    pictures.push_back(std::make_unique<TemporaryFile>(folder / (name + ending)));
  const TemporaryFile trial(folder / (name + ".gp"));
  write_file(trial.path(), "cd " + gnuplot_string(folder.string()) +
                               "; " +  // the lines' numbers stay
                               script(pictures.front()->path().stem().string()));
  const Outcome outcome =
      run(gnuplot, {"-d", trial.path().string()});  // -d: not the user's ~/.gnuplot
  if (outcome.exit_code != 0)
    throw Error(text("gnuplot could not draw %s.gp (%s)", (folder / name).c_str(),
                     first_message(outcome.output).c_str()));
  for (const auto& picture : pictures) picture->rename();
}

}  // namespace nn::inline NN_PRECISION
