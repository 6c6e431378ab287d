// A computational graph: nodes are operations, edges carry matrices. First the graph is written
// down, then a session runs it; gradients flow back along the edges by the chain rule.
//
//   nn::Graph tf;                                         // listings of TensorFlow 1 read the same
//   nn::Node x = tf.constant(10.0), y = tf.constant(5.0);
//   nn::Node z = x * y;                                   // a node, no number yet
//   std::cout << z;                                       // Mul:0 shape=() dtype=float64
//   nn::Session session(tf);
//   session.run(z);                                       // 50
//   nn::BackwardPass pass = session.backward(z, {}, 1.3); // upstream: dE/dz = 1.3
//   pass.gradient(x);                                     // 6.5 = 1.3 * dz/dx, and dz/dx = y
//
// An eager graph computes every node as it is written (define by run) and needs no session:
//
//   nn::Graph tape({.eager = true});
//   nn::Node x = tape.variable(10.0), z = x * x;          // 100 stands in it already: z.value()
//   nn::gradients(z, {x})[0];                             // 20
//
// A node is made from nodes that exist already and never changes. So the order in which nodes were
// made is a valid order to compute them, backwards a valid order to differentiate, and there are no
// cycles. Reverse mode as in Rumelhart, Hinton and Williams (1986); Griewank and Walther (2008),
// ch. 3.
#pragma once

#include <deque>
#include <functional>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "common/base/shape.hpp"
#include "common/base/matrix.hpp"

namespace nn {

class Graph;
class BackwardPass;

// In the shape of a placeholder: a size that only the feed tells. It prints as "?".
inline constexpr int any_size = 0;

// One node of a graph: a small handle, to be copied freely while the graph lives.
class Node {
 public:
  const std::string& name() const;  // "Add", "Add_1" ..., or as given
  const std::string& type() const;  // "Add", "MatMul", "Variable" ...
  const Shape& shape() const;       // () is a number; 0 stands for a size not known yet
  std::vector<Node> inputs() const;
  const Matrix& value() const;  // in an eager graph; refused where only a session computes values
  std::string str() const;      // "Add:0 shape=() dtype=float64", eager: "... value=7"

  Graph& graph() const { return *graph_; }
  std::size_t id() const { return id_; }  // 0, 1, 2 ... in the order of making
  bool operator==(const Node&) const = default;

 private:
  friend class Graph;
  Node(Graph& graph, std::size_t id) : graph_(&graph), id_(id) {}
  Graph* graph_;
  std::size_t id_;
};
std::ostream& operator<<(std::ostream& out, const Node& node);

// The values that flow into an operation.
class Operands {
 public:
  void push_back(const Matrix* x) { x_.push_back(x); }
  const Matrix& operator[](std::size_t k) const { return *x_[k]; }
  std::size_t size() const { return x_.size(); }

 private:
  std::vector<const Matrix*> x_;
};

// What a node does. Write the lambdas with "-> Matrix": they must not return an expression.
struct Operation {
  std::string type = "";    // "Mul"
  std::string symbol = "";  // in drawings; empty: the type
  // z = f(x[0], x[1] ...)
  std::function<Matrix(const Operands& x)> forward = nullptr;

  // An operation that works element by element gives dz/dx[k]; dE/dx[k] is dE/dz times that.
  // Operands of size 1 are stretched to the others before the call (a bias row to all rows of a
  // batch), and their gradient is the sum over the places they went to.
  std::function<Matrix(const Operands& x, const Matrix& z, std::size_t k)> local_gradient = nullptr;

  // Any other operation gives dE/dx[k] from dz = dE/dz, and z's shape from those of x (it throws an
  // Error that says why they do not fit; an unknown size is any_size).
  std::function<Matrix(const Operands& x, const Matrix& z, const Matrix& dz, std::size_t k)>
      backward = nullptr;
  std::function<Shape(const std::vector<Shape>& x)> shape = nullptr;
};

struct GraphOptions {
  bool eager = false;  // compute each node as it is made; there are no placeholders then
};

class Graph {
 public:
  explicit Graph(GraphOptions options = {}) : eager_(options.eager) {}
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  // ---- What a graph starts from ----
  Node constant(double value, const std::string& name = "");
  Node constant(const Matrix& value, const std::string& name = "");
  Node placeholder(const Shape& shape, const std::string& name = "");  // () or (rows, columns)
  Node variable(double initial_value, const std::string& name = "");
  Node variable(const Matrix& initial_value, const std::string& name = "");

  // ---- Operations, element by element where no shape is given ----
  Node add(Node x, Node y, const std::string& name = "");       // x + y
  Node subtract(Node x, Node y, const std::string& name = "");  // x - y
  Node multiply(Node x, Node y, const std::string& name = "");  // x * y
  Node divide(Node x, Node y, const std::string& name = "");    // x / y
  Node maximum(Node x, Node y, const std::string& name = "");   // where equal, x gets the gradient
  Node matmul(Node X, Node Y, const std::string& name = "");    // (n x d)(d x m) = (n x m)
  Node negate(Node x, const std::string& name = "");
  Node exp(Node x, const std::string& name = "");
  Node log(Node x, const std::string& name = "");  // the natural logarithm
  Node reciprocal(Node x, const std::string& name = "");
  Node square(Node x, const std::string& name = "");
  Node sigmoid(Node x, const std::string& name = "");
  Node tanh(Node x, const std::string& name = "");
  Node relu(Node x, const std::string& name = "");  // derivative 0 at 0
  Node sum(Node x, const std::string& name = "");   // of all elements: ()
  Node mean(Node x, const std::string& name = "");  // of all elements: ()

