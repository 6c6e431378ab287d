// A perceptron with three TLUs answers three questions at once; the answers need not agree.
//
// Notes:  004 multi-output perceptron [figure], fully connected layer; 000 h = step(XW + b)
// Run:    ./book run ch01/multi_output
// Expect: setosa 0 mistakes soon, versicolor never; rows whose three bits hold no 1, or two
// Try:    --epochs 0 (which answer is 111?), --epochs 1000, --seed 1
#include "common/data/data.hpp"
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// The three bits of each row as one number: 100 (setosa) is 4.
static nn::Indices answer_code(const nn::Matrix& H) {
  return arma::conv_to<nn::Indices>::from(H * nn::ColVector{4, 2, 1});
}

int main(int argc, char** argv) {
  nn::Program program("Three TLUs on iris: one question each, answers of three bits");
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 30;
  program.knob("epochs", epochs, "at most so many passes over the 150 flowers");
  double eta = 1.0;
  program.knob("eta", eta, "learning rate", 1e-6, 1e6);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: standardized petals; Y has one column, one question, for each species
    const nn::Dataset iris = nn::load_iris();
    const nn::Matrix X = nn::Standardizer().fit_transform(iris.X.cols(2, 3));
    const nn::Matrix Y = nn::one_hot(iris.y);

    // 2. model: 2 inputs, 3 TLUs, every input joined to every TLU
    nn::Perceptron perceptron(X.n_cols, Y.n_cols);
    std::printf("connections: %zu x %zu + %zu = %zu\n", perceptron.inputs(), perceptron.outputs(),
                perceptron.outputs(), (perceptron.inputs() + 1) * perceptron.outputs());

    // 3. training
    const nn::PerceptronHistory history = perceptron.fit(
        X, Y, {.learning_rate = eta, .epochs = epochs, .shuffle = true, .seed = program.seed()});
    std::printf("\nmistakes  setosa  versicolor  virginica\n");
    for (std::size_t epoch = 0; epoch < history.mistakes.n_rows; ++epoch)
      if (epoch < 5 || epoch + 1 == history.mistakes.n_rows)
        std::printf("epoch %2zu %7.0f %11.0f %10.0f\n", epoch + 1, history.mistakes(epoch, 0),
                    history.mistakes(epoch, 1), history.mistakes(epoch, 2));

    // 4. result: each flower's answer is three bits
    const nn::Matrix H = perceptron.predict(X);  // H = step(XW + b), 150 x 3
    const nn::Indices code = answer_code(H);
    std::printf("\nanswer   setosa  versicolor  virginica   (flowers)\n");
    for (std::size_t answer = 0; answer < 8; ++answer) {
      nn::RowVector flowers(3);
      for (std::size_t i = 0; i < code.n_elem; ++i) flowers[iris.y[i]] += code[i] == answer;
      if (arma::accu(flowers) == 0) continue;
      std::printf("  %zu%zu%zu %9.0f %11.0f %10.0f\n", answer >> 2, (answer >> 1) & 1, answer & 1,
                  flowers[0], flowers[1], flowers[2]);
    }
    const nn::ColVector bits = arma::sum(H, 1);
    const nn::ColVector wrong_bits = arma::sum(arma::abs(H - Y), 1);
    const nn::Indices loudest = nn::argmax_rows(perceptron.weighted_sums(X));
    const double answers_right = arma::accu(wrong_bits == 0);
    const double by_sum = arma::accu(loudest == iris.y);
    std::printf(
        "\none 1: %d flowers, no 1: %d, two: %d, three: %d; three bits right: %.0f; by the "
        "largest z instead: %.0f\n",
        static_cast<int>(arma::accu(bits == 1)), static_cast<int>(arma::accu(bits == 0)),
        static_cast<int>(arma::accu(bits == 2)), static_cast<int>(arma::accu(bits == 3)),
        answers_right, by_sum);

    const nn::RowVector wrong = arma::sum(arma::abs(H - Y), 0);
    for (std::size_t k = 0; k < 3; ++k) program.result(iris.class_names[k] + "_wrong", wrong[k]);
    program.result("no_bit", arma::accu(bits == 0));
    program.result("one_bit", arma::accu(bits == 1));
    program.result("two_bits", arma::accu(bits == 2));
    program.result("three_bits", arma::accu(bits == 3));
    program.result("answers_right", answers_right);
    program.result("right_by_largest_sum", by_sum);

    nn::Figure figure({.title = "Gray: no species says yes; yellow and pink: two do",
                       .x_label = "petal length (standardized)",
                       .y_label = "petal width (standardized)",
                       .x_range = {-2, 2},
                       .y_range = {-2, 2.2},
                       .legend = "outside"});
    const nn::ColVector colors{7, 2, 1, 3, 0, 5, 4, 6};  // of 000, 001 ... 111; gray: no species
    figure.regions([&](const nn::Matrix& XY) -> nn::ColVector {
      return colors.elem(answer_code(perceptron.predict(XY)));
    });
    for (std::size_t k = 0; k < 3; ++k)
      figure.contour([&](const nn::Matrix& XY) { return perceptron.neuron(k).weighted_sums(XY); },
                     {.levels = {0}});
    figure.scatter(X, iris.y, iris.class_names);
    program.save(figure, "answers");
  });
}
