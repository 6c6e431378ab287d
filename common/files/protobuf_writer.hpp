// Messages in the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), which
// ONNX and TensorBoard use for their files. A message is a row of fields; each is a key, the
// field's number and the kind of what follows, and the value. That is all that writing needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

class ProtobufMessage {
 public:
  // int32, int64, bool, enum: seven bits a byte, the lowest first; the eighth says that more follow.
  void whole(int field, std::int64_t value);
  void float32(int field, float value);
  void float64(int field, double value);
  // string and bytes.
  void string(int field, const std::string& value);
  void message(int field, const ProtobufMessage& value) { string(field, value.bytes_); }
  // Repeated numbers, packed: one field.
  void float64s(int field, const std::vector<double>& values);

  const std::string& bytes() const { return bytes_; }

 private:
  void key(int field, int kind);
  void varint(std::uint64_t value);
  std::string bytes_;
};

// The bytes of a number, the lowest first, on every machine.
void append_little_endian(std::uint64_t value, int bytes, std::string& to);
void append_little_endian(float value, std::string& to);
void append_little_endian(double value, std::string& to);

}  // namespace nn
