// XOR in the notes' TensorFlow lines: W1, b1, W2, b2, hypothesis; then one stage more.
//
// Notes:  003 Tensorflow 표현 (2-stage network), NN for XOR, (3-stage network)
// Run:    ./book run ch05/xor_graph
// Expect: both networks answer 4 of 4; with other first weights the 2-stage network may stay at 3
// Try:    --seed 3, --seeds 100
#include "common/data/data.hpp"
#include "common/graph/graph.hpp"
#include "common/plot/figure.hpp"
#include "common/plot/graphviz.hpp"
#include "common/program/program.hpp"

struct Trained {
  std::vector<double> cost;
  nn::Matrix answers;
  std::string dot;
};

// widths {2, 2, 1}: the notes' network of two stages; {2, 4, 4, 1}: three stages.
static Trained train(const std::vector<int>& widths, nn::Rng rng, int steps, double eta) {
  // 2. model: a graph
  nn::Graph tf;
  const nn::Node X = tf.placeholder({nn::any_size, 2}, "X"),
                 Y = tf.placeholder({nn::any_size, 1}, "Y");
  std::vector<nn::Node> variables;
  nn::Node L = X;
  for (std::size_t l = 1; l < widths.size(); ++l) {
    const std::string number = std::to_string(l);
    const nn::Node W =
        tf.variable(rng.uniform_matrix(widths[l - 1], widths[l], -1, 1), "W" + number);
    const nn::Node b = tf.variable(nn::Matrix(1, widths[l], arma::fill::zeros), "Bias" + number);
    L = tf.sigmoid(tf.matmul(L, W) + b);  // L2 = tf.sigmoid(tf.matmul(X, W1) + b1)
    variables.insert(variables.end(), {W, b});
  }
  const nn::Node hypothesis = L;
  const nn::Node cost = -tf.mean(Y * tf.log(hypothesis) + (1.0 - Y) * tf.log(1.0 - hypothesis));

  // 3. training: run the graph backwards, move every variable
  const nn::Dataset gate = nn::gate(nn::Gate::XOR);
  const nn::Feeds feeds{{X, gate.X}, {Y, arma::conv_to<nn::Matrix>::from(gate.y)}};
  nn::Session sess(tf);
  Trained trained;
  for (int step = 0; step < steps; ++step) {
    const nn::BackwardPass pass = sess.backward(cost, feeds);
    for (const nn::Node& w : variables)
      sess.assign(w, sess.value(w) - eta * pass.gradient(w));  // w+ = w - eta dE/dw
    trained.cost.push_back(pass.value(cost)(0));
  }
  trained.answers = sess.run(hypothesis, feeds);
  trained.dot = tf.to_dot();
  return trained;
}

static int right(const nn::Matrix& answers) {
  const nn::Matrix truth{{0.0, 1.0, 1.0, 0.0}};
  return static_cast<int>(arma::accu((answers.t() > 0.5) == (truth > 0.5)));
}

int main(int argc, char** argv) {
  nn::Program program("XOR as a computational graph, trained", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int steps = 3000;
  program.knob("steps", steps, "gradient steps, each with all four points", 0, 1000000);
  double eta = 1.0;
  program.knob("eta", eta, "learning rate", 0.0, 10.0);
  int seeds = 20;
  program.knob("seeds", seeds, "how many other first weights to try", 0, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the four points of XOR, in the order 00 01 10 11
    nn::Figure figure({.title = "XOR: cost", .x_label = "step", .y_label = "cost", .log_y = true});
    std::printf(
        "network    answers for 00 01 10 11         right   first weights that learn XOR\n");
    std::vector<std::pair<std::string, double>> results;
    for (const std::vector<int>& widths :
         {std::vector<int>{2, 2, 1}, std::vector<int>{2, 4, 4, 1}}) {
      const std::string name = nn::text("%zu_stages", widths.size() - 1);
      const Trained trained = train(widths, program.rng(), steps, eta);
      int learned = 0;
      for (int seed = 1; seed <= seeds; ++seed)
        learned +=
            right(train(widths, nn::Rng(static_cast<std::uint64_t>(seed)), steps, eta).answers) ==
            4;
      const nn::Matrix& h = trained.answers;
      std::printf("%s   %.4f %.4f %.4f %.4f   %d of 4   %d of %d\n", name.c_str(), h(0), h(1), h(2),
                  h(3), right(h), learned, seeds);
      results.emplace_back("right_" + name, right(h));
      results.emplace_back("seeds_learned_" + name, learned);
      figure.line(trained.cost, nn::text("%zu stages", widths.size() - 1));
      if (program.plots()) nn::save_graph(trained.dot, program.out(name));
    }

    // 4. result
    for (const auto& [name, value] : results) program.result(name, value);
    program.save(figure, "cost");
  });
}
