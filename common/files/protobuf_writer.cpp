#include "common/files/protobuf_writer.hpp"

#include <cstring>

namespace nn {

namespace {
enum Kind { varint_kind = 0, eight_bytes = 1, with_length = 2, four_bytes = 5 };
}  // namespace

void append_little_endian(std::uint64_t value, int bytes, std::string& to) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(value >> (8 * i) & 0xff);
}
void append_little_endian(float value, std::string& to) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  append_little_endian(bits, 4, to);
}
void append_little_endian(double value, std::string& to) {
  std::uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  append_little_endian(bits, 8, to);
}

void ProtobufMessage::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
  bytes_ += static_cast<char>(value);
}

void ProtobufMessage::key(int field, int kind) {
  varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(kind));
}

void ProtobufMessage::whole(int field, std::int64_t value) {
  key(field, varint_kind);
  varint(static_cast<std::uint64_t>(value));  // a negative number takes ten bytes
}

void ProtobufMessage::float32(int field, float value) {
  key(field, four_bytes);
  append_little_endian(value, bytes_);
}

void ProtobufMessage::float64(int field, double value) {
  key(field, eight_bytes);
  append_little_endian(value, bytes_);
}

void ProtobufMessage::string(int field, const std::string& value) {
  key(field, with_length);
  varint(value.size());
  bytes_ += value;
}

void ProtobufMessage::float64s(int field, const std::vector<double>& values) {
  std::string packed;
  for (const double value : values) append_little_endian(value, packed);
  string(field, packed);
}

}  // namespace nn
