#include "common/graph/graph.hpp"

#include "common/base/checks.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace nn {

namespace {

// ---- The operations and their derivatives -------------------------------------------------------
// x: the operands, z: the result, k: the operand asked for, dz = dE/dz.

using X = const Operands&;
using M = const Matrix&;
using K = std::size_t;

Matrix all_ones(const Matrix& like) { return Matrix(arma::size(like), arma::fill::ones); }
Matrix indicator(const arma::umat& condition) { return arma::conv_to<Matrix>::from(condition); }

Real sigmoid_of(Real x) {  // 1 / (1 + e^-x), without the exponential of a large number
  const Real e = std::exp(-std::abs(x));
  return (x >= 0 ? Real(1) : e) / (1 + e);
}

// clang-format off
const Operation kAdd = {"Add", "+",
    [](X x) -> Matrix { return x[0] + x[1]; },
    [](X, M z, K) -> Matrix { return all_ones(z); }};                           // dz/dx = dz/dy = 1
const Operation kSubtract = {"Sub", "-",
    [](X x) -> Matrix { return x[0] - x[1]; },
    [](X, M z, K k) -> Matrix { return (k == 0 ? 1 : -1) * all_ones(z); }};     // 1, -1
const Operation kMultiply = {"Mul", "*",
    [](X x) -> Matrix { return x[0] % x[1]; },
    [](X x, M, K k) -> Matrix { return x[1 - k]; }};                        // dz/dx = y, dz/dy = x
const Operation kDivide = {"Div", "/",
    [](X x) -> Matrix { return x[0] / x[1]; },
    [](X x, M z, K k) -> Matrix { return (k == 0 ? all_ones(z) : Matrix(-z)) / x[1]; }};  // 1/y, -x/y^2
const Operation kMaximum = {"Maximum", "max",
    [](X x) -> Matrix { return arma::max(x[0], x[1]); },
    [](X x, M, K k) -> Matrix {                                             // the larger one passes
      const Matrix first = indicator(x[0] >= x[1]);
      return k == 0 ? first : Matrix(1 - first); }};
const Operation kNegate = {"Neg", "* -1",
    [](X x) -> Matrix { return -x[0]; },
    [](X, M z, K) -> Matrix { return -all_ones(z); }};
const Operation kExp = {"Exp", "exp",
    [](X x) -> Matrix { return arma::exp(x[0]); },
    [](X, M z, K) -> Matrix { return z; }};                                 // e^x = z
const Operation kLog = {"Log", "log",
    [](X x) -> Matrix { return arma::log(x[0]); },
    [](X x, M, K) -> Matrix { return 1 / x[0]; }};
const Operation kReciprocal = {"Reciprocal", "1/x",
    [](X x) -> Matrix { return 1 / x[0]; },
    [](X, M z, K) -> Matrix { return -z % z; }};                            // -1/x^2 = -z^2
const Operation kSquare = {"Square", "x^2",
    [](X x) -> Matrix { return arma::square(x[0]); },
    [](X x, M, K) -> Matrix { return 2 * x[0]; }};
const Operation kSigmoid = {"Sigmoid", "sigmoid",
    [](X x) -> Matrix { Matrix z = x[0]; return z.transform(sigmoid_of); },
    [](X, M z, K) -> Matrix { return z % (1 - z); }};
const Operation kTanh = {"Tanh", "tanh",
    [](X x) -> Matrix { return arma::tanh(x[0]); },
    [](X, M z, K) -> Matrix { return 1 - z % z; }};
const Operation kRelu = {"Relu", "relu",
    [](X x) -> Matrix { Matrix z = x[0]; return z.transform([](Real v) { return v < 0 ? 0 : v; }); },
    [](X x, M, K) -> Matrix { return indicator(x[0] > 0); }};               // 0 at 0

Shape number(const std::vector<Shape>&) { return Shape(); }
Shape product(const std::vector<Shape>& x) {
  if (x[0].rank() != 2 || x[1].rank() != 2) throw Error("a matrix product needs two matrices");
  if (x[0][1] != x[1][0] && x[0][1] != any_size && x[1][0] != any_size)
    throw Error(text("%zu columns meet %zu rows", x[0][1], x[1][0]));
  return Shape(x[0][0], x[1][1]);
}
const Operation kMatmul = {"MatMul", "matmul",
    [](X x) -> Matrix { return x[0] * x[1]; }, nullptr,
    [](X x, M, M dz, K k) -> Matrix {                                       // z_nm = sum_d x_nd y_dm
      if (k == 0) return dz * x[1].t();                                     // dE/dx = dE/dz y^T
      return x[0].t() * dz; }, product};                                    // dE/dy = x^T dE/dz
const Operation kSum = {"Sum", "sum",
    [](X x) -> Matrix { return Matrix{arma::accu(x[0])}; }, nullptr,
    [](X x, M, M dz, K) -> Matrix { return dz(0) * all_ones(x[0]); }, number};
const Operation kMean = {"Mean", "mean",
    [](X x) -> Matrix { return Matrix{arma::accu(x[0]) / static_cast<Real>(x[0].n_elem)}; }, nullptr,
    [](X x, M, M dz, K) -> Matrix { return dz(0) / static_cast<Real>(x[0].n_elem) * all_ones(x[0]); }, number};
// clang-format on

// ---- Shapes -------------------------------------------------------------------------------------

std::string printed(const Shape& shape) {  // "(?, 2)"
  std::string line = "(";
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    line += (axis ? ", " : "") + (shape[axis] == any_size ? "?" : std::to_string(shape[axis]));
  return line + ")";
}

Shape shape_of(const Matrix& value) { return Shape(value.n_rows, value.n_cols); }

// Whether a placeholder of this shape may hold `value`; a single number is a 1 x 1 matrix.
bool fits(const Matrix& value, const Shape& shape) {
  if (shape.rank() == 0) return value.n_elem == 1;
  return (shape[0] == any_size || value.n_rows == shape[0]) &&
         (shape[1] == any_size || value.n_cols == shape[1]);
}

// The common shape of operands that work element by element: sizes are equal, or 1 is stretched.
Shape stretched_shape(const std::vector<Shape>& operands) {
  const auto common = [](std::size_t a, std::size_t b) {
    if (a == b || b == 1) return a;
    if (a == 1 || a == any_size) return b;
    if (b == any_size) return a;
    throw Error("sizes must be equal, or one of them 1");
  };
  Shape z;
  for (const Shape& x : operands)
    if (x.rank() != 0) z = z.rank() == 0 ? x : Shape(common(z[0], x[0]), common(z[1], x[1]));
  return z;
}

// Operands repeated along their sizes of 1 until they have the given shape.
struct Stretched {
  std::vector<Matrix> copies;
  Operands operands;
  Stretched(const Operands& x, const Shape& shape) {
    copies.reserve(x.size());  // so that addresses stay
    for (std::size_t k = 0; k < x.size(); ++k) {
      const bool same = x[k].n_rows == shape[0] && x[k].n_cols == shape[1];
      if (!same)
        copies.push_back(arma::repmat(x[k], shape[0] / x[k].n_rows, shape[1] / x[k].n_cols));
      operands.push_back(same ? &x[k] : &copies.back());
    }
  }
};

// The gradient of a stretched operand x: the sum over the places each element went to.
Matrix summed_to(const Matrix& x, Matrix dz) {
  if (x.n_rows == 1 && dz.n_rows != 1) dz = Matrix(arma::sum(dz, 0));
  if (x.n_cols == 1 && dz.n_cols != 1) dz = Matrix(arma::sum(dz, 1));
  return dz;
}

std::string drawn(const Matrix& value) {  // a number, a small matrix, or the shape of a large one
  if (value.n_elem == 1) return text("%.4g", static_cast<double>(value(0)));
  if (value.n_elem > 8) return shape_text(value);
  std::string rows;
  for (std::size_t i = 0; i < value.n_rows; ++i)
    for (std::size_t j = 0; j < value.n_cols; ++j)
      rows += text("%s%.3g", j ? " " : i ? "; " : "", static_cast<double>(value(i, j)));
  return "[" + rows + "]";
}

}  // namespace

