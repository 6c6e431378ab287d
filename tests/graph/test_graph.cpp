#include "common/graph/graph.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

#include "common/graph/gradient_check.hpp"
#include "common/base/random.hpp"

using nn::Graph, nn::Matrix, nn::Node, nn::Session;

namespace {

std::string message_of(const std::function<void()>& mistake) {
  try {
    mistake();
  } catch (const nn::Error& error) {
    return error.what();
  }
  return "no error";
}

double number(const Matrix& value) {
  BOOST_REQUIRE_EQUAL(value.n_elem, 1u);
  return value(0);
}

// The gradient of E = sum(weights * operation(x, y ...)) for every input, against central
// differences.
void check_operation(const std::string& what, std::vector<Matrix> inputs,
                     const std::function<Node(Graph&, const std::vector<Node>&)>& build) {
  Graph graph;
  std::vector<Node> variables;
  for (const Matrix& input : inputs) variables.push_back(graph.variable(input));
  const Node z = build(graph, variables);
  Session session(graph);
  nn::Rng rng(7);
  const Matrix size = session.run(z);
  const Node E = graph.sum(z * graph.constant(rng.uniform_matrix(size.n_rows, size.n_cols, -1, 1)));
  const std::vector<Matrix> gradients = session.gradients(E, variables);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const auto value_of_E = [&] {
      session.assign(variables[k], inputs[k]);
      return number(session.run(E));
    };
    const nn::GradientCheck check = nn::check_gradient(value_of_E, inputs[k], gradients[k]);
    value_of_E();  // puts the value back
    BOOST_TEST(check.relative_error < 1e-8, what << " input " << k << ": " << check.str());
  }
}

}  // namespace

// ---- Values and gradients by hand --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(addition_passes_the_upstream_gradient_on) {  // the notes: 10 + 5 = 15, 1.3
  Graph graph;
  const Node x = graph.constant(10.0), y = graph.constant(5.0), z = x + y;
  const nn::BackwardPass pass = Session(graph).backward(z, {}, 1.3);
  BOOST_TEST(number(pass.value(z)) == 15.0);
  BOOST_TEST(number(pass.gradient(x)) == 1.3);
  BOOST_TEST(number(pass.gradient(y)) == 1.3);
  BOOST_TEST(number(pass.local_gradient(z, 0)) == 1.0);
}

BOOST_AUTO_TEST_CASE(multiplication_swaps_its_inputs) {  // the notes: 10 * 5 = 50; 6.5, 13
  Graph graph;
  const Node x = graph.constant(10.0), y = graph.constant(5.0), z = x * y;
  const nn::BackwardPass pass = Session(graph).backward(z, {}, 1.3);
  BOOST_TEST(number(pass.value(z)) == 50.0);
  BOOST_TEST(number(pass.gradient(x)) == 6.5);
  BOOST_TEST(number(pass.gradient(y)) == 13.0);
  BOOST_TEST(number(pass.local_gradient(z, 0)) == 5.0);
  BOOST_TEST(number(pass.local_gradient(z, 1)) == 10.0);
  BOOST_TEST(number(pass.contribution(z, 1)) == 13.0);
}

