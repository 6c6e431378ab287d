// Handwritten digits read by a network with two hidden layers, in the four steps of the notes.
//
// Notes:  001 data, model, compile, fit; 003 필기체 숫자 인식; reference results in data/README.md
// Run:    ./book run ch05/digits_mlp
// Expect: 0.906 of the last 360 digits; training accuracy 1, so the network knows its own by heart
//         (Keras, same model and epochs: 0.9050 +- 0.0076 over ten seeds)
// Try:    --shuffled yes (0.97: why so much more?), --hidden 4, --epochs 5
#include "ch05_keras_style_api/image_report.hpp"
#include "common/nn.hpp"

int main(int argc, char** argv) {
  nn::Program program("Handwritten digits with an MLP", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 40;
  program.knob("epochs", epochs, "passes over the training digits");
  int hidden = 64;
  program.knob("hidden", hidden, "units of the first hidden layer; the second has half", 1, 4096);
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

    // 2. model: 64-64-32-10
    nn::set_seed(program.seed());
    nn::Sequential model;
    model.add(nn::Dense(hidden, {.activation = nn::relu, .input_shape = {64}}));
    model.add(nn::Dense((hidden + 1) / 2, {.activation = nn::relu}));
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
    save_weights(program, model.weights()[0], 8);
    program.result("test_loss", scores.loss);
    program.result("test_accuracy", scores["accuracy"]);
  });
}
