// Define and run (TensorFlow 1) against define by run (eager, TensorFlow 2): the same gradients.
//
// Notes:  003 텐서플로우 2.0 변환, eager; erratum 12 (tf.Session is gone)
// Run:    ./book run ch05/define_by_run
// Expect: both give the same numbers to the last bit; only the eager program can ask `while`
// Try:    --tolerance 1e-2: fewer rounds, and the gradient is less exact too
#include <iostream>

#include "common/base/random.hpp"
#include "common/graph/graph.hpp"
#include "common/program/program.hpp"

// One layer and its error, written once for both ways.
static nn::Node error(nn::Graph& tf, nn::Node X, nn::Node Y, nn::Node W, nn::Node b) {
  return tf.mean(tf.square(tf.sigmoid(tf.matmul(X, W) + b) - Y));
}

int main(int argc, char** argv) {
  nn::Program program("A graph that is run later, and a graph that is recorded while running", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int steps = 100;
  program.knob("steps", steps, "gradient steps", 0, 100000);
  double eta = 1.0;
  program.knob("eta", eta, "learning rate", 0.0, 100.0);
  double tolerance = 1e-5;
  program.knob("tolerance", tolerance, "how near x^2 must come to a, relative to a", 1e-6, 1.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    const nn::Matrix X = rng.normal_matrix(20, 3), Y = rng.uniform_matrix(20, 1);
    const nn::Matrix first_W = rng.normal_matrix(3, 1), first_b(1, 1, arma::fill::zeros);

    // 2. define and run: one graph, made once, run `steps` times
    nn::Graph tf;
    const nn::Node x = tf.placeholder({nn::any_size, 3}, "X"),
                   y = tf.placeholder({nn::any_size, 1}, "Y");
    const nn::Node W = tf.variable(first_W, "W"), b = tf.variable(first_b, "b");
    const nn::Node E = error(tf, x, y, W, b);
    std::cout << "define and run:  " << E << "\n";
    nn::Session sess(tf);
    for (int step = 0; step < steps; ++step) {
      const std::vector<nn::Matrix> g = sess.gradients(E, {W, b}, {{x, X}, {y, Y}});
      sess.assign(W, sess.value(W) - eta * g[0]);
      sess.assign(b, sess.value(b) - eta * g[1]);
    }

    // 3. define by run: a new tape at every step; W and b are the program's own matrices
    nn::Matrix own_W = first_W, own_b = first_b;
    std::size_t recorded = 0;
    for (int step = 0; step < steps; ++step) {
      nn::Graph tape({.eager = true});  // with tf.GradientTape() as tape:
      const nn::Node w = tape.variable(own_W, "W"), c = tape.variable(own_b, "b");
      const nn::Node e = error(tape, tape.constant(X), tape.constant(Y), w, c);
      if (step == 0) std::cout << "define by run:   " << e << "\n\n";
      const std::vector<nn::Matrix> g = nn::gradients(e, {w, c});  // tape.gradient(e, [w, c])
      own_W -= eta * g[0];
      own_b -= eta * g[1];
      recorded += tape.size();
    }
    const double apart =
        arma::abs(sess.value(W) - own_W).max() + arma::abs(sess.value(b) - own_b).max();
    std::printf("after %d steps: nodes made %zu and %zu, weights apart by %g\n\n", steps, tf.size(),
                recorded, apart);

    // What only define by run can do: the program's own `while` looks at values and decides how much
    // is recorded. Newton's method for the square root, and its derivative through all rounds.
    std::printf("     a   rounds   nodes      sqrt(a)   gradient by tape   1 / (2 sqrt(a))\n");
    double worst = 0.0;
    for (double a : {2.0, 10.0, 100.0, 10000.0}) {
      nn::Graph tape({.eager = true});
      const nn::Node number = tape.variable(a);
      nn::Node root = number;
      int rounds = 0;
      while (std::abs(root.value()(0) * root.value()(0) - a) > tolerance * a && rounds < 100) {
        root = (root + number / root) / 2.0;  // x+ = (x + a / x) / 2
        ++rounds;
      }
      const double gradient = nn::gradients(root, {number})[0](0), exact = 0.5 / std::sqrt(a);
      worst = std::max(worst, std::abs(gradient / exact - 1));
      std::printf("%6g %8d %7zu %12.6f %18.8f %17.8f\n", a, rounds, tape.size(), root.value()(0),
                  gradient, exact);
    }

    // 4. result
    std::printf("\n");
    program.result("weights_apart", apart);
    program.result("nodes_of_the_session", static_cast<double>(tf.size()));
    program.result("nodes_on_tapes", static_cast<double>(recorded));
    program.result("root_gradient_is_right", worst < 1e-3 ? 1 : 0);
  });
}
