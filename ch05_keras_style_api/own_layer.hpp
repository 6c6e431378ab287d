// A layer of your own: six lines of arithmetic, and what a model wants to know about it.
#pragma once

#include "common/files/architecture.hpp"

// y = x where x > 0, else slope * x, with a slope of its own to learn for each feature
// (parametric ReLU, He et al. 2015).
struct ParametricReLU : nn::Layer {
  explicit ParametricReLU(double first) : first_slope(first) {}
  double first_slope;
  nn::Weight slope{"slope", {}, {}};
  std::string type() const override { return "ParametricReLU"; }
  nn::Shape output_shape(const nn::Shapes& inputs) const override {
    return single_input(inputs, 1, "(features)");
  }
  void build(const nn::Shapes& inputs, nn::Rng&) override {
    slope.set(nn::Matrix(1, inputs[0].size()).fill(static_cast<nn::Real>(first_slope)));
  }
  std::vector<nn::Parameter> parameters() override {
    return {{"slope", &slope.value, &slope.gradient}};
  }

  void forward(const nn::Inputs& X, nn::Matrix& Y, nn::Cache&, const nn::Context&) override {
    Y = arma::min(X[0], X[0] * 0);
    Y.each_row() %= slope.value;
    Y += arma::max(X[0], X[0] * 0);
  }
  void backward(const nn::Inputs& X, const nn::Matrix&, nn::Matrix& dY, const nn::Gradients& dX,
                nn::Cache&, const nn::Context&) override {
    const nn::Matrix negative = arma::conv_to<nn::Matrix>::from(X[0] < 0);
    slope.gradient.add(arma::sum(dY % negative % X[0], 0));  // dE/dslope = sum dE/dy x where x < 0
    dX[0].add(dY % (1 - negative + negative % arma::repmat(slope.value, dY.n_rows, 1)));
  }
};

// What its name means in a model's text; to be said once, before such a text is written or read.
inline void register_parametric_relu() {
  nn::register_layer(
      "ParametricReLU",
      [](const nn::Settings& s) {
        return nn::make_layer<ParametricReLU>(nn::setting(s, "slope", 0));
      },
      [](const nn::Layer& layer) -> nn::Settings {
        return {{"slope", static_cast<const ParametricReLU&>(layer).first_slope}};
      });
}
