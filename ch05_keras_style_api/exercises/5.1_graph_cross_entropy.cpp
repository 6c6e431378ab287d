// Exercise 5.1: softmax and cross-entropy as a graph
//
// Task:   write the categorical cross-entropy of scores Z (n x m) and one-hot truth Y as nodes of the
//         graph: softmax of each row, then the mean over the rows of -sum_j y_j log p_j.
// Goal:   0.4170 for the scores 2.0, 1.0, 0.1 and the first class; gradient -0.3410, 0.2424, 0.0986
// Run:    ./book exercise 5.1
// Hint:   exercises/README.md, solution: solutions/5.1_graph_cross_entropy.cpp
#include "common/program/exercise.hpp"
#include "common/graph/graph.hpp"
#include "common/functions/losses.hpp"
#include "common/base/random.hpp"

static nn::Node cross_entropy(nn::Graph& tf, nn::Node Z, nn::Node Y, std::size_t n, std::size_t m) {
  // TODO: tf.exp, tf.log, tf.matmul and the signs + - * / are all you need
  (void)m;
  return tf.sum(Z * Y) / static_cast<double>(n);
}

int main() {
  nn::Exercise exercise("5.1");
  return exercise.verdict([&] {
    const auto compare = [&](const std::string& what, const nn::Matrix& Z, const nn::Matrix& Y,
                             double expected, const nn::Matrix& expected_gradient) {
      nn::Graph tf;
      const nn::Node z = tf.variable(Z, "Z"), y = tf.constant(Y, "Y");
      const nn::Node E = cross_entropy(tf, z, y, Z.n_rows, Z.n_cols);
      exercise.expect(what, nn::Matrix{static_cast<nn::Real>(expected)}, nn::Session(tf).run(E),
                      1e-4);
      exercise.expect(what + ", gradient", expected_gradient, nn::Session(tf).gradients(E, {z})[0],
                      1e-4);
    };
    compare("E of 2.0, 1.0, 0.1", {{2.0f, 1.0f, 0.1f}}, {{1, 0, 0}}, 0.4170,
            {{-0.3410f, 0.2424f, 0.0986f}});

    nn::Rng rng(5);
    const nn::Matrix Z = rng.normal_matrix(5, 4);
    nn::Matrix Y(5, 4, arma::fill::zeros), dZ;
    for (std::size_t i = 0; i < 5; ++i) Y(i, rng.below(4)) = 1;
    const nn::Loss loss = nn::categorical_crossentropy({.from_logits = true});
    loss.gradient(Y, Z, dZ);
    compare("E of other scores", Z, Y, loss.value(Y, Z), dZ);
  });
}