// ---- Node ---------------------------------------------------------------------------------------

const std::string& Node::name() const { return graph_->entries_[id_].name; }
const std::string& Node::type() const { return graph_->entries_[id_].operation.type; }
const Shape& Node::shape() const { return graph_->entries_[id_].shape; }
std::vector<Node> Node::inputs() const {
  std::vector<Node> nodes;
  for (std::size_t id : graph_->entries_[id_].inputs) nodes.push_back(Node(*graph_, id));
  return nodes;
}
const Matrix& Node::value() const {
  if (!graph_->eager_)
    throw Error("\"" + name() + "\" has no value of its own; a Session computes it, or an eager Graph");
  return graph_->entries_[id_].value;
}
std::string Node::str() const {
  const std::string node =
      name() + ":0 shape=" + printed(shape()) + text(" dtype=float%zu", 8 * sizeof(Real));
  return graph_->eager_ ? node + " value=" + drawn(value()) : node;
}
std::ostream& operator<<(std::ostream& out, const Node& node) { return out << node.str(); }

// ---- Graph: making nodes ------------------------------------------------------------------------

Node Graph::insert(Entry entry) {
  const std::string stem = entry.name.empty() ? entry.operation.type : entry.name;
  entry.name = stem;
  const auto same_name = [&](const Entry& other) { return other.name == entry.name; };
  for (int copy = 1; std::any_of(entries_.begin(), entries_.end(), same_name); ++copy)
    entry.name = stem + "_" + std::to_string(copy);
  entries_.push_back(std::move(entry));
  return Node(*this, entries_.size() - 1);
}
Node Graph::source(Kind kind, const char* type, const Shape& shape, const Matrix& value,
                   std::string name) {
  if (kind != Kind::placeholder && value.is_empty())
    throw Error(text("%s \"%s\" is empty", type, name.c_str()));
  return insert({kind, {.type = type}, {}, std::move(name), shape, value});
}
Node Graph::constant(double value, const std::string& name) {
  return source(Kind::constant, "Const", Shape(), Matrix{static_cast<Real>(value)}, name);
}
Node Graph::constant(const Matrix& value, const std::string& name) {
  return source(Kind::constant, "Const", shape_of(value), value, name);
}
Node Graph::variable(double value, const std::string& name) {
  return source(Kind::variable, "Variable", Shape(), Matrix{static_cast<Real>(value)}, name);
}
Node Graph::variable(const Matrix& value, const std::string& name) {
  return source(Kind::variable, "Variable", shape_of(value), value, name);
}
Node Graph::placeholder(const Shape& shape, const std::string& name) {
  if (shape.rank() != 0 && shape.rank() != 2)
    throw Error(text("Placeholder \"%s\": the shape is %s, expected () or (rows, columns)",
                     name.c_str(), printed(shape).c_str()));
  if (eager_)
    throw Error("Placeholder \"" + name + "\": an eager graph has none; make a constant of the data");
  return source(Kind::placeholder, "Placeholder", shape, Matrix(), name);
}

