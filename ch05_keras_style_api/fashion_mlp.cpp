// Clothes instead of digits: Fashion-MNIST with an MLP of one hidden layer.
//
// Notes:  001 data, model, compile, fit; reference results in data/README.md
// Run:    ./book data fashion-mnist, then ./book run ch05/fashion_mlp
// Expect: 0.84 of the 10,000 test images after learning 10,000; shirts are hard
//         (over 24 seeds 0.8456 +- 0.0067; Keras, same model and epochs: 0.8475 +- 0.0045 over 16)
// Try:    --full yes (all 60,000: 0.883, Keras 0.8800 +- 0.0051), --hidden 16
#include "ch05_keras_style_api/image_report.hpp"
#include "common/data/data.hpp"
#include "common/nn.hpp"

int main(int argc, char** argv) {
  nn::Program program("Fashion-MNIST with an MLP", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int images = 10000;
  program.knob("images", images, "training images, from the first on", 1, 60000);
  bool full = false;
  program.knob("full", full, "all 60,000 training images");
  int epochs = 10;
  program.knob("epochs", epochs, "passes over the training images");
  int hidden = 128;
  program.knob("hidden", hidden, "units of the hidden layer", 1, 8192);
  double learning_rate = 0.001;
  program.knob("learning-rate", learning_rate, "Adam's learning rate", 0.0, 1.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    if (!nn::have_fashion_mnist()) {
      std::puts("skipped: Fashion-MNIST is not here; ./book data fashion-mnist brings it");
      return;
    }
    // 1. data: 28 x 28 pixels / 255
    const nn::ImageSets sets = nn::load_fashion_mnist();
    const auto n = static_cast<arma::uword>(full ? 60000 : images);
    const nn::Dataset& test = sets.test;
    const nn::Matrix X = sets.train.X.head_rows(n), Y = nn::one_hot(sets.train.y.head(n), 10),
                     Y_test = nn::one_hot(test.y, 10);

    // 2. model: 784-128-10
    nn::set_seed(program.seed());
    nn::Sequential model;
    model.add(nn::Dense(hidden, {.activation = nn::relu, .input_shape = {784}}));
    model.add(nn::Dense(10, {.activation = nn::softmax}));
    model.summary();
    model.compile({.optimizer = nn::Adam({.learning_rate = learning_rate}),
                   .loss = nn::categorical_crossentropy,
                   .metrics = {nn::accuracy}});

    // 3. training; the test images are only watched
    const nn::History history = model.fit(X, Y,
                                          {.epochs = epochs,
                                           .batch_size = 64,
                                           .validation_data = {test.X, Y_test},
                                           .verbose = false});

    // 4. result
    const nn::Scores scores = model.evaluate(test.X, Y_test, {.batch_size = 500});
    std::printf("\n%llu images, %d epochs: training accuracy %.4f, test accuracy %.4f\n",
                static_cast<unsigned long long>(n), epochs,
                model.evaluate(X, Y, {.batch_size = 500})["accuracy"], scores["accuracy"]);
    save_confusion(program, test, model.predict(test.X, {.batch_size = 500}), 28);
    save_curves(program, history);
    save_weights(program, model.weights()[0], 28);
    program.result("test_loss", scores.loss);
    program.result("test_accuracy", scores["accuracy"]);
  });
}
