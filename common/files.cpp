#include "common/files.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace nn::inline NN_PRECISION {

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

}  // namespace nn::inline NN_PRECISION
