#include "common/files/onnx.hpp"

#include <algorithm>

#include "common/files/files.hpp"
#include "common/files/layer_as.hpp"
#include "common/files/onnx_graph.hpp"
#include "common/layers/activation.hpp"
#include "common/layers/batch_normalization.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/conv2d.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/embedding.hpp"
#include "common/layers/gru.hpp"
#include "common/layers/layer_normalization.hpp"
#include "common/layers/lstm.hpp"
#include "common/layers/maxout.hpp"
#include "common/layers/pooling2d.hpp"
#include "common/layers/simple_rnn.hpp"
#include "common/model/model_layer.hpp"

namespace nn {

namespace {

std::int64_t size(std::size_t n) { return static_cast<std::int64_t>(n); }

// The numbers of a matrix row by row, as ONNX has them.
std::vector<float> by_rows(const Matrix& M) {
  std::vector<float> values;
  values.reserve(M.n_elem);
  for (std::size_t i = 0; i < M.n_rows; ++i)
    for (std::size_t j = 0; j < M.n_cols; ++j) values.push_back(static_cast<float>(M.at(i, j)));
  return values;
}

// One call of a layer: from names of values to the name of its output.
struct OnnxCall {
  OnnxGraph& graph;
  Layer& layer;
  std::vector<std::string> inputs;
  const Shapes& shapes;  // of the inputs' samples
  const Shape& output;   // of the output's sample

