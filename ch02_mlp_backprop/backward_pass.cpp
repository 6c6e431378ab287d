// The backward pass of one observation: the delta of every neuron, the gradient of every weight,
// and what one step against the gradient does to the error.
//
// Notes:  002 역전파 1-5, 003 EBP 4 and 5; errata 1 (signs), 21 (which neurons contribute)
// Run:    ./book run ch02/backward_pass
// Expect: long-hand, central differences and the computational graph agree; one step lowers E
// Try:    --eta 100: when does a step no longer lower E?
#include "ch02_mlp_backprop/mlp.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/graph/graph.hpp"
#include "common/plot/graphviz.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The backward pass: deltas, gradients, one step downhill");
  // ---- knobs -----------------------------------------------------------------------------------
  double x1 = 1, x2 = 0, y = 1, eta = 0.5;
  program.knob("x1", x1, "first input");
  program.knob("x2", x2, "second input");
  program.knob("y", y, "target");
  program.knob("eta", eta, "learning rate of the step", 0.0);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: one observation
    const nn::Matrix X = nn::RowVector{x1, x2}, Y = nn::RowVector{y};

    // 2. model: 2-2-1
    nn::Rng rng = program.rng();
    longhand::Mlp net({2, 2, 1}, longhand::sigmoid, longhand::sigmoid);
    net.initialize(rng, 1.0);

    // 3. forward, then backward: how much does each neuron's input z change E? (002, step 3)
    net.forward(X);
    const double before = net.error(Y);
    net.backward(Y);
    std::printf("layer neuron        z        h    f'(z)   delta = dE/dz\n");
    for (std::size_t l = 2; l <= net.L; ++l)
      for (std::size_t j = 0; j < net.m[l]; ++j)
        std::printf("%5zu %6zu %8.4f %8.4f %8.4f %15.6f\n", l, j + 1, net.Z[l](0, j),
                    net.H[l](0, j), net.f[l].derivative(net.Z[l](0, j)), net.delta[l](0, j));

    // each connection's contribution: dE/dW = delta * h of the neuron it comes from (erratum 21)
    const auto E = [&] {
      net.forward(X);
      return net.error(Y);
    };
    std::printf("\nconnection          h  *    delta  =     dE/dW   by central differences\n");
    double worst = 0;
    for (std::size_t l = net.L; l >= 2; --l) {
      const nn::GradientCheck check = nn::check_gradient(E, net.W[l], net.dW[l]);
      worst = std::max(worst, check.relative_error);
      for (std::size_t i = 0; i < net.m[l - 1]; ++i)
        for (std::size_t j = 0; j < net.m[l]; ++j)
          std::printf("%zu.%zu -> %zu.%zu   %8.4f %11.6f %12.8f %14.8f\n", l - 1, i + 1, l, j + 1,
                      net.H[l - 1](0, i), net.delta[l](0, j), net.dW[l](i, j),
                      check.numerical(i, j));
    }
    std::printf("largest relative error %.1e\n", worst);

    // the same network as a computational graph: no derivative was written for it
    nn::Graph graph;
    const nn::Node W2 = graph.variable(net.W[2], "W2"),
                   b2 = graph.variable(nn::Matrix(net.b[2]), "b2");
    const nn::Node W3 = graph.variable(net.W[3], "W3"),
                   b3 = graph.variable(nn::Matrix(net.b[3]), "b3");
    const nn::Node H2 = graph.sigmoid(graph.matmul(graph.constant(X, "x"), W2) + b2, "h2");
    const nn::Node O = graph.sigmoid(graph.matmul(H2, W3) + b3, "o");
    const nn::Node loss = graph.multiply(graph.constant(0.5),
                                         graph.sum(graph.square(graph.constant(Y, "y") - O)), "E");
    const nn::BackwardPass pass = nn::Session(graph).backward(loss);
    const double difference = std::max({arma::abs(pass.gradient(W2) - net.dW[2]).max(),
                                        arma::abs(pass.gradient(W3) - net.dW[3]).max(),
                                        arma::abs(pass.gradient(b2) - net.db[2]).max(),
                                        arma::abs(pass.gradient(b3) - net.db[3]).max()});
    std::printf("against the computational graph: largest difference %.0e\n\n", difference);

    // 4. result: the gradient-descent step on every weight (002, step 5)
    net.update(eta);
    const double after = E();
    std::printf("E before the step %.6f, after %.6f\n", before, after);
    program.result("delta_output", net.delta[3](0));
    program.result("delta_hidden_1", net.delta[2](0, 0));
    program.result("delta_hidden_2", net.delta[2](0, 1));
    program.result("check_relative_error_below_1e-6", worst < 1e-6);
    program.result("difference_from_graph", difference);
    program.result("E_before", before);
    program.result("E_after", after);
    if (program.plots()) nn::save_graph(pass.to_dot(), program.out("graph"));
  });
}
