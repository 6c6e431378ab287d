// Cyclic redundancy checks: the remainder of the bytes, as a polynomial over {0, 1}, by another one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace nn {

// The polynomial's coefficients, the highest first, in the bits from the lowest on. `before` is the
// checksum of bytes that come before.
template <class Word, Word polynomial>
Word crc(std::string_view bytes, Word before = 0) {
  static const std::array<Word, 256> table = [] {
    std::array<Word, 256> remainders{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
      Word r = static_cast<Word>(byte);
      for (int bit = 0; bit < 8; ++bit) r = (r >> 1) ^ ((r & 1) ? polynomial : 0);
      remainders[byte] = r;
    }
    return remainders;
  }();
  Word remainder = ~before;
  for (const char c : bytes)
    remainder = table[(remainder ^ static_cast<unsigned char>(c)) & 0xff] ^ (remainder >> 8);
  return ~remainder;
}

}  // namespace nn
