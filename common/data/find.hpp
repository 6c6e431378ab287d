// Where files lie: the repository, and data by their name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nn {

// The folder of this repository: $NN_ROOT, else where it was built, else upwards from the program
// and the working directory to a folder that holds common/base/matrix.hpp; else the working directory.
std::filesystem::path repository_root();

// $NN_DATA where it is set, and data/ of the repository.
std::vector<std::filesystem::path> data_folders();

// The path of a data file: as given, or below one of data_folders(). Throws an Error that names
// every path tried, and for a folder.
std::filesystem::path find_data(const std::string& name);

// The bytes of a file, at most 1 GiB. Throws an Error that names the path and the reason.
std::string read_file(const std::filesystem::path& path);

}  // namespace nn
