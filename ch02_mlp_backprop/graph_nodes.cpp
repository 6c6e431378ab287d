// Backpropagation through single nodes: upstream gradient times local gradient, node by node.
//
// Notes:  003 역전파 - 덧셈, 곱셈, sigmoid 통과; 002 역전파 (figure); erratum 26 (exp, 1/x, max)
// Run:    ./book run ch02/graph_nodes
// Expect: 10 + 5: 1.3 and 1.3; 10 * 5: 6.5 and 13; the sigmoid's chain gives upstream * y (1 - y)
// Try:    --upstream 1, --x -10: whose gradient changes, whose does not?
#include "common/graph/graph.hpp"
#include "common/plot/graphviz.hpp"
#include "common/program/program.hpp"

// Every node of a pass: its value, its gradient, and how it passes that on to its inputs.
static void print_pass(const char* title, const nn::BackwardPass& pass,
                       const std::vector<nn::Node>& nodes) {
  std::printf(
      "%s\nnode             value     gradient   passes back: upstream * local = gradient\n",
      title);
  for (const nn::Node& node : nodes) {
    std::printf("%-12s %9.4f %12.4f", node.name().c_str(), pass.value(node)(0),
                pass.gradient(node)(0));
    const std::vector<nn::Node> inputs = node.inputs();
    for (std::size_t k = 0; k < inputs.size(); ++k)
      std::printf("   to %s: %.4g * %.4g = %.4g", inputs[k].name().c_str(), pass.gradient(node)(0),
                  pass.local_gradient(node, k)(0), pass.contribution(node, k)(0));
    std::printf("\n");
  }
  std::printf("\n");
}

int main(int argc, char** argv) {
  nn::Program program("Backpropagation through single nodes of a computational graph");
  // ---- knobs -----------------------------------------------------------------------------------
  double x0 = 10, y0 = 5, upstream = 1.3, sigmoid_at = 1.0;
  program.knob("x", x0, "first number at the add, the multiply and the max node");
  program.knob("y", y0, "second number");
  program.knob("upstream", upstream, "dL/dz, the gradient that arrives from behind");
  program.knob("sigmoid-at", sigmoid_at, "where the chain of the sigmoid is computed", -30, 30);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    const auto draw = [&](const nn::BackwardPass& pass, const char* name) {
      if (program.plots()) nn::save_graph(pass.to_dot(), program.out(name));
    };

    // 1. one node: z = x + y, dz/dx = dz/dy = 1; z = xy, dz/dx = y, dz/dy = x; the larger of two
    nn::Graph graph;
    const nn::Node x = graph.constant(x0, "x"), y = graph.constant(y0, "y");
    const nn::Node sum = graph.add(x, y, "x + y"), product = graph.multiply(x, y, "x y");
    const nn::Node larger = graph.maximum(x, y, "max(x, y)");
    const nn::Session session(graph);
    const nn::BackwardPass add = session.backward(sum, {}, upstream);
    const nn::BackwardPass multiply = session.backward(product, {}, upstream);
    const nn::BackwardPass maximum = session.backward(larger, {}, upstream);
    print_pass("addition: the gradient is passed on", add, {x, y, sum});
    print_pass("multiplication: the inputs change places", multiply, {x, y, product});
    print_pass("maximum: the larger input gets everything", maximum, {x, y, larger});

    // 2. a node that is used by others: (x + y) z
    nn::Graph figure;
    const nn::Node a = figure.constant(-2.0, "x"), b = figure.constant(5.0, "y"),
                   c = figure.constant(-4.0, "z");
    const nn::Node q = figure.add(a, b, "q"), f = figure.multiply(q, c, "f");
    const nn::BackwardPass chain_rule = nn::Session(figure).backward(f);
    print_pass("f = (x + y) z, with q = x + y", chain_rule, {a, b, c, q, f});

    // 3. the sigmoid as a chain of nodes; exp and 1/x have derivatives of their own (erratum 26)
    nn::Graph chain;
    const nn::Node u = chain.variable(sigmoid_at, "x");
    const nn::Node negative = chain.multiply(u, chain.constant(-1.0, "-1"), "-x"),
                   power = chain.exp(negative, "e^-x");
    const nn::Node one_more = chain.add(power, chain.constant(1.0, "1"), "1 + e^-x");
    const nn::Node s = chain.reciprocal(one_more, "y");
    const nn::BackwardPass sigmoid = nn::Session(chain).backward(s, {}, upstream);
    print_pass("y = 1 / (1 + e^-x)", sigmoid, {u, negative, power, one_more, s});
    const double h = sigmoid.value(s)(0), at_once = upstream * h * (1 - h);  // dL/dy * y (1 - y)
    std::printf("at once: %.4g * y (1 - y) = %.10f; by the chain %.10f\n\n", upstream, at_once,
                sigmoid.gradient(u)(0));

    // 4. result
    program.result("sum", add.value(sum)(0));
    program.result("sum_to_x", add.gradient(x)(0));
    program.result("sum_to_y", add.gradient(y)(0));
    program.result("product", multiply.value(product)(0));
    program.result("product_to_x", multiply.gradient(x)(0));
    program.result("product_to_y", multiply.gradient(y)(0));
    program.result("maximum_to_x", maximum.gradient(x)(0));
    program.result("maximum_to_y", maximum.gradient(y)(0));
    program.result("f_to_x", chain_rule.gradient(a)(0));
    program.result("f_to_z", chain_rule.gradient(c)(0));
    program.result("sigmoid", h);
    program.result("sigmoid_chain_to_x", sigmoid.gradient(u)(0));
    program.result("sigmoid_at_once_to_x", at_once);
    draw(add, "add");
    draw(multiply, "multiply");
    draw(chain_rule, "chain_rule");
    draw(sigmoid, "sigmoid");
  });
}
