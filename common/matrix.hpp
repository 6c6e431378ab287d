// Real, Matrix, Shape, and the checks that word shape errors.
#pragma once

#include <armadillo>
#include <cmath>
#include <concepts>
#include <cstdarg>
#include <cstdio>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The target a program links chooses the precision: `nn` is float64, `nn_float32` is float32. The
// inline namespace keeps the two apart in one program; users write nn::Matrix and never see it.
#ifdef NN_FLOAT32
#define NN_PRECISION float32
#else
#define NN_PRECISION float64
#endif

namespace nn::inline NN_PRECISION {

#ifdef NN_FLOAT32
using Real = float;
#else
using Real = double;
#endif

// Rows are samples, columns are features: X (n x d), W (d x m), b (1 x m), Z = XW + b.
using Matrix = arma::Mat<Real>;
using RowVector = arma::Row<Real>;
using ColVector = arma::Col<Real>;
using Indices = arma::uvec;  // row numbers or class numbers, from 0

// What every mistake of the caller throws; the text is one sentence that says what to change.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

#if defined(__GNUC__)
#define NN_PRINTF_LIKE __attribute__((format(printf, 1, 2)))
#else
#define NN_PRINTF_LIKE
#endif

// printf into a string.
NN_PRINTF_LIKE inline std::string text(const char* format, ...) {
  std::va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  std::string result(static_cast<std::size_t>(std::vsnprintf(nullptr, 0, format, arguments)), '\0');
  std::vsnprintf(result.data(), result.size() + 1, format, again);
  va_end(again);
  va_end(arguments);
  return result;
}

// The shape of one sample, without the batch: (784), (28, 28, 1), (100, 512). Takes any integers;
// rank 0 is a single number.
class Shape {
 public:
  Shape() = default;
  template <std::integral... Integers>
  Shape(Integers... sizes) : sizes_{checked(static_cast<long long>(sizes))...} {}
  explicit Shape(std::vector<std::size_t> sizes) : sizes_(std::move(sizes)) {}

  std::size_t rank() const { return sizes_.size(); }
  std::size_t operator[](std::size_t axis) const {
    if (axis >= rank()) throw Error(text("Shape %s has no axis %zu", str().c_str(), axis));
    return sizes_[axis];
  }
  const std::vector<std::size_t>& sizes() const { return sizes_; }

  // How many numbers one sample has: the product of the sizes.
  std::size_t size() const {
    std::size_t product = 1;
    for (std::size_t s : sizes_) {
      if (s != 0 && product > std::numeric_limits<std::size_t>::max() / s)
        throw Error(text("Shape %s: the number of its values overflows", str().c_str()));
      product *= s;
    }
    return product;
  }

  // "(28, 28, 1)"; "(784)" for rank 1; "()" for rank 0.
  std::string str() const {
    std::string line = "(";
    for (std::size_t i = 0; i < rank(); ++i) line += (i ? ", " : "") + std::to_string(sizes_[i]);
    return line + ")";
  }

  bool operator==(const Shape&) const = default;

 private:
  static std::size_t checked(long long size) {
    if (size < 0) throw Error(text("Shape: a size cannot be negative, got %lld", size));
    return static_cast<std::size_t>(size);
  }
  std::vector<std::size_t> sizes_;
};

// Throws unless X has the columns first ... first + count - 1.
inline void require_column_range(const Matrix& X, std::size_t first, std::size_t count) {
  if (first > X.n_cols || count > X.n_cols - first)
    throw Error(text("columns: %zu columns from %zu on, X has %llu", count, first,
                     static_cast<unsigned long long>(X.n_cols)));
}

// A view of `count` adjacent columns from `first` on; it shares X's memory and copies nothing.
inline Matrix columns(Matrix& X, std::size_t first, std::size_t count) {
  require_column_range(X, first, count);
  return Matrix(X.colptr(first), X.n_rows, count, false, true);
}
inline const Matrix columns(const Matrix& X, std::size_t first, std::size_t count) {
  require_column_range(X, first, count);
  return Matrix(const_cast<Real*>(X.colptr(first)), X.n_rows, count, false, true);
}

// "(4, 6)": rows and columns of any Armadillo object.
template <class M>
std::string shape_text(const M& matrix) {
  return text("(%llu, %llu)", static_cast<unsigned long long>(matrix.n_rows),
              static_cast<unsigned long long>(matrix.n_cols));
}

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

}  // namespace nn::inline NN_PRECISION
