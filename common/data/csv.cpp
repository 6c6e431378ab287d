#include "common/data/csv.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "common/data/find.hpp"

namespace nn {

namespace {

// ---- Sentences -----------------------------------------------------------------------------------

std::string at_line(const std::string& name, std::size_t line) {
  return text("%s line %zu: ", name.c_str(), line);
}

// A value as it is shown in a sentence: in quotes, on one line, shortened when long.
std::string shown(std::string_view value) {
  std::size_t cut = std::min<std::size_t>(value.size(), 40);
  while (cut > 0 && cut < value.size() && (value[cut] & 0xC0) == 0x80) --cut;  // whole characters
  std::string line(value.substr(0, cut));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return '"' + line + (cut < value.size() ? "...\"" : "\"");
}

// "a, b, c"; of many names the first twenty.
std::string listed(const std::vector<std::string>& names) {
  std::string line;
  for (std::size_t i = 0; i < names.size() && i < 20; ++i) line += (i ? ", " : "") + names[i];
  return names.size() <= 20 ? line : line + text(" ... (%zu in all)", names.size());
}

// How many places of a terminal a text takes: Korean, Chinese and Japanese characters, three bytes
// in UTF-8, take two.
std::size_t display_width(std::string_view value) {
  std::size_t width = 0;
  for (const unsigned char byte : value)
    if ((byte & 0xC0) != 0x80) width += byte >= 0xE0 ? 2 : 1;
  return width;
}

// ---- Values --------------------------------------------------------------------------------------

// The whole of `value` as a decimal number; none for any other text, also "inf" and "0x1F".
std::optional<double> as_number(std::string_view value) {
  if (value.empty() || value.find_first_not_of("0123456789+-.eE") != std::string_view::npos)
    return {};
  const std::string copy(value);  // strtod wants a NUL; what is too large becomes infinity
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  return *end == '\0' ? std::optional(number) : std::nullopt;
}

std::string number_range(const std::vector<std::string_view>& values) {  // "0.1 ... 2.5"
  std::vector<double> numbers;
  for (const std::string_view value : values) numbers.push_back(*as_number(value));
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  return text("%g ... %g", *low, *high);
}

// The first five different values, in order of first appearance.
std::string first_texts(const std::vector<std::string_view>& values) {
  std::set<std::string_view> different;
  std::vector<std::string> first;
  for (const std::string_view value : values)
    if (first.size() <= 5 && different.insert(value).second)
      first.push_back(first.size() < 5 ? shown(value) : "...");
  return listed(first);
}

// ---- The text ------------------------------------------------------------------------------------

// The length of the UTF-8 character with which `bytes` begin; 0 if they begin with none (overlong
// forms, surrogates and numbers above U+10FFFF are none).
std::size_t utf8_length(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (first < 0xC2 || first > 0xF4 || length > bytes.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const bool too_low = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool too_high = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return too_low || too_high ? 0 : length;
}

// Throws unless `csv` is text in UTF-8.
void require_text(std::string_view csv, const std::string& name) {
  if (csv.starts_with("\xFF\xFE") || csv.starts_with("\xFE\xFF"))
    throw Error(name + " is in UTF-16, expected UTF-8; save it again as \"CSV UTF-8\"");
  std::size_t line = 1, length = 0;
  for (; !csv.empty(); csv.remove_prefix(length)) {
    const unsigned char c = static_cast<unsigned char>(csv[0]);
    if (c == '\n') ++line;
    const char* problem = nullptr;
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
      problem = "does not occur in text; this is not a CSV file";
    else if (length = utf8_length(csv); length == 0)
      problem = "is not UTF-8; save the file again as \"CSV UTF-8\"";
    if (problem) throw Error(at_line(name, line) + text("byte 0x%02x %s", c, problem));
  }
}

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

// The separator that occurs most often outside quotes in the first line that is not blank.
char find_separator(std::string_view csv) {
  const std::size_t begin = csv.find_last_of("\r\n", csv.find_first_not_of(" \t\n\f\r")) + 1;
  std::string line;
  bool quoted = false;
  for (const char c : csv.substr(begin)) {
    if (c == '"') quoted = !quoted;
    if (!quoted && is_line_end(c)) break;
    if (!quoted) line += c;
  }
  constexpr std::string_view candidates = ",;\t|";
  return *std::max_element(candidates.begin(), candidates.end(), [&](char a, char b) {
    return std::count(line.begin(), line.end(), a) < std::count(line.begin(), line.end(), b);
  });
}

// Reads records one after the other. Boost.Tokenizer's escaped_list_separator is no help here: it
// takes RFC 4180's doubled quote for nothing, a backslash for an escape, knows no line breaks in a
// field, and cannot say on which line it stopped.
class CsvReader {
 public:
  CsvReader(std::string_view csv, char separator, const std::string& name)
      : csv_(csv), separator_(separator), name_(name) {}

  // Appends the fields of the next record that is not a blank line: their text to `cells`, the end
  // of each to `ends`. Returns the number of fields, 0 at the end of the file.
  std::size_t record(std::string& cells, std::vector<std::size_t>& ends) {
    for (skip_blanks(); at_ < csv_.size() && is_line_end(next()); skip_blanks()) end_line();
    if (at_ >= csv_.size()) return 0;
    line_ = next_line_;
    for (std::size_t fields = 1;; ++fields, ++at_) {
      skip_blanks();
      if (next() == '"')
        quoted_field(cells);
      else
        plain_field(cells);
      ends.push_back(cells.size());
      if (next() == separator_) continue;
      end_line();
      return fields;
    }
  }

  std::size_t line() const { return line_; }  // where the last record began, from 1

 private:
  char next() const { return at_ < csv_.size() ? csv_[at_] : '\n'; }  // the file ends its last line
  bool is_blank(char c) const { return (c == ' ' || c == '\t' || c == '\f') && c != separator_; }
  bool at_field_end() const { return is_line_end(next()) || next() == separator_; }
  void skip_blanks() {
    while (is_blank(next())) ++at_;
  }
  void end_line() {  // \n, \r\n or \r
    at_ += csv_.substr(at_, 2) == "\r\n" ? 2 : 1;
    ++next_line_;
  }

  void plain_field(std::string& cells) {
    const std::size_t start = at_;
    while (!at_field_end()) ++at_;
    std::string_view field = csv_.substr(start, at_ - start);
    while (!field.empty() && is_blank(field.back())) field.remove_suffix(1);
    cells += field;
  }

  void quoted_field(std::string& cells) {
    const std::size_t opened = next_line_;
    for (++at_;; ++at_) {
      if (at_ >= csv_.size())
        throw Error(at_line(name_, opened) + "a quote is opened here and never closed");
      if (next() == '"') {
        ++at_;
        if (next() != '"') break;  // "" inside quotes is one "
      }
      if (is_line_end(next()) && csv_.substr(at_, 2) != "\r\n") ++next_line_;
      cells += next();
    }
    skip_blanks();
    if (!at_field_end())
      throw Error(at_line(name_, next_line_) + "text follows a closing quote; write \"\" for a " +
                  "quote inside a quoted field");
  }

  std::string_view csv_;
  char separator_;
  const std::string& name_;
  std::size_t at_ = 0, line_ = 1, next_line_ = 1;
};

}  // namespace

bool is_missing(std::string_view value) {
  if (value.size() > 4) return false;
  std::string lower;
  for (const unsigned char c : value) lower += static_cast<char>(std::tolower(c));
  return lower.empty() || lower == "na" || lower == "n/a" || lower == "nan" || lower == "null" ||
         lower == "?";
}

// ---- Reading -------------------------------------------------------------------------------------

Table Table::read(const std::string& name, CsvOptions options) {
  return parse(read_file(find_data(name)), name, options);
}

Table Table::parse(std::string_view csv, const std::string& name, CsvOptions options) {
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);  // the UTF-8 mark that Excel writes
  require_text(csv, name);
  if (options.separator == '\0') options.separator = find_separator(csv);
  if (options.separator == '"' || is_line_end(options.separator))
    throw Error(name + ": a quote or a line end cannot be the separator");
  CsvReader reader(csv, options.separator, name);

