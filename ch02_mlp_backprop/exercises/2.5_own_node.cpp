// Exercise 2.5: a node of your own
//
// Task:   z = sqrt(x^2 + y^2), the distance from the origin, as one node of a computational graph.
//         Its value is there; write its local gradients dz/dx and dz/dy.
// Goal:   z(3, 4) = 5, with gradients 0.6 and 0.8; right inside larger graphs, too
// Run:    ./book exercise 2.5
// Hint:   exercises/README.md, solution: solutions/2.5_own_node.cpp
#include "common/program/exercise.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/graph/graph.hpp"
#include "common/base/random.hpp"

// x[0] and x[1] are the operands, z is the result, k says which operand the question is about.
static nn::Matrix value(const nn::Operands& x) { return arma::sqrt(x[0] % x[0] + x[1] % x[1]); }

static nn::Matrix local_gradient([[maybe_unused]] const nn::Operands& x, const nn::Matrix& z,
                                 [[maybe_unused]] std::size_t k) {
  return 0 * z;  // TODO: dz/dx for k = 0, dz/dy for k = 1
}

int main() {
  nn::Exercise exercise("2.5");
  return exercise.verdict([&] {
    const nn::Operation distance{
        .type = "Distance", .forward = value, .local_gradient = local_gradient};
    nn::Graph graph;
    const nn::Node x = graph.variable(3.0, "x"), y = graph.variable(4.0, "y");
    const nn::BackwardPass pass = nn::Session(graph).backward(graph.apply(distance, {x, y}));
    exercise.expect("dz/dx at (3, 4)", 0.6, pass.gradient(x)(0));
    exercise.expect("dz/dy at (3, 4)", 0.8, pass.gradient(y)(0));

    nn::Rng rng(8);  // matrices, a chain of nodes behind it, and x used twice
    nn::Graph larger;
    const nn::Node A = larger.variable(rng.normal_matrix(3, 2), "A"),
                   B = larger.variable(rng.normal_matrix(3, 2), "B");
    const nn::Node E = larger.sum(larger.sigmoid(larger.apply(distance, {A, B})) * A);
    nn::Session session(larger);
    for (const nn::Node& node : {A, B}) {
      const nn::Matrix gradient = session.gradients(E, {node})[0], start = session.value(node);
      nn::Matrix W = start;
      const auto energy = [&] {
        session.assign(node, W);
        return static_cast<double>(session.run(E)(0));
      };
      exercise.expect_at_most("relative error in a larger graph, " + node.name(), 1e-7,
                              nn::check_gradient(energy, W, gradient).relative_error);
      session.assign(node, start);
    }
  });
}
