// Which output for which task: linear for a number, sigmoid for yes or no, softmax for classes.
//
// Notes:  003 활성화 함수 선택, 실습 (회귀, 분류)
// Run:    ./book run ch03/output_layers
// Expect: R2 about 0.97 for the credit cards' share, standardised, with outputs from -0.87 to 6.05
//         (a sigmoid stays in 0 ... 1); infert about 0.76 held out, iris about 0.94
// Try:    --hidden 2, --epochs 200
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// The predictions for every fold's test rows, from a model that never saw them.
static nn::Matrix out_of_fold(const nn::Matrix& X, const nn::Matrix& Y,
                              const std::vector<nn::Split>& folds,
                              const nn::ActivationFunction& output, const nn::Loss& loss,
                              int hidden, int epochs) {
  nn::Matrix P(arma::size(Y));
  for (const nn::Split& fold : folds) {
    nn::Standardizer scale;
    const nn::Matrix X_train = scale.fit_transform(X.rows(fold.train)),
                     X_test = scale.transform(X.rows(fold.test));
    // relu, then tanh, then the output's own: each layer may have another activation
    nn::Sequential model(
        {nn::Dense(hidden, {.activation = nn::relu,
                            .kernel_initializer = nn::he_normal,
                            .kernel_regularizer = nn::l2(1e-3),
                            .input_shape = {X.n_cols}}),
         nn::Dense(hidden, {.activation = nn::tanh, .kernel_regularizer = nn::l2(1e-3)}),
         nn::Dense(static_cast<int>(Y.n_cols), {.activation = output})});
    model.compile({.optimizer = nn::Adam({.learning_rate = 0.005}), .loss = loss});
    model.fit(X_train, Y.rows(fold.train), {.epochs = epochs, .batch_size = 32, .verbose = false});
    P.rows(fold.test) = nn::Matrix(model.predict(X_test));
  }
  return P;
}

int main(int argc, char** argv) {
  nn::Program program("Which output layer for which task, on real data", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int hidden = 8;
  program.knob("hidden", hidden, "units in each of the two hidden layers", 1, 500);
  int epochs = 60;
  program.knob("epochs", epochs, "passes over the data");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    nn::set_seed(program.seed());
    nn::Rng rng = program.rng();
    std::printf("task                            output    loss                       held out\n");

    // 1. regression: the output is any number, so no activation
    const nn::Table cards = nn::Table::read("creditcard.csv");
    const nn::Matrix X1 = cards.numbers({"reports", "age", "income", "expenditure", "dependents",
                                         "months", "majorcards", "active"});
    const nn::Matrix share = cards.numbers({"share"}), Y1 = nn::Standardizer().fit_transform(share);
    const nn::Matrix P1 = out_of_fold(X1, Y1, nn::k_fold(X1.n_rows, 3, rng), nn::linear,
                                      nn::mean_squared_error, hidden, epochs / 2);
    const double r2 = 1.0 - arma::accu(arma::square(P1 - Y1)) /
                                arma::accu(arma::square(Y1 - arma::mean(arma::vectorise(Y1))));
    std::printf("creditcard: share, a number     linear    mean_squared_error         R2 %.3f\n",
                r2);

    // 2. yes or no: one sigmoid unit is the probability of yes; matched sets stay in one fold
    const nn::Table infert = nn::Table::read("infert.csv");
    std::vector<std::string> levels{"0-5yrs", "6-11yrs", "12+ yrs"};
    const nn::Matrix X2 =
        arma::join_rows(arma::conv_to<nn::Matrix>::from(infert.classes("education", levels)),
                        infert.numbers({"age", "parity", "induced", "spontaneous"}));
    const nn::Matrix Y2 = infert.numbers({"case"});
    const nn::Indices sets = arma::conv_to<nn::Indices>::from(infert.numbers("stratum"));
    const nn::Matrix P2 = out_of_fold(X2, Y2, nn::grouped_k_fold(sets, 5, rng), nn::sigmoid,
                                      nn::binary_crossentropy, hidden, epochs);
    const double right2 = arma::accu((P2 > 0.5) == (Y2 > 0.5)) / static_cast<double>(Y2.n_rows);
    std::printf(
        "infert: case or control         sigmoid   binary_crossentropy        accuracy %.3f\n",
        right2);

    // 3. one of several classes: softmax, probabilities that sum to 1
    const nn::Dataset iris = nn::load_iris();
    const nn::Matrix P3 = out_of_fold(iris.X, nn::one_hot(iris.y), nn::k_fold(150, 5, rng),
                                      nn::softmax, nn::categorical_crossentropy, hidden, epochs);
    const double right3 = arma::accu(nn::argmax_rows(P3) == iris.y) / 150.0;
    std::printf(
        "iris: one of three species      softmax   categorical_crossentropy   accuracy %.3f\n",
        right3);

    // 4. result: the ranges tell which is which
    std::printf(
        "\nrange of the outputs: linear %.2f ... %.2f, sigmoid %.2f ... %.2f, rows of softmax sum "
        "to %.6f\n",
        P1.min(), P1.max(), P2.min(), P2.max(), arma::accu(P3) / 150.0);
    program.result("creditcard_r2", r2);
    program.result("infert_accuracy", right2);
    program.result("iris_accuracy", right3);
    nn::Figure numbers({.title = "Linear output: a number",
                        .x_label = "share, standardised",
                        .y_label = "prediction",
                        .legend = "off"});
    numbers.scatter(arma::join_rows(Y1, P1));
    numbers.line({-1, 8}, {-1, 8});
    nn::Figure yes({.title = "Sigmoid output: a probability",
                    .x_label = "probability of a case",
                    .y_label = "people"});
    nn::Matrix counts(10, 2, arma::fill::zeros);
    std::vector<std::string> bins;
    for (arma::uword i = 0; i < P2.n_rows; ++i)
      counts(std::min<arma::uword>(9, static_cast<arma::uword>(10 * P2[i])), Y2[i] > 0.5 ? 1 : 0) +=
          1;
    for (int k = 0; k < 10; ++k) bins.push_back(nn::text(".%d", k));
    yes.bars(bins, counts, {"controls", "cases"});
    program.save(nn::Panels(1, 2).add(std::move(numbers)).add(std::move(yes)), "outputs");
  });
}