  const std::string& x() const { return inputs[0]; }
  const Matrix* weight(const std::string& name) const {
    for (const Weight* weight : layer.weights())
      if (weight->name == name) return &weight->value;
    return nullptr;
  }
  template <class L>
  const L& as() const {
    return layer_as<L>(layer, "save_onnx");
  }
};

// ---- Activation functions ----------------------------------------------------------------------

std::string add_activation(OnnxGraph& graph, const ActivationFunction& phi, const std::string& z,
                           const std::string& layer) {
  const std::string name = phi.name;
  const auto number = [&](const char* what, double value) {
    return graph.constant(what, {}, {static_cast<float>(value)});
  };
  if (name == "linear") return z;
  for (const auto& [ours, theirs] :
       {std::pair{"sigmoid", "Sigmoid"}, std::pair{"tanh", "Tanh"}, std::pair{"relu", "Relu"},
        std::pair{"selu", "Selu"}, std::pair{"softplus", "Softplus"},
        std::pair{"exponential", "Exp"}, std::pair{"sign", "Sign"}})
    if (name == ours) return graph.add(theirs, {z});
  if (name == "softmax") return graph.add("Softmax", {z}, {{"axis", -1}});
  if (name == "log_softmax") return graph.add("LogSoftmax", {z}, {{"axis", -1}});
  if (name == "leaky_relu") return graph.add("LeakyRelu", {z}, {{"alpha", phi.alpha}});
  if (name == "elu") return graph.add("Elu", {z}, {{"alpha", phi.alpha}});
  if (name == "hard_sigmoid")
    return graph.add("HardSigmoid", {z}, {{"alpha", 1.0 / 6.0}, {"beta", 0.5}});
  if (name == "swish" || name == "silu") return graph.add("Mul", {z, graph.add("Sigmoid", {z})});
  if (name == "step") {
    const std::string is_positive = graph.add("GreaterOrEqual", {z, number("zero", 0.0)});
    return graph.add("Cast", {is_positive}, {{"to", 1}});  // 1: float
  }
  if (name == "gelu" || name == "gelu_tanh") {  // z Phi(z)
    std::string inner;
    if (name == "gelu") {  // Phi(z) = (1 + erf(z / sqrt 2)) / 2
      inner = graph.add("Erf", {graph.add("Div", {z, number("sqrt_2", std::sqrt(2.0))})});
    } else {  // about (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3))) / 2
      const std::string cube = graph.add("Mul", {z, graph.add("Mul", {z, z})});
      const std::string small = graph.add("Mul", {cube, number("cubic", 0.044715)});
      const std::string sum = graph.add("Add", {z, small});
      inner = graph.add(
          "Tanh", {graph.add("Mul", {sum, number("factor", std::sqrt(2.0 / std::acos(-1.0)))})});
    }
    const std::string twice_Phi = graph.add("Add", {inner, number("one", 1.0)});
    return graph.add("Mul", {graph.add("Mul", {z, twice_Phi}), number("half", 0.5)});
  }
  throw Error("save_onnx: " + layer + ": ONNX has no operator for the activation function \"" +
              name + "\"");
}

// ---- Dense -------------------------------------------------------------------------------------

// Z = XW + b; the weights are written once, whatever the number of calls.
std::string add_affine(OnnxCall& call) {
  const Matrix &W = *call.weight("kernel"), *b = call.weight("bias");
  OnnxGraph& graph = call.graph;
  const std::string kernel = graph.constant("kernel", {size(W.n_rows), size(W.n_cols)}, by_rows(W));
  const std::string bias = b ? graph.constant("bias", {size(b->n_cols)}, by_rows(*b)) : "";
  if (call.shapes[0].rank() == 1)
    return graph.add("Gemm",
                     b ? std::vector{call.x(), kernel, bias} : std::vector{call.x(), kernel});
  const std::string z = graph.add("MatMul", {call.x(), kernel});
  return b ? graph.add("Add", {z, bias}) : z;
}

std::string add_dense(OnnxCall& call) {
  const auto& dense = call.as<DenseLayer>();
  return add_activation(call.graph, dense.options.activation, add_affine(call), call.layer.title());
}

std::string add_maxout(OnnxCall& call) {
  const auto& maxout = call.as<MaxoutLayer>();
  const std::string shape =
      call.graph.constant("pieces", {0, maxout.options.pieces, size(maxout.units)});
  const std::string pieces = call.graph.add("Reshape", {add_affine(call), shape});
  return call.graph.add("ReduceMax", {pieces}, {{"axes", OnnxShape{1}}, {"keepdims", 0}});
}

// ---- Images ------------------------------------------------------------------------------------

// ONNX has channels before height and width, we have them last.
std::string channels_first(OnnxGraph& graph, const std::string& x, std::size_t rank) {
  OnnxShape order{0, size(rank)};
  for (std::size_t axis = 1; axis < rank; ++axis) order.push_back(size(axis));
  return rank == 1 ? x : graph.add("Transpose", {x}, {{"perm", order}});
}
std::string channels_last(OnnxGraph& graph, const std::string& x, std::size_t rank) {
  OnnxShape order{0};
  for (std::size_t axis = 2; axis <= rank; ++axis) order.push_back(size(axis));
  order.push_back(1);
  return rank == 1 ? x : graph.add("Transpose", {x}, {{"perm", order}});
}

// kernel_shape, strides and how many pixels surround the image: top, left, bottom, right.
OnnxAttributes window_attributes(const Shape& image, const Shape& output, Size2D window,
                                 Size2D strides, Padding padding) {
  OnnxShape before, after;
  const std::size_t sizes[] = {window.height, window.width},
                    steps[] = {strides.height, strides.width};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::size_t reached = (output[axis] - 1) * steps[axis] + sizes[axis];
    const bool surrounded = padding == Padding::same && reached > image[axis];
    const std::size_t pixels = surrounded ? reached - image[axis] : 0;
    before.push_back(size(pixels / 2));
    after.push_back(size(pixels - pixels / 2));
  }
  return {{"kernel_shape", OnnxShape{size(window.height), size(window.width)}},
          {"strides", OnnxShape{size(strides.height), size(strides.width)}},
          {"pads", OnnxShape{before[0], before[1], after[0], after[1]}}};
}

std::string add_conv2d(OnnxCall& call) {
  const auto& conv = call.as<Conv2DLayer>();
  const Conv2DOptions& o = conv.options;
  const Size2D window = conv.kernel_size;
  const Matrix &W = *call.weight("kernel"), *b = call.weight("bias");
  const std::size_t cells = window.height * window.width, channels = W.n_rows / cells;
  std::vector<float> kernel;  // (filters, channels, height, width) from (height, width, channels)
  for (std::size_t f = 0; f < W.n_cols; ++f)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t cell = 0; cell < cells; ++cell)
        kernel.push_back(static_cast<float>(W.at(cell * channels + c, f)));
  OnnxGraph& graph = call.graph;
  std::vector<std::string> inputs{
      channels_first(graph, call.x(), 3),
      graph.constant("kernel",
                     {size(W.n_cols), size(channels), size(window.height), size(window.width)},
                     kernel)};
  if (b) inputs.push_back(graph.constant("bias", {size(b->n_cols)}, by_rows(*b)));
  const std::string z = graph.add(
      "Conv", inputs, window_attributes(call.shapes[0], call.output, window, o.strides, o.padding));
  return add_activation(graph, o.activation, channels_last(graph, z, 3), call.layer.title());
}

