#include "common/plot/graphviz.hpp"

#include "common/files/files.hpp"
#include "common/program/tools.hpp"

namespace nn {

namespace fs = std::filesystem;

void save_graph(const std::string& dot, const fs::path& stem) {
  const fs::path source = stem.string() + ".dot";
  write_file(source, dot);
  const fs::path graphviz = find_tool("dot");
  if (graphviz.empty())
    return say_missing("Graphviz", "the graph is in " + source.string(),
                       "apt-get install graphviz (brew install graphviz)");
  for (const std::string ending : {"svg", "png"}) {
    const TemporaryFile picture(stem.string() + "." + ending);
    const ToolOutcome outcome =
        run_tool(graphviz, {"-T" + ending, "-o", picture.path().string(), source.string()});
    if (outcome.exit_code != 0)
      throw Error(
          text("Graphviz could not draw %s (exit code %d)", source.c_str(), outcome.exit_code));
    picture.rename();
  }
}

}  // namespace nn