  Table table;
  table.name_ = name;
  const std::size_t n_columns = reader.record(table.cells_, table.ends_);
  if (n_columns == 0) throw Error(name + " is empty");
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < n_columns; ++i) {
    const std::string_view cell = table.cell(0, i);
    if (options.header && !names.insert(cell).second)
      throw Error(at_line(name, reader.line()) + "two columns are named " + shown(cell));
    table.columns_.push_back(options.header ? std::string(cell) : std::to_string(i + 1));
  }
  if (options.header) {
    table.cells_.clear();
    table.ends_.clear();
  } else {
    table.lines_.push_back(reader.line());
  }
  while (const std::size_t fields = reader.record(table.cells_, table.ends_)) {
    if (fields != n_columns)
      throw Error(text("%s line %zu has %zu field%s, expected %zu as in the first line",
                       name.c_str(), reader.line(), fields, fields == 1 ? "" : "s", n_columns));
    table.lines_.push_back(reader.line());
  }
  if (table.rows() == 0) throw Error(name + " has a header line but no rows");
  return table;
}

// ---- Columns -------------------------------------------------------------------------------------

bool Table::has(const std::string& column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::size_t Table::index(const std::string& column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end())
    throw Error(name_ + " has no column " + shown(column) + ", its columns are " +
                listed(columns_));
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view Table::cell(std::size_t row, std::size_t column) const {
  const std::size_t i = row * columns_.size() + column, start = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(cells_).substr(start, ends_[i] - start);
}

std::string Table::where(std::size_t row, std::size_t column) const {
  return at_line(name_, lines_[row]) + columns_[column] + " is ";
}

std::vector<std::string> Table::texts(const std::string& column) const {
  const std::size_t c = index(column);
  std::vector<std::string> values;
  for (std::size_t row = 0; row < rows(); ++row) values.emplace_back(cell(row, c));
  return values;
}

// The values of a column that are not missing.
std::vector<std::string_view> Table::present(const std::string& column) const {
  const std::size_t c = index(column);
  std::vector<std::string_view> values;
  for (std::size_t row = 0; row < rows(); ++row)
    if (!is_missing(cell(row, c))) values.push_back(cell(row, c));
  return values;
}

std::size_t Table::missing(const std::string& column) const {
  return rows() - present(column).size();
}

bool Table::numeric(const std::string& column) const {
  const std::vector<std::string_view> values = present(column);
  return !values.empty() && std::all_of(values.begin(), values.end(),
                                        [](std::string_view value) { return !!as_number(value); });
}

Real Table::number(std::size_t row, std::size_t column) const {
  const std::string_view value = cell(row, column);
  const std::optional<double> number = as_number(value);
  if (number && std::isfinite(static_cast<Real>(*number))) return static_cast<Real>(*number);
  if (is_missing(value))
    throw Error(where(row, column) +
                text("missing, expected a number (%zu of %zu values of this column are missing; "
                     "complete() leaves such rows out)",
                     missing(columns_[column]), rows()));
  throw Error(
      where(row, column) + shown(value) +
      (number ? text(", too large for float%zu", 8 * sizeof(Real)) : ", expected a number"));
}

Matrix Table::numbers(const std::vector<std::string>& columns) const {
  if (columns.empty()) throw Error(name_ + ": no columns were named");
  Matrix X(rows(), columns.size(), arma::fill::none);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    const std::size_t c = index(columns[j]);
    for (std::size_t row = 0; row < rows(); ++row) X(row, j) = number(row, c);
  }
  return X;
}