BOOST_AUTO_TEST_CASE(a_chain_of_small_nodes_is_the_sigmoid) {
  for (double x0 : {-3.0, -0.5, 0.0, 2.0}) {
    Graph graph;
    const Node x = graph.variable(x0);
    const Node chain = graph.reciprocal(1.0 + graph.exp(-x)), at_once = graph.sigmoid(x);
    const Session session(graph);
    BOOST_TEST(number(session.run(chain)) == number(session.run(at_once)),
               boost::test_tools::tolerance(1e-15));
    const double y = number(session.run(at_once));
    BOOST_TEST(number(session.gradients(chain, {x})[0]) == y * (1 - y),
               boost::test_tools::tolerance(1e-14));
    BOOST_TEST(number(session.gradients(at_once, {x})[0]) == y * (1 - y),
               boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(a_node_used_twice_collects_both_gradients) {
  Graph graph;
  const Node x = graph.variable(3.0), y = graph.variable(-4.0);
  const Node E = x * x * y + x;  // dE/dx = 2xy + 1 = -23, dE/dy = x^2 = 9
  const std::vector<Matrix> gradients = Session(graph).gradients(E, {x, y});
  BOOST_TEST(number(gradients[0]) == -23.0);
  BOOST_TEST(number(gradients[1]) == 9.0);
}

BOOST_AUTO_TEST_CASE(x_plus_y_times_z) {
  Graph graph;
  const Node x = graph.variable(-2.0), y = graph.variable(5.0), z = graph.variable(-4.0);
  const Node q = x + y, f = q * z;
  const nn::BackwardPass pass = Session(graph).backward(f);
  BOOST_TEST(number(pass.value(f)) == -12.0);
  BOOST_TEST(number(pass.gradient(q)) == -4.0);
  BOOST_TEST(number(pass.gradient(x)) == -4.0);
  BOOST_TEST(number(pass.gradient(y)) == -4.0);
  BOOST_TEST(number(pass.gradient(z)) == 3.0);
}

// ---- Define by run -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_eager_graph_computes_as_it_is_written) {
  Graph tape({.eager = true});
  const Node x = tape.variable(3.0), y = tape.constant(4.0), z = tape.add(x, y);
  BOOST_TEST(number(z.value()) == 7.0);
  BOOST_TEST(z.str() == "Add:0 shape=() dtype=float64 value=7");
  const Node E = z.value()(0) > 5 ? z * z : z;  // the program's own `if` decides what is recorded
  BOOST_TEST(number(E.value()) == 49.0);
  BOOST_TEST(number(nn::gradients(E, {x})[0]) == 14.0);
  BOOST_TEST(number(Session(tape).run(E)) == 49.0);
}

BOOST_AUTO_TEST_CASE(define_by_run_and_define_and_run_agree) {
  nn::Rng rng(5);
  const Matrix X = rng.normal_matrix(6, 3), W = rng.normal_matrix(3, 2),
               b = rng.normal_matrix(1, 2);
  const auto error = [&](Graph& graph, std::vector<Node>& weights) {
    weights = {graph.variable(W), graph.variable(b)};
    return graph.mean(
        graph.square(graph.sigmoid(graph.matmul(graph.constant(X), weights[0]) + weights[1])));
  };
  Graph later, tape({.eager = true});
  std::vector<Node> weights, recorded;
  const Node E = error(later, weights), e = error(tape, recorded);
  const Session session(later);
  BOOST_TEST(number(session.run(E)) == number(e.value()));
  const std::vector<Matrix> expected = session.gradients(E, weights),
                            got = nn::gradients(e, recorded);
  for (std::size_t k = 0; k < 2; ++k) BOOST_TEST(arma::abs(expected[k] - got[k]).max() == 0.0);
}

BOOST_AUTO_TEST_CASE(eager_and_session_are_not_mixed_up) {
  Graph tape({.eager = true}), graph;
  const Node x = tape.variable(1.0), later = graph.variable(1.0);
  Session session(tape);
  BOOST_TEST(message_of([&] { tape.placeholder({}, "X"); }) ==
             "Placeholder \"X\": an eager graph has none; make a constant of the data");
  BOOST_TEST(message_of([&] { session.assign(x, Matrix{2.0}); }) ==
             "Session: \"Variable\" belongs to an eager graph, whose values are computed already; "
             "make a new Graph");
  BOOST_TEST(message_of([&] { later.value(); }) ==
             "\"Variable\" has no value of its own; a Session computes it, or an eager Graph");
  BOOST_TEST(message_of([&] { nn::gradients(later, {later}); }) ==
             "\"Variable\" has no value of its own; a Session computes it, or an eager Graph");
}

// ---- Every operation ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(every_derivative_agrees_with_central_differences) {
  nn::Rng rng(3);
  const Matrix X = rng.uniform_matrix(4, 3, -2, 2), Y = rng.uniform_matrix(4, 3, -2, 2);
  const Matrix positive = rng.uniform_matrix(4, 3, 0.5, 2), W = rng.uniform_matrix(3, 2, -1, 1);
  using Nodes = const std::vector<Node>&;
  check_operation("add", {X, Y}, [](Graph&, Nodes n) { return n[0] + n[1]; });
  check_operation("subtract", {X, Y}, [](Graph&, Nodes n) { return n[0] - n[1]; });
  check_operation("multiply", {X, Y}, [](Graph&, Nodes n) { return n[0] * n[1]; });
  check_operation("divide", {X, positive}, [](Graph&, Nodes n) { return n[0] / n[1]; });
  check_operation("maximum", {X, Y}, [](Graph& g, Nodes n) { return g.maximum(n[0], n[1]); });
  check_operation("matmul", {X, W}, [](Graph& g, Nodes n) { return g.matmul(n[0], n[1]); });
  check_operation("negate", {X}, [](Graph&, Nodes n) { return -n[0]; });
  check_operation("exp", {X}, [](Graph& g, Nodes n) { return g.exp(n[0]); });
  check_operation("log", {positive}, [](Graph& g, Nodes n) { return g.log(n[0]); });
  check_operation("reciprocal", {positive}, [](Graph& g, Nodes n) { return g.reciprocal(n[0]); });
  check_operation("square", {X}, [](Graph& g, Nodes n) { return g.square(n[0]); });
  check_operation("sigmoid", {X}, [](Graph& g, Nodes n) { return g.sigmoid(n[0]); });
  check_operation("tanh", {X}, [](Graph& g, Nodes n) { return g.tanh(n[0]); });
  check_operation("relu", {X}, [](Graph& g, Nodes n) { return g.relu(n[0]); });
  check_operation("sum", {X}, [](Graph& g, Nodes n) { return g.sum(n[0]); });
  check_operation("mean", {X}, [](Graph& g, Nodes n) { return g.mean(n[0]); });
  check_operation("number - x / number", {X}, [](Graph&, Nodes n) { return 2.0 - n[0] / 3.0; });
  check_operation("number / x * number", {positive},
                  [](Graph&, Nodes n) { return 2.0 / n[0] * 3.0; });
}

BOOST_AUTO_TEST_CASE(stretched_operands_collect_the_sum) {
  nn::Rng rng(4);
  const Matrix X = rng.uniform_matrix(4, 3, -2, 2), row = rng.uniform_matrix(1, 3, 1, 2),
               column = rng.uniform_matrix(4, 1, 1, 2), one = {2.5};
  for (const Matrix& small : {row, column, one}) {
    const std::string shape = nn::shape_text(small);
    check_operation("add " + shape, {X, small}, [](Graph&, auto& n) { return n[0] + n[1]; });
    check_operation("subtract from " + shape, {small, X},
                    [](Graph&, auto& n) { return n[0] - n[1]; });
    check_operation("divide by " + shape, {X, small}, [](Graph&, auto& n) { return n[0] / n[1]; });
  }
  check_operation("row * column", {row, column}, [](Graph&, auto& n) { return n[0] * n[1]; });
}

BOOST_AUTO_TEST_CASE(a_layer_and_its_loss) {
  nn::Rng rng(5);
  const Matrix X = rng.uniform_matrix(5, 3, -1, 1), Y = rng.uniform_matrix(5, 2, 0, 1);
  check_operation("mean((sigmoid(XW + b) - Y)^2)",
                  {rng.uniform_matrix(3, 2, -1, 1), rng.uniform_matrix(1, 2, -1, 1)},
                  [&](Graph& tf, auto& n) {
                    const Node H = tf.sigmoid(tf.matmul(tf.constant(X), n[0]) + n[1]);
                    return tf.mean(tf.square(H - tf.constant(Y)));
                  });
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_number_range) {
  Graph graph;
  const double infinity = std::numeric_limits<double>::infinity();
  const Node x = graph.placeholder({1, 4});
  const Session session(graph);
  const Matrix ends = {-infinity, -800, 800, infinity};
  BOOST_TEST(arma::approx_equal(session.run(graph.sigmoid(x), {{x, ends}}), Matrix{0, 0, 1, 1},
                                "absdiff", 1e-300));
  BOOST_TEST(arma::all(
      arma::vectorise(session.run(graph.relu(x), {{x, ends}}) == Matrix{0, 0, 800, infinity})));
  const Node zero = graph.constant(0.0);
  BOOST_TEST(number(session.gradients(graph.relu(zero), {zero})[0]) == 0.0);  // as documented
}

BOOST_AUTO_TEST_CASE(where_both_are_equal_the_first_gets_the_gradient) {
  Graph graph;
  const Node x = graph.variable(2.0), y = graph.variable(2.0);
  const std::vector<Matrix> gradients = Session(graph).gradients(graph.maximum(x, y), {x, y});
  BOOST_TEST(number(gradients[0]) == 1.0);
  BOOST_TEST(number(gradients[1]) == 0.0);
}

BOOST_AUTO_TEST_CASE(an_operation_of_ones_own) {
  const nn::Operation cube{
      .type = "Cube",
      .forward = [](const nn::Operands& x) -> Matrix { return x[0] % x[0] % x[0]; },
      .local_gradient = [](const nn::Operands& x, const Matrix&, std::size_t) -> Matrix {
        return 3 * x[0] % x[0];
      }};
  check_operation("cube", {Matrix{{1, -2}, {0.5, 3}}},
                  [&](Graph& g, auto& n) { return g.apply(cube, {n[0]}); });
  Graph graph;
  const Node y = graph.apply(cube, {graph.constant(2.0)}, "volume");
  BOOST_TEST(y.str() == "volume:0 shape=() dtype=float64");
  BOOST_TEST(number(Session(graph).run(y)) == 8.0);
}

// ---- Nodes, names, sessions --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_node_prints_its_name_shape_and_type_but_no_value) {
  Graph tf;
  const Node node1 = tf.constant(3.0), node2 = tf.constant(4.0), node3 = tf.add(node1, node2);
  BOOST_TEST(node1.str() == "Const:0 shape=() dtype=float64");
  BOOST_TEST(node2.str() == "Const_1:0 shape=() dtype=float64");
  BOOST_TEST(node3.str() == "Add:0 shape=() dtype=float64");
  const Node X = tf.placeholder({nn::any_size, 2}, "X"), W = tf.variable(Matrix(2, 3), "W");
  BOOST_TEST(tf.matmul(X, W).str() == "MatMul:0 shape=(?, 3) dtype=float64");
  BOOST_TEST((tf.matmul(X, W) + tf.constant(Matrix(1, 3))).str() ==
             "Add_1:0 shape=(?, 3) dtype=float64");
  BOOST_TEST(tf.variable(1.0, "W").str() == "W_1:0 shape=() dtype=float64");
  std::ostringstream out;
  out << W;
  BOOST_TEST(out.str() == "W:0 shape=(2, 3) dtype=float64");
  BOOST_TEST((node3.inputs() == std::vector<Node>{node1, node2}));
  BOOST_TEST((node3.type() == "Add"));
}

