// A layer of your own: as good as the built-in ones, also in a file.
//
// Notes:  000 케라스의 장점, 쉬운 확장 (새로운 층)
// Run:    ./book run ch05/own_layer
// Expect: its gradients agree with central differences; the slopes leave their first value, 0.25;
//         a twin made from the model's text gives the same answers
// Try:    --slope 1: at first the model is a straight line, and bends while it learns
#include "ch05_keras_style_api/own_layer.hpp"
#include "common/data/data.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// The gradients of a Dense layer and of `own` on top of it, from one step of length 1, against central
// differences of E = mean of Y^2: Dense is right only where dX is.
static double gradient_error(const nn::LayerHandle& own, const nn::Matrix& X) {
  nn::Sequential model({nn::Dense(3, {.input_shape = {3}}), own});
  model.compile({.optimizer = nn::SGD({.learning_rate = 1}), .loss = nn::mean_squared_error});
  std::vector<nn::Matrix> w = model.weights(), dW = w;
  model.fit(X, 0 * X, {.epochs = 1, .verbose = false});  // w+ = w - dE/dw
  for (std::size_t k = 0; k < w.size(); ++k) dW[k] -= model.weights()[k];
  const auto E = [&] {
    model.set_weights(w);
    return model.evaluate(X, 0 * X).loss;
  };
  double error = 0;
  for (std::size_t k = 0; k < w.size(); ++k)
    error = std::max(error, nn::check_gradient(E, w[k], dW[k]).relative_error);
  return error;
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
    const nn::Matrix six = rng.normal_matrix(6, 3);
    const nn::Dataset train = nn::two_moons(600, rng, 0.2), test = nn::two_moons(600, rng, 0.2);

    // 2. model: with the layer of own_layer.hpp, or with one in two lines, whose slope stays as it is
    const nn::LayerHandle own = nn::make_layer<ParametricReLU>(slope);
    const nn::Lambda fixed([slope](double x) { return x > 0 ? x : slope * x; },  // y = f(x)
                           [slope](double x) { return x > 0 ? 1 : slope; });     // f'(x)
    nn::set_seed(program.seed());
    const double error = std::max(gradient_error(nn::make_layer<ParametricReLU>(slope), six),
                                  gradient_error(fixed, six));
    std::printf("gradients against central differences: relative error %.0e\n", error);
    const auto trained = [&](const nn::LayerHandle& layer) {
      nn::set_seed(program.seed());
      nn::Sequential model(
          {nn::Dense(8, {.input_shape = {2}}), layer, nn::Dense(1, {.activation = nn::sigmoid})});
      model.compile({.optimizer = nn::Adam({.learning_rate = 0.01}),
                     .loss = nn::binary_crossentropy,
                     .metrics = {nn::accuracy}});
      model.fit(train.X, train.y, {.epochs = epochs, .verbose = false});
      return model;
    };

    // 3. training
    nn::Sequential model = trained(own), simple = trained(fixed);
    model.summary();
    const nn::Matrix slopes = own.weights()[0];
    slopes.print("\nthe slopes of the eight units after training:");

    // 4. result; then the model as text, where a layer of your own stands by its name
    register_parametric_relu();
    const std::string json = model.to_json();
    const std::size_t ours = json.find("{\"module\":null");
    std::printf("\nthe layer in the model's text:\n  %s\n",
                json.substr(ours, json.find("},{", ours) + 1 - ours).c_str());
    nn::Model twin = nn::model_from_json(json);  // the same layers, new weights
    twin.set_weights(model.weights());
    const nn::Matrix P = model.predict(test.X), P_twin = twin.predict(test.X);
    std::printf("\n");
    program.result("gradients_are_right", error < 1e-3 ? 1 : 0);
    program.result("parameters", static_cast<double>(model.parameter_count()));
    program.result("test_accuracy", model.evaluate(test.X, test.y)["accuracy"]);
    program.result("test_accuracy_lambda", simple.evaluate(test.X, test.y)["accuracy"]);
    program.result("slopes_moved", arma::abs(slopes - slope).max() > 0.01 ? 1 : 0);
    program.result("answers_of_the_twin_apart", arma::abs(P - P_twin).max());
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
