// What a model looks like: Keras's table, and its graph for Graphviz.
#include <algorithm>
#include <cstdio>

#include "common/model/model.hpp"

namespace nn {

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

using Row = std::vector<std::string>;

// The first columns of the rows under their heads, in Keras's frame.
std::string table(const Row& head, const std::vector<Row>& rows, std::size_t columns_shown) {
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
  std::string out = rule("┏", "━", "┳", "┓") + cells(head, "┃") + rule("┡", "━", "╇", "┩");
  for (std::size_t r = 0; r < rows.size(); ++r)
    out += cells(rows[r], "│") +
           (r + 1 < rows.size() ? rule("├", "─", "┼", "┤") : rule("└", "─", "┴", "┘"));
  return out;
}

}  // namespace

std::string Model::summary_text() const {
  const Network& net = network();
  const bool branches = layer().type != "Sequential";
  std::vector<std::vector<std::string>> rows;
  std::vector<std::shared_ptr<Layer>> seen;
  std::size_t weighted = 0;
  for (const NetworkNode& node : net.nodes()) {
    const bool is_input = node.inputs.empty();
    if (is_input && !branches) continue;
    std::vector<std::string> row{node.layer->name + " (" + node.layer->type + ")",
                                 batch_shape_text(node.shape), "0", ""};
    std::size_t count = 0;
    for (const Weight* weight : node.layer->weights()) count += weight->value.n_elem;
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
  std::string out =
      "Model: \"" + (name().empty() ? (branches ? "functional" : "sequential") : name()) + "\"\n";
  out += table({"Layer (type)", "Output Shape", "Param #", "Connected to"}, rows, branches ? 4 : 3);

  std::size_t total = 0, trainable = 0;
  for (const Parameter& parameter : net.parameters()) {
    total += parameter.weight->value.n_elem;
    if (parameter.trainable) trainable += parameter.weight->value.n_elem;
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
                nodes[k].layer->type.c_str(), batch_shape_text(nodes[k].shape).c_str());
    for (std::size_t input : nodes[k].inputs) dot += text("  n%zu -> n%zu;\n", input, k);
  }
  return dot + "}\n";
}

}  // namespace nn