Node Graph::apply(const Operation& operation, const std::vector<Node>& inputs,
                  const std::string& name) {
  const bool elementwise = operation.local_gradient && !operation.backward && !operation.shape;
  const bool general = !operation.local_gradient && operation.backward && operation.shape;
  if (operation.type.empty() || !operation.forward || !(elementwise || general) || inputs.empty())
    throw Error("Operation \"" + operation.type +
                "\": expected a type, inputs, forward, and either "
                "local_gradient or both backward and shape");
  Entry entry{Kind::operation, operation, {}, name, {}, {}};
  std::vector<Shape> shapes;
  for (const Node& node : inputs) {
    if (node.graph_ != this)
      throw Error(operation.type + ": \"" + node.name() + "\" is a node of another graph");
    entry.inputs.push_back(node.id_);
    shapes.push_back(node.shape());
  }
  entry.shape = output_shape(entry, shapes);
  if (eager_) {  // define by run: every operand has its value already
    Operands x;
    for (std::size_t input : entry.inputs) x.push_back(&entries_[input].value);
    entry.value = forward(entry, x);
  }
  return insert(std::move(entry));
}

using Name = const std::string&;
Node Graph::add(Node x, Node y, Name name) { return apply(kAdd, {x, y}, name); }
Node Graph::subtract(Node x, Node y, Name name) { return apply(kSubtract, {x, y}, name); }
Node Graph::multiply(Node x, Node y, Name name) { return apply(kMultiply, {x, y}, name); }
Node Graph::divide(Node x, Node y, Name name) { return apply(kDivide, {x, y}, name); }
Node Graph::maximum(Node x, Node y, Name name) { return apply(kMaximum, {x, y}, name); }
Node Graph::matmul(Node X, Node Y, Name name) { return apply(kMatmul, {X, Y}, name); }
Node Graph::negate(Node x, Name name) { return apply(kNegate, {x}, name); }
Node Graph::exp(Node x, Name name) { return apply(kExp, {x}, name); }
Node Graph::log(Node x, Name name) { return apply(kLog, {x}, name); }
Node Graph::reciprocal(Node x, Name name) { return apply(kReciprocal, {x}, name); }
Node Graph::square(Node x, Name name) { return apply(kSquare, {x}, name); }
Node Graph::sigmoid(Node x, Name name) { return apply(kSigmoid, {x}, name); }
Node Graph::tanh(Node x, Name name) { return apply(kTanh, {x}, name); }
Node Graph::relu(Node x, Name name) { return apply(kRelu, {x}, name); }
Node Graph::sum(Node x, Name name) { return apply(kSum, {x}, name); }
Node Graph::mean(Node x, Name name) { return apply(kMean, {x}, name); }

