// The notes' first lines of TensorFlow: constants are nodes of a graph, a session runs it.
//
// Notes:  003 계산 그래프, 세션 (node1, node2, node3), Tensorflow 표현 (tf.Variable, tf.matmul); erratum 13
// Run:    ./book run ch05/graph_session
// Expect: printing a node shows a node, not a number; the session gives [3, 4] and 7
// Try:    --a 10 --b 5
#include <iostream>

#include "common/base/random.hpp"
#include "common/graph/graph.hpp"
#include "common/plot/graphviz.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Constants, variables and placeholders are nodes; a session computes them",
                      1);
  // ---- knobs -----------------------------------------------------------------------------------
  double a = 3.0;
  program.knob("a", a, "value of node1");
  double b = 4.0;
  program.knob("b", b, "value of node2");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. constants: two nodes, no arithmetic yet
    nn::Graph tf;
    const nn::Node node1 = tf.constant(a);  // node1 = tf.constant(3.0, tf.float32)
    const nn::Node node2 = tf.constant(b);  // node2 = tf.constant(4.0)
    std::cout << "print(node1, node2):\n  " << node1 << "\n  " << node2 << "\n\n";

    // 2. a session runs the part of the graph that is asked for
    nn::Session sess(tf);
    const std::vector<nn::Matrix> both = sess.run({node1, node2});
    std::printf("sess.run([node1, node2]):  [%g, %g]\n", both[0](0), both[1](0));

    const nn::Node node3 = tf.add(node1, node2);  // node3 = tf.add(node1, node2)
    std::cout << "node3:  " << node3 << "\n";
    const double sum = sess.run(node3)(0);
    std::printf("sess.run(node3):  %g\n\n", sum);

    // 3. variables keep their values between runs, placeholders are fed anew at every run
    nn::Graph layer;
    nn::Rng rng = program.rng();
    const nn::Node X = layer.placeholder({nn::any_size, 2}, "X");
    const nn::Node W = layer.variable(rng.uniform_matrix(2, 2, -1, 1), "W");
    const nn::Node bias = layer.variable(nn::Matrix(1, 2, arma::fill::zeros), "Bias");
    const nn::Node H = layer.sigmoid(layer.matmul(X, W) + bias);  // tf.sigmoid(tf.matmul(X, W) + b)
    for (std::size_t k = 0; k < layer.size(); ++k) std::cout << layer.node(k) << "\n";

    nn::Session session(layer);
    for (const nn::Matrix& fed : {nn::Matrix{{1, 0}}, nn::Matrix{{0, 0}, {0, 1}, {1, 0}, {1, 1}}})
      session.run(H, {{X, fed}})
          .print(nn::text("\nH for X of shape %s:", nn::shape_text(fed).c_str()));
    session.assign(W, nn::Matrix(2, 2, arma::fill::zeros));
    const double half = session.run(H, {{X, nn::Matrix{{1, 0}}}})(0);
    std::printf("\nafter W is assigned 0:  H = %g;  in a new session:  H = %.4f\n\n", half,
                nn::Session(layer).run(H, {{X, nn::Matrix{{1, 0}}}})(0));

    // 4. result
    program.result("node1", both[0](0));
    program.result("node2", both[1](0));
    program.result("node3", sum);
    program.result("sigmoid_of_0", half);
    if (program.plots()) {
      nn::save_graph(tf.to_dot(), program.out("sum"));
      nn::save_graph(layer.to_dot(), program.out("layer"));
    }
  });
}
