// A layer of your own: six lines of arithmetic, and what a model wants to know about it.
#pragma once

#include "common/files/architecture.hpp"
#include "common/layers/tensor.hpp"

// y = x where x > 0, else slope * x, with a slope of its own to learn for each feature
// (parametric ReLU, He et al. 2015).
struct ParametricReLU : nn::Layer {
  explicit ParametricReLU(double first)
      : Layer("ParametricReLU"), first_slope(first), slope{"slope", nn::constant(first)} {}
  double first_slope;
  nn::Weight slope;
  nn::Shape build(const nn::Shape& input) override {
    slope.has_length(input.size());
    return input;
  }
  std::vector<nn::Weight*> weights() override { return {&slope}; }

  void forward(const nn::Matrix& X, nn::Matrix& Y, nn::Call&) override {
    Y = arma::min(X, X * 0);
    Y.each_row() %= slope.value;
    Y += arma::max(X, X * 0);
  }
  void backward(const nn::Matrix& X, const nn::Matrix& dY, nn::Matrix* dX, nn::Call&) override {
    const nn::Matrix negative = arma::conv_to<nn::Matrix>::from(X < 0);
    slope.gradient = arma::sum(dY % negative % X, 0);  // dE/dslope = sum dE/dy x where x < 0
    if (dX) *dX = dY % (1 - negative + negative % arma::repmat(slope.value, dY.n_rows, 1));
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
