// The forward pass and back propagation through a network.
#include <algorithm>

#include "common/model/model_layer.hpp"
#include "common/model/network.hpp"

namespace nn {

namespace {

// φ works along the last axis: of a sequence on each time step (only softmax can tell).
template <class Work>
void along_last_axis(const Shape& shape, std::size_t n_cols, Work work) {
  const std::size_t m = shape.rank() == 0 ? n_cols : shape.last();
  for (std::size_t first = 0; first < n_cols; first += m) work(first, m);
}

void activate(const ActivationFunction& phi, const Shape& shape, Matrix& Z) {
  if (shape.rank() == 1) return phi.activate(Z);  // H = φ(Z)
  along_last_axis(shape, Z.n_cols, [&](std::size_t first, std::size_t m) {
    Matrix z = columns(Z, first, m);
    phi.activate(z);
  });
}

void activate_back(const ActivationFunction& phi, const Shape& shape, const Matrix& S, Matrix& dH) {
  if (shape.rank() == 1) return phi.activate_back(S, dH);  // delta = dE/dH ∘ φ'(Z)
  along_last_axis(shape, dH.n_cols, [&](std::size_t first, std::size_t m) {
    Matrix dh = columns(dH, first, m);
    phi.activate_back(columns(S, first, m), dh);
  });
}

}  // namespace

Pass::Pass(const Network& network, bool frozen)
    : network_(&network), nodes_(network.nodes().size()) {
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    const NetworkNode& place = network.nodes()[k];
    Node& node = nodes_[k];
    node.layer = place.layer.get();
    node.merge = dynamic_cast<MergeLayer*>(node.layer);
    node.Y = &node.H;
    node.second.resize(place.inputs.size());
    node.call.weights_wanted = !frozen && node.layer->trainable;
    for (std::size_t input : place.inputs) node.call.shapes.push_back(network.nodes()[input].shape);
    if (const auto* model = dynamic_cast<ModelLayer*>(node.layer)) model->start(node.call);
  }
  // Which weights are used by several calls. On the way back the last call comes first.
  for (std::size_t k = 0; k < nodes_.size(); ++k)
    for (Weight* weight : nodes_[k].layer->weights())
      for (std::size_t later = k + 1; later < nodes_.size(); ++later) {
        const std::vector<Weight*> used = nodes_[later].layer->weights();
        if (!weight->trained || std::find(used.begin(), used.end(), weight) == used.end()) continue;
        nodes_[k].shared.push_back(weight);
        nodes_[k].earlier.emplace_back(arma::size(weight->gradient));
        break;
      }
  plan_gradients();
}

// A gradient is wanted at a node from which a weight to train can be reached.
void Pass::plan_gradients() {
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    Node& node = nodes_[k];
    const std::vector<Weight*> weights = node.layer->weights();
    const bool has_weights = std::any_of(weights.begin(), weights.end(),
                                         [](const Weight* weight) { return weight->trained; });
    node.wants_gradient |= has_weights && node.call.weights_wanted;
    for (std::size_t input : network_->nodes()[k].inputs)
      node.wants_gradient |= nodes_[input].wants_gradient;
  }
}

void Pass::want_input_gradients(const std::vector<bool>& wanted) {
  for (std::size_t i = 0; i < wanted.size(); ++i)
    nodes_[network_->inputs()[i]].wants_gradient |= wanted[i];
  plan_gradients();
}

void Pass::set_part(std::size_t first, std::size_t rows) {
  for (Node& node : nodes_) {
    node.call.first_row = first;
    node.call.batch_rows = rows;
  }
}

