// The same digits read by a convolutional network: small windows that slide over the image.
//
// Notes:  001 4D tensors, Conv2D; 003 CNN, Conv2D and MaxPooling2D; reference results in
//         data/README.md
// Run:    ./book run ch05/digits_cnn
// Expect: 0.94 of the last 360 digits, more than the MLP's 0.906, after 15 epochs instead of 40
//         (Keras, same model and epochs: 0.9325 +- 0.0072 over ten seeds)
// Try:    --shuffled yes, --filters 4, --dropout 0
#include "ch05_keras_style_api/image_report.hpp"
#include "common/data/data.hpp"
#include "common/nn.hpp"

int main(int argc, char** argv) {
  nn::Program program("Handwritten digits with a convolutional network", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 15;
  program.knob("epochs", epochs, "passes over the training digits");
  int filters = 16;
  program.knob("filters", filters, "filters of the first convolution; the second has twice as many",
               1, 1024);
  double dropout = 0.3;
  program.knob("dropout", dropout, "share of the features that are dropped", 0.0, 0.95);
  double learning_rate = 0.001;
  program.knob("learning-rate", learning_rate, "Adam's learning rate", 0.0, 1.0);
  bool shuffled = false;
  program.knob("shuffled", shuffled, "cut the digits at random instead of in the file's order");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: pixels / 16; rows 1-1437 to learn, 1438-1797 to test
    nn::Rng rng = program.rng();
    const auto [train, test] = cut_digits(shuffled, rng);
    const nn::Matrix Y = nn::one_hot(train.y, 10), Y_test = nn::one_hot(test.y, 10);

    // 2. model: two convolutions, the larger of each 2x2 pixels, one dense layer
    nn::set_seed(program.seed());
    nn::Sequential model;
    model.add(nn::Reshape({8, 8, 1}, {.input_shape = {64}}));
    model.add(nn::Conv2D(filters, {3, 3}, {.padding = nn::Padding::same, .activation = nn::relu}));
    model.add(
        nn::Conv2D(2 * filters, {3, 3}, {.padding = nn::Padding::same, .activation = nn::relu}));
    model.add(nn::MaxPooling2D({2, 2}));
    model.add(nn::Flatten());
    model.add(nn::Dropout(dropout));
    model.add(nn::Dense(10, {.activation = nn::softmax}));
    model.summary();
    model.compile({.optimizer = nn::Adam({.learning_rate = learning_rate}),
                   .loss = nn::categorical_crossentropy,
                   .metrics = {nn::accuracy}});

    // 3. training; the test digits are only watched
    const nn::History history = model.fit(train.X, Y,
                                          {.epochs = epochs,
                                           .batch_size = 32,
                                           .validation_data = {test.X, Y_test},
                                           .verbose = false});

    // 4. result
    const nn::Scores scores = model.evaluate(test.X, Y_test);
    std::printf("\n%d epochs: training accuracy %.4f, test accuracy %.4f\n", epochs,
                model.evaluate(train.X, Y)["accuracy"], scores["accuracy"]);
    save_confusion(program, test, model.predict(test.X), 8);
    save_curves(program, history);
    save_weights(program, model.weights()[0], 3);
    program.result("test_loss", scores.loss);
    program.result("test_accuracy", scores["accuracy"]);
  });
}
