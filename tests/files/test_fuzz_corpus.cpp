// The inputs from which fuzzing starts, and those with which it once found something: names that
// begin with "good" are read, all others are refused by a sentence.
#include <boost/test/unit_test.hpp>

#include "common/data/find.hpp"
#include "tests/fuzz/readers.hpp"

BOOST_AUTO_TEST_CASE(corpus) {
  const std::pair<const char*, bool (*)(const std::string&)> readers[] = {
      {"csv", read_csv},
      {"idx", read_idx},
      {"gzip", read_gzip},
      {"hdf5", read_hdf5},
      {"json", read_json}};
  for (const auto& [name, read] : readers) {
    int files = 0;
    const auto folder = std::filesystem::path(NN_TEST_DATA) / "fuzz" / "corpus" / name;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const bool good = entry.path().filename().string().starts_with("good");
      BOOST_TEST(read(nn::read_file(entry.path())) == good, entry.path());
      ++files;
    }
    BOOST_TEST(files >= 4, name);
  }
}