BOOST_AUTO_TEST_CASE(a_session_runs_one_node_or_several) {
  Graph tf;
  const Node node1 = tf.constant(3.0), node2 = tf.constant(4.0), node3 = tf.add(node1, node2);
  const Session session(tf);
  const std::vector<Matrix> both = session.run({node1, node2});
  BOOST_TEST(number(both[0]) == 3.0);
  BOOST_TEST(number(both[1]) == 4.0);
  BOOST_TEST(number(session.run(node3)) == 7.0);
}

BOOST_AUTO_TEST_CASE(only_what_is_needed_is_computed) {
  Graph graph;
  const Node x = graph.placeholder({}, "x"), y = graph.constant(2.0);
  const Node unused = x * y, z = y * y;
  BOOST_TEST(number(Session(graph).run(z)) == 4.0);  // x was not fed, and is not asked for
  BOOST_TEST(message_of([&] { Session(graph).run(unused); }) ==
             "Session: placeholder \"x\" () needs a value; give it with the feeds");
}

BOOST_AUTO_TEST_CASE(variables_belong_to_the_session) {
  Graph graph;
  const Node w = graph.variable(Matrix{1, 2}, "w"), s = graph.sum(w * w);
  Session a(graph), b(graph);
  a.assign(w, Matrix{3, 4});
  BOOST_TEST(number(a.run(s)) == 25.0);
  BOOST_TEST(number(b.run(s)) == 5.0);
  const Node later = graph.variable(7.0);  // a node made after the session
  a.assign(later, Matrix{8.0});
  BOOST_TEST(number(a.value(later)) == 8.0);
  BOOST_TEST(number(b.run(later)) == 7.0);
  BOOST_TEST(number(a.run(s)) == 25.0);
}

