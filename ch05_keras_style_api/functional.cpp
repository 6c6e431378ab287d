// The functional API: layers are called on tensors, a model is made from its input and its output.
//
// Notes:  003 케라스 함수 API (Input(shape=(64,)) ... Model), 001 함수형 API
// Run:    ./book run ch05/functional
// Expect: 3,466 parameters; a Sequential with the same layers trains to the same numbers
// Try:    --epochs 100
#include "common/data/data.hpp"
#include "common/plot/graphviz.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The functional API, on the 64 pixels of small handwritten digits", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 20;
  program.knob("epochs", epochs, "passes over the data", 0, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: 1438 digits to learn, 359 to judge
    const nn::Dataset digits = nn::load_digits();
    nn::Rng rng = program.rng();
    const nn::Split split = nn::stratified_split(digits.y, 0.2, rng);
    const nn::Matrix X = digits.X.rows(split.train), X_test = digits.X.rows(split.test);
    const nn::Matrix all_Y = nn::one_hot(digits.y);
    const nn::Matrix Y = all_Y.rows(split.train), Y_test = all_Y.rows(split.test);

    // 2. model: the notes' listing
    nn::set_seed(program.seed());
    nn::Tensor input_tensor = nn::Input({64});
    nn::Tensor x = nn::Dense(32, {.activation = nn::relu})(input_tensor);
    x = nn::Dense(32, {.activation = nn::relu})(x);
    nn::Tensor output_tensor = nn::Dense(10, {.activation = nn::softmax})(x);
    nn::Model model(input_tensor, output_tensor);
    model.summary();

    nn::set_seed(program.seed());
    nn::Sequential stack({nn::Dense(32, {.activation = nn::relu, .input_shape = {64}}),
                          nn::Dense(32, {.activation = nn::relu}),
                          nn::Dense(10, {.activation = nn::softmax})});

    // 3. training, both alike
    const auto train = [&](nn::Model& any) {
      nn::set_seed(program.seed());
      any.compile({.optimizer = nn::Adam(),
                   .loss = nn::categorical_crossentropy,
                   .metrics = {nn::accuracy}});
      any.fit(X, Y, {.epochs = epochs, .verbose = false});
      return any.evaluate(X_test, Y_test);
    };
    const nn::Scores functional = train(model), sequential = train(stack);

    // 4. result
    std::printf("\n             test loss   test accuracy\n");
    std::printf("functional %11.4f %15.3f\n", functional.loss, functional["accuracy"]);
    std::printf("Sequential %11.4f %15.3f\n\n", sequential.loss, sequential["accuracy"]);
    program.result("parameters", static_cast<double>(model.parameter_count()));
    program.result("test_accuracy", functional["accuracy"]);
    program.result("same_loss", functional.loss == sequential.loss ? 1 : 0);
    if (program.plots()) nn::save_graph(model.to_dot(), program.out("graph"));
  });
}