Node operator+(Node x, Node y) { return x.graph().add(x, y); }
Node operator-(Node x, Node y) { return x.graph().subtract(x, y); }
Node operator*(Node x, Node y) { return x.graph().multiply(x, y); }
Node operator/(Node x, Node y) { return x.graph().divide(x, y); }
Node operator+(Node x, double y) { return x + x.graph().constant(y); }
Node operator-(Node x, double y) { return x - x.graph().constant(y); }
Node operator*(Node x, double y) { return x * x.graph().constant(y); }
Node operator/(Node x, double y) { return x / x.graph().constant(y); }
Node operator+(double x, Node y) { return y.graph().constant(x) + y; }
Node operator-(double x, Node y) { return y.graph().constant(x) - y; }
Node operator*(double x, Node y) { return y.graph().constant(x) * y; }
Node operator/(double x, Node y) { return y.graph().constant(x) / y; }
Node operator-(Node x) { return x.graph().negate(x); }

// ---- Graph: one node, forward and backward ------------------------------------------------------

Shape Graph::output_shape(const Entry& entry, const std::vector<Shape>& inputs) const {
  try {
    return entry.operation.shape ? entry.operation.shape(inputs) : stretched_shape(inputs);
  } catch (const Error& reason) {
    std::string operands;
    for (std::size_t k = 0; k < inputs.size(); ++k)
      operands +=
          (k ? " and \"" : "\"") + entries_[entry.inputs[k]].name + "\" " + printed(inputs[k]);
    throw Error(entry.operation.type + " of " + operands + ": " + reason.what());
  }
}

