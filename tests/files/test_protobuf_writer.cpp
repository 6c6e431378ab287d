// The wire format, with the examples of protobuf.dev/programming-guides/encoding.
#include "common/files/protobuf_writer.hpp"

#include <boost/test/unit_test.hpp>

namespace {
std::string hex(const nn::ProtobufMessage& message) {
  std::string digits;
  for (const unsigned char byte : message.bytes()) digits += nn::text("%02x", byte);
  return digits;
}
}  // namespace

BOOST_AUTO_TEST_CASE(the_examples_of_the_documentation) {
  nn::ProtobufMessage inner, text, outer;
  inner.whole(1, 150);
  BOOST_TEST(hex(inner) == "089601");
  text.string(2, "testing");
  BOOST_TEST(hex(text) == "120774657374696e67");
  outer.message(3, inner);
  BOOST_TEST(hex(outer) == "1a03089601");
  nn::ProtobufMessage several;  // one key a number; packed, they have one together
  for (const int number : {3, 270, 86942}) several.whole(6, number);
  BOOST_TEST(hex(several) == "3003308e02309ea705");
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_numbers) {
  nn::ProtobufMessage zero, minus_two, large;
  zero.whole(1, 0);
  BOOST_TEST(hex(zero) == "0800");
  minus_two.whole(1, -2);
  BOOST_TEST(hex(minus_two) == "08feffffffffffffffff01");
  large.whole(16, 128);  // a field above 15 takes two bytes
  BOOST_TEST(hex(large) == "80018001");
}

BOOST_AUTO_TEST_CASE(real_numbers_lowest_byte_first) {
  nn::ProtobufMessage single, twice, list;
  single.float32(1, 1.5f);
  BOOST_TEST(hex(single) == "0d0000c03f");
  twice.float64(2, -2.0);
  BOOST_TEST(hex(twice) == "1100000000000000c0");
  list.float64s(3, {1.0, 0.0});
  BOOST_TEST(hex(list) == "1a10000000000000f03f0000000000000000");
}
