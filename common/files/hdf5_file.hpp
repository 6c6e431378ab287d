// HDF5 files: arrays of numbers with names, the format in which Keras keeps weights.
//
// Files that this library writes begin with 512 bytes of their own, which HDF5 leaves to the user:
// a line of text and a checksum of the whole file. It is verified before libhdf5 sees the file,
// since libhdf5 may crash on damaged ones. Other programs' files have none: they are read in a
// child process, and if it dies, that is the error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

enum class NumberType { float32, float64, int64 };

// An array of any rank in C's order, the last index running fastest; rank 0 is a single number.
struct Hdf5Array {
  std::vector<std::size_t> shape = {};
  std::vector<double> values = {};
  NumberType type = sizeof(Real) == 4 ? NumberType::float32 : NumberType::float64;  // in the file
};

// What a file holds. Names are paths: "layers/dense/vars/0" is array 0 in the groups before it.
struct Hdf5Content {
  std::map<std::string, Hdf5Array> arrays = {};
  std::map<std::string, std::string> texts = {};
  std::map<std::string, std::string> group_names = {};  // attribute "name" of a group, for Keras
};

// The bytes of a file; the same content gives the same bytes.
std::string hdf5_bytes(const Hdf5Content& content);

// Writes it whole or not at all; throws Error with the path and the system's reason.
void write_hdf5(const std::filesystem::path& path, const Hdf5Content& content);

// Throws Error with the path for anything that is not a whole, undamaged HDF5 file. The values of
// group_names are not read.
Hdf5Content read_hdf5(const std::filesystem::path& path);
Hdf5Content parse_hdf5(const std::string& bytes, const std::string& path);  // path: for messages

// What libhdf5 makes of the bytes, in this process and without a checksum, behind the limits for
// foreign files; for the two above and for fuzzing. A foreign file that lost our mark is refused.
Hdf5Content parse_hdf5_unchecked(const std::string& bytes, const std::string& path,
                                 bool foreign = true);

// The same in a child process, with limits of memory and time: for foreign files.
Hdf5Content parse_hdf5_in_child(const std::string& bytes, const std::string& path);

// CRC-64/XZ: ECMA-182's polynomial, reflected, all ones before and after. `before` is that of the
// bytes before these.
std::uint64_t crc64(std::string_view bytes, std::uint64_t before = 0);

}  // namespace nn