Matrix Graph::forward(const Entry& entry, const Operands& x) const {
  std::vector<Shape> shapes;
  for (std::size_t k = 0; k < x.size(); ++k) shapes.push_back(shape_of(x[k]));
  const Shape shape = output_shape(entry, shapes);  // again, now that every size is known
  if (entry.operation.shape) return entry.operation.forward(x);
  return entry.operation.forward(Stretched(x, shape).operands);
}

// What goes back to operand k: the chain rule, dE/dx = dE/dz * dz/dx.
Matrix Graph::backward(const Entry& entry, const Operands& x, const Matrix& z, const Matrix& dz,
                       std::size_t k) const {
  if (entry.operation.backward) return entry.operation.backward(x, z, dz, k);
  const Stretched stretched(x, shape_of(z));
  return summed_to(x[k], dz % entry.operation.local_gradient(stretched.operands, z, k));
}

std::vector<bool> Graph::ancestors(const std::vector<Node>& nodes) const {
  std::vector<bool> needed(size(), false);
  for (const Node& node : nodes) {
    if (node.graph_ != this)
      throw Error("Session: \"" + node.name() + "\" is a node of another graph");
    needed[node.id_] = true;
  }
  for (std::size_t id = size(); id-- > 0;)  // inputs are older than the node
    if (needed[id])
      for (std::size_t input : entries_[id].inputs) needed[input] = true;
  return needed;
}

// ---- Session ------------------------------------------------------------------------------------

std::vector<Matrix> Session::values(const std::vector<bool>& needed, const Feeds& feeds) const {
  std::vector<Matrix> values(graph_->size());
  for (const auto& [node, value] : feeds) {
    if (&node.graph() != graph_)
      throw Error("Session: \"" + node.name() + "\" is a node of another graph");
    if (graph_->entries_[node.id()].kind != Graph::Kind::placeholder)
      throw Error(text("Session: \"%s\" is a %s, only placeholders can be fed", node.name().c_str(),
                       node.type().c_str()));
    if (value.is_empty() || !fits(value, node.shape()))
      throw Error(text("Session: placeholder \"%s\" was fed %s, expected %s", node.name().c_str(),
                       shape_text(value).c_str(), printed(node.shape()).c_str()));
    values[node.id()] = value;
  }
  for (std::size_t id = 0; id < values.size(); ++id) {  // in the order of making
    if (!needed[id]) continue;
    const Graph::Entry& entry = graph_->entries_[id];
    if (entry.kind == Graph::Kind::constant) values[id] = entry.value;
    if (entry.kind == Graph::Kind::variable) values[id] = variable_value(id);
    if (entry.kind == Graph::Kind::placeholder && values[id].is_empty())
      throw Error(text("Session: placeholder \"%s\" %s needs a value; give it with the feeds",
                       entry.name.c_str(), printed(entry.shape).c_str()));
    if (entry.kind == Graph::Kind::operation && graph_->eager()) values[id] = entry.value;
    if (entry.kind == Graph::Kind::operation && !graph_->eager()) {
      Operands x;
      for (std::size_t input : entry.inputs) x.push_back(&values[input]);
      values[id] = graph_->forward(entry, x);
    }
  }
  return values;
}

Matrix Session::run(Node node, const Feeds& feeds) const {
  return run(std::vector<Node>{node}, feeds)[0];
}
std::vector<Matrix> Session::run(const std::vector<Node>& nodes, const Feeds& feeds) const {
  const std::vector<Matrix> all = values(graph_->ancestors(nodes), feeds);
  std::vector<Matrix> wanted;
  for (const Node& node : nodes) wanted.push_back(all[node.id()]);
  return wanted;
}

