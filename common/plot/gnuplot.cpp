#include "common/plot/gnuplot.hpp"

#include <memory>
#include <sstream>

#include "common/files/files.hpp"
#include "common/program/tools.hpp"

namespace nn {

namespace fs = std::filesystem;

namespace {

// The first message in what gnuplot printed: `line 12: undefined variable: x`. Warnings are not the
// reason of a failure.
std::string first_message(const std::string& output) {
  std::istringstream lines(output);
  std::string first;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t start = line.find("line ");
    if (start != std::string::npos && line.find("warning:") == std::string::npos)
      return line.substr(start);
    if (first.empty() && line.find_first_not_of(" \t^") != std::string::npos) first = line;
  }
  return first.empty() ? "no message" : first;
}

// The length of the UTF-8 character at `s[i]`; 0 if there is none.
std::size_t utf8_length(const std::string& s, std::size_t i) {
  const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[k]); };
  const unsigned char lead = byte(i);
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (i + length > s.size()) return 0;
  for (std::size_t k = i + 1; k < i + length; ++k)
    if ((byte(k) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

fs::path find_gnuplot() { return find_tool("gnuplot"); }

std::string gnuplot_string(const std::string& text) {
  std::string result = "'";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text, i);
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if (length == 0)
      result += '?';
    else if (c == '\n')
      result += "'.\"\\n\".'";
    else if (c == '\'')
      result += "''";
    else if (c >= 0x20 && c != 0x7F)
      result += text.substr(i, length);
    else if (c == '\t')
      result += ' ';
    i += std::max<std::size_t>(length, 1);
  }
  return result + "'";
}

void make_pictures(const fs::path& stem, const ScriptFor& script,
                   const std::vector<std::string>& endings) {
  const fs::path folder = fs::absolute(stem).parent_path();
  const std::string name = stem.filename().string();
  write_file(folder / (name + ".gp"), script(name));

  const fs::path gnuplot = find_gnuplot();
  if (gnuplot.empty()) {
    say_missing("gnuplot", "data and scripts are in " + folder.string(),
                "apt-get install gnuplot-nox (brew install gnuplot)");
    return;
  }

  // The same script, but its pictures have temporary names and it starts by going to the folder.
  std::vector<std::unique_ptr<TemporaryFile>> pictures;
  for (const std::string& ending : endings)
    pictures.push_back(std::make_unique<TemporaryFile>(folder / (name + ending)));
  const TemporaryFile trial(folder / (name + ".gp"));
  write_file(trial.path(), "cd " + gnuplot_string(folder.string()) +
                               "; " +  // the lines' numbers stay
                               script(pictures.front()->path().stem().string()));
  const ToolOutcome outcome =
      run_tool(gnuplot, {"-d", trial.path().string()});  // -d: not the user's ~/.gnuplot
  if (outcome.exit_code != 0)
    throw Error(text("gnuplot could not draw %s.gp (%s)", (folder / name).c_str(),
                     first_message(outcome.output).c_str()));
  for (const auto& picture : pictures) picture->rename();
}

}  // namespace nn
