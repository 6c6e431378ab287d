// libFuzzer's target for one reader, which CMake names: fuzz_csv, fuzz_idx, fuzz_gzip, fuzz_hdf5,
// fuzz_json.
//
//   CC=clang CXX=clang++ cmake -B build-fuzz -D NN_FUZZ=ON -D NN_NATIVE=OFF
//   cmake --build build-fuzz --target fuzz_csv
//   build-fuzz/bin/fuzz_csv -max_total_time=600 NEW_INPUTS tests/fuzz/corpus/csv
#include <cstdint>

#include "tests/fuzz/readers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  NN_FUZZ_READER(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
