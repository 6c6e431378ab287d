// gnuplot: finding it, quoting for it, running it.
#pragma once

#include <concepts>
#include <filesystem>

#include "common/plot/csv_table.hpp"

namespace nn {

// Where gnuplot lies according to PATH; empty if it is not installed.
std::filesystem::path find_gnuplot();

namespace plotting {

// Any text as a gnuplot string that shows exactly this text: it's -> 'it''s'. Single quotes,
// because gnuplot runs what stands between back quotes inside double ones. Control characters go, a
// byte that is not UTF-8 becomes '?' (an SVG with either could not be opened).
std::string literal(const std::string& text);

// The name of a file as gnuplot takes it literally: "|x" would be a command, "~" the home folder.
std::string literal_file(const std::string& name);

// What the user gave, texts and numbers and the names of files, stands between two of these marks
// in a script's lines, so that an animation can tell what changes from frame to frame.
constexpr char kMark = '\x01';
inline std::string slot(const std::string& value) { return kMark + value + kMark; }
inline std::string text_slot(const std::string& text) { return slot(literal(text)); }
inline std::string table_slot(const std::string& stem, const std::string& table) {
  return slot(literal_file(stem + "_" + table + ".csv"));
}

// The pattern with each {} replaced by a value: texts and whole numbers as they are, others marked.
inline std::string word(const std::string& value) { return value; }
inline std::string word(std::integral auto value) { return std::to_string(value); }
inline std::string word(double value) { return slot(text("%.10g", value)); }
template <class... Values>
std::string filled(std::string pattern, const Values&... values) {
  std::size_t at = 0;
  [[maybe_unused]] const auto put = [&](const std::string& value) {
    at = pattern.find("{}", at);
    pattern.replace(at, 2, value);
    at += value.size();
  };
  (put(word(values)), ...);
  return pattern;
}

// Writes the tables, then <stem>.gp, which reads them and makes <stem> + each of `endings`, and
// runs it. The pictures, too, are made under a temporary name and renamed. Without gnuplot it
// prints one line, once per program. Throws Error with gnuplot's own message if it fails.
void make_pictures(const std::filesystem::path& stem, const std::vector<Table>& tables,
                   const std::string& script, const Strings& endings);

}  // namespace plotting
}  // namespace nn
