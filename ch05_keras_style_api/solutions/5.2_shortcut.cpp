// Solution of exercise 5.2: a model with two shortcuts
#include "common/program/exercise.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/merge.hpp"
#include "common/model/model.hpp"

static nn::Model shortcut_model() {
  nn::Tensor X = nn::Input({16});
  nn::Tensor H = nn::Dense(32, {.activation = nn::relu, .name = "hidden"})(X);
  nn::Tensor B = nn::Dense(32, {.activation = nn::relu, .name = "block_1"})(H);
  B = nn::Dense(32, {.name = "block_2"})(B);
  nn::Tensor S = nn::add({H, B});
  nn::Tensor both = nn::concatenate({S, X});
  return nn::Model(X, nn::Dense(3, {.activation = nn::softmax, .name = "answer"})(both));
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