BackwardPass Session::backward(Node output, const Feeds& feeds, double upstream) const {
  BackwardPass pass(*graph_);
  pass.output_ = output.id();
  pass.used_ = graph_->ancestors({output});
  pass.values_ = values(pass.used_, feeds);  // forward
  pass.gradients_.resize(graph_->size());
  pass.contributions_.resize(graph_->size());
  for (std::size_t id = 0; id < graph_->size(); ++id)
    if (pass.used_[id]) pass.gradients_[id].zeros(arma::size(pass.values_[id]));
  pass.gradients_[output.id()].fill(static_cast<Real>(upstream));
  for (std::size_t id = output.id() + 1; id-- > 0;) {  // backward: the youngest node first
    if (!pass.used_[id]) continue;
    const Graph::Entry& entry = graph_->entries_[id];
    Operands x;
    for (std::size_t input : entry.inputs) x.push_back(&pass.values_[input]);
    for (std::size_t k = 0; k < x.size(); ++k) {
      Matrix dx = graph_->backward(entry, x, pass.values_[id], pass.gradients_[id], k);
      require_shape(entry.name + text(", input %zu", k), "its gradient", dx, x[k].n_rows,
                    x[k].n_cols);
      pass.gradients_[entry.inputs[k]] += dx;  // a node that is used twice adds both up
      pass.contributions_[id].push_back(std::move(dx));
    }
  }
  return pass;
}

std::vector<Matrix> Session::gradients(Node E, const std::vector<Node>& nodes,
                                       const Feeds& feeds) const {
  const BackwardPass pass = backward(E, feeds);
  std::vector<Matrix> gradients;
  for (const Node& node : nodes) gradients.push_back(pass.gradient(node));
  return gradients;
}

std::vector<Matrix> gradients(Node E, const std::vector<Node>& nodes) {
  E.value();  // refuses a graph that is not eager
  return Session(E.graph()).gradients(E, nodes);
}

const Matrix& Session::variable_value(std::size_t id) const {
  const bool assigned = id < variables_.size() && !variables_[id].is_empty();
  return assigned ? variables_[id] : graph_->entries_[id].value;
}
const Matrix& Session::value(Node variable) const {
  if (&variable.graph() != graph_)
    throw Error("Session: \"" + variable.name() + "\" is a node of another graph");
  if (graph_->entries_[variable.id()].kind != Graph::Kind::variable)
    throw Error("Session: \"" + variable.name() +
                "\" is no variable; run() gives any node's value");
  return variable_value(variable.id());
}
void Session::assign(Node variable, const Matrix& new_value) {
  if (graph_->eager())
    throw Error("Session: \"" + variable.name() +
                "\" belongs to an eager graph, whose values are computed already; make a new Graph");
  const Matrix& old = value(variable);
  require_shape("Session, variable \"" + variable.name() + "\"", "the new value", new_value,
                old.n_rows, old.n_cols);
  variables_.resize(graph_->size());
  variables_[variable.id()] = new_value;
}

// ---- Looking at a pass --------------------------------------------------------------------------

std::size_t BackwardPass::checked(Node node) const {
  if (&node.graph() != graph_)
    throw Error("BackwardPass: \"" + node.name() + "\" is a node of another graph");
  if (node.id() >= used_.size() || !used_[node.id()])
    throw Error(text("BackwardPass: \"%s\" does not depend on \"%s\"",
                     graph_->entries_[output_].name.c_str(), node.name().c_str()));
  return node.id();
}
const Matrix& BackwardPass::value(Node node) const { return values_[checked(node)]; }
const Matrix& BackwardPass::gradient(Node node) const { return gradients_[checked(node)]; }
const Matrix& BackwardPass::contribution(Node node, std::size_t k) const {
  const std::vector<Matrix>& terms = contributions_[checked(node)];
  if (k >= terms.size())
    throw Error(text("BackwardPass: \"%s\" has %zu inputs, there is no input %zu",
                     node.name().c_str(), terms.size(), k));
  return terms[k];
}
Matrix BackwardPass::local_gradient(Node node, std::size_t k) const {
  contribution(node, k);  // refuses a wrong node or k
  return local_gradient(node.id(), k);
}
Matrix BackwardPass::local_gradient(std::size_t id, std::size_t k) const {
  const Graph::Entry& entry = graph_->entries_[id];
  if (entry.operation.backward && values_[id].n_elem != 1)
    throw Error(
        text("BackwardPass: each element of \"%s\" depends on several of input %zu, so the "
             "local gradient is no matrix",
             entry.name.c_str(), k));
  Operands x;
  for (std::size_t input : entry.inputs) x.push_back(&values_[input]);
  return graph_->backward(entry, x, values_[id], all_ones(values_[id]), k);
}

