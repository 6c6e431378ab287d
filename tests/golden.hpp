// Golden numbers: matrices by name that another library computed. The scripts in tests/golden/ that
// write these files (see golden_file.py for their format) stand beside them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>

#include "common/base/matrix.hpp"

class Golden {
 public:
  // A file of tests/golden/: "layers.txt".
  explicit Golden(const std::string& file) : file_(file) {
    std::ifstream in(std::string(NN_TEST_DATA) + "/golden/" + file);
    std::string line, name;
    std::getline(in, line);  // the script and its versions
    std::size_t rows = 0, columns = 0;
    while (in >> name >> rows >> columns) {
      nn::Matrix values(rows, columns);
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) values(i, j) = number(in);
      matrices_[name] = values;
    }
    if (matrices_.empty() || !in.eof())
      throw nn::Error("golden/" + file + ": cannot be read after \"" + name + "\"");
  }

  const nn::Matrix& operator()(const std::string& name) const {
    const auto found = matrices_.find(name);
    if (found == matrices_.end()) throw nn::Error("golden/" + file_ + ": no matrix " + name);
    return found->second;
  }
  bool has(const std::string& name) const { return matrices_.count(name) > 0; }

 private:
  // Also "inf", "nan" and numbers beyond Real, which `in >> x` refuses.
  static nn::Real number(std::istream& in) {
    std::string word;
    in >> word;
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (word.empty() || *end != '\0') in.setstate(std::ios::failbit);
    return static_cast<nn::Real>(value);
  }

  std::string file_;
  std::map<std::string, nn::Matrix> matrices_;
};

// The largest difference, as a part of the largest expected number (of 0.01 if all are smaller:
// they may be nothing but rounding); infinite if the shapes differ or a number is NaN.
inline double golden_error(const nn::Matrix& got, const nn::Matrix& expected) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (got.n_rows != expected.n_rows || got.n_cols != expected.n_cols) return infinity;
  double worst = 0.0, size = 0.01;
  for (arma::uword i = 0; i < got.n_elem; ++i) {
    const double difference = std::abs(static_cast<double>(got[i]) - expected[i]);
    if (std::isnan(difference)) return infinity;
    worst = std::max(worst, difference);
    size = std::max(size, std::abs(static_cast<double>(expected[i])));
  }
  return worst / size;
}
