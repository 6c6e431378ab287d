// Finding and reading files.
#include "common/data/find.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/helpers.hpp"

namespace fs = std::filesystem;

BOOST_AUTO_TEST_CASE(repository_is_found_from_anywhere) {
  const fs::path before = fs::current_path();
  fs::current_path("/");
  const fs::path root = nn::repository_root(), iris = nn::find_data("iris.csv");
  fs::current_path(before);
  BOOST_TEST(fs::exists(root / "common" / "base" / "matrix.hpp"));
  BOOST_TEST(fs::equivalent(iris, root / "data" / "iris.csv"));
}

BOOST_AUTO_TEST_CASE(nn_root_and_nn_data_come_first) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path / "data");
  folder.write("data/only_here.csv", "a\n1\n");
  {
    const Environment root("NN_ROOT", folder.path.string());
    BOOST_TEST(nn::repository_root() == folder.path);
    BOOST_TEST(nn::find_data("only_here.csv") == folder.path / "data" / "only_here.csv");
  }
  folder.write("iris.csv", "a\n1\n");
  const Environment data("NN_DATA", folder.path.string());
  BOOST_TEST(nn::find_data("iris.csv") == folder.path / "iris.csv");
  BOOST_TEST(nn::find_data("data/only_here.csv") == folder.path / "data" / "only_here.csv");
}

BOOST_AUTO_TEST_CASE(missing_file_names_every_path_tried) {
  const TemporaryFolder folder;
  const Environment root("NN_ROOT", "/nowhere"), data("NN_DATA", folder.path.string());
  const std::string here = folder.path.string();
  BOOST_TEST(refusal([] { nn::find_data("iris2.csv"); }) ==
             "iris2.csv was not found (tried iris2.csv, " + here +
                 "/iris2.csv, /nowhere/data/iris2.csv)");
  BOOST_TEST(refusal([] { nn::find_data("/nowhere/iris.csv"); }) ==
             "/nowhere/iris.csv was not found (tried /nowhere/iris.csv)");
  BOOST_TEST(refusal([&] { nn::find_data(here); }) ==
             here + " is a folder, expected a file (tried " + here + ")");
  BOOST_TEST(refusal([] { nn::find_data(""); }) == "find_data: the name of the file is empty");
  BOOST_TEST(refusal([&] { nn::read_file(here); }) == here + " cannot be read: Is a directory");
  BOOST_TEST(refusal([&] { nn::read_file(here + "/x"); }) ==
             here + "/x cannot be read: No such file or directory");
}

BOOST_AUTO_TEST_CASE(file_is_read_byte_by_byte) {
  const TemporaryFolder folder;
  std::string bytes(3'000'000, '\0');  // several blocks
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  BOOST_TEST((nn::read_file(folder.write("bytes", bytes)) == bytes));
  BOOST_TEST(nn::read_file(folder.write("nothing", "")).empty());
}
