#include "common/files/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace nn {

namespace fs = std::filesystem;

TemporaryFile::TemporaryFile(const fs::path& final_path)
    : path_(final_path.parent_path() /
            text(".%ld_%s", static_cast<long>(::getpid()), final_path.filename().c_str())),
      final_path_(final_path) {}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

void TemporaryFile::rename() const {
  std::error_code problem;
  fs::rename(path_, final_path_, problem);
  if (problem)
    throw Error(text("cannot write %s (%s)", final_path_.c_str(), problem.message().c_str()));
}

namespace {

// A file of the operating system, closed when it goes out of scope. Every function says whether it
// worked; errno tells why not.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(::open(path.c_str(), flags, 0666)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }

  bool open() const { return number_ >= 0; }

  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(number_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }
  // Waits for the disk. Some file systems cannot, and say so with EINVAL.
  bool flush() const { return ::fsync(number_) == 0 || errno == EINVAL; }
  bool close() {
    const bool closed = number_ < 0 || ::close(number_) == 0;
    number_ = -1;
    return closed;
  }

 private:
  int number_;
};

[[noreturn]] void fail(const char* what, const fs::path& path) {
  throw Error(text("cannot %s %s (%s)", what, path.c_str(), std::strerror(errno)));
}

}  // namespace

void write_file(const fs::path& path, std::string_view content) {
  if (!path.has_filename())
    throw Error(text("cannot write \"%s\" (it is not the name of a file)", path.c_str()));
  std::error_code problem;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), problem);
  if (problem)
    throw Error(text("cannot make the folder %s (%s)", path.parent_path().c_str(),
                     problem.message().c_str()));
  const TemporaryFile temporary(path);
  Descriptor file(temporary.path(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC);
  if (!file.open() || !file.write(content) || !file.flush() || !file.close()) fail("write", path);
  temporary.rename();
  // The new name is on the disk when the folder is.
  const Descriptor folder(path.has_parent_path() ? path.parent_path() : fs::path("."),
                          O_RDONLY | O_CLOEXEC);
  if (folder.open()) folder.flush();
}

void remove_unfinished(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const std::string ending = "_" + path.filename().string();
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();  // ".1234_weights.h5"
    if (name.size() <= ending.size() + 1 || name[0] != '.' || !name.ends_with(ending)) continue;
    const std::string process = name.substr(1, name.size() - ending.size() - 1);
    if (process.size() > 9 || !std::all_of(process.begin(), process.end(), ::isdigit)) continue;
    const bool gone = ::kill(static_cast<pid_t>(std::stol(process)), 0) != 0 && errno == ESRCH;
    if (gone) fs::remove(entry.path(), ignored);
  }
}

}  // namespace nn