std::string add_pooling(OnnxCall& call, const char* op) {
  const auto& pooling = call.as<Pooling2DLayer>();
  const std::string y =
      call.graph.add(op, {channels_first(call.graph, call.x(), 3)},
                     window_attributes(call.shapes[0], call.output, pooling.pool_size,
                                       pooling.strides, pooling.padding));
  return channels_last(call.graph, y, 3);
}

// ---- Normalization -----------------------------------------------------------------------------

// gamma or beta, or the number that takes its place.
std::string feature_constant(OnnxCall& call, const char* name, float otherwise) {
  const std::size_t d = call.output.sizes().back();
  const Matrix* value = call.weight(name);
  return call.graph.constant(name, {size(d)},
                             value ? by_rows(*value) : std::vector<float>(d, otherwise));
}

std::string add_batch_normalization(OnnxCall& call) {
  const auto& layer = call.as<BatchNormalizationLayer>();
  const std::size_t rank = call.output.rank();
  const std::vector<std::string> inputs{
      channels_first(call.graph, call.x(), rank), feature_constant(call, "gamma", 1.0f),
      feature_constant(call, "beta", 0.0f), feature_constant(call, "moving_mean", 0.0f),
      feature_constant(call, "moving_variance", 1.0f)};
  const std::string y =
      call.graph.add("BatchNormalization", inputs, {{"epsilon", layer.options.epsilon}});
  return channels_last(call.graph, y, rank);
}

std::string add_layer_normalization(OnnxCall& call) {
  const auto& layer = call.as<LayerNormalizationLayer>();
  return call.graph.add(
      "LayerNormalization",
      {call.x(), feature_constant(call, "gamma", 1.0f), feature_constant(call, "beta", 0.0f)},
      {{"axis", -1}, {"epsilon", layer.options.epsilon}});
}

// ---- Recurrent layers --------------------------------------------------------------------------

// Names of the activation functions inside an operator, with their parameters.
OnnxAttributes recurrent_attributes(const Layer& layer, std::size_t units,
                                    const std::vector<const ActivationFunction*>& functions) {
  std::vector<std::string> names;
  std::vector<double> alphas, betas;
  for (const ActivationFunction* phi : functions) {
    const std::string name = phi->name;
    if (name == "tanh") {
      names.push_back("Tanh");
    } else if (name == "sigmoid") {
      names.push_back("Sigmoid");
    } else if (name == "relu") {
      names.push_back("Relu");
    } else if (name == "softplus") {
      names.push_back("Softplus");
    } else if (name == "linear") {
      names.push_back("Affine"), alphas.push_back(1.0), betas.push_back(0.0);
    } else if (name == "hard_sigmoid") {
      names.push_back("HardSigmoid"), alphas.push_back(1.0 / 6.0), betas.push_back(0.5);
    } else if (name == "leaky_relu" || name == "elu") {
      names.push_back(name == "elu" ? "Elu" : "LeakyRelu"), alphas.push_back(phi->alpha);
    } else {
      throw Error("save_onnx: " + layer.title() +
                  ": ONNX's recurrent operators do not have the activation function \"" + name +
                  "\"");
    }
  }
  OnnxAttributes attributes{{"hidden_size", size(units)}, {"activations", names}};
  if (!alphas.empty()) attributes.push_back({"activation_alpha", alphas});
  if (!betas.empty()) attributes.push_back({"activation_beta", betas});
  return attributes;
}

