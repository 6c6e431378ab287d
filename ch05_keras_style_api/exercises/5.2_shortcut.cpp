// Exercise 5.2: a model with two shortcuts
//
// Task:   write this graph with the functional API. X has 16 numbers; H = relu(X through "hidden",
//         32 units). H goes through "block_1" (32 units, relu) and "block_2" (32 units, no
//         activation) and is added to what comes out. X is put behind the sum, and "answer" (3
//         units, softmax) sees both.
// Goal:   2,803 parameters, and the same numbers as the four formulas in main
// Run:    ./book exercise 5.2
// Hint:   exercises/README.md, solution: solutions/5.2_shortcut.cpp
#include "common/program/exercise.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/merge.hpp"
#include "common/model/model.hpp"

static nn::Model shortcut_model() {
  nn::Tensor X = nn::Input({16});
  // TODO: a chain is not enough; nn::add({a, b}) and nn::concatenate({a, b}) join tensors
  nn::Tensor H = nn::Dense(32, {.activation = nn::relu, .name = "hidden"})(X);
  return nn::Model(X, nn::Dense(3, {.activation = nn::softmax, .name = "answer"})(H));
}

static nn::Matrix affine(const nn::Matrix& X, const nn::LayerHandle& layer) {
  return X * layer.weights()[0] + arma::repmat(layer.weights()[1], X.n_rows, 1);
}

int main() {
  nn::Exercise exercise("5.2");
  return exercise.verdict([&] {
    nn::Model model = shortcut_model();
    exercise.expect("parameters", 2803, static_cast<double>(model.parameter_count()));
    nn::Rng rng(2);
    const nn::Matrix X = rng.normal_matrix(6, 16);
    const nn::Matrix H = arma::clamp(affine(X, model.get_layer("hidden")), 0, 1e9f);
    const nn::Matrix B = arma::clamp(affine(H, model.get_layer("block_1")), 0, 1e9f);
    const nn::Matrix S = H + affine(B, model.get_layer("block_2"));
    nn::Matrix P = arma::exp(affine(arma::join_rows(S, X), model.get_layer("answer")));
    P.each_col() /= nn::ColVector(arma::sum(P, 1));
    exercise.expect("answers", P, model.predict(X), 1e-5);
  });
}
