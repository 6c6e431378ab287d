// Softmax regression on handwritten digits: one matrix, whose columns can be looked at as images.
//
// Notes:  003 Multinomial Classification, Cross entropy – Softmax
// Run:    ./book run ch03/softmax_regression
// Expect: about 0.90 on the last 360 rows (other writers), about 0.97 in shuffled folds: what R and
//         scikit-learn reach with the same model
// Try:    --l2 0 and --l2 0.05: what happens to the images of the weights?
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Softmax regression on handwritten digits, the weights as images", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int epochs = 60;
  program.knob("epochs", epochs, "passes over the data");
  double eta = 0.02;
  program.knob("eta", eta, "learning rate of Adam", 0.0, 10.0);
  double l2 = 0.0005;
  program.knob("l2", l2, "weight of the penalty l2 sum w^2", 0.0, 10.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: 8 x 8 images, pixels 0 ... 1
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix Y = nn::one_hot(digits.y);
    nn::Rng rng = program.rng();

    // 2. model, 3. training: Z = XW + b, softmax, cross-entropy
    const auto train = [&](const nn::Indices& rows) {
      nn::set_seed(program.seed());
      nn::Sequential model({nn::Dense(
          10, {.activation = nn::softmax, .kernel_regularizer = nn::l2(l2), .input_shape = {64}})});
      model.compile({.optimizer = nn::Adam({.learning_rate = eta}),
                     .loss = nn::categorical_crossentropy,
                     .metrics = {nn::accuracy}});
      model.fit(digits.X.rows(rows), Y.rows(rows),
                {.epochs = epochs, .batch_size = 64, .verbose = false});
      return model;
    };
    const nn::Indices first = arma::regspace<nn::Indices>(0, 1436),
                      last = arma::regspace<nn::Indices>(1437, 1796);
    nn::Sequential model = train(first);
    const double cut = model.evaluate(digits.X.rows(last), Y.rows(last))["accuracy"];
    double folds = 0.0;
    for (const nn::Split& fold : nn::k_fold(digits.X.n_rows, 5, rng))
      folds +=
          train(fold.train).evaluate(digits.X.rows(fold.test), Y.rows(fold.test))["accuracy"] / 5;

    // 4. result
    const nn::Indices said = nn::argmax_rows(model.predict(digits.X.rows(last)));
    std::printf("train on rows 1-1437, test on the rest: %.4f\nfive shuffled folds: %.4f\n\n", cut,
                folds);
    const nn::Matrix confusion = nn::confusion_matrix(digits.y.rows(last), said, 10);
    std::printf("digit  right  of  most often taken for\n");
    for (arma::uword k = 0; k < 10; ++k) {
      nn::Matrix others = confusion.row(k);
      others[k] = 0;
      std::printf("%5llu %6.0f %3.0f  %s\n", k, confusion(k, k), arma::accu(confusion.row(k)),
                  others.max() > 0
                      ? nn::text("%llu (%.0f times)", others.index_max(), others.max()).c_str()
                      : "-");
    }
    program.result("unshuffled_cut", cut);
    program.result("five_folds", folds);
    nn::Figure weights({.title = "The weights of each class: orange speaks for it, blue against"});
    std::vector<std::string> names;
    for (int k = 0; k < 10; ++k) names.push_back(std::to_string(k));
    weights.images(model.weights()[0].t(),
                   {.height = 8, .width = 8, .columns = 5, .captions = names, .diverging = true});
    program.save(weights, "weights");
    nn::Figure map(
        {.title = "Rows: the digit; columns: the answer", .x_label = "answer", .y_label = "digit"});
    map.heatmap(confusion, names, names);
    program.save(map, "confusion");
  });
}