void Pass::forward(const std::vector<const Matrix*>& X, bool training, Rng& rng) {
  for (std::size_t i = 0; i < X.size(); ++i) nodes_[network_->inputs()[i]].Y = X[i];
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    const NetworkNode& place = network_->nodes()[k];
    if (place.inputs.empty()) continue;
    Node& node = nodes_[k];
    const ActivationFunction& phi = node.layer->activation;
    node.call.training = training;
    node.call.rng = &rng;
    node.X.clear();
    for (std::size_t input : place.inputs) node.X.push_back(nodes_[input].Y);
    Matrix& Z = phi.needs_Z ? node.Z : node.H;
    Z.set_size(X[0]->n_rows, place.shape.size());
    if (node.merge)
      node.merge->merge(node.X, Z, node.call);
    else
      node.layer->forward(*node.X[0], Z, node.call);  // Z = XW + b, or what the layer does
    if (phi.needs_Z) node.H = Z;
    if (!phi.is_linear()) activate(phi, place.shape, node.H);  // H = φ(Z)
  }
}

void Pass::start_backward() {
  for (Node& node : nodes_) node.has_gradient = false;
}

Matrix& Pass::output_gradient(std::size_t i) {
  Node& node = output_node(i);
  Matrix& dH = node.has_gradient ? second_output_gradient_ : node.dH;
  dH.set_size(node.Y->n_rows, node.Y->n_cols);
  return dH;
}

void Pass::written(std::size_t i) {
  Node& node = output_node(i);
  if (node.has_gradient) node.dH += second_output_gradient_;
  node.has_gradient = true;
}

const Matrix& Pass::input_gradient(std::size_t i) {
  Node& node = nodes_[network_->inputs()[i]];
  if (!node.has_gradient) node.dH.zeros(node.Y->n_rows, node.Y->n_cols);
  return node.dH;
}

void Pass::backward() {
  for (std::size_t k = nodes_.size(); k-- > 0;) {
    Node& node = nodes_[k];
    const NetworkNode& place = network_->nodes()[k];
    if (place.inputs.empty() || !node.wants_gradient || !node.has_gradient) continue;
    const ActivationFunction& phi = node.layer->activation;
    if (!phi.is_linear() && !node.joined)
      activate_back(phi, place.shape, phi.needs_Z ? node.Z : node.H,
                    node.dH);  // delta = φ'(Z) ∘ dE/dH  (notes 003, step 4 of back propagation)
    backward_through(k);
  }
}

// A layer writes its gradients. Where there is one already, the new one is written beside it, and
// the two are added: the chain rule's sum over all the ways on which a number reaches E.
void Pass::backward_through(std::size_t k) {
  Node& node = nodes_[k];
  const std::vector<std::size_t>& inputs = network_->nodes()[k].inputs;
  node.dX.clear();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Node& before = nodes_[inputs[i]];
    Matrix& dX = before.has_gradient ? node.second[i] : before.dH;
    if (before.wants_gradient) dX.set_size(before.Y->n_rows, before.Y->n_cols);
    node.dX.push_back(before.wants_gradient ? &dX : nullptr);
    before.has_gradient |= before.wants_gradient;
  }
  for (std::size_t i = 0; i < node.shared.size(); ++i)
    node.shared[i]->gradient.swap(node.earlier[i]);
  if (node.merge)
    node.merge->split(node.X, node.dH, node.dX, node.call);
  else
    node.layer->backward(*node.X[0], node.dH, node.dX[0], node.call);
  for (std::size_t i = 0; i < node.shared.size(); ++i)
    if (node.call.weights_wanted) node.shared[i]->gradient += node.earlier[i];
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (node.dX[i] == &node.second[i]) nodes_[inputs[i]].dH += node.second[i];
}

void add_penalty_gradients(const std::vector<Weight*>& weights) {
  for (Weight* weight : weights)
    if (!weight->regularizer.is_none())
      weight->regularizer.add_gradient(weight->value, weight->gradient);
}

std::string Pass::find_not_finite() const {
  for (const Node& node : nodes_)
    if (!node.Y->is_finite()) return "the output of " + node.layer->title() + " is not finite";
  return "";
}

}  // namespace nn
