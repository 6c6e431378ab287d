// Pictures of graphs by Graphviz, from the text that Graph::to_dot and Model::to_dot return.
#pragma once

#include <filesystem>
#include <string>

namespace nn {

// Writes <stem>.dot and, by Graphviz, <stem>.svg and <stem>.png. Without Graphviz one line says so,
// once per program, and the .dot file can be drawn elsewhere. Throws Error if a file cannot be
// written or Graphviz fails.
void save_graph(const std::string& dot, const std::filesystem::path& stem);

}  // namespace nn
