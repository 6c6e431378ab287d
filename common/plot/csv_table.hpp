// Numbers and names as CSV, the way gnuplot, spreadsheets and pandas read it alike.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "common/base/error.hpp"
#include "common/plot/grid.hpp"

namespace nn::plotting {

using Strings = std::vector<std::string>;

struct Table {  // a file <stem>_<name>.csv
  std::string name, csv;
};

inline std::string join(const Strings& parts, const std::string& separator) {
  std::string result;
  for (const std::string& part : parts) result += (&part == &parts[0] ? "" : separator) + part;
  return result;
}

// The shortest usual text that reads back as the same number, be it double or float; nan, inf, -inf.
inline std::string csv_number(double value, bool float32 = false) {
  const std::string shorter = text("%.*g", float32 ? 6 : 15, value);
  const double back =
      float32 ? std::strtof(shorter.c_str(), nullptr) : std::strtod(shorter.c_str(), nullptr);
  if (!std::isfinite(value) || back == value) return shorter;
  return text("%.*g", float32 ? 9 : 17, value);
}

inline std::string csv_text(const std::string& value) {
  if (value.find_first_of(",\"\n\r") == std::string::npos) return value;
  std::string result = "\"";
  for (char c : value)
    result += c == '"' ? "\"\"" : c == '\n' || c == '\r' ? " " : std::string(1, c);
  return result + "\"";
}

// A column of a table: its name, then its numbers.
inline Strings column(const std::string& name, const std::vector<double>& numbers,
                      bool float32 = false) {
  Strings cells = {name};
  for (double number : numbers) cells.push_back(csv_number(number, float32));
  return cells;
}

inline std::string csv_columns(const std::vector<Strings>& columns) {
  std::string csv;
  for (std::size_t row = 0; row < columns[0].size(); ++row) {
    Strings cells;
    for (const Strings& column : columns) cells.push_back(csv_text(column[row]));
    csv += join(cells, ",") + "\n";
  }
  return csv;
}

// A matrix with its column names above and its row names on the left. In such a file gnuplot takes
// a comma for a separator even inside quotes, so names lose theirs. `digits` 0: all of them.
inline std::string csv_matrix(const Strings& columns, const Strings& rows, const Grid& M,
                              int digits) {
  const auto plain = [](std::string name) {
    for (char& c : name) c = c == ',' ? ';' : c == '"' ? '\'' : c == '\n' || c == '\r' ? ' ' : c;
    const bool blank = name.find_first_not_of(' ') == std::string::npos;
    return blank ? "\" \"" : name;  // without quotes, gnuplot numbers a blank last column
  };
  std::string csv;
  for (const std::string& name : columns) csv += "," + plain(name);
  for (std::size_t row = 0; row < M.n_rows; ++row) {
    csv += "\n" + plain(rows[row]);
    for (std::size_t column = 0; column < M.n_cols; ++column)
      csv += "," + (digits > 0 ? text("%.*g", digits, M(row, column))
                               : csv_number(M(row, column), M.float32));
  }
  return csv + "\n";
}

}  // namespace nn::plotting
