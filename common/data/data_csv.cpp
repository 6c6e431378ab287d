// Table: CSV text as named columns.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

#include "common/data/data.hpp"

namespace nn {

namespace {

// A value as it is shown in a sentence: in quotes, on one line, shortened when long.
std::string shown(std::string_view value) {
  constexpr std::size_t longest = 40;
  std::size_t cut = std::min(value.size(), longest);
  while (cut > 0 && cut < value.size() && (value[cut] & 0xC0) == 0x80) --cut;  // whole characters
  std::string line(value.substr(0, cut));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return '"' + line + (cut < value.size() ? "...\"" : "\"");
}

// How many places of a terminal a text takes: Korean, Chinese and Japanese characters, three bytes
// in UTF-8, take two.
std::size_t display_width(std::string_view value) {
  std::size_t width = 0;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) width += byte >= 0xE0 ? 2 : 1;
  }
  return width;
}

// "a, b, c"; of many names the first twenty.
std::string listed(const std::vector<std::string>& names) {
  std::string line;
  for (std::size_t i = 0; i < names.size() && i < 20; ++i) line += (i ? ", " : "") + names[i];
  return names.size() <= 20 ? line : line + text(" ... (%zu in all)", names.size());
}

bool is_missing(std::string_view value) {
  constexpr std::size_t longest = 4;
  if (value.size() > longest) return false;
  std::string lower;
  for (const char c : value)
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower.empty() || lower == "na" || lower == "n/a" || lower == "nan" || lower == "null" ||
         lower == "?";
}

// The whole of `value` as a decimal number; false for any other text, also "inf" and "0x1F".
bool parse_number(std::string_view value, double& number) {
  if (value.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return false;
  if (value.starts_with('+') && !value.starts_with("+-")) value.remove_prefix(1);
  if (value.empty() || value.starts_with('+')) return false;
#ifdef __cpp_lib_to_chars
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc{}) return stop == end;
  if (error != std::errc::result_out_of_range || stop != end) return false;
#endif
  // strtod where the library has no from_chars for double, and for what is too large (infinity) or
  // too small (zero).
  const std::string copy(value);
  char* rest = nullptr;
  number = std::strtod(copy.c_str(), &rest);
  return *rest == '\0';
}

// The length of the UTF-8 character at `at`; 0 if the bytes there are not one (overlong forms,
// surrogates and numbers above U+10FFFF are not).
std::size_t utf8_length(std::string_view bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u;
  };
  const unsigned first = byte(0), second = byte(1);
  std::size_t length = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) length = 2;
  if (first >= 0xE0 && first <= 0xEF) length = 3;
  if (first >= 0xF0 && first <= 0xF4) length = 4;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
    return 0;
  return length;
}

// Throws unless `csv` is text in UTF-8.
void require_text(std::string_view csv, const std::string& name) {
  if (csv.starts_with("\xFF\xFE") || csv.starts_with("\xFE\xFF"))
    throw Error(name + " is in UTF-16, expected UTF-8; save it again as \"CSV UTF-8\"");
  std::size_t line = 1;
  for (std::size_t at = 0; at < csv.size();) {
    const unsigned char c = static_cast<unsigned char>(csv[at]);
    if (c == '\n') ++line;
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
      throw Error(text("%s line %zu: byte 0x%02x does not occur in text; this is not a CSV file",
                       name.c_str(), line, c));
    const std::size_t length = utf8_length(csv, at);
    if (length == 0)
      throw Error(
          text("%s line %zu: byte 0x%02x is not UTF-8; save the file again as \"CSV UTF-8\"",
               name.c_str(), line, c));
    at += length;
  }
}