BOOST_AUTO_TEST_CASE(gradient_descent_by_hand_reaches_the_minimum) {
  Graph graph;
  const Node w = graph.variable(5.0, "w"), E = graph.square(w - 3.0);
  Session session(graph);
  for (int step = 0; step < 100; ++step)
    session.assign(w, session.value(w) - 0.1 * session.gradients(E, {w})[0]);
  BOOST_TEST(number(session.value(w)) == 3.0, boost::test_tools::tolerance(1e-9));
}

// ---- Refusals ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(mistakes_are_told_in_one_sentence) {
  Graph graph, other;
  const Node X = graph.constant(Matrix(4, 3), "X"), W = graph.variable(Matrix(2, 2), "W");
  const Node P = graph.placeholder({nn::any_size, 2}, "P"), stranger = other.constant(1.0, "s");
  const Session session(graph);
  const auto says = [](const std::function<void()>& mistake, const std::string& expected) {
    BOOST_TEST(message_of(mistake) == expected);
  };
  says([&] { graph.matmul(X, W); },
       "MatMul of \"X\" (4, 3) and \"W\" (2, 2): 3 columns meet 2 rows");
  says([&] { X + W; },
       "Add of \"X\" (4, 3) and \"W\" (2, 2): sizes must be equal, or one of them 1");
  says([&] { graph.matmul(X, graph.constant(2.0)); },
       "MatMul of \"X\" (4, 3) and \"Const\" (): a matrix product needs two matrices");
  says([&] { graph.add(X, stranger); }, "Add: \"s\" is a node of another graph");
  says([&] { session.run(stranger); }, "Session: \"s\" is a node of another graph");
  says(
      [&] {
        session.run(X, {{stranger, Matrix(1, 1)}});
      },
      "Session: \"s\" is a node of another graph");
  says(
      [&] {
        session.run(P, {{P, Matrix(4, 3)}});
      },
      "Session: placeholder \"P\" was fed (4, 3), expected (?, 2)");
  says(
      [&] {
        session.run(X, {{W, Matrix(2, 2)}});
      },
      "Session: \"W\" is a Variable, only placeholders can be fed");
  says([&] { graph.placeholder({3}, "p"); },
       "Placeholder \"p\": the shape is (3), expected () or (rows, columns)");
  says([&] { graph.constant(Matrix()); }, "Const \"\" is empty");
  says([&] { session.value(X); }, "Session: \"X\" is no variable; run() gives any node's value");
  says([&] { Session(graph).assign(W, Matrix(3, 2)); },
       "Session, variable \"W\": the new value is (3, 2), expected (2, 2)");
  const Node s = graph.sum(X);
  says([&] { session.gradients(s, {W}); }, "BackwardPass: \"Sum\" does not depend on \"W\"");
  says([&] { session.backward(s).gradient(stranger); },
       "BackwardPass: \"s\" is a node of another graph");
  says([&] { session.backward(s).contribution(s, 1); },
       "BackwardPass: \"Sum\" has 1 inputs, there is no input 1");
  const Node product = graph.matmul(W, W);
  says([&] { session.backward(product).local_gradient(product, 0); },
       "BackwardPass: each element of \"MatMul\" depends on several of input 0, so the local "
       "gradient is no matrix");
  says([&] { graph.apply({.type = "Half"}, {X}); },
       "Operation \"Half\": expected a type, inputs, forward, and either local_gradient or both "
       "backward and shape");
}