  // Any other operation, also one of your own.
  Node apply(const Operation& operation, const std::vector<Node>& inputs,
             const std::string& name = "");

  bool eager() const { return eager_; }
  std::size_t size() const { return entries_.size(); }
  Node node(std::size_t id) { return Node(*this, id); }

  // The graph in Graphviz's language, left to right.
  std::string to_dot() const;

 private:
  friend class Node;
  friend class Session;
  friend class BackwardPass;
  enum class Kind { constant, placeholder, variable, operation };
  struct Entry {
    Kind kind;
    Operation operation;
    std::vector<std::size_t> inputs;
    std::string name;
    Shape shape;
    Matrix value;  // of a constant; a variable's initial one; in an eager graph, of any node
  };
  Node source(Kind kind, const char* type, const Shape& shape, const Matrix& value,
              std::string name);
  Node insert(Entry entry);
  Shape output_shape(const Entry& entry, const std::vector<Shape>& inputs) const;
  Matrix forward(const Entry& entry, const Operands& x) const;
  Matrix backward(const Entry& entry, const Operands& x, const Matrix& z, const Matrix& dz,
                  std::size_t k) const;
  std::vector<bool> ancestors(const std::vector<Node>& nodes) const;
  std::string to_dot(const BackwardPass* pass) const;

  bool eager_;
  std::deque<Entry> entries_;  // a deque: references to values stay good while it grows
};

// x * y multiplies element by element; the matrix product is graph.matmul(X, W). A number becomes a
// constant node.
Node operator+(Node x, Node y);
Node operator-(Node x, Node y);
Node operator*(Node x, Node y);
Node operator/(Node x, Node y);
Node operator+(Node x, double y);
Node operator-(Node x, double y);
Node operator*(Node x, double y);
Node operator/(Node x, double y);
Node operator+(double x, Node y);
Node operator-(double x, Node y);
Node operator*(double x, Node y);
Node operator/(double x, Node y);
Node operator-(Node x);

// What the placeholders hold in one run: {{X, X_train}, {Y, Y_train}}.
struct Feed {
  Node placeholder;
  Matrix value;
};
using Feeds = std::vector<Feed>;

// All that one forward and backward run computed, to be looked at: the values and the gradients of
// every node the output depends on.
class BackwardPass {
 public:
  const Matrix& value(Node node) const;
  // dE/d(node): the sum of what came back along all its uses. It has the node's shape.
  const Matrix& gradient(Node node) const;
  // What `node` passes back to its input k: upstream times local gradient, one term of that sum.
  const Matrix& contribution(Node node, std::size_t k) const;
  // d(node)/d(input k), element by element. Refused where that is no matrix (a matrix product of
  // more than one number).
  Matrix local_gradient(Node node, std::size_t k) const;

  // The graph in Graphviz's language; each edge carries its value (black) and, underneath, the
  // gradient that comes back (red), for single numbers as "upstream * local = gradient".
  std::string to_dot() const;

 private:
  friend class Graph;
  friend class Session;
  explicit BackwardPass(const Graph& graph) : graph_(&graph) {}
  std::size_t checked(Node node) const;
  Matrix local_gradient(std::size_t id, std::size_t k) const;
  const Graph* graph_;
  std::size_t output_ = 0;
  std::vector<bool> used_;                          // by node: the output depends on it
  std::vector<Matrix> values_, gradients_;          // by node
  std::vector<std::vector<Matrix>> contributions_;  // by node and input
};

// Runs a graph. It holds the values of the graph's variables, at first their initial values.
class Session {
 public:
  explicit Session(const Graph& graph) : graph_(&graph) {}

  // The value of one node, or of several from the same run. A number is a 1 x 1 matrix. Only nodes
  // that are needed are computed.
  Matrix run(Node node, const Feeds& feeds = {}) const;
  std::vector<Matrix> run(const std::vector<Node>& nodes, const Feeds& feeds = {}) const;

  // Forward, then backward from `output`, whose own gradient is `upstream` in every element.
  BackwardPass backward(Node output, const Feeds& feeds = {}, double upstream = 1.0) const;

  // dE/d(node) for each of `nodes` (variables, mostly). Refuses one that E does not depend on.
  std::vector<Matrix> gradients(Node E, const std::vector<Node>& nodes,
                                const Feeds& feeds = {}) const;

  const Matrix& value(Node variable) const;
  void assign(Node variable, const Matrix& value);  // same shape

 private:
  std::vector<Matrix> values(const std::vector<bool>& needed, const Feeds& feeds) const;
  const Matrix& variable_value(std::size_t id) const;
  const Graph* graph_;
  std::vector<Matrix> variables_;  // by node; empty: still the initial value
};

// dE/d(node) for each of `nodes` of an eager graph, from the values that it recorded.
std::vector<Matrix> gradients(Node E, const std::vector<Node>& nodes);

}  // namespace nn
