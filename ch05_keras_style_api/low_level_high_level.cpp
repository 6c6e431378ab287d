// One model at three heights: by matrices, as a graph, and as a Sequential; one loss curve.
//
// Notes:  003 TensorFlow APIs (low level, high level), TensorFlow and Keras versions of the exercises
// Run:    ./book run ch05/low_level_high_level
// Expect: from the same first weights the three losses agree to the rounding of float32
// Try:    --hidden 32, --eta 0.1
#include "common/data/data.hpp"
#include "common/graph/graph.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The same model by matrices, by graph and by Sequential", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int steps = 300;
  program.knob("steps", steps, "gradient steps with all points", 1, 100000);
  double eta = 0.5;
  program.knob("eta", eta, "learning rate", 0.0, 5.0);
  int hidden = 8;
  program.knob("hidden", hidden, "hidden units", 1, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data, and the first weights for all three
    nn::Rng rng = program.rng();
    const nn::Dataset moons = nn::two_moons(200, rng, 0.2);
    const nn::Matrix X = moons.X, Y = arma::conv_to<nn::Matrix>::from(moons.y);
    const nn::Matrix first_W1 = rng.normal_matrix(2, hidden),
                     first_W2 = rng.normal_matrix(hidden, 1);
    const nn::Matrix first_b1(1, hidden, arma::fill::zeros), first_b2(1, 1, arma::fill::zeros);
    const double n = static_cast<double>(X.n_rows);

    // 2. lowest: matrices, every derivative by hand
    std::vector<double> by_matrices, by_graph;
    nn::Matrix W1 = first_W1, b1 = first_b1, W2 = first_W2, b2 = first_b2;
    for (int step = 0; step < steps; ++step) {
      const nn::Matrix H = arma::tanh(X * W1 + arma::repmat(b1, X.n_rows, 1));
      const nn::Matrix P = 1 / (1 + arma::exp(-(H * W2 + arma::repmat(b2, X.n_rows, 1))));
      by_matrices.push_back(-arma::accu(Y % arma::log(P) + (1 - Y) % arma::log(1 - P)) / n);
      const nn::Matrix delta2 = (P - Y) / n;                         // dE/dZ2
      const nn::Matrix delta1 = (1 - H % H) % (delta2 * W2.t());     // dE/dZ1
      W2 -= eta * H.t() * delta2, b2 -= eta * arma::sum(delta2, 0);  // w+ = w - eta dE/dw
      W1 -= eta * X.t() * delta1, b1 -= eta * arma::sum(delta1, 0);
    }

    // Middle: the expression as a graph, derivatives by the chain rule of its nodes
    nn::Graph tf;
    const nn::Node x = tf.constant(X), y = tf.constant(Y);
    const std::vector<nn::Node> w{tf.variable(first_W1, "W1"), tf.variable(first_b1, "b1"),
                                  tf.variable(first_W2, "W2"), tf.variable(first_b2, "b2")};
    const nn::Node h = tf.tanh(tf.matmul(x, w[0]) + w[1]),
                   p = tf.sigmoid(tf.matmul(h, w[2]) + w[3]);
    const nn::Node E = -tf.mean(y * tf.log(p) + (1.0 - y) * tf.log(1.0 - p));
    nn::Session sess(tf);
    for (int step = 0; step < steps; ++step) {
      const nn::BackwardPass pass = sess.backward(E);
      for (const nn::Node& v : w) sess.assign(v, sess.value(v) - eta * pass.gradient(v));
      by_graph.push_back(pass.value(E)(0));
    }

    // 3. highest: Sequential, and fit does the rest
    nn::Sequential model({nn::Dense(hidden, {.activation = nn::tanh, .input_shape = {2}}),
                          nn::Dense(1, {.activation = nn::sigmoid})});
    model.layers()[0].set_weights({first_W1, first_b1});
    model.layers()[1].set_weights({first_W2, first_b2});
    model.compile({.optimizer = nn::SGD({.learning_rate = eta}), .loss = nn::binary_crossentropy});
    const nn::History history = model.fit(X, Y,
                                          {.epochs = steps,
                                           .batch_size = static_cast<int>(X.n_rows),
                                           .shuffle = false,
                                           .verbose = false});
    const std::vector<double>& by_sequential = history["loss"];

    // 4. result
    std::printf("  step    by matrices       by graph  by Sequential\n");
    double apart = 0.0;
    std::vector<double> step_number, graph_apart, sequential_apart;
    for (std::size_t k = 0; k < by_matrices.size(); ++k) {
      if (k == 0 || (k + 1) % std::max<std::size_t>(1, by_matrices.size() / 6) == 0)
        std::printf("%6zu %14.8f %14.8f %14.8f\n", k + 1, by_matrices[k], by_graph[k],
                    by_sequential[k]);
      graph_apart.push_back(std::abs(by_graph[k] - by_matrices[k]) + 1e-9);
      sequential_apart.push_back(std::abs(by_sequential[k] - by_matrices[k]) + 1e-9);
      apart = std::max({apart, graph_apart.back(), sequential_apart.back()});
    }
    std::printf("\n");
    program.result("last_loss", by_sequential.back());
    program.result("largest_difference", apart);
    nn::Figure losses(
        {.title = "Loss: three curves, one line", .x_label = "step", .y_label = "loss"});
    losses.line(by_matrices, "matrices", {.width = 9});
    losses.line(by_graph, "graph", {.width = 5});
    losses.line(by_sequential, "Sequential", {.color = 6, .width = 1.5, .dashed = true});
    nn::Figure differences(
        {.title = "Difference from the matrices (+ 1e-9)", .x_label = "step", .log_y = true});
    differences.line(graph_apart, "graph", {.color = 1});
    differences.line(sequential_apart, "Sequential", {.color = 6});
    program.save(nn::Panels(1, 2).add(std::move(losses)).add(std::move(differences)), "losses");
  });
}
