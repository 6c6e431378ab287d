#include "common/files/onnx_graph.hpp"

namespace nn {

namespace {
constexpr int opset = 17, ir_version = 8;  // ONNX 1.12, of 2022
enum ElementType { float_type = 1, int64_type = 7 };
}  // namespace

// ---- Attributes --------------------------------------------------------------------------------

OnnxAttribute::OnnxAttribute(const std::string& name, std::int64_t value) {
  message_.string(1, name);
  message_.whole(3, value);
  message_.whole(20, whole);
}
OnnxAttribute::OnnxAttribute(const std::string& name, double value) {
  message_.string(1, name);
  message_.float32(2, static_cast<float>(value));
  message_.whole(20, real);
}
OnnxAttribute::OnnxAttribute(const std::string& name, const std::vector<std::int64_t>& values) {
  message_.string(1, name);
  for (const std::int64_t value : values) message_.whole(8, value);
  message_.whole(20, wholes);
}
OnnxAttribute::OnnxAttribute(const std::string& name, const std::vector<double>& values) {
  message_.string(1, name);
  for (const double value : values) message_.float32(7, static_cast<float>(value));
  message_.whole(20, reals);
}
OnnxAttribute::OnnxAttribute(const std::string& name, const std::vector<std::string>& values) {
  message_.string(1, name);
  for (const std::string& value : values) message_.string(9, value);
  message_.whole(20, strings);
}

// ---- Operators ---------------------------------------------------------------------------------

std::string OnnxGraph::unique(const std::string& name) {
  std::string candidate = name;
  for (int k = 1; !names_.insert(candidate).second; ++k) candidate = name + "_" + std::to_string(k);
  return candidate;
}

std::string OnnxGraph::add(const std::string& op, const std::vector<std::string>& inputs,
                           const OnnxAttributes& attributes, int output) {
  const std::string name = unique(scope + op);
  ProtobufMessage node;
  for (const std::string& input : inputs) node.string(1, input);
  for (int k = 0; k < output; ++k) node.string(2, "");  // outputs that nobody wants
  node.string(2, name);
  node.string(3, name);
  node.string(4, op);
  for (const OnnxAttribute& attribute : attributes) node.message(5, attribute.message());
  nodes_.push_back(node);
  return name;
}

void OnnxGraph::add_identity(const std::string& from, const std::string& to) {
  ProtobufMessage node;
  node.string(1, from);
  node.string(2, to);
  node.string(3, unique(to + "/Identity"));
  node.string(4, "Identity");
  nodes_.push_back(node);
}

// ---- Constants, inputs and outputs -------------------------------------------------------------

ProtobufMessage OnnxGraph::tensor(const std::string& name, const OnnxShape& shape, int type,
                                  const std::string& bytes) {
  ProtobufMessage message;
  for (const std::int64_t size : shape) message.whole(1, size);
  message.whole(2, type);
  message.string(8, name);
  message.string(9, bytes);
  return message;
}

// A layer that is called twice asks for its weights twice and gets the same constants.
std::string OnnxGraph::add_constant(const std::string& name, const OnnxShape& shape, int type,
                                    const std::string& bytes) {
  for (const Constant& known : constants_)
    if (known.asked == scope + name &&
        known.tensor.bytes() == tensor(known.name, shape, type, bytes).bytes())
      return known.name;
  const std::string full = unique(scope + name);
  constants_.push_back({scope + name, full, tensor(full, shape, type, bytes)});
  return full;
}

std::string OnnxGraph::constant(const std::string& name, const OnnxShape& shape,
                                const std::vector<float>& values) {
  std::string bytes;
  for (const float value : values) append_little_endian(value, bytes);
  return add_constant(name, shape, float_type, bytes);
}

std::string OnnxGraph::constant(const std::string& name, const OnnxShape& whole_numbers) {
  std::string bytes;
  for (const std::int64_t value : whole_numbers)
    append_little_endian(static_cast<std::uint64_t>(value), 8, bytes);
  return add_constant(name, {static_cast<std::int64_t>(whole_numbers.size())}, int64_type, bytes);
}

ProtobufMessage OnnxGraph::value_info(const std::string& name, const Shape& sample) {
  ProtobufMessage batch, shape, tensor_type, type, info;
  batch.string(2, "batch");  // any size
  shape.message(1, batch);
  for (const std::size_t size : sample.sizes()) {
    ProtobufMessage dimension;
    dimension.whole(1, static_cast<std::int64_t>(size));
    shape.message(1, dimension);
  }
  tensor_type.whole(1, float_type);
  tensor_type.message(2, shape);
  type.message(1, tensor_type);
  info.string(1, name);
  info.message(2, type);
  return info;
}

void OnnxGraph::add_input(const std::string& name, const Shape& sample) {
  inputs_.push_back(value_info(name, sample));
}
void OnnxGraph::add_output(const std::string& name, const Shape& sample) {
  outputs_.push_back(value_info(name, sample));
}

std::string OnnxGraph::model(const std::string& name) const {
  ProtobufMessage graph, operators, model;
  for (const ProtobufMessage& node : nodes_) graph.message(1, node);
  graph.string(2, name);
  for (const Constant& constant : constants_) graph.message(5, constant.tensor);
  for (const ProtobufMessage& input : inputs_) graph.message(11, input);
  for (const ProtobufMessage& output : outputs_) graph.message(12, output);
  operators.string(1, "");
  operators.whole(2, opset);
  model.whole(1, ir_version);
  model.string(2, "neural-network-companion");
  model.message(7, graph);
  model.message(8, operators);
  return model.bytes();
}

}  // namespace nn
