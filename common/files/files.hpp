// Files that are there whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace nn {

// A name beside `final_path` that no other process uses; the file is removed again unless it was
// renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& final_path);
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();

  const std::filesystem::path& path() const { return path_; }
  void rename() const;  // to the final path; throws Error with the path and the system's reason

 private:
  std::filesystem::path path_, final_path_;
};

// Writes a file under a temporary name, waits until it is on the disk and renames it, so that
// nobody ever sees half of it, not even after a power cut. Makes the folder if there is none.
// Throws Error with the path and the system's reason; what was there before then still is.
void write_file(const std::filesystem::path& path, std::string_view content);

// Removes what killed programs have left of unfinished write_file(path).
void remove_unfinished(const std::filesystem::path& path);

}  // namespace nn
