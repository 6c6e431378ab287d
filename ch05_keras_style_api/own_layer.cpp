// A layer of your own, ten lines of arithmetic: as good as the built-in ones.
//
// Notes:  000 케라스의 장점, 쉬운 확장 (새로운 층)
// Run:    ./book run ch05/own_layer
// Expect: its gradients agree with central differences; the slopes leave their first value, 0.25
// Try:    --slope 1: at first the model is a straight line, and bends while it learns
#include "common/data.hpp"
#include "common/gradient_check.hpp"
#include "common/layers/dense.hpp"
#include "common/model.hpp"
#include "common/plot.hpp"
#include "common/program.hpp"

// A layer: y = x where x > 0, else slope * x, with a slope of its own to learn for each feature
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

// The relative error of the layer's two gradients against central differences of E = sum of Y^2 / 2.
static double gradient_error(ParametricReLU layer, nn::Rng& rng) {
  nn::Matrix X = rng.normal_matrix(6, 3), Y(6, 3);
  const nn::Shape shape{3};
  layer.build({shape}, rng);
  nn::Inputs inputs;
  inputs.push_back(&X, &shape);
  nn::Cache cache;
  const auto E = [&] {
    layer.forward(inputs, Y, cache, {});
    return arma::accu(Y % Y) / 2.0;
  };
  nn::Gradient dX;
  nn::Gradients gradients;
  gradients.push_back(&dX);
  dX.start(6, 3);
  E();
  nn::Matrix dY = Y;  // dE/dY = Y
  layer.backward(inputs, Y, dY, gradients, cache, {});
  return std::max(
      nn::check_gradient(E, X, dX.matrix()).relative_error,
      nn::check_gradient(E, layer.slope.value, layer.slope.gradient.matrix()).relative_error);
}

int main(int argc, char** argv) {
  nn::Program program("A layer of your own: ReLU with a slope that is learned", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  double slope = 0.25;
  program.knob("slope", slope, "the slope below 0 at first", -2.0, 2.0);
  int epochs = 100;
  program.knob("epochs", epochs, "passes over 600 points", 0, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    const double error = gradient_error(ParametricReLU(slope), rng);
    std::printf("gradients against central differences: relative error %.0e\n", error);
    const nn::Dataset train = nn::two_moons(600, rng, 0.2), test = nn::two_moons(600, rng, 0.2);

    // 2. model
    nn::set_seed(program.seed());
    const nn::LayerHandle own = nn::make_layer<ParametricReLU>(slope);
    nn::Sequential model(
        {nn::Dense(8, {.input_shape = {2}}), own, nn::Dense(1, {.activation = nn::sigmoid})});
    model.summary();
    model.compile({.optimizer = nn::Adam({.learning_rate = 0.01}),
                   .loss = nn::binary_crossentropy,
                   .metrics = {nn::accuracy}});

    // 3. training
    model.fit(train.X, train.y, {.epochs = epochs, .verbose = false});
    const double accuracy = model.evaluate(test.X, test.y)["accuracy"];
    const nn::Matrix slopes = own.weights()[0];
    slopes.print("\nthe slopes of the eight units after training:");

    // 4. result
    std::printf("\n");
    program.result("gradients_are_right", error < 1e-3 ? 1 : 0);
    program.result("parameters", static_cast<double>(model.parameter_count()));
    program.result("test_accuracy", accuracy);
    program.result("slopes_moved", arma::abs(slopes - slope).max() > 0.01 ? 1 : 0);
    nn::Figure figure({.title = "Two moons with a layer of our own",
                       .x_range = {-1.5, 2.5},
                       .y_range = {-1, 1.5}});
    figure.regions([&](const nn::Matrix& XY) -> nn::ColVector {
      return arma::round(nn::Matrix(model.predict(XY)).col(0));
    });
    figure.scatter(test.X, test.y, {"0", "1"});
    program.save(figure, "moons");
  });
}
