// A model trained in Python predicts here: its weights come from the file that Keras wrote.
//
// Notes:  003 keras.io/applications: models whose weights somebody else has trained
// Run:    ./book run ch05/keras_weights
// Expect: the same layers, the weights loaded, and Keras's own probabilities to float32 rounding
// Try:    another number of filters in part 2: the file does not fit, and says where
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Weights saved by Keras, loaded here");
  // ---- knobs -----------------------------------------------------------------------------------
  std::string weights =
      (nn::repository_root() / "ch05_keras_style_api" / "keras_digits.weights.h5").string();
  program.knob("weights", weights, "a file that Keras's model.save_weights wrote");
  int filters = 8;
  program.knob("filters", filters, "filters of the convolution; the file has 8", 1, 1024);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: digits 1438-1797, and the probabilities that Keras computed for them
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix X = digits.X.tail_rows(360);
    const nn::Indices y = digits.y.tail(360);
    const nn::Table table = nn::Table::read(
        (nn::repository_root() / "ch05_keras_style_api" / "keras_digits.csv").string());
    const nn::Matrix P_keras = table.numbers(table.columns());

    // 2. model: the layers of tests/golden/make_keras_digits.py
    nn::Sequential model;
    model.add(nn::Reshape({8, 8, 1}, {.input_shape = {64}}));
    model.add(nn::Conv2D(filters, {3, 3}, {.activation = nn::relu, .name = "strokes"}));
    model.add(nn::MaxPooling2D({2, 2}));
    model.add(nn::Flatten());
    model.add(nn::Dense(10, {.activation = nn::softmax, .name = "digit"}));
    const auto right = [&](const nn::Matrix& P) {
      return static_cast<double>(arma::accu(nn::argmax_rows(P) == y)) / 360;
    };
    const double before = right(model.predict(X));

    // 3. no training: the weights are read
    model.load_weights(weights);
    model.summary();

    // 4. result
    const nn::Matrix P = model.predict(X);
    std::printf("\nprobability of the right digit   Keras       here\n");
    for (arma::uword i = 0; i < 6; ++i)
      std::printf("row %llu, a %llu %25.6f %10.6f\n", static_cast<unsigned long long>(1438 + i),
                  static_cast<unsigned long long>(y[i]), P_keras(i, y[i]), P(i, y[i]));
    std::printf("\naccuracy: first weights %.4f, loaded weights %.4f, Keras %.4f\n\n", before,
                right(P), right(P_keras));
    program.result("test_accuracy", right(P));
    program.result("largest_difference", arma::abs(P - P_keras).max());
    nn::Figure figure({.title = "Keras's filters", .width = 620, .height = 300});
    program.save(figure.images(model.weights()[0].t(),
                               {.height = 3, .width = 3, .columns = 8, .diverging = true}),
                 "filters");
  });
}