Matrix Table::numbers(std::initializer_list<std::string> columns) const {
  return numbers(std::vector<std::string>(columns));
}

ColVector Table::numbers(const std::string& column) const {
  return numbers(std::vector<std::string>{column}).col(0);
}

Indices Table::classes(const std::string& column, std::vector<std::string>& names) const {
  const std::size_t c = index(column);
  std::map<std::string_view, arma::uword> number_of;
  for (const std::string& name : names)
    if (!number_of.emplace(name, number_of.size()).second)
      throw Error(name_ + ": two classes are named " + shown(name));
  std::vector<std::string> found;
  Indices y(rows());
  for (std::size_t row = 0; row < rows(); ++row) {
    const std::string_view value = cell(row, c);
    const auto [known, is_new] = number_of.emplace(value, number_of.size());
    if (is_new && is_missing(value))
      throw Error(where(row, c) + "missing, expected a class (complete() leaves such rows out)");
    if (is_new && !names.empty())
      throw Error(where(row, c) + shown(value) + ", expected one of " + listed(names));
    if (is_new) found.emplace_back(value);
    y[row] = known->second;
  }
  if (names.empty()) names = std::move(found);
  return y;
}

Table Table::complete(const std::vector<std::string>& columns) const {
  std::vector<std::size_t> needed;
  for (const std::string& column : columns.empty() ? columns_ : columns)
    needed.push_back(index(column));
  Table table;
  table.name_ = name_;
  table.columns_ = columns_;
  for (std::size_t row = 0; row < rows(); ++row) {
    if (std::any_of(needed.begin(), needed.end(),
                    [&](std::size_t c) { return is_missing(cell(row, c)); }))
      continue;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      table.cells_ += cell(row, c);
      table.ends_.push_back(table.cells_.size());
    }
    table.lines_.push_back(lines_[row]);
  }
  if (table.rows() == 0) throw Error(name_ + ": every row has a missing value");
  return table;
}

std::string Table::summary() const {
  std::size_t width = 6;
  for (const std::string& column : columns_) width = std::max(width, display_width(column));
  const auto line = [&](const std::string& name, const char* type, const std::string& gaps,
                        const std::string& values) {
    return name + std::string(width - display_width(name), ' ') +
           text("  %-6s  %7s  %s\n", type, gaps.c_str(), values.c_str());
  };
  std::string lines =
      text("%s: %zu row%s, %zu column%s\n", name_.c_str(), rows(), rows() == 1 ? "" : "s",
           columns_.size(), columns_.size() == 1 ? "" : "s");
  lines += line("column", "type", "missing", "values");
  for (const std::string& column : columns_) {
    const std::string gaps = std::to_string(missing(column));
    lines += numeric(column) ? line(column, "number", gaps, number_range(present(column)))
                             : line(column, "text", gaps, first_texts(present(column)));
  }
  return lines;
}

}  // namespace nn
