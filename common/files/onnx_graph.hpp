// An ONNX graph while it is written (onnx.proto): operators whose inputs and outputs are joined by
// names, and constants. Only onnx.cpp includes this file.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/base/shape.hpp"
#include "common/files/protobuf_writer.hpp"

namespace nn {

// AttributeProto: an option of an operator.
class OnnxAttribute {
 public:
  OnnxAttribute(const std::string& name, std::int64_t value);
  OnnxAttribute(const std::string& name, int value)
      : OnnxAttribute(name, static_cast<std::int64_t>(value)) {}
  OnnxAttribute(const std::string& name, double value);
  OnnxAttribute(const std::string& name, const std::vector<std::int64_t>& values);
  OnnxAttribute(const std::string& name, const std::vector<double>& values);
  OnnxAttribute(const std::string& name, const std::vector<std::string>& values);

  const ProtobufMessage& message() const { return message_; }

 private:
  enum Type { real = 1, whole = 2, reals = 6, wholes = 7, strings = 8 };
  ProtobufMessage message_;
};

using OnnxAttributes = std::vector<OnnxAttribute>;
using OnnxShape = std::vector<std::int64_t>;

class OnnxGraph {
 public:
  // Names begin with this, "dense/", until it is changed.
  std::string scope;

  // Adds an operator; returns the name of its output number `output`. An input named "" is left out.
  std::string add(const std::string& op, const std::vector<std::string>& inputs,
                  const OnnxAttributes& attributes = {}, int output = 0);
  // Gives a value a name of its own.
  void add_identity(const std::string& from, const std::string& to);

  // Constants; equal names are made unique. Values row by row.
  std::string constant(const std::string& name, const OnnxShape& shape,
                       const std::vector<float>& values);
  std::string constant(const std::string& name, const OnnxShape& whole_numbers);

  void add_input(const std::string& name, const Shape& sample);
  void add_output(const std::string& name, const Shape& sample);
  std::string unique(const std::string& name);

  // ModelProto, the content of a file.
  std::string model(const std::string& name) const;

 private:
  std::string add_constant(const std::string& name, const OnnxShape& shape, int type,
                           const std::string& bytes);
  static ProtobufMessage tensor(const std::string& name, const OnnxShape& shape, int type,
                                const std::string& bytes);
  static ProtobufMessage value_info(const std::string& name, const Shape& sample);
  struct Constant {
    std::string asked, name;  // the name that was asked for, and the one it got
    ProtobufMessage tensor;
  };
  std::vector<ProtobufMessage> nodes_, inputs_, outputs_;
  std::vector<Constant> constants_;
  std::set<std::string> names_;
};

}  // namespace nn
