// The notes' classification task, a network with two hidden layers written twice: with matrices,
// every derivative on a line of its own, and in the Keras style. Both give the same numbers.
//
// Notes:  003 infert: 2 hidden layers, low level and Keras; erratum 18
// Run:    ./book run ch05/infert_styles
// Expect: equal loss curves; 0.766 of the women right, held out (ten seeds: 0.755 +- 0.010);
//         logistic regression 0.738: a difference of four women in 248
// Try:    --l2 0 --epochs 2000 (training loss down, held-out loss up); then infert_folds
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Infertility: classification by matrices and in the Keras style", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int first = 8, second = 8;
  program.knob("first", first, "units of the first hidden layer", 1, 1000);
  program.knob("second", second, "units of the second hidden layer", 1, 1000);
  int epochs = 300;
  program.knob("epochs", epochs, "passes over the training rows", 1, 100000);
  double eta = 0.2, l2 = 0.0025;
  program.knob("eta", eta, "learning rate", 0.0, 10.0);
  program.knob("l2", l2, "weight of the penalty, sum w^2", 0.0, 10.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: five inputs (education as 0, 1, 2); never stratum, which is a label of the study
    const nn::Table table = nn::Table::read("infert.csv");
    std::vector<std::string> levels{"0-5yrs", "6-11yrs", "12+ yrs"};
    const nn::Matrix education =
        arma::conv_to<nn::Matrix>::from(table.classes("education", levels));
    const nn::Matrix all =
        arma::join_rows(education, table.numbers({"age", "parity", "induced", "spontaneous"}));
    const nn::Matrix cases = table.numbers({"case"});
    const nn::Indices set = arma::conv_to<nn::Indices>::from(table.numbers("stratum"));

    // 2. model and 3. training, once for each of five folds; a matched set stays in one fold
    nn::Matrix P_hand(arma::size(cases)), P(arma::size(cases));
    std::vector<double> by_hand, keras_style;  // the losses of the last fold
    nn::set_seed(program.seed());
    for (arma::uword fold = 0; fold < 5; ++fold) {
      const nn::Indices train = arma::find(set - 5 * (set / 5) != fold),
                        test = arma::find(set - 5 * (set / 5) == fold);
      nn::Standardizer inputs;
      const nn::Matrix X = inputs.fit_transform(all.rows(train)), Y = cases.rows(train),
                       X_test = inputs.transform(all.rows(test));

      // Keras style: 5-8-8-1, and its first weights for the other
      nn::Sequential model;
      for (const int units : {first, second})
        model.add(nn::Dense(
            units, {.activation = nn::tanh, .kernel_regularizer = nn::l2(l2), .input_shape = {5}}));
      model.add(nn::Dense(1, {.activation = nn::sigmoid, .kernel_regularizer = nn::l2(l2)}));
      model.compile({.optimizer = nn::SGD({.learning_rate = eta}),
                     .loss = nn::binary_crossentropy,
                     .metrics = {nn::binary_crossentropy}});  // the loss without the penalty
      std::vector<nn::Matrix> w = model.weights();
      const nn::History history = model.fit(X, Y,
                                            {.epochs = epochs,
                                             .batch_size = static_cast<int>(X.n_rows),
                                             .shuffle = false,
                                             .verbose = false});
      keras_style = history["binary_crossentropy"];
      P.rows(test) = static_cast<const nn::Matrix&>(model.predict(X_test));

      // with matrices: all rows in one batch
      nn::Matrix &W1 = w[0], &b1 = w[1], &W2 = w[2], &b2 = w[3], &W3 = w[4], &b3 = w[5];
      const auto layer = [](const nn::Matrix& H, const nn::Matrix& W, const nn::Matrix& b) {
        nn::Matrix Z = H * W;  // Z = HW + b
        Z.each_row() += b.row(0);
        return Z;
      };
      const auto step = static_cast<nn::Real>(eta), decay = static_cast<nn::Real>(2 * l2);
      by_hand.clear();
      for (int epoch = 0; epoch < epochs; ++epoch) {
        const nn::Matrix H1 = arma::tanh(layer(X, W1, b1)), H2 = arma::tanh(layer(H1, W2, b2)),
                         H3 = 1 / (1 + arma::exp(-layer(H2, W3, b3)));
        by_hand.push_back(-arma::mean(arma::vectorise(
            Y % arma::log(H3) + (1 - Y) % arma::log(1 - H3))));  // C = -y log H - (1-y) log(1-H)
        const nn::Matrix delta3 = (H3 - Y) / static_cast<nn::Real>(Y.n_rows);  // dE/dZ3
        const nn::Matrix delta2 = (delta3 * W3.t()) % (1 - H2 % H2);           // tanh' = 1 - tanh^2
        const nn::Matrix delta1 = (delta2 * W2.t()) % (1 - H1 % H1);
        W3 -= step * (H2.t() * delta3 + decay * W3), b3 -= step * arma::sum(delta3, 0);
        W2 -= step * (H1.t() * delta2 + decay * W2), b2 -= step * arma::sum(delta2, 0);
        W1 -= step * (X.t() * delta1 + decay * W1), b1 -= step * arma::sum(delta1, 0);
      }
      P_hand.rows(test) =
          1 / (1 + arma::exp(-layer(arma::tanh(layer(arma::tanh(layer(X_test, W1, b1)), W2, b2)),
                                    W3, b3)));
    }

    // 4. result
    std::printf("%llu women, each held out once   accuracy      AUC   log-loss\n",
                static_cast<unsigned long long>(cases.n_rows));
    const auto print = [&](const char* name, const nn::Matrix& Q) {
      std::printf("%-30s %9.4f %8.4f %10.4f\n", name, nn::accuracy(cases, Q), nn::auc(cases, Q),
                  nn::binary_crossentropy.value(cases, Q));
    };
    print("two hidden layers, matrices", P_hand);
    print("two hidden layers, Keras style", P);
    std::printf(
        "logistic regression (R)           0.7379   0.7627     0.5384\n"
        "8-8 tanh, penalty (scikit-learn)  0.749    0.753      0.557\n");
    const nn::Real share = arma::mean(cases.col(0));  // of the cases, the answer for everybody
    print("always \"no\"", nn::Matrix(arma::size(cases), arma::fill::value(share)));
    std::printf("\n");
    program.result("last_loss_difference", std::abs(by_hand.back() - keras_style.back()));
    program.result("matrices_accuracy", nn::accuracy(cases, P_hand));
    program.result("keras_style_accuracy", nn::accuracy(cases, P));
    program.result("keras_style_log_loss", nn::binary_crossentropy.value(cases, P));
    nn::Figure loss(
        {.title = "Training loss, last fold", .x_label = "epoch", .y_label = "cross-entropy"});
    loss.line(by_hand, "matrices", {.width = 5}).line(keras_style, "Keras style");
    program.save(loss, "loss");
  });
}
