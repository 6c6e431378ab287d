// CSV text as a table with named columns.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

struct CsvOptions {
  char separator = '\0';  // '\0': found from the first line: , ; tab or |
  bool header = true;     // false: the columns are named "1", "2" ...
};

// Whether a value is empty, NA, N/A, NaN, null or ?, in capitals or not.
bool is_missing(std::string_view value);

//   const nn::Table table = nn::Table::read("infert.csv");
//   std::puts(table.summary().c_str());  // columns, types, ranges, how many values are missing
//   const nn::Matrix X = table.numbers({"age", "parity", "induced", "spontaneous"});
//
// A table of text cells with named columns, read whole. Quoted fields (RFC 4180), CRLF and a UTF-8
// mark at the start are understood; blank lines and blanks around a field are dropped. A file that
// is empty, binary or not UTF-8, and a row with too few or too many fields, are refused with their
// line number.
class Table {
 public:
  static Table read(const std::string& name, CsvOptions options = {});  // by find_data
  static Table parse(std::string_view csv, const std::string& name = "CSV",
                     CsvOptions options = {});

  std::size_t rows() const { return lines_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }
  bool has(const std::string& column) const;

  std::vector<std::string> texts(const std::string& column) const;  // as they stand there
  bool numeric(const std::string& column) const;         // there are values, and all are numbers
  std::size_t missing(const std::string& column) const;  // how many values are missing

  // Columns as numbers (rows x columns given). Refuses a text or a missing value with its line:
  //   iris.csv line 7: Petal.Width is "wide", expected a number
  Matrix numbers(const std::vector<std::string>& columns) const;
  Matrix numbers(std::initializer_list<std::string> columns) const;  // numbers({"age", "income"})
  ColVector numbers(const std::string& column) const;

  // A column as class numbers 0, 1, 2 ... in the order of `names`; empty `names`: filled in order
  // of first appearance. Refuses a missing value, and one that is not among the names given.
  Indices classes(const std::string& column, std::vector<std::string>& names) const;

  // The rows in which none of these columns (none given: of all columns) is missing.
  Table complete(const std::vector<std::string>& columns = {}) const;

  // One line per column: its name, whether it holds numbers, their range, how many are missing.
  std::string summary() const;

 private:
  std::size_t index(const std::string& column) const;
  std::string_view cell(std::size_t row, std::size_t column) const;
  std::vector<std::string_view> present(const std::string& column) const;
  std::string where(std::size_t row, std::size_t column) const;
  Real number(std::size_t row, std::size_t column) const;

  std::string name_;
  std::vector<std::string> columns_;
  std::string cells_;               // the text of all cells, row by row, one after the other
  std::vector<std::size_t> ends_;   // where each cell ends there
  std::vector<std::size_t> lines_;  // of each row: the line of the file where it begins, from 1
};

}  // namespace nn
