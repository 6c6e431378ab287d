// IDX files, good and broken, and the data sets of the notes against the numbers in data/README.md.
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <map>

#include "common/data/data.hpp"
#include "tests/helpers.hpp"

using boost::test_tools::per_element, boost::test_tools::tolerance;
using nn::Dataset, nn::Idx, nn::Indices, nn::Matrix, nn::Real, nn::Rng, nn::Shape, nn::Table;
using namespace std::string_literals;  // "..."s keeps a NUL

namespace {

const double rounding_error = sizeof(Real) == 8 ? 1e-14 : 1e-6;  // of a few operations on Real

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xFF);
  return bytes;
}

// The bytes of an IDX file.
std::string idx(const std::vector<std::uint32_t>& sizes, const std::string& values) {
  std::string bytes = "\0\0\x08"s + static_cast<char>(sizes.size());
  for (const std::uint32_t size : sizes) bytes += big_endian(size);
  return bytes + values;
}

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  BOOST_REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string unpacking(const std::string& bytes) {
  return refusal([&] { nn::parse_idx(bytes, "x.idx"); });
}

}  // namespace

// ---- IDX ----------------------------------------------------------------------------------------

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

// ---- The data sets of the notes -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(iris_is_fisher_s) {
  const Dataset iris = nn::load_iris();
  BOOST_TEST(nn::shape_text(iris.X) == "(150, 4)");
  for (arma::uword k = 0; k < 3; ++k)
    for (arma::uword i = 0; i < 50; ++i) BOOST_REQUIRE(iris.y[50 * k + i] == k);
  BOOST_TEST(iris.class_names == (std::vector<std::string>{"setosa", "versicolor", "virginica"}),
             per_element());
  // Table II of Fisher (1936): the means of the three species.
  const double means[3][4] = {
      {5.006, 3.428, 1.462, 0.246}, {5.936, 2.770, 4.260, 1.326}, {6.588, 2.974, 5.552, 2.026}};
  for (arma::uword k = 0; k < 3; ++k)
    for (arma::uword j = 0; j < 4; ++j)
      BOOST_TEST(arma::mean(iris.X.col(j).rows(50 * k, 50 * k + 49)) == Real(means[k][j]),
                 tolerance(static_cast<Real>(rounding_error)));
}

BOOST_AUTO_TEST_CASE(digits_are_sixteenths) {
  const Dataset digits = nn::load_digits();
  BOOST_TEST(nn::shape_text(digits.X) == "(1797, 64)");
  BOOST_TEST(digits.X.min() == 0);
  BOOST_TEST(digits.X.max() == 1);
  BOOST_TEST(digits.X(0, 2) == Real(5) / 16);
  const std::vector<arma::uword> counts{178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
  for (arma::uword k = 0; k < 10; ++k)
    BOOST_TEST(arma::uvec(arma::find(digits.y == k)).n_elem == counts[k]);
  BOOST_TEST(digits.feature_names[63] == "p77");
  BOOST_TEST(digits.class_names[9] == "9");
}

BOOST_AUTO_TEST_CASE(infert_has_its_matched_sets) {
  const Table infert = Table::read("infert.csv");
  BOOST_TEST(infert.rows() == 248u);
  BOOST_TEST(arma::accu(infert.numbers("case")) == 83);
  std::vector<std::string> education{"0-5yrs", "6-11yrs", "12+ yrs"};
  const Indices codes = infert.classes("education", education);
  BOOST_TEST(arma::uvec(arma::find(codes == 2)).n_elem == 116u);
  std::map<double, int> sets;
  for (const Real stratum : infert.numbers("stratum")) ++sets[stratum];
  BOOST_TEST(sets.size() == 83u);
}

BOOST_AUTO_TEST_CASE(fashion_mnist_refuses_its_lookalikes) {
  const TemporaryFolder folder;
  const Environment data("NN_DATA", folder.path.string());
  const auto write = [&](const std::string& stem, std::uint32_t n, std::uint32_t side,
                         const std::string& labels) {
    folder.write(stem + "-images-idx3-ubyte.gz",
                 gzip(idx({n, side, side}, std::string(n * side * side, 1))));
    folder.write(stem + "-labels.idx1-ubyte", idx({n}, labels));  // as some copies are named
  };
  write("t10k", 1, 1, "x");
  write("train", 100, 28, std::string(100, 0));
  const std::string here = folder.path.string();
  BOOST_TEST(nn::have_fashion_mnist());
  BOOST_TEST(refusal([] { nn::load_fashion_mnist(); }) ==
             here +
                 "/train-images-idx3-ubyte.gz holds 100 items of shape (28, 28), expected 60000 of "
                 "(28, 28)");
  write("train", 60000, 28, std::string(60000, 3));
  BOOST_TEST(refusal([] { nn::load_fashion_mnist(); }) ==
             here +
                 "/train-labels.idx1-ubyte is not Fashion-MNIST: label 0 occurs 0 times, expected "
                 "6000");
}
