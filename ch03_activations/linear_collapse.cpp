// Without activation functions a deep network is one matrix: depth adds nothing.
//
// Notes:  003 활성화 함수 사용 이유, 활성화 함수를 사용하지 않는다는 것
// Run:    ./book run ch03/linear_collapse
// Expect: three linear hidden layers and the output layer are one matrix; on XOR and spirals they
//         draw one straight line, the same layers with tanh do not
// Try:    --layers 2, --width 4, --epochs 1000
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Linear layers in a row are one linear layer", 2);
  // ---- knobs -----------------------------------------------------------------------------------
  int layers = 3;
  program.knob("layers", layers, "hidden layers", 1, 20);
  int width = 32;
  program.knob("width", width, "units in each", 1, 500);
  int epochs = 400;
  program.knob("epochs", epochs, "passes over the data");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    const std::vector<std::pair<std::string, nn::Dataset>> sets{
        {"XOR", nn::xor_blobs(200, rng)}, {"spirals", nn::spirals(200, rng, 0.02, 1.0)}};

    double worst_collapse = 0.0;
    nn::Panels sheet(2, 2);
    for (const auto& [name, set] : sets)
      for (const nn::ActivationFunction& phi : {nn::linear, nn::tanh}) {
        // 2. model
        nn::set_seed(program.seed());
        nn::Sequential model;
        for (int l = 0; l < layers; ++l)
          model.add(nn::Dense(width, {.activation = phi, .input_shape = {2}}));
        model.add(nn::Dense(2, {.activation = nn::softmax}));

        // 3. training
        model.compile({.optimizer = nn::Adam({.learning_rate = 0.01}),
                       .loss = nn::categorical_crossentropy,
                       .metrics = {nn::accuracy}});
        model.fit(set.X, nn::one_hot(set.y),
                  {.epochs = epochs, .batch_size = 32, .verbose = false});

        // 4. result: (((X W1 + b1) W2 + b2) ...) = X W + b with W = W1 W2 ..., b = (b1 W2 + b2) ...
        const double accuracy = model.evaluate(set.X, nn::one_hot(set.y))["accuracy"];
        const std::vector<nn::Matrix> w = model.weights();
        nn::Matrix W = w[0], b = w[1];
        for (std::size_t l = 2; l < w.size(); l += 2) {
          b = b * w[l] + w[l + 1];
          W = W * w[l];
        }
        const nn::Matrix Z = set.X * W + arma::repmat(b, set.X.n_rows, 1), P = model.predict(set.X);
        const double difference = arma::abs(nn::softmax(Z) - P).max();
        if (phi.is_linear()) worst_collapse = std::max(worst_collapse, difference);
        std::printf(
            "%-8s %-7s accuracy %.3f; against one layer with W = (%lld, %lld): difference %.1e\n",
            name.c_str(), phi.name, accuracy, static_cast<long long>(W.n_rows),
            static_cast<long long>(W.n_cols), difference);
        program.result(name + "_" + phi.name + "_above_0.9", accuracy > 0.9 ? 1 : 0);
        nn::Figure figure(
            {.title = nn::text("%s, %d hidden layers, %s", name.c_str(), layers, phi.name),
             .x_label = "x1",
             .y_label = "x2",
             .x_range = {-1.3, 1.3},
             .y_range = {-1.3, 1.3},
             .equal_axes = true,
             .legend = "off"});
        figure.regions([&](const nn::Matrix& XY) {
          return arma::conv_to<nn::ColVector>::from(
              nn::argmax_rows(model.predict(XY, {.batch_size = 4096})));
        });
        figure.scatter(set.X, set.y);
        sheet.add(std::move(figure));
      }
    program.result("collapse_difference", worst_collapse < 1e-12 ? 0.0 : worst_collapse);
    program.save(sheet, "regions");
  });
}
