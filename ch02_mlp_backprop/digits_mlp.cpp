// Handwritten digits, the classic use of the MLP: 64 pixels, one hidden layer, 10 sigmoid outputs.
//
// Notes:  003 다층 퍼셉트론: 필기체 숫자 인식; reference results in data/README.md
// Run:    ./book run ch02/digits_mlp
// Expect: 0.91 on the last 360 digits as the file has them, 0.974 when shuffled into five folds
// Try:    --hidden 0 (no hidden layer), --hidden 4, --epochs 5
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Handwritten digits with a long-hand MLP", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int hidden = 32, epochs = 30, batch_size = 16, folds = 5;
  program.knob("hidden", hidden, "neurons of the hidden layer, 0: no hidden layer", 0, 1000);
  program.knob("epochs", epochs, "passes over the training digits");
  program.knob("batch-size", batch_size, "digits that share one update", 1, 10000);
  program.knob("folds", folds, "parts of the cross-validation, 0 or 1: none", 0, 100);
  double eta = 1.0;
  program.knob("eta", eta, "learning rate", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: pixels / 16; rows 1-1437 to learn, 1438-1797 to test, in the file's order
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix Y = nn::one_hot(digits.y);
    const nn::Split cut{arma::regspace<nn::Indices>(0, 1436),
                        arma::regspace<nn::Indices>(1437, 1796)};

    // 2. model and 3. training; returns the answers for the test rows
    nn::Rng rng = program.rng();
    std::vector<std::size_t> sizes{digits.X.n_cols, Y.n_cols};
    if (hidden > 0) sizes.insert(sizes.begin() + 1, static_cast<std::size_t>(hidden));
    const auto answers = [&](const nn::Split& split, bool print) -> nn::Indices {
      longhand::Mlp net(sizes, longhand::tanh, longhand::sigmoid);
      net.initialize(rng);
      const nn::Matrix X = digits.X.rows(split.train), T = Y.rows(split.train),
                       X_test = digits.X.rows(split.test);
      if (print)
        std::printf("%zu parameters\nepoch          E   right of test\n", net.parameters());
      for (int epoch = 1; epoch <= epochs; ++epoch) {
        const double E = longhand::train_epoch(net, X, T, rng.permutation(X.n_rows),
                                               static_cast<std::size_t>(batch_size), eta);
        if (print && (epoch <= 3 || epoch % 10 == 0))
          std::printf("%5d %10.5f %15.4f\n", epoch, E,
                      arma::mean(arma::conv_to<nn::ColVector>::from(
                          nn::argmax_rows(net.predict(X_test)) == digits.y.elem(split.test))));
      }
      return nn::argmax_rows(net.predict(X_test));
    };
    const nn::Indices y = digits.y.elem(cut.test), answer = answers(cut, true);

    // 4. result: the confusion matrix of the cut, row: digit, column: answer
    nn::Matrix confusion(10, 10);
    std::vector<std::string> names, captions;
    for (int digit = 0; digit < 10; ++digit) names.push_back(std::to_string(digit));
    for (std::size_t i = 0; i < y.n_elem; ++i) {
      confusion(y[i], answer[i]) += 1;
      if (y[i] != answer[i]) captions.push_back(names[y[i]] + " read " + names[answer[i]]);
    }
    const double cut_right = arma::trace(confusion) / static_cast<double>(y.n_elem);
    std::printf("\ndigit   answers 0 ... 9\n");
    for (std::size_t digit = 0; digit < 10; ++digit) {
      std::printf("%5zu ", digit);
      for (std::size_t j = 0; j < 10; ++j) std::printf("%4.0f", confusion(digit, j));
      std::printf("\n");
    }
    double fold_right = 0;
    if (folds > 1)
      for (const nn::Split& fold :
           nn::k_fold(digits.y.n_elem, static_cast<std::size_t>(folds), rng))
        fold_right +=
            static_cast<double>(arma::accu(answers(fold, false) == digits.y.elem(fold.test)));
    fold_right /= static_cast<double>(digits.y.n_elem);
    std::printf("\n");
    program.result("cut", cut_right);
    program.result("five_folds", fold_right);
    nn::Figure matrix({.title = nn::text("Unshuffled cut: %.1f %% right", 100 * cut_right),
                       .x_label = "answer",
                       .y_label = "digit"});
    program.save(matrix.heatmap(confusion, names, names), "confusion");
    const nn::Matrix misread = digits.X.rows(cut.test.elem(arma::find(y != answer)));
    if (misread.n_rows > 0) {
      nn::Figure wrong({.title = "The misread digits", .width = 900, .height = 500});
      program.save(wrong.images(misread, {.columns = 10, .captions = captions}), "misread");
    }
  });
}
