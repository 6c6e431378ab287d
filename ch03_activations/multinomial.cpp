// Three classes: three scores are one matrix product, softmax makes them probabilities.
//
// Notes:  003 Multinomial Classification, Cross entropy – Softmax; errata 6, 7, 27
// Run:    ./book run ch03/multinomial
// Expect: [2.0, 1.0, 0.1] -> .6590 .2424 .0986, cross-entropy .4170 for class A; iris about 0.96
// Try:    --true-class 2: how large is the loss when the least likely class is the right one?
#include "common/functions/activations.hpp"
#include "common/data/data.hpp"
#include "common/functions/losses.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Multinomial classification: scores, one matrix, softmax, cross-entropy", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int true_class = 0;
  program.knob("true-class", true_class, "the right class of the worked example: 0 A, 1 B, 2 C", 0,
               2);
  int epochs = 500;
  program.knob("epochs", epochs, "steps of gradient descent on iris");
  double eta = 0.5;
  program.knob("eta", eta, "learning rate", 0.0, 100.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: one sample x and the weights of the classes A, B, C (the notes call all three rows
    // [w1 w2 w3]; equal rows would give equal scores and probabilities of 1/3 each)
    const nn::Matrix x{{1.0, 2.0, -1.0}};
    const nn::RowVector w_A{1.0, 0.5, 0.0}, w_B{0.0, 0.5, 0.0}, w_C{0.1, 0.5, 1.0};

    // 2. model: three dot products, or one product (rows = samples: z = xW, a column per class)
    const nn::Matrix W = arma::join_rows(w_A.t(), w_B.t(), w_C.t());
    const nn::Matrix three{{arma::dot(w_A, x), arma::dot(w_B, x), arma::dot(w_C, x)}}, z = x * W;
    const nn::Matrix S = nn::softmax(z);  // exp(z_j) / sum_k exp(z_k)
    const nn::Matrix T = nn::one_hot(nn::Indices{static_cast<arma::uword>(true_class)}, 3);
    const double D = nn::categorical_crossentropy.value(T, S);  // D(S, L) = -sum_i L_i log S_i
    nn::Matrix dZ;
    nn::categorical_crossentropy.joined_gradient(T, S, dZ);  // dD/dz = S - L
    std::printf("class      score z   three dot products   softmax    dD/dz\n");
    for (int k = 0; k < 3; ++k)
      std::printf("%c %14.4f %16.4f %13.4f %9.4f\n", 'A' + k, z[k], three[k], S[k], dZ[k]);
    std::printf("right class %c: cross-entropy %.4f\n\n", 'A' + true_class, D);
    const nn::Matrix equal = nn::softmax(x * arma::join_rows(w_A.t(), w_A.t(), w_A.t()));

    // 3. training: softmax regression on iris, full batches, the gradient written out
    const nn::Dataset iris = nn::load_iris();
    const nn::Matrix X = nn::Standardizer().fit_transform(iris.X), Y = nn::one_hot(iris.y);
    nn::Matrix V(X.n_cols, 3, arma::fill::zeros), b(1, 3, arma::fill::zeros);
    std::vector<double> losses;
    for (int epoch = 0; epoch < epochs; ++epoch) {
      const nn::Matrix H = nn::softmax(X * V + arma::repmat(b, X.n_rows, 1));
      losses.push_back(nn::categorical_crossentropy.value(Y, H));
      const nn::Matrix delta = (H - Y) / static_cast<double>(X.n_rows);  // delta = dE/dZ
      V -= eta * X.t() * delta;                                          // dE/dW = X' delta
      b -= eta * arma::sum(delta, 0);
    }
    const nn::Matrix H = nn::softmax(X * V + arma::repmat(b, X.n_rows, 1));
    const double right = arma::accu(nn::argmax_rows(H) == iris.y);
    std::printf("iris after %d steps: %.0f of %llu right\n", epochs, right, X.n_rows);

    // 4. result
    program.result("softmax_A", S[0]);
    program.result("softmax_B", S[1]);
    program.result("softmax_C", S[2]);
    program.result("cross_entropy", D);
    program.result("largest_difference_of_scores", arma::abs(three - z).max() < 1e-15 ? 0 : 1);
    program.result("equal_rows_give", equal[0]);
    program.result("iris_right", right);
    nn::Figure bars({.title = "Scores and probabilities", .y_label = ""});
    bars.bars({"A", "B", "C"}, arma::join_rows(z.t(), S.t()), {"score z", "softmax"});
    nn::Figure curve({.title = "Softmax regression on iris",
                      .x_label = "step",
                      .y_label = "cross-entropy",
                      .legend = "off"});
    if (!losses.empty()) curve.line(losses, "iris");
    program.save(nn::Panels(1, 2).add(std::move(bars)).add(std::move(curve)), "softmax");
  });
}
