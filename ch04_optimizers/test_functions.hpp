// Functions of two variables on which optimizers are compared, with their gradients by hand.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/plot/figure.hpp"

struct TestFunction {
  std::string name;
  std::function<double(double x, double y)> value;
  std::function<nn::Matrix(double x, double y)> gradient;  // (1 x 2)
  nn::Matrix start, minimum;                               // (1 x 2)
  nn::Range x_range, y_range;
  bool log_levels = true;
  // Values at the rows of XY, for contour plots.
  nn::ColVector plane(const nn::Matrix& XY) const {
    nn::ColVector f(XY.n_rows);
    for (arma::uword i = 0; i < XY.n_rows; ++i) f[i] = value(XY(i, 0), XY(i, 1));
    return f;
  }
};

inline TestFunction ravine() {  // a long valley: curvature 1 along x, 40 along y
  return {"ravine",
          [](double x, double y) { return 0.5 * (x * x + 40 * y * y); },
          [](double x, double y) {
            return nn::Matrix{{x, 40 * y}};
          },
          nn::Matrix{{-4.0, 1.0}},
          nn::Matrix{{0.0, 0.0}},
          {-5, 2},
          {-1.5, 1.5}};
}
inline TestFunction saddle() {  // (0, 0) is flat, down along y to (0, +-1)
  return {
      "saddle",
      [](double x, double y) { return 0.5 * x * x + 0.25 * y * y * y * y - 0.5 * y * y + 0.25; },
      [](double x, double y) {
        return nn::Matrix{{x, y * y * y - y}};
      },
      nn::Matrix{{-1.8, 1e-3}},
      nn::Matrix{{0.0, 1.0}},
      {-2, 1},
      {-1.5, 1.5}};
}
inline TestFunction beale() {
  return {
      "Beale",
      [](double x, double y) {
        const double a = 1.5 - x + x * y, b = 2.25 - x + x * y * y, c = 2.625 - x + x * y * y * y;
        return a * a + b * b + c * c;
      },
      [](double x, double y) {
        const double a = 1.5 - x + x * y, b = 2.25 - x + x * y * y, c = 2.625 - x + x * y * y * y;
        return nn::Matrix{{2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)),
                           2 * (a * x + b * 2 * x * y + c * 3 * x * y * y)}};
      },
      nn::Matrix{{1.0, 1.5}},
      nn::Matrix{{3.0, 0.5}},
      {0, 4},
      {-0.5, 2}};
}
inline TestFunction rosenbrock() {
  return {"Rosenbrock",
          [](double x, double y) { return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x); },
          [](double x, double y) {
            return nn::Matrix{{-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)}};
          },
          nn::Matrix{{-1.2, 1.0}},
          nn::Matrix{{1.0, 1.0}},
          {-1.7, 1.6},
          {-0.7, 1.9}};
}
inline std::vector<TestFunction> test_functions() {
  return {ravine(), saddle(), beale(), rosenbrock()};
}

// The points that an optimizer visits in `steps` steps: (steps + 1) x 2. A path that leaves the
// numbers stays where it left.
inline nn::Matrix walk(const TestFunction& f, nn::Optimizer optimizer, int steps) {
  nn::Matrix w = f.start, path(steps + 1, 2);
  path.row(0) = w;
  for (int t = 1; t <= steps; ++t) {
    const nn::Matrix g = f.gradient(w[0], w[1]);
    if (g.is_finite() && arma::abs(w).max() < 1e6)
      optimizer.step({{w, g}});  // w+ = w - eta dE/dw and its kin
    path.row(t) = w;
  }
  return path;
}

// The first step from which on f stays below `goal`; -1 if it never does.
inline int steps_to(const TestFunction& f, const nn::Matrix& path, double goal) {
  int first = -1;
  for (arma::uword t = 0; t < path.n_rows; ++t) {
    const bool below = f.value(path(t, 0), path(t, 1)) < goal;
    if (!below)
      first = -1;
    else if (first < 0)
      first = static_cast<int>(t);
  }
  return first;
}