// ---- Drawing ------------------------------------------------------------------------------------

namespace {
std::string dot_string(const std::string& words) {  // in quotes, for Graphviz
  std::string line = "\"";
  for (char c : words) {
    if (c == '"' || c == '\\') line += '\\';
    line += c;
  }
  return line + '"';
}
std::string two_lines(const std::string& value, const std::string& gradient) {
  return "[label=<" + value + "<br/><font color=\"#c0392b\">" + gradient + "</font>>]";
}
}  // namespace

std::string Graph::to_dot() const { return to_dot(nullptr); }
std::string BackwardPass::to_dot() const { return graph_->to_dot(this); }

std::string Graph::to_dot(const BackwardPass* pass) const {
  const auto shown = [&](std::size_t id) {
    return !pass || (id < pass->used_.size() && pass->used_[id]);
  };
  const auto edge_text = [&](std::size_t id, std::size_t k) {
    const std::size_t input = entries_[id].inputs[k];
    if (!pass) return "[label=" + dot_string(printed(entries_[input].shape)) + "]";
    std::string gradient = drawn(pass->contributions_[id][k]);
    if (pass->values_[input].n_elem == 1 && pass->values_[id].n_elem == 1)
      gradient = drawn(pass->gradients_[id]) + " * " + drawn(pass->local_gradient(id, k)) + " = " +
                 gradient;
    return two_lines(drawn(pass->values_[input]), gradient);
  };
  std::string lines =
      "digraph {\n  rankdir=LR;\n  node [fontname=\"Helvetica\"];\n"
      "  edge [fontname=\"Helvetica\", fontsize=11];\n";
  for (std::size_t id = 0; id < size(); ++id) {
    if (!shown(id)) continue;
    const Entry& entry = entries_[id];
    const bool named = entry.name.rfind(entry.operation.type, 0) != 0;  // not "Add", "Add_1" ...
    std::string label = named ? entry.name : entry.operation.symbol, style = "shape=ellipse, margin=0.03";
    if (entry.kind == Kind::operation) {
      if (entry.operation.symbol.empty())
        label = entry.operation.type;
      else if (named)
        label = entry.operation.symbol + "\n" + entry.name;
    } else {
      const char* color = entry.kind == Kind::constant   ? "#eeeeee"
                          : entry.kind == Kind::variable ? "#fdebd0"
                                                         : "#d6eaf8";
      style = text("shape=box, style=\"rounded,filled\", fillcolor=\"%s\"", color);
      if (!named) label = entry.kind == Kind::constant ? drawn(entry.value) : entry.name;
    }
    lines += text("  n%zu [%s, label=%s];\n", id, style.c_str(), dot_string(label).c_str());
    for (std::size_t k = 0; k < entry.inputs.size(); ++k)
      lines += text("  n%zu -> n%zu %s;\n", entry.inputs[k], id, edge_text(id, k).c_str());
  }
  if (pass)
    lines +=
        text("  end [shape=none, label=\"\", width=0];\n  n%zu -> end %s;\n", pass->output_,
             two_lines(drawn(pass->values_[pass->output_]), drawn(pass->gradients_[pass->output_]))
                 .c_str());
  return lines + "}\n";
}

}  // namespace nn
