// Checks of what a caller gave, each with the sentence that it throws.
#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "common/base/matrix.hpp"

namespace nn {

// Throws unless `matrix` is (rows x columns): "TLU: w is (3, 1), expected (2, 1)".
template <class M>
void require_shape(std::string_view who, const char* argument, const M& matrix, std::size_t rows,
                   std::size_t columns) {
  if (matrix.n_rows != rows || matrix.n_cols != columns)
    throw Error(text("%s: %s is %s, expected (%zu, %zu)", std::string(who).c_str(), argument,
                     shape_text(matrix).c_str(), rows, columns));
}

// Throws unless `matrix` has `columns` columns: "Dense: X has 5 columns, W expects 3".
template <class M>
void require_columns(std::string_view who, const char* argument, const M& matrix,
                     std::size_t columns, const char* expecting = "expected") {
  if (matrix.n_cols != columns)
    throw Error(text("%s: %s has %llu columns, %s %zu", std::string(who).c_str(), argument,
                     static_cast<unsigned long long>(matrix.n_cols), expecting, columns));
}

// Throws unless X and Y have the same number of rows, and at least one.
template <class M, class N>
void require_same_rows(std::string_view who, const M& X, const N& Y, const char* x_name = "X",
                       const char* y_name = "Y") {
  if (X.n_rows != Y.n_rows)
    throw Error(text("%s: %s has %llu rows but %s has %llu; there must be one target per sample",
                     std::string(who).c_str(), x_name, static_cast<unsigned long long>(X.n_rows),
                     y_name, static_cast<unsigned long long>(Y.n_rows)));
  if (X.n_rows == 0) throw Error(std::string(who) + ": " + x_name + " has no rows");
}

// Throws if `matrix` holds a NaN or an infinity, and names the first: "fit: X(3, 1) is nan".
template <class M>
void require_finite(std::string_view who, const char* argument, const M& matrix) {
  if (matrix.is_finite()) return;
  for (std::size_t row = 0; row < matrix.n_rows; ++row)
    for (std::size_t column = 0; column < matrix.n_cols; ++column)
      if (!std::isfinite(matrix.at(row, column)))
        throw Error(text("%s: %s(%zu, %zu) is %g, expected finite numbers",
                         std::string(who).c_str(), argument, row, column,
                         static_cast<double>(matrix.at(row, column))));
}

// A count as a program gave it; throws "Dense: units is -1, expected at least 1" for less.
inline std::size_t positive_count(const char* who, const char* argument, long long value) {
  if (value < 1) throw Error(text("%s: %s is %lld, expected at least 1", who, argument, value));
  return static_cast<std::size_t>(value);
}

}  // namespace nn