// The separator that occurs most often outside quotes in the first line that is not blank.
char find_separator(std::string_view csv) {
  constexpr std::string_view candidates = ",;\t|";
  std::array<std::size_t, candidates.size()> counts{};
  bool quoted = false, blank = true;
  for (const char c : csv) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '\n' || c == '\r')) {
      if (!blank) break;
      counts = {};
    }
    if (!std::isspace(static_cast<unsigned char>(c))) blank = false;
    if (const auto which = candidates.find(c); !quoted && which != std::string_view::npos)
      ++counts[which];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return candidates[static_cast<std::size_t>(most - counts.begin())];
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
    for (skip_blanks(); at_ < csv_.size() && at_line_end(); skip_blanks()) end_line();
    if (at_ == csv_.size()) return 0;
    line_ = next_line_;
    std::size_t fields = 0;
    for (;;) {
      skip_blanks();
      if (at_ < csv_.size() && csv_[at_] == '"')
        quoted_field(cells);
      else
        plain_field(cells);
      ends.push_back(cells.size());
      ++fields;
      if (at_ < csv_.size() && csv_[at_] == separator_) {
        ++at_;
        continue;
      }
      end_line();
      return fields;
    }
  }

  std::size_t line() const { return line_; }  // where the last record began, from 1

 private:
  bool is_blank(char c) const { return (c == ' ' || c == '\t' || c == '\f') && c != separator_; }
  void skip_blanks() {
    while (at_ < csv_.size() && is_blank(csv_[at_])) ++at_;
  }
  bool at_line_end() const { return at_ == csv_.size() || csv_[at_] == '\n' || csv_[at_] == '\r'; }
  void end_line() {  // \n, \r\n or \r
    if (at_ == csv_.size()) return;
    if (csv_[at_] == '\r' && at_ + 1 < csv_.size() && csv_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++next_line_;
  }

  void plain_field(std::string& cells) {
    const std::size_t start = at_;
    while (!at_line_end() && csv_[at_] != separator_) ++at_;
    std::size_t end = at_;
    while (end > start && is_blank(csv_[end - 1])) --end;
    cells.append(csv_.substr(start, end - start));
  }

  void quoted_field(std::string& cells) {
    const std::size_t opened = next_line_;
    ++at_;
    for (;;) {
      if (at_ == csv_.size())
        throw Error(
            text("%s line %zu: a quote is opened here and never closed", name_.c_str(), opened));
      if (csv_[at_] == '"') {
        ++at_;
        if (at_ == csv_.size() || csv_[at_] != '"') break;  // "" inside quotes is one "
      } else if (csv_[at_] == '\n' ||
                 (csv_[at_] == '\r' && (at_ + 1 == csv_.size() || csv_[at_ + 1] != '\n'))) {
        ++next_line_;
      }
      cells += csv_[at_++];
    }
    skip_blanks();
    if (!at_line_end() && csv_[at_] != separator_)
      throw Error(
          text("%s line %zu: text follows a closing quote; write \"\" for a quote inside a "
               "quoted field",
               name_.c_str(), next_line_));
  }

  std::string_view csv_;
  char separator_;
  const std::string& name_;
  std::size_t at_ = 0, line_ = 1, next_line_ = 1;
};

}  // namespace

// ---- Reading -----------------------------------------------------------------------------------

Table Table::read(const std::string& name, CsvOptions options) {
  return parse(read_file(find_data(name)), name, options);
}

