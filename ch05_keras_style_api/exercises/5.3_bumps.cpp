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
  nn::Weight c{"center", {}, {}};
  std::string type() const override { return "Bumps"; }
  nn::Shape output_shape(const nn::Shapes& inputs) const override { return inputs[0]; }
  void build(const nn::Shapes& inputs, nn::Rng& rng) override {
    c.set(rng.uniform_matrix(1, inputs[0].size(), -1, 1));
  }
  std::vector<nn::Parameter> parameters() override { return {{"center", &c.value, &c.gradient}}; }

  void forward(const nn::Inputs& X, nn::Matrix& Y, nn::Cache&, const nn::Context&) override {
    const nn::Matrix d = X[0] - arma::repmat(c.value, Y.n_rows, 1);
    Y = arma::exp(-d % d);
  }
  void backward(const nn::Inputs& X, const nn::Matrix& Y, nn::Matrix& dY, const nn::Gradients& dX,
                nn::Cache&, const nn::Context&) override {
    const nn::Matrix d =
        X[0] - arma::repmat(c.value, Y.n_rows, 1);  // (n x features), like Y and dY
    // TODO: c.gradient.add(...) takes a row (1 x features), dX[0].add(...) a matrix like X
    c.gradient.add(arma::sum(0 * d, 0));
    dX[0].add(0 * dY);
  }
};

int main() {
  nn::Exercise exercise("5.3");
  return exercise.verdict([&] {
    const auto gradients = [](Bumps& layer, const nn::Matrix& X, const nn::Matrix& weights,
                              nn::Matrix& dX) {
      const nn::Shape shape{X.n_cols};
      nn::Inputs inputs;
      inputs.push_back(&X, &shape);
      nn::Matrix Y(arma::size(X));
      nn::Cache cache;
      layer.forward(inputs, Y, cache, {});
      nn::Gradient gradient;
      gradient.start(X.n_rows, X.n_cols);
      nn::Gradients list;
      list.push_back(&gradient);
      layer.c.gradient.start(1, X.n_cols);
      nn::Matrix dY = weights;
      layer.backward(inputs, Y, dY, list, cache, {});
      dX = gradient.sum();
      return static_cast<double>(arma::accu(weights % Y));  // dE/dY is `weights`
    };
    nn::Rng rng(3);
    Bumps one, many;
    one.build({nn::Shape{1}}, rng);
    one.c.value.zeros();
    nn::Matrix dX, unused;
    gradients(one, {1.0f}, {1.0f}, dX);
    exercise.expect("dE/dc", 0.735759, static_cast<double>(one.c.gradient.sum()(0)), 1e-5);
    exercise.expect("dE/dX", -0.735759, static_cast<double>(dX(0)), 1e-5);

    many.build({nn::Shape{3}}, rng);
    nn::Matrix X = rng.normal_matrix(5, 3);
    const nn::Matrix weights = rng.normal_matrix(5, 3);
    gradients(many, X, weights, dX);
    const nn::Matrix dc = many.c.gradient.sum();
    const auto E = [&] { return gradients(many, X, weights, unused); };
    exercise.expect("dE/dX of a batch", nn::numerical_gradient(E, X), dX, 2e-3);
    exercise.expect("dE/dc of a batch", nn::numerical_gradient(E, many.c.value), dc, 2e-3);
  });
}
