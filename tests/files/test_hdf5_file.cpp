// HDF5 files: what is written comes back, and whatever is wrong with a file becomes a sentence.
#include "common/files/hdf5_file.hpp"

#include <sys/resource.h>
#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "common/data/find.hpp"
#include "common/files/files.hpp"
#include "common/base/random.hpp"
#include "tests/helpers.hpp"

using nn::Hdf5Content;
using nn::NumberType;

namespace {

Hdf5Content example() {
  Hdf5Content content;
  content.arrays["layers/dense/vars/0"] = {{2, 3}, {0.1, 2, 3, 4, 5, -6e300}};
  content.arrays["layers/dense/vars/1"] = {{3}, {1.5, 0.25, -0.0}, NumberType::float32};
  content.arrays["steps"] = {{}, {9007199254740991.0}, NumberType::int64};
  content.arrays["nothing"] = {{0}, {}};
  content.texts["model"] = "{\"name\": \"모형\"}";
  content.texts["empty"] = "";
  content.group_names["layers/dense/vars"] = "hidden1";
  content.group_names["layers/dropout/vars"] = "dropout";
  return content;
}

void check_example(const Hdf5Content& read) {
  const Hdf5Content content = example();
  BOOST_REQUIRE(read.arrays.size() == content.arrays.size());
  for (const auto& [path, array] : content.arrays) {
    BOOST_TEST_CONTEXT(path) {
      BOOST_REQUIRE(read.arrays.count(path) == 1);
      BOOST_TEST(read.arrays.at(path).shape == array.shape);
      BOOST_TEST(read.arrays.at(path).values == array.values);
    }
  }
  BOOST_CHECK(read.texts == content.texts);
}

// As another program would have written it: the same file without our mark and checksum. The
// attribute that tells of them is renamed to something else.
std::string foreign(std::string bytes) {
  bytes.replace(0, 512, 512, '\0');
  const std::size_t at = bytes.find("checksum", 512);
  BOOST_REQUIRE(at != std::string::npos);
  bytes.replace(at, 8, "whatever");
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(checksum_has_the_published_check_value) {
  BOOST_TEST(nn::crc64("123456789") == 0x995dc9bbdf1939faU);  // CRC-64/XZ
  BOOST_TEST(nn::crc64("6789", nn::crc64("12345")) == 0x995dc9bbdf1939faU);
  BOOST_TEST(nn::crc64("") == 0U);
}

BOOST_AUTO_TEST_CASE(content_comes_back) {
  const TemporaryFolder folder;
  const auto path = folder.path / "new" / "x.h5";
  nn::write_hdf5(path, example());
  check_example(nn::read_hdf5(path));
  BOOST_TEST(nn::hdf5_bytes(example()) == nn::hdf5_bytes(example()));
  BOOST_TEST(nn::read_file(path) == nn::hdf5_bytes(example()));
}

BOOST_AUTO_TEST_CASE(foreign_files_are_read_too) {
  check_example(nn::parse_hdf5(foreign(nn::hdf5_bytes(example())), "x.h5"));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_noticed) {
  const std::string whole = nn::hdf5_bytes(example());
  for (std::size_t byte = 0; byte < whole.size(); byte += byte < 1024 ? 1 : 13) {
    std::string damaged = whole;
    damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << byte % 8));
    const std::string sentence = refusal([&] { nn::parse_hdf5(damaged, "x.h5"); });
    BOOST_TEST_CONTEXT("byte " << byte) {
      BOOST_TEST(
          (sentence.find("x.h5 is damaged: ") == 0 || sentence.find("x.h5 is cut off: ") == 0),
          sentence);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_cut_is_noticed) {
  const std::string whole = nn::hdf5_bytes(example());
  for (std::size_t size = 0; size < whole.size(); size += size < 600 ? 1 : 97) {
    const std::string sentence = refusal([&] { nn::parse_hdf5(whole.substr(0, size), "x.h5"); });
    const std::string expected =
        size == 0   ? "x.h5 is empty"
        : size < 53 ? "x.h5 is not an HDF5 file"
        : size < 512
            ? nn::text("x.h5 is damaged: only %zu bytes are left", size)
            : nn::text("x.h5 is cut off: it has %zu bytes, expected %zu", size, whole.size());
    BOOST_TEST(sentence == expected);
  }
  BOOST_TEST(refusal([&] { nn::parse_hdf5(whole + "more", "x.h5"); }).find("x.h5 is damaged: ") ==
             0U);
}

// libhdf5 may crash on these, but in a child process.
BOOST_AUTO_TEST_CASE(damaged_foreign_files_never_crash) {
  const std::string whole = foreign(nn::hdf5_bytes(example()));
  nn::Rng rng(3);
  int refused = 0;
  for (int trial = 0; trial < 300; ++trial) {
    std::string damaged = whole;
    for (int flip = 0; flip < 4; ++flip)
      damaged[512 + rng.below(whole.size() - 512)] = static_cast<char>(rng.below(256));
    const std::string sentence = refusal([&] { nn::parse_hdf5(damaged, "x.h5"); });
    BOOST_TEST((sentence == "no error" || sentence.find("x.h5") == 0), sentence);
    refused += sentence != "no error";
  }
  BOOST_TEST(refused > 20);
}

BOOST_AUTO_TEST_CASE(other_files_are_refused) {
  const TemporaryFolder folder;
  const std::string here = folder.path.string();
  BOOST_TEST(refusal([&] { nn::read_hdf5(folder.write("a.h5", "PK\x03\x04 a zip file")); }) ==
             here + "/a.h5 is not an HDF5 file");
  BOOST_TEST(refusal([&] { nn::read_hdf5(here + "/none.h5"); }) ==
             here + "/none.h5 cannot be read: No such file or directory");
  BOOST_TEST(refusal([&] { nn::read_hdf5(here); }) == here + " cannot be read: Is a directory");
  const std::string signature("\x89HDF\r\n\x1a\n", 8);
  BOOST_TEST(refusal([&] { nn::parse_hdf5(signature + std::string(2000, 'x'), "b.h5"); }) ==
             "b.h5 is damaged: libhdf5 cannot open it");
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_file) {
  const TemporaryFolder folder;
  const auto path = folder.path / "x.h5";
  nn::write_file(path, "old");
  // In a process of its own: no file may be larger than 1,000 bytes.
  std::fflush(nullptr);
  const pid_t process = ::fork();
  BOOST_REQUIRE(process >= 0);
  if (process == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const struct rlimit limit = {1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string sentence = refusal([&] { nn::write_hdf5(path, example()); });
    ::_exit(sentence == "cannot write " + path.string() + " (File too large)" ? 0 : 1);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  BOOST_TEST(status == 0);
  BOOST_TEST(nn::read_file(path) == "old");
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_disk_without_room_is_a_sentence) {
  if (!std::filesystem::exists("/dev/full")) return;
  const std::string sentence = refusal([&] { nn::write_file("/dev/full/x.h5", "x"); });
  BOOST_TEST(sentence.find("cannot make the folder /dev/full (") == 0U);
}

BOOST_AUTO_TEST_CASE(a_read_only_folder_is_a_sentence) {
  const TemporaryFolder folder;
  const auto inner = folder.path / "locked";
  std::filesystem::create_directory(inner);
  namespace fs = std::filesystem;
  fs::permissions(inner, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::group_all |
                             fs::perms::others_read | fs::perms::others_exec);
  std::fflush(nullptr);
  const pid_t process = ::fork();
  BOOST_REQUIRE(process >= 0);
  if (process == 0) {
    if (::getuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(2);  // nobody
    const std::string file = (inner / "x.h5").string(), made = (inner / "new" / "x.h5").string();
    const bool right =
        refusal([&] { nn::write_hdf5(file, example()); }) ==
            "cannot write " + file + " (Permission denied)" &&
        refusal([&] { nn::write_hdf5(made, example()); }) ==
            "cannot make the folder " + (inner / "new").string() + " (Permission denied)";
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  BOOST_TEST(status == 0);
  BOOST_TEST(fs::is_empty(inner));
}

BOOST_AUTO_TEST_CASE(what_killed_programs_left_is_removed) {
  const TemporaryFolder folder;
  // A process that existed and is gone.
  const pid_t process = ::fork();
  if (process == 0) ::_exit(0);
  ::waitpid(process, nullptr, 0);
  folder.write(nn::text(".%d_x.h5", static_cast<int>(process)), "half");
  folder.write(nn::text(".%d_x.h5", static_cast<int>(::getpid())), "in progress");
  folder.write(nn::text(".%d_y.h5", static_cast<int>(process)), "another file's");
  folder.write("x.h5", "whole");
  nn::remove_unfinished(folder.path / "x.h5");
  BOOST_TEST(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 3);
  BOOST_TEST(
      !std::filesystem::exists(folder.path / nn::text(".%d_x.h5", static_cast<int>(process))));
}
