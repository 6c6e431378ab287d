// Exercise 3.3: softmax that does not overflow
//
// Task:   write softmax for a batch: each row of Z holds the scores of one sample.
// Goal:   0.6652 0.2447 0.0900 for the scores 1000, 999, 998; every row sums to 1, whatever
//         it holds
// Run:    ./book exercise 3.3
// Hint:   exercises/README.md, solution: solutions/3.3_stable_softmax.cpp
#include "common/functions/activations.hpp"
#include "common/program/exercise.hpp"
#include "common/base/random.hpp"

static nn::Matrix softmax(const nn::Matrix& Z) {
  nn::Matrix S = Z;
  return S;  // TODO: exp(z_j) / sum_k exp(z_k) in each row, without inf / inf or 0 / 0
}

int main() {
  nn::Exercise exercise("3.3");
  return exercise.verdict([&] {
    exercise.expect("softmax of 2, 1, 0.1", nn::Matrix{{0.6590, 0.2424, 0.0986}},
                    softmax(nn::Matrix{{2.0, 1.0, 0.1}}), 5e-5);
    exercise.expect("softmax of 1000, 999, 998", nn::Matrix{{0.6652, 0.2447, 0.0900}},
                    softmax(nn::Matrix{{1000, 999, 998}}), 5e-5);
    nn::Rng rng(3);
    nn::Matrix Z = rng.normal_matrix(7, 5);
    Z.row(2) += 2000;
    Z.row(4) -= 5000;
    Z.row(5) *= 1e6;
    const nn::Matrix S = softmax(Z);
    exercise.expect("S", nn::softmax(Z), S, 1e-12);
  });
}