// `order`: which of our gates stands where ONNX has its first, second ... gate.
template <class RecurrentClass>
std::string add_recurrent(OnnxCall& call, const char* op, const std::vector<std::size_t>& order,
                          OnnxAttributes attributes) {
  const auto& layer = call.as<RecurrentClass>();
  const std::size_t u = layer.units, d = call.shapes[0][1], gates = order.size();
  const Matrix &W = *call.weight("kernel"), &U = *call.weight("recurrent_kernel"),
               *b = call.weight("bias");
  std::vector<float> w, r, biases;  // W', U' and both biases, gate after gate
  for (const std::size_t gate : order)
    for (std::size_t k = gate * u; k < (gate + 1) * u; ++k) {
      for (std::size_t i = 0; i < d; ++i) w.push_back(static_cast<float>(W.at(i, k)));
      for (std::size_t i = 0; i < u; ++i) r.push_back(static_cast<float>(U.at(i, k)));
    }
  for (std::size_t row = 0; row < 2; ++row)  // that of the input, that of the state
    for (const std::size_t gate : order)
      for (std::size_t k = gate * u; k < (gate + 1) * u; ++k)
        biases.push_back(b && row < b->n_rows ? static_cast<float>(b->at(row, k)) : 0.0f);

  OnnxGraph& graph = call.graph;
  std::string x =
      graph.add("Transpose", {call.x()}, {{"perm", OnnxShape{1, 0, 2}}});  // steps first
  if (layer.options.go_backwards)
    x = graph.add("Slice", {x, graph.constant("last", OnnxShape{-1}),
                            graph.constant("before_first", OnnxShape{-size(call.shapes[0][0]) - 1}),
                            graph.constant("time", OnnxShape{0}),
                            graph.constant("backwards", OnnxShape{-1})});
  const std::vector<std::string> inputs{
      x, graph.constant("kernel", {1, size(gates * u), size(d)}, w),
      graph.constant("recurrent_kernel", {1, size(gates * u), size(u)}, r),
      graph.constant("bias", {1, size(2 * gates * u)}, biases)};
  if (layer.options.return_sequences) {
    const std::string y = graph.add(op, inputs, attributes);  // (steps, 1, batch, units)
    const std::string flat = graph.add("Squeeze", {y, graph.constant("directions", OnnxShape{1})});
    return graph.add("Transpose", {flat}, {{"perm", OnnxShape{1, 0, 2}}});
  }
  const std::string h = graph.add(op, inputs, attributes, 1);  // (1, batch, units)
  return graph.add("Squeeze", {h, graph.constant("directions", OnnxShape{0})});
}

std::string add_simple_rnn(OnnxCall& call) {
  const auto& rnn = call.as<SimpleRNNLayer>();
  return add_recurrent<SimpleRNNLayer>(
      call, "RNN", {0}, recurrent_attributes(rnn, rnn.units, {&rnn.options.activation}));
}

std::string add_lstm(OnnxCall& call) {  // ours: i f g o, ONNX's: i o f g
  const auto& lstm = call.as<LSTMLayer>();
  const ActivationFunction &s = lstm.options.recurrent_activation, &phi = lstm.options.activation;
  return add_recurrent<LSTMLayer>(call, "LSTM", {0, 3, 1, 2},
                                  recurrent_attributes(lstm, lstm.units, {&s, &phi, &phi}));
}

std::string add_gru(OnnxCall& call) {
  const auto& gru = call.as<GRULayer>();
  const GRUOptions& o = gru.options;
  OnnxAttributes attributes =
      recurrent_attributes(gru, gru.units, {&o.recurrent_activation, &o.activation});
  attributes.push_back({"linear_before_reset", o.reset_after ? 1 : 0});
  return add_recurrent<GRULayer>(call, "GRU", {0, 1, 2}, attributes);
}

// ---- Other layers ------------------------------------------------------------------------------

std::string add_embedding(OnnxCall& call) {
  call.as<EmbeddingLayer>();  // so that it has the weight
  const Matrix& W = *call.weight("embeddings");
  const std::string table =
      call.graph.constant("embeddings", {size(W.n_rows), size(W.n_cols)}, by_rows(W));
  const std::string ids = call.graph.add("Cast", {call.x()}, {{"to", 7}});  // 7: int64
  return call.graph.add("Gather", {table, ids}, {{"axis", 0}});
}

std::string add_reshape(OnnxCall& call) {
  OnnxShape shape{0};  // 0: the batch stays
  for (const std::size_t n : call.output.sizes()) shape.push_back(size(n));
  return call.graph.add("Reshape", {call.x(), call.graph.constant("shape", shape)});
}

