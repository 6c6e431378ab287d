#include "common/plot/gnuplot.hpp"

#include <bit>
#include <cctype>
#include <list>
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
  if (byte(i) < 0x80) return 1;
  if (byte(i) < 0xC2 || byte(i) > 0xF4) return 0;
  const auto length = static_cast<std::size_t>(std::countl_one(byte(i)));
  if (i + length > s.size()) return 0;
  for (std::size_t k = i + 1; k < i + length; ++k)
    if ((byte(k) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

fs::path find_gnuplot() { return find_tool("gnuplot"); }

namespace plotting {

std::string literal(const std::string& text) {
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

std::string literal_file(const std::string& name) {
  const unsigned char first = static_cast<unsigned char>(name.empty() ? '.' : name[0]);
  const bool plain = std::isalnum(first) || first == '_' || first >= 0x80;
  return literal((plain ? "" : "./") + name);
}

void make_pictures(const fs::path& stem, const std::vector<Table>& tables,
                   const std::string& script, const Strings& endings) {
  const fs::path folder = fs::absolute(stem).parent_path();
  const std::string name = stem.filename().string();
  for (const Table& table : tables)
    write_file(stem.string() + "_" + table.name + ".csv", table.csv);
  write_file(folder / (name + ".gp"), script);

  const fs::path gnuplot = find_gnuplot();
  if (gnuplot.empty())
    return say_missing("gnuplot", "data and scripts are in " + folder.string(),
                       "apt-get install gnuplot-nox (brew install gnuplot)");

  // The same script, but it starts by going to the folder (the lines' numbers stay), and its
  // pictures have temporary names.
  std::string trial = "cd " + literal(folder.string()) + "; " + script;
  std::list<TemporaryFile> pictures;
  for (const std::string& ending : endings) {
    pictures.emplace_back(folder / (name + ending));
    const std::string output = "set output ", final_name = literal_file(name + ending);
    for (std::size_t at = 0; (at = trial.find(output + final_name, at)) != std::string::npos; ++at)
      trial.replace(at + output.size(), final_name.size(),
                    literal_file(pictures.back().path().filename()));
  }
  const TemporaryFile trial_file(folder / (name + ".gp"));
  write_file(trial_file.path(), trial);
  const ToolOutcome outcome =
      run_tool(gnuplot, {"-d", trial_file.path().string()});  // -d: not the user's ~/.gnuplot
  if (outcome.exit_code != 0)
    throw Error(text("gnuplot could not draw %s.gp (%s)", (folder / name).c_str(),
                     first_message(outcome.output).c_str()));
  for (const TemporaryFile& picture : pictures) picture.rename();
}

}  // namespace plotting
}  // namespace nn