Table Table::parse(std::string_view csv, const std::string& name, CsvOptions options) {
  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);  // the UTF-8 mark that Excel writes
  require_text(csv, name);
  if (options.separator == '\0') options.separator = find_separator(csv);
  if (options.separator == '"' || options.separator == '\n' || options.separator == '\r')
    throw Error(name + ": a quote or a line end cannot be the separator");
  CsvReader reader(csv, options.separator, name);

  Table table;
  table.name_ = name;
  const std::size_t n_columns = reader.record(table.cells_, table.ends_);
  if (n_columns == 0) throw Error(name + " is empty");
  if (options.header) {
    for (std::size_t i = 0, start = 0; i < n_columns; start = table.ends_[i++])
      table.columns_.push_back(table.cells_.substr(start, table.ends_[i] - start));
    std::vector<std::string> sorted = table.columns_;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
      throw Error(text("%s line %zu: two columns are named %s", name.c_str(), reader.line(),
                       shown(*twice).c_str()));
    table.cells_.clear();
    table.ends_.clear();
  } else {
    for (std::size_t i = 1; i <= n_columns; ++i) table.columns_.push_back(std::to_string(i));
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

// ---- Columns -----------------------------------------------------------------------------------

bool Table::has(const std::string& column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

std::size_t Table::index(const std::string& column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end())
    throw Error(text("%s has no column %s, its columns are %s", name_.c_str(),
                     shown(column).c_str(), listed(columns_).c_str()));
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view Table::cell(std::size_t row, std::size_t column) const {
  const std::size_t i = row * columns_.size() + column, start = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(cells_).substr(start, ends_[i] - start);
}

std::vector<std::string> Table::texts(const std::string& column) const {
  const std::size_t c = index(column);
  std::vector<std::string> values;
  for (std::size_t row = 0; row < rows(); ++row) values.emplace_back(cell(row, c));
  return values;
}

bool Table::numeric(const std::string& column) const {
  const std::size_t c = index(column);
  bool any = false;
  double number = 0.0;
  for (std::size_t row = 0; row < rows(); ++row) {
    if (is_missing(cell(row, c))) continue;
    if (!parse_number(cell(row, c), number)) return false;
    any = true;
  }
  return any;
}

std::size_t Table::missing(const std::string& column) const {
  const std::size_t c = index(column);
  std::size_t count = 0;
  for (std::size_t row = 0; row < rows(); ++row) count += is_missing(cell(row, c));
  return count;
}

Real Table::number(std::size_t row, std::size_t column) const {
  const std::string_view value = cell(row, column);
  double number = 0.0;
  if (parse_number(value, number) && std::isfinite(static_cast<Real>(number)))
    return static_cast<Real>(number);
  const std::string where =
      text("%s line %zu: %s is", name_.c_str(), lines_[row], columns_[column].c_str());
  if (is_missing(value))
    throw Error(
        text("%s missing, expected a number (%zu of %zu values of this column are missing; "
             "complete() leaves such rows out)",
             where.c_str(), missing(columns_[column]), rows()));
  if (parse_number(value, number))
    throw Error(text("%s %s, too large for float%zu", where.c_str(), shown(value).c_str(),
                     8 * sizeof(Real)));
  throw Error(text("%s %s, expected a number", where.c_str(), shown(value).c_str()));
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
  const bool given = !names.empty();
  std::map<std::string_view, arma::uword> number_of;
  std::vector<std::string_view> found;
  for (std::size_t k = 0; k < names.size(); ++k)
    if (!number_of.emplace(names[k], k).second)
      throw Error(text("%s: two classes are named %s", name_.c_str(), shown(names[k]).c_str()));
  Indices y(rows());
  for (std::size_t row = 0; row < rows(); ++row) {
    const std::string_view value = cell(row, c);
    auto known = number_of.find(value);
    if (known == number_of.end() && is_missing(value))
      throw Error(
          text("%s line %zu: %s is missing, expected a class (complete() leaves such rows "
               "out)",
               name_.c_str(), lines_[row], columns_[c].c_str()));
    if (known == number_of.end() && given)
      throw Error(text("%s line %zu: %s is %s, expected one of %s", name_.c_str(), lines_[row],
                       columns_[c].c_str(), shown(value).c_str(), listed(names).c_str()));
    if (known == number_of.end()) {
      known = number_of.emplace(value, found.size()).first;
      found.push_back(value);
    }
    y[row] = known->second;
  }
  if (!given) names.assign(found.begin(), found.end());
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

// "0.1 ... 2.5"
std::string Table::number_range(const std::string& column) const {
  const std::size_t c = index(column);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t row = 0; row < rows(); ++row)
    if (double number = 0.0; parse_number(cell(row, c), number)) {
      low = std::min(low, number);
      high = std::max(high, number);
    }
  return text("%g ... %g", low, high);
}

// The first five different values, in order of first appearance.
std::string Table::first_texts(const std::string& column) const {
  const std::size_t c = index(column);
  std::vector<std::string_view> different;
  for (std::size_t row = 0; row < rows() && different.size() <= 5; ++row)
    if (!is_missing(cell(row, c)) &&
        std::find(different.begin(), different.end(), cell(row, c)) == different.end())
      different.push_back(cell(row, c));
  std::string line;
  for (std::size_t i = 0; i < different.size(); ++i)
    line += i == 5 ? ", ..." : (i ? ", " : "") + shown(different[i]);
  return line;
}

std::string Table::summary() const {
  std::size_t width = 6;
  for (const std::string& column : columns_) width = std::max(width, display_width(column));
  const auto line = [&](const std::string& name, const std::string& type, const std::string& gaps,
                        const std::string& values) {
    return name + std::string(width - display_width(name), ' ') +
           text("  %-6s  %7s  %s\n", type.c_str(), gaps.c_str(), values.c_str());
  };
  std::string lines =
      text("%s: %zu row%s, %zu column%s\n", name_.c_str(), rows(), rows() == 1 ? "" : "s",
           columns_.size(), columns_.size() == 1 ? "" : "s");
  lines += line("column", "type", "missing", "values");
  for (const std::string& column : columns_)
    lines += line(column, numeric(column) ? "number" : "text", std::to_string(missing(column)),
                  numeric(column) ? number_range(column) : first_texts(column));
  return lines;
}

}  // namespace nn