std::string add_multiply(OnnxCall& call) {
  std::string product = call.x();
  for (std::size_t i = 1; i < call.inputs.size(); ++i)
    product = call.graph.add("Mul", {product, call.inputs[i]});
  return product;
}

std::string add_layer(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const std::string& type = call.layer.type;
  if (type == "Dense") return add_dense(call);
  if (type == "Maxout") return add_maxout(call);
  if (type == "Conv2D") return add_conv2d(call);
  if (type == "MaxPooling2D") return add_pooling(call, "MaxPool");
  if (type == "AveragePooling2D") return add_pooling(call, "AveragePool");
  if (type == "GlobalAveragePooling2D")
    return graph.add("ReduceMean", {call.x()},
                     {{"axes", OnnxShape{1, 2}}, {"keepdims", call.output.rank() == 3 ? 1 : 0}});
  if (type == "BatchNormalization") return add_batch_normalization(call);
  if (type == "LayerNormalization") return add_layer_normalization(call);
  if (type == "SimpleRNN") return add_simple_rnn(call);
  if (type == "LSTM") return add_lstm(call);
  if (type == "GRU") return add_gru(call);
  if (type == "Embedding") return add_embedding(call);
  if (type == "Flatten") return graph.add("Flatten", {call.x()}, {{"axis", 1}});
  if (type == "Reshape") return add_reshape(call);
  if (type == "Concatenate")
    return graph.add("Concat", call.inputs, {{"axis", call.as<ConcatenateLayer>().axis}});
  if (type == "Add") return graph.add("Sum", call.inputs);
  if (type == "Average") return graph.add("Mean", call.inputs);
  if (type == "Maximum") return graph.add("Max", call.inputs);
  if (type == "Multiply") return add_multiply(call);
  if (type == "Dropout" || type == "GaussianNoise") return graph.add("Identity", {call.x()});
  if (const auto* activation = dynamic_cast<const ActivationLayer*>(&call.layer))
    return add_activation(graph, activation->activation, call.x(), call.layer.title());
  throw Error("save_onnx: ONNX has no operator for " + call.layer.title() +
              "; leave it out of the model that is exported, or build it from other layers");
}

// The nodes of a network, a model inside of it too; the names of its outputs.
std::vector<std::string> add_network(OnnxGraph& graph, const Network& network,
                                     const std::vector<std::string>& inputs,
                                     const std::string& scope) {
  const auto& nodes = network.nodes();
  std::vector<std::string> values(nodes.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) values[network.inputs()[i]] = inputs[i];
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const NetworkNode& node = nodes[k];
    if (node.inputs.empty()) continue;
    std::vector<std::string> from;
    Shapes shapes;
    for (const std::size_t input : node.inputs) {
      from.push_back(values[input]);
      shapes.push_back(nodes[input].shape);
    }
    const std::string inner_scope = scope + node.layer->name + "/";
    if (const auto* model = dynamic_cast<const ModelLayer*>(node.layer.get())) {
      values[k] = add_network(graph, model->network(), from, inner_scope)[0];
      continue;
    }
    graph.scope = inner_scope;
    OnnxCall call{graph, *node.layer, from, shapes, node.shape};
    values[k] = add_layer(call);
  }
  std::vector<std::string> outputs;
  for (const std::size_t output : network.outputs()) outputs.push_back(values[output]);
  return outputs;
}

}  // namespace

void save_onnx(const Model& model, const std::filesystem::path& path) {
  const Network& network = model.network();
  OnnxGraph graph;
  std::vector<std::string> inputs;
  for (const std::size_t k : network.inputs()) {
    inputs.push_back(graph.unique(network.nodes()[k].layer->name));
    graph.add_input(inputs.back(), network.nodes()[k].shape);
  }
  const std::vector<std::string> outputs = add_network(graph, network, inputs, "");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const NetworkNode& node = network.nodes()[network.outputs()[i]];
    const std::string name = graph.unique(node.layer->name);
    graph.add_identity(outputs[i], name);
    graph.add_output(name, node.shape);
  }
  write_file(path, graph.model(model.name().empty() ? "model" : model.name()));
}

}  // namespace nn
