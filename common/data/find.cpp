#include "common/data/find.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "common/base/error.hpp"

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

namespace nn {

namespace fs = std::filesystem;

namespace {

fs::path program_path() {
#ifdef __APPLE__
  std::string buffer(4096, '\0');
  auto size = static_cast<std::uint32_t>(buffer.size());
  return _NSGetExecutablePath(buffer.data(), &size) == 0 ? fs::path(buffer.c_str()) : fs::path{};
#else
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored);
#endif
}

}  // namespace

fs::path repository_root() {
  if (const char* root = std::getenv("NN_ROOT"); root && *root) return root;
  std::error_code ignored;
  const fs::path here = fs::current_path(ignored);
  const fs::path built = NN_ROOT;  // the folder that CMake was given
  for (fs::path folder : {built, program_path().parent_path(), here})
    for (;; folder = folder.parent_path()) {
      if (fs::exists(folder / "common" / "base" / "matrix.hpp", ignored)) return folder;
      if (folder == built || folder == folder.parent_path()) break;
    }
  return here;
}

std::vector<fs::path> data_folders() {
  std::vector<fs::path> folders;
  if (const char* folder = std::getenv("NN_DATA"); folder && *folder) folders.push_back(folder);
  folders.push_back(repository_root() / "data");
  return folders;
}

fs::path find_data(const std::string& name) {
  if (name.empty()) throw Error("find_data: the name of the file is empty");
  std::vector<fs::path> places{name};
  if (places[0].is_relative())
    for (const fs::path& folder : data_folders()) places.push_back(folder / name);
  bool found_folder = false;
  std::string tried;
  for (const fs::path& place : places) {
    std::error_code ignored;
    const bool folder = fs::is_directory(place, ignored);
    if (!folder && fs::exists(place, ignored)) return place;
    found_folder = found_folder || folder;
    tried += (tried.empty() ? "" : ", ") + place.string();
  }
  throw Error(name + (found_folder ? " is a folder, expected a file" : " was not found") +
              " (tried " + tried + ")");
}

std::string read_file(const fs::path& path) {
  constexpr std::size_t most = std::size_t{1} << 30;
  std::vector<char> block(std::size_t{1} << 20);
  std::string bytes;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  while (file && bytes.size() <= most) {  // as it comes: a pipe has no length
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    bytes.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (bytes.size() > most) throw Error(path.string() + " is larger than 1 GiB");
  if (!file.eof() || file.bad())
    throw Error(path.string() + " cannot be read: " + std::strerror(errno ? errno : EIO));
  return bytes;
}

}  // namespace nn
