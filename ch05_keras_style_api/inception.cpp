// The Inception module: three towers look at the same image through windows of different sizes.
//
// Notes:  003 Inception 모듈 (GoogleNet), input 256 x 256 x 3; erratum 10 (axis)
// Run:    ./book run ch05/inception
// Expect: 140,160 parameters and (256, 256, 192); on digits the module and its larger towers do alike
// Try:    --filters 16, --epochs 20
#include "common/model/callbacks.hpp"
#include "common/data/data.hpp"
#include "common/plot/graphviz.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/conv2d.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/flatten.hpp"
#include "common/layers/pooling2d.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// The listing's three towers for any image and any number of filters.
static std::vector<nn::Tensor> towers(const nn::Tensor& input_img, int filters) {
  const auto conv = [&](nn::Size2D window) {
    return nn::Conv2D(filters, window, {.padding = nn::Padding::same, .activation = nn::relu});
  };
  nn::Tensor tower_1 = conv({1, 1})(input_img);
  tower_1 = conv({3, 3})(tower_1);
  nn::Tensor tower_2 = conv({1, 1})(input_img);
  tower_2 = conv({5, 5})(tower_2);
  nn::Tensor tower_3 =
      nn::MaxPooling2D({3, 3}, {.strides = {1, 1}, .padding = nn::Padding::same})(input_img);
  tower_3 = conv({1, 1})(tower_3);
  return {tower_1, tower_2, tower_3};
}

int main(int argc, char** argv) {
  nn::Program program("The Inception module, in the notes' size and on small digits", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int filters = 8;
  program.knob("filters", filters, "filters of each convolution on the digits", 1, 1000);
  int epochs = 8;
  program.knob("epochs", epochs, "passes over the digits", 1, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. the notes' module: only written down, not run (one image has 12.6 million outputs)
    const nn::Tensor input_img = nn::Input({256, 256, 3});
    const nn::Tensor output = nn::concatenate(towers(input_img, 64), {.axis = -1});  // erratum 10
    nn::Model module(input_img, output);
    module.summary();
    const nn::Shape wrong = nn::concatenate(towers(input_img, 64), {.axis = 1}).shape();
    std::printf(
        "\nalong axis -1: %s; along axis 1, as in the notes: %s, three images one below the "
        "other\n\n",
        output.shape().str().c_str(), wrong.str().c_str());

    // 2. data and models: digits of 8 x 8 pixels; the module, and each tower alone
    const nn::Dataset digits = nn::load_digits();
    nn::Rng rng = program.rng();
    const nn::Split split = nn::stratified_split(digits.y, 0.2, rng);
    const nn::Matrix X = digits.X.rows(split.train), X_test = digits.X.rows(split.test);
    const nn::Matrix all_Y = nn::one_hot(digits.y), Y = all_Y.rows(split.train),
                     Y_test = all_Y.rows(split.test);
    nn::Figure figure(
        {.title = "Digits through towers", .x_label = "epoch", .y_label = "test accuracy"});
    std::printf("model                 parameters   test accuracy\n");
    const std::vector<std::string> names{"module", "3x3", "5x5", "pooling"};
    std::vector<double> accuracies;
    for (std::size_t which = 0; which < names.size(); ++which) {
      nn::set_seed(program.seed());
      const nn::Tensor image = nn::Input({8, 8, 1}, {.name = "image"});
      const std::vector<nn::Tensor> three = towers(image, filters);
      nn::Tensor x = which == 0 ? nn::concatenate(three) : three[which - 1];
      x = nn::Flatten()(nn::MaxPooling2D({2, 2})(x));
      nn::Model model(image, nn::Dense(10, {.activation = nn::softmax, .name = "digit"})(x));
      model.compile({.optimizer = nn::Adam({.learning_rate = 0.003}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});

      // 3. training
      const nn::History history = model.fit(
          X, Y, {.epochs = epochs, .validation_data = {X_test, Y_test}, .verbose = false});
      accuracies.push_back(history["val_accuracy"].back());
      std::printf("%-20s %11zu %15.3f\n", names[which].c_str(), model.parameter_count(),
                  accuracies.back());
      figure.line(history["val_accuracy"], names[which]);
      if (which == 0 && program.plots()) nn::save_graph(model.to_dot(), program.out("graph"));
    }

    // 4. result
    std::printf("\n");
    program.result("parameters", static_cast<double>(module.parameter_count()));
    program.result("channels", static_cast<double>(output.shape()[2]));
    program.result("height_along_axis_1", static_cast<double>(wrong[0]));
    for (std::size_t k = 0; k < names.size(); ++k)
      program.result("test_accuracy_" + names[k], accuracies[k]);
    program.save(figure, "accuracy");
  });
}
