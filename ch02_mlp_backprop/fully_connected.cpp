// A fully connected layer: XW + b with its shapes, where its bias belongs, how much it learns.
//
// Notes:  003 FCN Y = sum(W X + b), Y = WX + b; 000, 002, 004 layers, DNN; errata 3, 6, 22, 23
// Run:    ./book run ch02/fully_connected
// Expect: b outside the sum 0.2, inside 1.6; parameters of 6-4-3: 43, of 784-300-100-10: 266,610
// Try:    --hidden2 0: is the network still "deep"? --inputs 3000: where do the parameters go?
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("A fully connected layer: shapes, bias, parameters, depth");
  // ---- knobs -----------------------------------------------------------------------------------
  int inputs = 784, hidden1 = 300, hidden2 = 100, outputs = 10;
  program.knob("inputs", inputs, "features of a sample", 1, 100000);
  program.knob("hidden1", hidden1, "neurons of the first hidden layer, 0: no such layer", 0,
               100000);
  program.knob("hidden2", hidden2, "neurons of the second hidden layer, 0: no such layer", 0,
               100000);
  program.knob("outputs", outputs, "output neurons", 1, 100000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. the bias: the slide's Y = sum_j(W_ij X_j + b_i) adds b_i once for every input (erratum 3)
    const nn::RowVector w = {1.0, -2.0, 0.5}, x = {0.5, 0.75, 1.0};
    const double b = 0.7;
    double y = b, y_slide = 0;
    for (std::size_t j = 0; j < w.n_elem; ++j) {
      y += w[j] * x[j];            // Y_i = sum_j W_ij X_j + b_i
      y_slide += w[j] * x[j] + b;  // the slide: b inside the sum
    }
    std::printf(
        "w x = -0.5, b = 0.7: b outside the sum %.1f, inside %.1f (b was added 3 times)\n\n", y,
        y_slide);

    // 2. shapes: samples in rows need XW + b, samples in columns WX + b (erratum 6)
    nn::Rng rng = program.rng();
    const nn::Matrix X = rng.normal_matrix(4, 6), W = rng.normal_matrix(6, 3);
    const nn::RowVector bias = {0.1, 0.2, 0.3};
    nn::Matrix by_rows = X * W;  // (4 x 6)(6 x 3) = (4 x 3)
    by_rows.each_row() += bias;
    nn::Matrix by_columns = W.t() * X.t();  // (3 x 6)(6 x 4) = (3 x 4)
    by_columns.each_col() += bias.t();
    const double difference = arma::abs(by_rows - by_columns.t()).max();
    std::printf("X %s W %s:  XW + b is %s, one row per sample\n", nn::shape_text(X).c_str(),
                nn::shape_text(W).c_str(), nn::shape_text(by_rows).c_str());
    std::printf("W' X' + b' is %s, the same transposed (difference %.0e)\n",
                nn::shape_text(by_columns).c_str(), difference);
    std::printf("W' X does not exist: %s times %s, %zu columns meet %zu rows\n\n",
                nn::shape_text(nn::Matrix(W.t())).c_str(), nn::shape_text(X).c_str(),
                static_cast<std::size_t>(W.n_rows), static_cast<std::size_t>(X.n_rows));

    // 3. neuron by neuron: output j of sample n is one weighted sum, the same as the matrix product
    double worst = 0;
    for (std::size_t n = 0; n < X.n_rows; ++n)
      for (std::size_t j = 0; j < W.n_cols; ++j) {
        double z = bias[j];
        for (std::size_t i = 0; i < X.n_cols; ++i)
          z += X(n, i) * W(i, j);  // every input to every neuron
        worst = std::max(worst, std::abs(z - by_rows(n, j)));
      }

    // 4. result: parameters. Every layer but the output feeds a bias neuron onwards (erratum 23)
    const longhand::Mlp small({6, 4, 3}, longhand::sigmoid, longhand::sigmoid);
    longhand::print_summary(small);
    std::vector<std::size_t> sizes{static_cast<std::size_t>(inputs)};
    for (int hidden : {hidden1, hidden2})
      if (hidden > 0) sizes.push_back(static_cast<std::size_t>(hidden));
    sizes.push_back(static_cast<std::size_t>(outputs));
    const longhand::Mlp net(sizes, longhand::relu, longhand::sigmoid);
    std::printf("\n");
    longhand::print_summary(net);
    const bool deep = sizes.size() >= 4;
    std::printf(
        "\"deep\" by 002 (two or more hidden layers): %s; by 003 (two or more layers): %s\n",
        deep ? "yes" : "no", sizes.size() >= 3 ? "yes" : "no");  // erratum 22
    std::printf("\n");
    program.result("bias_outside", y);
    program.result("bias_inside", y_slide);
    program.result("rows_against_columns", difference);
    program.result("sums_against_product", worst);
    program.result("parameters_6_4_3", static_cast<double>(small.parameters()));
    program.result("parameters", static_cast<double>(net.parameters()));
    program.result("hidden_layers", static_cast<double>(net.L - 2));
    program.result("layers_with_weights", static_cast<double>(net.L - 1));
  });
}
