// The notes' regression task, a network with two hidden layers written twice: with matrices, every
// derivative on a line of its own, and in the Keras style. Both give the same numbers.
//
// Notes:  003 CreditCard: predict share from 8 variables, low level and Keras; errata 16, 17
// Run:    ./book run ch05/creditcard_styles
// Expect: equal loss curves; R2 0.99 on the test rows, least squares 0.79 (R: 0.79348535)
// Try:    --epochs 1000, --eta 0.2; then creditcard_leak: why is it so easy?
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Credit cards: regression by matrices and in the Keras style", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int first = 16, second = 8;
  program.knob("first", first, "units of the first hidden layer", 1, 1000);
  program.knob("second", second, "units of the second hidden layer", 1, 1000);
  int epochs = 200, batch_size = 16;
  program.knob("epochs", epochs, "passes over the training rows", 1, 100000);
  program.knob("batch-size", batch_size, "rows that share one update", 1, 100000);
  double eta = 0.1;
  program.knob("eta", eta, "learning rate", 0.0, 10.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: rows 1-1055 to learn, 1056-1319 to test; inputs and target standardised
    const nn::Table table = nn::Table::read("creditcard.csv");
    const nn::Matrix all = table.numbers({"reports", "age", "income", "expenditure", "dependents",
                                          "months", "majorcards", "active"}),
                     share = table.numbers({"share"});
    nn::Standardizer inputs, target;
    const nn::Matrix X = inputs.fit_transform(all.head_rows(1055)),
                     Y = target.fit_transform(share.head_rows(1055)),
                     X_test = inputs.transform(all.tail_rows(264)), y_test = share.tail_rows(264);

    // 2. model, Keras style: 8-16-8-1
    nn::set_seed(program.seed());
    nn::Sequential model({nn::Dense(first, {.activation = nn::tanh, .input_shape = {8}}),
                          nn::Dense(second, {.activation = nn::tanh}), nn::Dense(1)});
    model.compile({.optimizer = nn::SGD({.learning_rate = eta}), .loss = nn::mean_squared_error});
    // the same with matrices, from the same first weights
    std::vector<nn::Matrix> w = model.weights();
    nn::Matrix &W1 = w[0], &b1 = w[1], &W2 = w[2], &b2 = w[3], &W3 = w[4], &b3 = w[5];
    const auto layer = [](const nn::Matrix& H, const nn::Matrix& W, const nn::Matrix& b) {
      nn::Matrix Z = H * W;  // Z = HW + b
      Z.each_row() += b.row(0);
      return Z;
    };

    // 3. training: with matrices, batch after batch in the file's order
    std::vector<double> by_hand;
    for (int epoch = 0; epoch < epochs; ++epoch) {
      double squares = 0;
      for (arma::uword row = 0; row < X.n_rows; row += static_cast<arma::uword>(batch_size)) {
        const arma::uword last = std::min<arma::uword>(row + batch_size, X.n_rows) - 1;
        const nn::Matrix H0 = X.rows(row, last);
        const nn::Matrix H1 = arma::tanh(layer(H0, W1, b1)), H2 = arma::tanh(layer(H1, W2, b2));
        const nn::Matrix error = layer(H2, W3, b3) - Y.rows(row, last);
        squares += static_cast<double>(arma::accu(error % error));
        const nn::Matrix delta3 = 2 * error / static_cast<nn::Real>(error.n_rows);  // dE/dZ3
        const nn::Matrix delta2 = (delta3 * W3.t()) % (1 - H2 % H2);  // tanh' = 1 - tanh^2
        const nn::Matrix delta1 = (delta2 * W2.t()) % (1 - H1 % H1);
        const auto step = static_cast<nn::Real>(eta);
        W3 -= step * H2.t() * delta3, b3 -= step * arma::sum(delta3, 0);  // dW = H' delta
        W2 -= step * H1.t() * delta2, b2 -= step * arma::sum(delta2, 0);
        W1 -= step * H0.t() * delta1, b1 -= step * arma::sum(delta1, 0);
      }
      by_hand.push_back(squares / static_cast<double>(X.n_rows));
    }
    //    and in the Keras style: one line
    const nn::History history = model.fit(
        X, Y, {.epochs = epochs, .batch_size = batch_size, .shuffle = false, .verbose = false});

    // 4. result
    const nn::Matrix P_hand =
        target.inverse(layer(arma::tanh(layer(arma::tanh(layer(X_test, W1, b1)), W2, b2)), W3, b3));
    const nn::Matrix P = target.inverse(model.predict(X_test));
    const nn::Matrix ones(X.n_rows, 1, arma::fill::ones), ones_test(264, 1, arma::fill::ones);
    const nn::Matrix coefficients = arma::solve(arma::join_rows(ones, X), Y);
    const nn::Matrix P_ols =
        target.inverse(nn::Matrix(arma::join_rows(ones_test, X_test) * coefficients));
    std::printf("264 test rows                      R2       RMSE   reference\n");
    const auto print = [&](const char* name, const nn::Matrix& Q, const char* reference) {
      std::printf("%-26s %10.6f %10.6f   %s\n", name, nn::r2(y_test, Q),
                  nn::root_mean_squared_error(y_test, Q), reference);
    };
    print("least squares", P_ols, "R: 0.793485, 0.047844");
    print("two hidden layers, matrices", P_hand, "scikit-learn, 16-8 tanh, Adam: 0.9939, 0.0082");
    print("two hidden layers, Keras", P, "the same");
    std::printf("\nloss of the first and last epoch: matrices %.7f %.7f, Keras %.7f %.7f\n\n",
                by_hand.front(), by_hand.back(), history["loss"].front(), history["loss"].back());
    program.result("least_squares_r2", nn::r2(y_test, P_ols));
    program.result("first_loss_difference", std::abs(by_hand[0] - history["loss"][0]));
    program.result("matrices_r2", nn::r2(y_test, P_hand));
    program.result("keras_style_r2", nn::r2(y_test, P));
    nn::Figure loss(
        {.title = "Training loss", .x_label = "epoch", .y_label = "MSE", .log_y = true});
    loss.line(by_hand, "matrices", {.width = 5}).line(history["loss"], "Keras style");
    nn::Figure fit({.title = "Test rows", .x_label = "share", .y_label = "predicted"});
    fit.scatter(arma::join_rows(y_test, P)).line({0, 0.9}, {0, 0.9}, "", {.dashed = true});
    program.save(nn::Panels(1, 2).add(std::move(loss)).add(std::move(fit)), "fit");
  });
}
