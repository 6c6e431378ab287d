// Every reader of files, for fuzz.cpp and test_fuzz_corpus.cpp: takes any bytes, and nothing but an
// nn::Error may come out.
#pragma once

#include <string>

#include "common/data/csv.hpp"
#include "common/data/idx.hpp"
#include "common/files/architecture.hpp"
#include "common/files/hdf5_file.hpp"

// Both also say whether the bytes were taken.
template <class Read>
bool taken(Read read) {
  try {
    read();
    return true;
  } catch (const nn::Error&) {
    return false;
  }
}

inline bool read_csv(const std::string& bytes) {
  return taken([&] {
    const nn::Table table = nn::Table::parse(bytes);
    table.summary();
    for (const std::string& column : table.columns()) {
      std::vector<std::string> names;
      taken([&] { table.classes(column, names); });
      if (table.numeric(column)) taken([&] { table.numbers(column); });
    }
    table.complete();
  });
}

inline bool read_idx(const std::string& bytes) {  // plain or gzip
  return taken([&] { nn::parse_idx(bytes); });
}

// Every input is the body of a gzip file: without the header, a fuzzer seldom reaches the unpacking.
inline bool read_gzip(const std::string& body) {
  using namespace std::string_literals;
  return taken([&] { nn::parse_idx("\x1f\x8b\x08\0\0\0\0\0\0\3"s + body); });
}

inline bool read_hdf5(const std::string& bytes) {  // with our checksum, or in a child process
  return taken([&] { nn::parse_hdf5(bytes, "x.h5"); });
}

inline bool read_json(const std::string& bytes) {
  return taken([&] { nn::model_from_json(bytes, {.max_weights = 100000}); });
}
