// Numbers and names as CSV, the way gnuplot, spreadsheets and pandas read it alike.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn::plotting {

// The shortest usual text that reads back as the same number; nan, inf, -inf.
inline std::string csv_number(double value) {
  const std::string shorter = text("%.15g", value);
  const bool enough = !std::isfinite(value) || std::strtod(shorter.c_str(), nullptr) == value;
  return enough ? shorter : text("%.17g", value);
}
inline std::string csv_number(float value) {
  const std::string shorter = text("%.6g", static_cast<double>(value));
  const bool enough = !std::isfinite(value) || std::strtof(shorter.c_str(), nullptr) == value;
  return enough ? shorter : text("%.9g", static_cast<double>(value));
}

inline std::string csv_text(const std::string& value) {
  if (value.find_first_of(",\"\n\r") == std::string::npos) return value;
  std::string result = "\"";
  for (char c : value)
    result += c == '"' ? "\"\"" : c == '\n' || c == '\r' ? " " : std::string(1, c);
  return result + "\"";
}

inline std::string csv_row(const std::vector<std::string>& cells) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row += (i ? "," : "") + cells[i];
  return row + "\n";
}

// A matrix with its column names above and its row names on the left. In such a file gnuplot takes
// a comma for a separator even inside quotes, so names lose theirs. `digits` 0: all of them.
inline std::string csv_matrix(const std::vector<std::string>& columns,
                              const std::vector<std::string>& rows, const Matrix& M, int digits) {
  const auto plain = [](std::string name) {
    for (char& c : name) c = c == ',' ? ';' : c == '"' ? '\'' : c == '\n' || c == '\r' ? ' ' : c;
    const bool blank = name.find_first_not_of(' ') == std::string::npos;
    return blank ? "\" \"" : name;  // without quotes, gnuplot numbers a blank last column
  };
  std::string csv;
  for (const std::string& name : columns) csv += "," + plain(name);
  csv += "\n";
  for (std::size_t row = 0; row < M.n_rows; ++row) {
    csv += plain(rows[row]);
    for (std::size_t column = 0; column < M.n_cols; ++column)
      csv += "," + (digits > 0 ? text("%.*g", digits, static_cast<double>(M(row, column)))
                               : csv_number(M(row, column)));
    csv += "\n";
  }
  return csv;
}

}  // namespace nn::plotting
