#include "common/model/model.hpp"

#include <algorithm>
#include <optional>

namespace nn {

// ---- Model: structure --------------------------------------------------------------------------

Model::Model(const Tensor& input, const Tensor& output, ModelOptions options) {
  assemble({input}, {output}, "Functional", options.name);
}

Model::Model(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
             ModelOptions options) {
  assemble(inputs, outputs, "Functional", options.name);
}

void Model::assemble(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
                     const std::string& type, const std::string& name) {
  auto network = std::make_shared<Network>(inputs, outputs);
  // A model with one input may be the first layer of a Sequential: it brings the input shape.
  const Shape input_shape = inputs.size() == 1 ? inputs[0].shape() : Shape();
  static_cast<LayerHandle&>(*this) =
      LayerHandle(std::make_shared<ModelLayer>(network, type), name, input_shape);
  layer().built = true;  // its layers made their weights when they were called
  trainer_.reset();      // it knows the network of before
}

const Network& Model::network() const {
  return static_cast<const ModelLayer&>(layer()).network();
}

std::vector<LayerHandle> Model::layers() const {
  std::vector<LayerHandle> handles;
  for (const auto& layer : network().layers())
    if (!dynamic_cast<const InputLayer*>(layer.get())) handles.push_back(LayerHandle(layer));
  return handles;
}

LayerHandle Model::get_layer(const std::string& name) const {
  std::string names;
  for (const LayerHandle& handle : layers()) {
    if (handle.name() == name) return handle;
    names += (names.empty() ? "" : ", ") + handle.name();
  }
  throw Error(text("Model: no layer is named \"%s\"; there are %s", name.c_str(), names.c_str()));
}

// ---- Sequential --------------------------------------------------------------------------------

Sequential::Sequential(std::initializer_list<LayerHandle> layers, const ModelOptions& options)
    : name_(options.name) {
  for (const LayerHandle& layer : layers) add(layer);
}

void Sequential::add(const LayerHandle& layer) {
  if (!layer.shared())
    throw Error("Sequential: the added layer is empty (a Sequential that has no layers yet?)");
  if (shared() && layer.shared() == shared())
    throw Error("Sequential: a model cannot be a layer of itself");
  stack_.push_back(layer);
  if (!started_) {
    if (stack_.size() > 1 || layer.input_shape().rank() == 0) return;  // fit will tell the shape
    start(layer.input_shape());
  } else {
    output_ = layer(output_);
    assemble({input_}, {output_}, "Sequential", name_);
  }
}

void Sequential::start(const Shape& input_shape) {
  input_ = output_ = Input(input_shape);
  for (const LayerHandle& layer : stack_) output_ = layer(output_);
  started_ = true;
  assemble({input_}, {output_}, "Sequential", name_);
}

Tensor Sequential::operator()(const Tensor& input) {
  if (!started_ && !stack_.empty()) start(input.shape());
  return Model::operator()(input);
}

void Sequential::prepare(const MatrixList& X) {
  if (started_) return;
  if (stack_.empty()) throw Error("Sequential: it has no layers; add some before training");
  if (X.size() != 1) throw Error(text("Sequential: takes one input, got %zu", X.size()));
  start(Shape(X[0].n_cols));
}

// ---- ModelLayer --------------------------------------------------------------------------------

namespace {
struct InnerPass {
  explicit InnerPass(const Network& network) : pass(network) {}
  Pass pass;
  std::vector<const Matrix*> inputs;
  bool planned = false;
};
}  // namespace

void ModelLayer::set_trainable(bool value) {
  trainable = value;
  for (const auto& layer : network_->layers()) layer->set_trainable(value);
}

Shape ModelLayer::output_shape(const Shapes& inputs) const {
  if (network_->outputs().size() != 1)
    throw Error(text("%s: a model with %zu outputs cannot be used as a layer", title().c_str(),
                     network_->outputs().size()));
  if (inputs.size() != network_->inputs().size())
    throw Error(text("%s: takes %zu inputs, got %zu", title().c_str(), network_->inputs().size(),
                     inputs.size()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Shape& expected = network_->nodes()[network_->inputs()[i]].shape;
    if (inputs[i] != expected)
      throw Error(text("%s: input %zu has shape %s, expected %s", title().c_str(), i,
                       inputs[i].str().c_str(), expected.str().c_str()));
  }
  return network_->nodes()[network_->outputs()[0]].shape;
}

void ModelLayer::forward(const Inputs& X, Matrix& Y, Cache& cache, const Context& context) {
  InnerPass& inner = cache.state<InnerPass>(*network_);
  inner.inputs.clear();
  for (std::size_t i = 0; i < X.size(); ++i) inner.inputs.push_back(&X[i]);
  inner.pass.forward(inner.inputs, context);
  Y = inner.pass.output(0);
}

void ModelLayer::backward(const Inputs&, const Matrix&, Matrix& dY, const Gradients& dX,
                          Cache& cache, const Context& context) {
  InnerPass& inner = cache.state<InnerPass>(*network_);
  if (!inner.planned) {
    std::vector<bool> wanted;
    for (std::size_t i = 0; i < dX.size(); ++i) wanted.push_back(dX[i].wanted());
    inner.pass.plan_gradients(wanted);
    inner.planned = true;
  }
  inner.pass.start_gradients();
  inner.pass.output_gradient(0).add(dY);
  inner.pass.backward(context);
  for (std::size_t i = 0; i < dX.size(); ++i)
    if (dX[i].wanted()) dX[i].add(inner.pass.input_gradient(i).sum());
}

// ---- What a model looks like -------------------------------------------------------------------

namespace {

// 1344 -> "1,344".
std::string with_commas(std::size_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string memory_text(std::size_t parameters) {
  const double bytes = static_cast<double>(parameters * sizeof(Real));
  if (bytes < 1024) return text("%.2f B", bytes);
  if (bytes < 1024 * 1024) return text("%.2f KB", bytes / 1024);
  return text("%.2f MB", bytes / (1024 * 1024));
}

std::string batch_shape_text(const Shape& shape) {
  std::string line = "(None";
  for (std::size_t size : shape.sizes()) line += ", " + std::to_string(size);
  return line + ")";
}

std::string repeated(const std::string& piece, std::size_t times) {
  std::string line;
  while (times-- > 0) line += piece;
  return line;
}

}  // namespace

std::string Model::summary_text() const {
  const Network& net = network();
  const bool branches = layer().type() != "Sequential";
  std::vector<std::vector<std::string>> rows;
  std::vector<std::shared_ptr<Layer>> seen;
  std::size_t weighted = 0;
  for (const NetworkNode& node : net.nodes()) {
    const bool is_input = node.inputs.empty();
    if (is_input && !branches) continue;
    std::vector<std::string> row{node.layer->name + " (" + node.layer->type() + ")",
                                 batch_shape_text(node.shape), "0", ""};
    std::size_t count = 0;
    for (const Parameter& parameter : node.layer->parameters()) count += parameter.value->n_elem;
    row[2] = with_commas(count);
    if (std::find(seen.begin(), seen.end(), node.layer) != seen.end())
      row[2] = "(shared)";
    else if (count > 0)
      ++weighted;
    seen.push_back(node.layer);
    for (std::size_t input : node.inputs)
      row[3] += (row[3].empty() ? "" : ", ") + net.nodes()[input].layer->name;
    if (is_input) row[3] = "-";
    rows.push_back(std::move(row));
  }
  std::vector<std::string> head{"Layer (type)", "Output Shape", "Param #", "Connected to"};
  const std::size_t columns_shown = branches ? 4 : 3;
  std::vector<std::size_t> width(columns_shown);
  for (std::size_t c = 0; c < columns_shown; ++c) {
    width[c] = head[c].size();
    for (const auto& row : rows) width[c] = std::max(width[c], row[c].size());
  }
  const auto rule = [&](const char* left, const char* line, const char* cross, const char* right) {
    std::string out = left;
    for (std::size_t c = 0; c < columns_shown; ++c)
      out += repeated(line, width[c] + 2) + (c + 1 < columns_shown ? cross : right);
    return out + "\n";
  };
  const auto cells = [&](const std::vector<std::string>& row, const char* bar) {
    std::string out = bar;
    for (std::size_t c = 0; c < columns_shown; ++c) {
      const std::string pad(width[c] - row[c].size(), ' ');
      out += " " + (c == 2 ? pad + row[c] : row[c] + pad) + " " + bar;
    }
    return out + "\n";
  };

  std::string out =
      "Model: \"" + (name().empty() ? (branches ? "functional" : "sequential") : name()) + "\"\n";
  out += rule("┏", "━", "┳", "┓") + cells(head, "┃") + rule("┡", "━", "╇", "┩");
  for (std::size_t r = 0; r < rows.size(); ++r)
    out += cells(rows[r], "│") +
           (r + 1 < rows.size() ? rule("├", "─", "┼", "┤") : rule("└", "─", "┴", "┘"));

  std::size_t total = 0, trainable = 0;
  for (const Parameter& parameter : net.parameters()) {
    total += parameter.value->n_elem;
    if (parameter.gradient && parameter.trainable)
      trainable += parameter.value->n_elem;
  }
  const auto line = [&](const char* what, std::size_t count) {
    return text(" %s: %s (%s)\n", what, with_commas(count).c_str(), memory_text(count).c_str());
  };
  out += line("Total params", total) + line("Trainable params", trainable) +
         line("Non-trainable params", total - trainable);
  // "Deep" is counted in two ways: layers with weights, or only the hidden ones among them.
  out += text(" Layers with weights: %zu, of them hidden: %zu\n", weighted,
              weighted > net.outputs().size() ? weighted - net.outputs().size() : 0);
  return out;
}

void Model::summary() const { std::printf("%s", summary_text().c_str()); }

std::string Model::to_dot() const {
  std::string dot = "digraph model {\n  node [shape=box, fontname=\"Helvetica\"];\n";
  const auto& nodes = network().nodes();
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    dot += text("  n%zu [label=\"%s\\n%s\\n%s\"];\n", k, nodes[k].layer->name.c_str(),
                nodes[k].layer->type().c_str(), batch_shape_text(nodes[k].shape).c_str());
    for (std::size_t input : nodes[k].inputs) dot += text("  n%zu -> n%zu;\n", input, k);
  }
  return dot + "}\n";
}

}  // namespace nn
