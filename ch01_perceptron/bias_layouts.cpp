// A fully connected layer: the bias neuron, and XW + b in its layouts, all with the same numbers.
//
// Notes:  004 input neurons, bias neuron, XW + b; 003 WX + b, tensor example; errata 3 and 6
// Run:    ./book run ch01/bias_layouts
// Expect: every difference 0 but for rounding; the slide's sum 1.6, the right one 0.2; 21 weights
// Try:    --neurons 1, --neurons 8, --seed 7 (other weights)
#include "common/perceptron/perceptron.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// Prints the shapes of an expression and how far its value is from Z; returns that difference.
static double compare(const char* what, const nn::Matrix& value, const nn::Matrix& Z) {
  const double difference = arma::abs(value - Z).max();
  std::printf("  %-52s difference %.0e\n", what, difference);
  return difference;
}

int main(int argc, char** argv) {
  nn::Program program("A fully connected layer: bias neuron, XW + b and its other layouts");
  // ---- knobs -----------------------------------------------------------------------------------
  int neurons = 3;
  program.knob("neurons", neurons, "TLUs in the layer", 1, 12);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the slide's tensor of rank 2; rows are samples, columns are features
    const nn::Matrix X{{-0.82, -0.25, -1.16, -0.64, 1.13, -0.68},
                       {-0.18, -0.42, 1.34, -0.21, -0.57, 1.23},
                       {2.32, 1.22, -0.43, 0.2, -0.29, -0.88},
                       {-2.02, -0.44, 0.2, 0.5, 0.01, -0.88}};

    // 2. model: weights of one decimal; row = input neuron, column = neuron of the layer
    nn::Rng rng = program.rng();
    const std::size_t m = static_cast<std::size_t>(neurons);
    const nn::Matrix W = arma::round(10 * rng.uniform_matrix(X.n_cols, m, -1, 1)) / 10;
    const nn::RowVector b = arma::round(10 * rng.uniform_matrix(1, m, -1, 1)) / 10;
    const nn::Perceptron layer(W, b);
    const nn::Matrix Z = layer.weighted_sums(X);  // Z = XW + b
    std::printf("X %s W %s + b %s = Z %s\n", nn::shape_text(X).c_str(), nn::shape_text(W).c_str(),
                nn::shape_text(b).c_str(), nn::shape_text(Z).c_str());
    for (std::size_t i = 0; i < Z.n_rows; ++i) {
      for (std::size_t j = 0; j < m; ++j) std::printf("%9.3f", Z(i, j));
      std::printf("\n");
    }

    // 3. the same numbers in other ways
    const nn::Matrix identity(X.n_cols, X.n_cols, arma::fill::eye);
    const double input_layer = compare("input neurons pass on: H = X", X * identity, X);

    nn::Matrix by_sample(arma::size(Z)), by_index(arma::size(Z));
    for (std::size_t i = 0; i < X.n_rows; ++i) {
      by_sample.row(i) = X.row(i) * W + b;  // one sample
      for (std::size_t j = 0; j < m; ++j) {
        by_index(i, j) = b[j];  // the bias once, outside the sum: z_ij = sum_k x_ik w_kj + b_j
        for (std::size_t k = 0; k < X.n_cols; ++k) by_index(i, j) += X(i, k) * W(k, j);
      }
    }
    const double samples = compare("sample by sample: x W + b", by_sample, Z);
    const double indices = compare("with indices: sum_k x_ik w_kj + b_j", by_index, Z);

    const nn::ColVector ones(X.n_rows, arma::fill::ones);  // the bias neuron: always 1
    const double bias_neuron = compare("bias neuron: [X 1] times W with b as its last row",
                                       arma::join_rows(X, ones) * arma::join_cols(W, b), Z);

    nn::Matrix columns = W.t() * X.t();  // columns are samples: WX + b of the other notes
    columns.each_col() += b.t();
    const double transposed =
        compare("columns are samples: W' X' + b', transposed", columns.t(), Z);
    try {
      nn::Perceptron(W.t(), nn::RowVector(X.n_cols)).predict(X);
    } catch (const nn::Error& error) {
      std::printf("  W' with X as it stands is an error: %s\n", error.what());
    }

    const nn::RowVector x{1, 2, 3}, w{0.4, 0.3, -0.5};
    const double bias = 0.7;
    const double right = arma::dot(w, x) + bias, slide = arma::accu(w % x + bias);  // erratum 3
    std::printf("\nsum(w x) + b = %.1f; the slide's sum(w x + b) = %.1f: the bias %zu times\n",
                right, slide, static_cast<std::size_t>(x.n_elem));

    // 4. result
    program.result("input_layer_difference", input_layer);
    program.result("sample_difference", samples);
    program.result("index_difference", indices);
    program.result("bias_neuron_difference", bias_neuron);
    program.result("transposed_difference", transposed);
    program.result("bias_once", right);
    program.result("bias_in_every_term", slide);
    program.result("connections", static_cast<double>(W.n_elem + b.n_elem));
    const std::vector<std::string> inputs{"x1", "x2", "x3", "x4", "x5", "x6", "bias"};
    std::vector<std::string> units;
    for (std::size_t j = 0; j < m; ++j) units.push_back(nn::text("z%zu", j + 1));
    nn::Figure left({.title = "[X 1]: 4 samples, the bias neuron sends 1"});
    nn::Figure middle({.title = "W, and b as its last row"}), sums({.title = "Z = XW + b"});
    left.heatmap(arma::join_rows(X, ones), {"1", "2", "3", "4"}, inputs);
    middle.heatmap(arma::join_cols(W, b), inputs, units);
    sums.heatmap(Z, {"1", "2", "3", "4"}, units);
    nn::Panels sheet(1, 3);
    program.save(sheet.add(std::move(left)).add(std::move(middle)).add(std::move(sums)), "layer");
  });
}
