// IDX files, good and broken.
#include "common/data/idx.hpp"

#include <boost/test/unit_test.hpp>

#include "common/base/random.hpp"
#include "tests/data/idx_file.hpp"
#include "tests/helpers.hpp"

using boost::test_tools::per_element;
using nn::Idx, nn::Real, nn::Rng, nn::Shape;
using namespace std::string_literals;  // "..."s keeps a NUL

namespace {

std::string unpacking(const std::string& bytes) {
  return refusal([&] { nn::parse_idx(bytes, "x.idx"); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(idx_keeps_the_order_of_the_file) {
  const std::string values = "\x00\x01\x02\x03\x04\x05\xFF\x07\x08\x09\x0A\x0B"s;
  for (const std::string& bytes : {idx({2, 2, 3}, values), gzip(idx({2, 2, 3}, values))}) {
    const Idx images = nn::parse_idx(bytes);
    BOOST_TEST((images.shape == Shape(2, 3)));
    BOOST_TEST(row(images.values, 0) == (std::vector<double>{0, 1, 2, 3, 4, 5}), per_element());
    BOOST_TEST(row(images.values, 1) == (std::vector<double>{255, 7, 8, 9, 10, 11}), per_element());
  }
  const Idx labels = nn::parse_idx(idx({3}, "\x07\x00\x09"s));
  BOOST_TEST(labels.shape.rank() == 0u);
  BOOST_TEST(labels.values.n_cols == 1u);
  BOOST_TEST(labels.values(2, 0) == 9);
}

BOOST_AUTO_TEST_CASE(idx_of_many_items) {  // more than one block, and a short last one
  std::string values;
  for (int i = 0; i < 150 * 35; ++i) values += static_cast<char>(i % 253);
  const Idx images = nn::parse_idx(gzip(idx({150, 7, 5}, values)));
  bool same = true;
  for (int i = 0; i < 150; ++i)
    for (int j = 0; j < 35; ++j) same = same && images.values(i, j) == Real((i * 35 + j) % 253);
  BOOST_TEST(same);
}

BOOST_AUTO_TEST_CASE(idx_in_joined_gzip_parts) {
  const std::string bytes = idx({4}, "\x01\x02\x03\x04");
  const Idx labels = nn::parse_idx(gzip(bytes.substr(0, 5)) + gzip("") + gzip(bytes.substr(5)));
  BOOST_TEST(labels.values(3, 0) == 4);
}

BOOST_AUTO_TEST_CASE(idx_refuses_other_files) {
  BOOST_TEST(unpacking("") == "x.idx is empty");
  BOOST_TEST(
      unpacking("\x89PNG\r\n") ==
      "x.idx is not an IDX file: it starts with 89 50 4e 47, expected 00 00 08 and the number "
      "of sizes");
  BOOST_TEST(unpacking("\0\0"s) ==
             "x.idx is not an IDX file: it starts with 00 00, expected 00 00 08 and the number of "
             "sizes");
  BOOST_TEST(
      unpacking("\0\0\x08\0"s) ==
      "x.idx is not an IDX file: it starts with 00 00 08 00, expected 00 00 08 and the number "
      "of sizes");
  BOOST_TEST(unpacking("\0\0\x0D\x01\0\0\0\x01\0\0\0\0"s) ==
             "x.idx holds values of type 0x0d, expected unsigned bytes (0x08)");
  BOOST_TEST(
      unpacking(gzip("a,b\n1,2\n")) ==
      "x.idx is not an IDX file: it starts with 61 2c 62 0a, expected 00 00 08 and the number "
      "of sizes");
}

BOOST_AUTO_TEST_CASE(idx_refuses_another_length_than_promised) {
  for (const bool packed : {false, true}) {
    const auto file = [&](const std::string& bytes) { return packed ? gzip(bytes) : bytes; };
    BOOST_TEST(unpacking(file(idx({2, 2, 3}, std::string(11, 'x')))) ==
               "x.idx is damaged: its header promises 12 values, it holds 11");
    BOOST_TEST(unpacking(file(idx({2, 2, 3}, std::string(13, 'x')))) ==
               "x.idx is damaged: it goes on after the 12 values that its header promises");
    BOOST_TEST(unpacking(file(idx({2, 2, 3}, "").substr(0, 10))) ==
               "x.idx is damaged: it ends inside its header");
    BOOST_TEST(unpacking(file(idx({0, 28, 28}, ""))) ==
               "x.idx holds no values: one of its sizes is 0");
    // Sizes that nobody has memory for, or whose product is 0 modulo 2^64.
    for (const auto& sizes : std::vector<std::vector<std::uint32_t>>{
             {0xFFFFFFFF}, {1u << 31, 1u << 31, 4}, std::vector<std::uint32_t>(255, 2)})
      BOOST_TEST(unpacking(file(idx(sizes, "abc"))) == "x.idx promises more than 1 GiB of values");
    BOOST_TEST(unpacking(file(idx({1u << 30}, "abc"))) ==
               "x.idx is damaged: its header promises 1073741824 values, it holds 3");
  }
}

BOOST_AUTO_TEST_CASE(idx_refuses_damaged_gzip) {
  std::string values;
  for (int i = 0; i < 50'000; ++i)
    values += static_cast<char>(Rng(static_cast<unsigned>(i)).below(256));
  const std::string packed = gzip(idx({50'000}, values));
  BOOST_CHECK_NO_THROW(nn::parse_idx(packed));
  BOOST_TEST(unpacking(packed.substr(0, packed.size() / 2)) ==
             "x.idx is damaged: the gzip data end early");
  BOOST_TEST(unpacking(packed.substr(0, packed.size() - 1)) ==
             "x.idx is damaged: the gzip data end early");
  BOOST_TEST(unpacking(packed.substr(0, 5)) == "x.idx is damaged: the gzip data end early");
  BOOST_TEST(unpacking(packed + "more") == "x.idx is damaged: incorrect header check");
  std::string checksum = packed;
  checksum[checksum.size() - 5] ^= 1;
  BOOST_TEST(unpacking(checksum) == "x.idx is damaged: incorrect data check");
  // 100 MB of zeros after a header that promises four values: stops after the fifth.
  BOOST_TEST(unpacking(gzip(idx({4}, std::string(100'000'000, '\0')))) ==
             "x.idx is damaged: it goes on after the 4 values that its header promises");
}

BOOST_AUTO_TEST_CASE(idx_survives_every_cut_and_every_changed_byte) {
  const std::string packed = gzip(idx({20, 3}, std::string(60, 'x')));
  for (std::size_t size = 0; size < packed.size(); ++size)
    BOOST_TEST(unpacking(packed.substr(0, size)) != "no error");
  Rng rng(1);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = packed;
    changed[rng.below(changed.size())] = static_cast<char>(rng.below(256));
    unpacking(changed);  // either read or refused, nothing else
  }
}
