// Numbers as figures keep them: doubles, whatever the precision of the program that gives them.
#pragma once

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <type_traits>
#include <vector>

namespace nn {

// Rows x columns, stored column after column: from any Armadillo object, or {{1, 2}, {3, 4}}, and
// back to an Armadillo matrix.
struct Grid {
  std::size_t n_rows = 0, n_cols = 0;
  std::vector<double> values;
  bool float32 = false;  // came as floats: a table shows the digits that a float has

  Grid() = default;
  Grid(std::size_t rows, std::size_t columns, double value = 0.0)
      : n_rows(rows), n_cols(columns), values(rows * columns, value) {}
  Grid(std::initializer_list<std::initializer_list<double>> rows)
      : Grid(rows.size(), rows.size() ? rows.begin()->size() : 0) {
    for (std::size_t r = 0; r < n_rows; ++r)
      for (std::size_t c = 0; c < n_cols; ++c) (*this)(r, c) = rows.begin()[r].begin()[c];
  }
  template <class Armadillo>
  requires requires(const Armadillo& any) { any.eval(); }
  Grid(const Armadillo& any) : float32(std::is_same_v<typename Armadillo::elem_type, float>) {
    const auto& M = any.eval();
    n_rows = M.n_rows;
    n_cols = M.n_cols;
    values.assign(M.begin(), M.end());
  }

  template <class Armadillo>
  requires requires { typename Armadillo::elem_type; }
  operator Armadillo() const {
    Armadillo M(n_rows, n_cols);
    std::copy(values.begin(), values.end(), M.begin());
    return M;
  }

  bool empty() const { return values.empty(); }
  double& operator()(std::size_t r, std::size_t c) { return values[c * n_rows + r]; }
  double operator()(std::size_t r, std::size_t c) const { return values[c * n_rows + r]; }
  std::vector<double> column(std::size_t k) const {
    if (k >= n_cols) return {};  // of a matrix without any
    return {values.begin() + k * n_rows, values.begin() + (k + 1) * n_rows};
  }
};

// A function of the plane: one value for each row (x, y) of an n x 2 matrix, of either precision.
using PlaneFunction = std::function<Grid(const Grid& XY)>;

}  // namespace nn
