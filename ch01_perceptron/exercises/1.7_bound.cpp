// Exercise 1.7: how many mistakes at most?
//
// Task:   compute the bound (R / gamma)^2 of the convergence theorem for a plane that separates the
//         classes. R: the longest (x, 1). gamma: the smallest of s (w x + b) / |(w, b)| over the
//         samples, s = +1 for class 1 and -1 for class 0.
// Goal:   51 for AND and the line x1 + x2 = 1.5
// Run:    ./book exercise 1.7
// Hint:   exercises/README.md, solution: solutions/1.7_bound.cpp
#include <cmath>

#include "common/data/data.hpp"
#include "common/program/exercise.hpp"
#include "common/perceptron/perceptron.hpp"

static double bound([[maybe_unused]] const nn::Matrix& X, [[maybe_unused]] const nn::ColVector& y,
                    [[maybe_unused]] const nn::Tlu& plane) {
  return 0.0;  // TODO: R, gamma, (R / gamma)^2
}

int main() {
  nn::Exercise exercise("1.7");
  return exercise.verdict([&] {
    const nn::Dataset gate = nn::gate(nn::Gate::AND);
    const nn::ColVector y = arma::conv_to<nn::ColVector>::from(gate.y);
    exercise.expect("bound for AND", 51, bound(gate.X, y, {.w = {1, 1}, .b = -1.5}), 1e-6);
    const nn::Dataset iris = nn::load_iris();
    const nn::ColVector setosa = arma::conv_to<nn::ColVector>::from(iris.y == 0);
    const nn::Tlu plane = nn::widest_margin(iris.X, setosa);
    exercise.expect("bound for setosa, four columns", 221.7839459, bound(iris.X, setosa, plane),
                    1e-4);
  });
}