BOOST_AUTO_TEST_CASE(sizes_that_only_the_feed_tells_are_checked_when_it_runs) {
  Graph graph;
  const Node a = graph.placeholder({nn::any_size, 2}, "a"),
             b = graph.placeholder({nn::any_size, 2}, "b");
  const Node z = a + b;
  const Session session(graph);
  BOOST_TEST(session.run(z, {{a, Matrix(3, 2)}, {b, Matrix(1, 2)}}).n_rows == 3u);
  BOOST_TEST(message_of([&] {
               session.run(z, {{a, Matrix(3, 2)}, {b, Matrix(2, 2)}});
             }) == "Add of \"a\" (3, 2) and \"b\" (2, 2): sizes must be equal, or one of them 1");
}

BOOST_AUTO_TEST_CASE(a_refused_operation_leaves_no_node_behind) {
  Graph graph;
  const Node X = graph.constant(Matrix(4, 3)), W = graph.constant(Matrix(2, 2));
  BOOST_CHECK_THROW(graph.matmul(X, W), nn::Error);
  BOOST_TEST(graph.size() == 2u);
}

// ---- Drawing -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_drawing_shows_values_and_gradients) {
  Graph graph;
  const Node x = graph.constant(10.0, "x"), y = graph.constant(5.0, "say \"y\""), z = x * y;
  graph.constant(99.0, "elsewhere");
  const std::string drawing = Session(graph).backward(z, {}, 1.3).to_dot();
  const auto has = [](const std::string& text, const std::string& part) {
    BOOST_TEST(text.find(part) != std::string::npos, part << " not in " << text);
  };
  has(drawing, "n0 -> n2 [label=<10<br/><font color=\"#c0392b\">1.3 * 5 = 6.5</font>>]");
  has(drawing, "n1 -> n2 [label=<5<br/><font color=\"#c0392b\">1.3 * 10 = 13</font>>]");
  has(drawing, "n2 -> end [label=<50<br/><font color=\"#c0392b\">1.3</font>>]");
  has(drawing, "label=\"say \\\"y\\\"\"");
  BOOST_TEST(drawing.find("elsewhere") == std::string::npos);
  has(graph.to_dot(), "elsewhere");
  has(graph.to_dot(), "n0 -> n2 [label=\"()\"]");
}
