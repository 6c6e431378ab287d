// Exercise 5.3: a layer of your own
//
// Task:   y = exp(-(x - c)^2), with a centre c to learn for each feature, is a bump instead of a
//         bend. Forward is there; write backward: dE/dc and dE/dX from dY.
// Goal:   dE/dc = 0.735759 and dE/dX = -0.735759 for x = 1, c = 0, dY = 1
// Run:    ./book exercise 5.3
// Hint:   exercises/README.md, solution: solutions/5.3_bumps.cpp
#include "common/program/exercise.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/layers/tensor.hpp"

struct Bumps : nn::Layer {
  nn::Weight c{"center", nn::uniform(-1, 1)};
  Bumps() : Layer("Bumps") {}
  nn::Shape build(const nn::Shape& input) override {
    c.has_length(input.size());
    return input;
  }
  std::vector<nn::Weight*> weights() override { return {&c}; }

  void forward(const nn::Matrix& X, nn::Matrix& Y, nn::Call&) override {
    const nn::Matrix d = X - arma::repmat(c.value, X.n_rows, 1);
    Y = arma::exp(-d % d);
  }
  // Writes c.gradient and, unless it is null, *dX; X and dY are (n x features).
  void backward(const nn::Matrix& X, const nn::Matrix& dY, nn::Matrix* dX, nn::Call&) override {
    const nn::Matrix d = X - arma::repmat(c.value, X.n_rows, 1), Y = arma::exp(-d % d);
    // TODO: c.gradient takes a row (1 x features), *dX a matrix like X
    c.gradient = arma::sum(0 * d % Y, 0);
    if (dX) *dX = 0 * dY;
  }
};

int main() {
  nn::Exercise exercise("5.3");
  return exercise.verdict([&] {
    const auto gradients = [](Bumps& layer, const nn::Matrix& X, const nn::Matrix& dY,
                              nn::Matrix& dX) {
      nn::Matrix Y(arma::size(X));
      nn::Call call;
      dX.set_size(X.n_rows, X.n_cols);
      layer.forward(X, Y, call);
      layer.backward(X, dY, &dX, call);
      return static_cast<double>(arma::accu(dY % Y));  // E, whose dE/dY is dY
    };
    nn::Rng rng(3);
    Bumps one, many;
    one.build({1});
    one.c.draw(rng);
    one.c.value.zeros();
    nn::Matrix dX, unused;
    gradients(one, {1.0f}, {1.0f}, dX);
    exercise.expect("dE/dc", 0.735759, static_cast<double>(one.c.gradient(0)), 1e-5);
    exercise.expect("dE/dX", -0.735759, static_cast<double>(dX(0)), 1e-5);

    many.build({3});
    many.c.draw(rng);
    nn::Matrix X = rng.normal_matrix(5, 3);
    const nn::Matrix dY = rng.normal_matrix(5, 3);
    gradients(many, X, dY, dX);
    const nn::Matrix dc = many.c.gradient;
    const auto E = [&] { return gradients(many, X, dY, unused); };
    exercise.expect("dE/dX of a batch", nn::numerical_gradient(E, X), dX, 2e-3);
    exercise.expect("dE/dc of a batch", nn::numerical_gradient(E, many.c.value), dc, 2e-3);
  });
}
