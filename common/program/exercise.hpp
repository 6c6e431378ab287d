// An exercise checks itself: it compares the student's numbers with the expected ones and prints
//   exercise 1.2  not yet: weight of x1: expected 1, got 0
//   exercise 1.2  done
#pragma once

#include <cmath>
#include <exception>
#include <functional>
#include <string>

#include "common/base/matrix.hpp"

namespace nn {

class Exercise {
 public:
  explicit Exercise(std::string id) : id_(std::move(id)) {}

  // |got - expected| <= tolerance.
  void expect(const std::string& what, double expected, double got, double tolerance = 1e-9) {
    if (!(std::abs(got - expected) <= tolerance))  // also refuses NaN
      not_yet(text("%s: expected %.6g, got %.6g", what.c_str(), expected, got));
  }
  void expect(const std::string& what, const Matrix& expected, const Matrix& got,
              double tolerance = 1e-9) {
    if (arma::size(expected) != arma::size(got))
      return not_yet(text("%s: expected shape %s, got %s", what.c_str(),
                          shape_text(expected).c_str(), shape_text(got).c_str()));
    for (std::size_t i = 0; i < expected.n_elem; ++i)
      expect(text("%s(%d, %d)", what.c_str(), static_cast<int>(i % expected.n_rows),
                  static_cast<int>(i / expected.n_rows)),
             static_cast<double>(expected[i]), static_cast<double>(got[i]), tolerance);
  }
  void expect_at_least(const std::string& what, double goal, double got) {
    if (!(got >= goal))
      not_yet(text("%s: expected at least %.6g, got %.6g", what.c_str(), goal, got));
  }
  void expect_at_most(const std::string& what, double goal, double got) {
    if (!(got <= goal))
      not_yet(text("%s: expected at most %.6g, got %.6g", what.c_str(), goal, got));
  }
  void expect_true(const std::string& what, bool holds) {
    if (!holds) not_yet(what);
  }

  // Runs the checks and prints the verdict. Returns the exit code: 0 done, 2 not yet.
  int verdict(const std::function<void()>& checks) {
    try {
      checks();
    } catch (const std::exception& error) {
      not_yet(error.what());
    }
    if (problem_.empty()) {
      std::printf("exercise %s  done\n", id_.c_str());
      return 0;
    }
    std::printf("exercise %s  not yet: %s\n", id_.c_str(), problem_.c_str());
    return 2;
  }

 private:
  void not_yet(const std::string& problem) {  // the first one is told
    if (problem_.empty()) problem_ = problem;
  }
  std::string id_, problem_;
};

}  // namespace nn
