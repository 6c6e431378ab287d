// The same clothes with a convolutional network: two convolutions, each followed by a pooling.
//
// Notes:  001 4D tensors, Conv2D; 003 CNN, Conv2D and MaxPooling2D
// Run:    ./book data fashion-mnist, then ./book run ch05/fashion_cnn
// Expect: 0.847 of the 10,000 test images after learning 10,000, an eighth of the MLP's weights
//         (Keras, same model and epochs: 0.8454 +- 0.0019 over five seeds)
// Try:    --full yes (all 60,000, ten epochs, minutes: 0.895, Keras 0.8932), --filters 4
#include "ch05_keras_style_api/image_report.hpp"
#include "common/nn.hpp"

int main(int argc, char** argv) {
  nn::Program program("Fashion-MNIST with a convolutional network", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int images = 10000;
  program.knob("images", images, "training images, from the first on", 1, 60000);
  bool full = false;
  program.knob("full", full, "all 60,000 training images, 10 epochs");
  int epochs = 8;
  program.knob("epochs", epochs, "passes over the training images");
  int filters = 16;
  program.knob("filters", filters, "filters of the first convolution; the second has twice as many",
               1, 1024);
  double dropout = 0.3;
  program.knob("dropout", dropout, "share of the features that are dropped", 0.0, 0.95);
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
    if (full) epochs = 10;
    const nn::Dataset& test = sets.test;
    const nn::Matrix X = sets.train.X.head_rows(n), Y = nn::one_hot(sets.train.y.head(n), 10),
                     Y_test = nn::one_hot(test.y, 10);

    // 2. model: 26 x 26 windows, 13 x 13 pooled, 11 x 11, 5 x 5, dense
    nn::set_seed(program.seed());
    nn::Sequential model;
    model.add(nn::Reshape({28, 28, 1}, {.input_shape = {784}}));
    model.add(nn::Conv2D(filters, {3, 3}, {.activation = nn::relu}));
    model.add(nn::MaxPooling2D({2, 2}));
    model.add(nn::Conv2D(2 * filters, {3, 3}, {.activation = nn::relu}));
    model.add(nn::MaxPooling2D({2, 2}));
    model.add(nn::Flatten());
    model.add(nn::Dropout(dropout));
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
    save_weights(program, model.weights()[0], 3);
    program.result("test_loss", scores.loss);
    program.result("test_accuracy", scores["accuracy"]);
  });
}
