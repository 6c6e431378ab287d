// Sequential both ways, as a list and by add(): the same model, the same weights, the same answers.
//
// Notes:  003 케라스 Sequential model (list, add, input_shape, input_dim), Activation layers
// Run:    ./book run ch05/sequential
// Expect: 25,450 parameters; list, add and a late input shape agree to the last bit
// Try:    --units 64
#include "common/layers/activation.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Sequential: a list of layers, or one add() after the other", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int units = 32;
  program.knob("units", units, "hidden units", 1, 10000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: any numbers will do, 784 of them like the pixels of a 28 x 28 image
    nn::Rng rng = program.rng();
    const nn::Matrix X = rng.uniform_matrix(5, 784);

    // 2. model: the notes' listing, lines 1 to 6
    nn::set_seed(program.seed());
    nn::Sequential list({
        nn::Dense(units, {.input_shape = {784}}),
        nn::Activation(nn::relu),
        nn::Dense(10),
        nn::Activation(nn::softmax),
    });
    list.summary();

    // The listing's lines 10 to 12. Keras's input_dim=784 was short for input_shape=(784,).
    nn::set_seed(program.seed());
    nn::Sequential added;
    added.add(nn::Dense(units, {.input_shape = {784}}));
    added.add(nn::Activation(nn::relu));
    added.add(nn::Dense(10));
    added.add(nn::Activation(nn::softmax));

    // The activation as an argument, and no input_shape: the first data tell it.
    nn::set_seed(program.seed());
    nn::Sequential late;
    late.add(nn::Dense(units, {.activation = nn::relu}));
    late.add(nn::Dense(10, {.activation = nn::softmax}));

    // 3. the same answers?
    const nn::Matrix P = list.predict(X);
    const double added_apart = arma::abs(P - nn::Matrix(added.predict(X))).max();
    const double late_apart = arma::abs(P - nn::Matrix(late.predict(X))).max();
    std::printf("\nlargest difference of list and add():                    %g\n", added_apart);
    std::printf("Activation layers and activation = ..., shape from data: %g\n", late_apart);
    std::printf("weights: ");
    for (const nn::Matrix& W : late.weights()) std::printf(" %s", nn::shape_text(W).c_str());
    std::printf("\n\n");

    // 4. result
    program.result("parameters", static_cast<double>(list.parameter_count()));
    program.result("list_and_add_apart", added_apart);
    program.result("layer_and_argument_apart", late_apart);
  });
}
