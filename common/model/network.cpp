#include "common/model/network.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace nn {

std::string snake_case(const std::string& type) {
  const auto is = [&](std::size_t i, int (*kind)(int)) {
    return i < type.size() && kind(static_cast<unsigned char>(type[i])) != 0;
  };
  std::string name;
  for (std::size_t i = 0; i < type.size(); ++i) {
    const bool starts_word = i > 0 && (is(i - 1, std::islower) || is(i + 1, std::islower));
    if (is(i, std::isupper) && starts_word) name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(type[i])));
  }
  return name;
}

Network::Network(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs) {
  if (inputs.empty()) throw Error("Model: there is no input");
  if (outputs.empty()) throw Error("Model: there is no output");

  std::map<std::size_t, const Call*> calls;  // sorted by number: a topological order
  std::set<std::size_t> entrances;
  for (const Tensor& input : inputs) {
    if (!entrances.insert(input.call().number).second)
      throw Error("Model: the same input is listed twice");
    calls[input.call().number] = &input.call();
  }
  std::vector<const Call*> open;
  for (const Tensor& output : outputs) open.push_back(&output.call());
  while (!open.empty()) {
    const Call* call = open.back();
    open.pop_back();
    const bool is_new = calls.emplace(call->number, call).second;
    if (entrances.count(call->number) || !is_new) continue;
    if (call->inputs.empty())
      throw Error(text("Model: the outputs depend on %s of shape %s, which is not among the inputs",
                       call->layer->title().c_str(), call->shape.str().c_str()));
    for (const Tensor& input : call->inputs) open.push_back(&input.call());
  }

  std::map<std::size_t, std::size_t> node_of;  // call number -> node number
  for (const auto& [number, call] : calls) {
    NetworkNode node{call->layer, {}, call->shape};
    if (entrances.count(number)) {
      if (!call->inputs.empty()) node.layer = std::make_shared<InputLayer>(call->shape);
    } else {
      for (const Tensor& input : call->inputs) node.inputs.push_back(node_of[input.call().number]);
    }
    node_of[number] = nodes_.size();
    nodes_.push_back(std::move(node));
  }
  for (const Tensor& input : inputs) inputs_.push_back(node_of[input.call().number]);
  for (const Tensor& output : outputs) outputs_.push_back(node_of[output.call().number]);
  for (const NetworkNode& node : nodes_)
    if (std::find(layers_.begin(), layers_.end(), node.layer) == layers_.end())
      layers_.push_back(node.layer);
  const auto add_to_all = [&](const std::shared_ptr<Layer>& layer) {
    if (std::find(all_layers_.begin(), all_layers_.end(), layer) == all_layers_.end())
      all_layers_.push_back(layer);
  };
  for (const auto& layer : layers_) {
    add_to_all(layer);
    for (const auto& inner : layer->inner_layers()) add_to_all(inner);
  }
  name_layers();
}

double Network::penalty() const {
  double sum = 0.0;
  for (const auto& layer : all_layers_)
    if (layer->trainable) sum += layer->penalty();
  return sum;
}

void Network::name_layers() {
  std::set<std::string> used;
  for (const auto& layer : layers_)
    if (!layer->name.empty() && !layer->numbered && !used.insert(layer->name).second)
      throw Error(text("Model: two layers are named \"%s\"; give one of them another name",
                       layer->name.c_str()));
  for (const auto& layer : layers_) {
    // A name that another model gave is kept unless it is taken here.
    if (!layer->name.empty() && (!layer->numbered || used.insert(layer->name).second)) continue;
    const std::string base = snake_case(layer->type());
    std::string name = base;
    for (int k = 1; !used.insert(name).second; ++k) name = base + "_" + std::to_string(k);
    layer->name = name;
    layer->numbered = true;
  }
}

std::vector<Parameter> Network::parameters() const {
  std::vector<Parameter> all;
  std::set<const Matrix*> seen;  // a layer may also be inside of a model used as a layer
  for (const auto& layer : layers_)
    for (Parameter parameter : layer->parameters()) {
      if (!seen.insert(parameter.value).second) continue;
      parameter.name = layer->name + "/" + parameter.name;
      parameter.trainable = parameter.trainable && layer->trainable;
      all.push_back(parameter);
    }
  return all;
}

Pass::Pass(const Network& network) : network_(&network), memory_(network.nodes().size()) {
  for (std::size_t k = 0; k < memory_.size(); ++k)
    for (std::size_t input : network.nodes()[k].inputs) memory_[k].dX.push_back(&memory_[input].dY);
}

void Pass::plan_gradients(const std::vector<bool>& inputs_wanted) {
  for (std::size_t k = 0; k < memory_.size(); ++k) {
    const NetworkNode& node = network_->nodes()[k];
    bool wanted = false;
    for (const Parameter& parameter : node.layer->parameters())
      wanted = wanted || (parameter.gradient && parameter.gradient->wanted());
    for (std::size_t input : node.inputs) wanted = wanted || memory_[input].dY.wanted();
    memory_[k].dY.set_wanted(wanted);
    for (std::size_t i = 0; i < inputs_wanted.size(); ++i)
      if (network_->inputs()[i] == k) memory_[k].dY.set_wanted(inputs_wanted[i]);
  }
}

void Pass::forward(const std::vector<const Matrix*>& X, const Context& context) {
  for (std::size_t i = 0; i < X.size(); ++i) memory_[network_->inputs()[i]].Y = X[i];
  const std::size_t n = X[0]->n_rows;
  for (std::size_t k = 0; k < memory_.size(); ++k) {
    const NetworkNode& node = network_->nodes()[k];
    if (node.inputs.empty()) continue;
    Memory& memory = memory_[k];
    memory.X.clear();
    for (std::size_t input : node.inputs)
      memory.X.push_back(memory_[input].Y, &network_->nodes()[input].shape);
    Matrix& Y = memory.own_Y.resize(n, node.shape.size());
    memory.Y = &Y;
    node.layer->forward(memory.X, Y, memory.cache, context);
  }
}

void Pass::start_gradients() {
  for (std::size_t k = 0; k < memory_.size(); ++k) {
    const NetworkNode& node = network_->nodes()[k];
    if (memory_[k].dY.wanted()) memory_[k].dY.start(memory_[k].Y->n_rows, node.shape.size());
  }
}

void Pass::backward(const Context& context) {
  for (std::size_t k = memory_.size(); k-- > 0;) {
    const NetworkNode& node = network_->nodes()[k];
    Memory& memory = memory_[k];
    if (node.inputs.empty() || !memory.dY.wanted() || memory.dY.first()) continue;
    Context call = context;
    call.joined_with_loss = memory.joined;
    node.layer->backward(memory.X, *memory.Y, memory.dY.matrix(), memory.dX, memory.cache, call);
  }
}

std::string Pass::find_not_finite() const {
  for (std::size_t k = 0; k < memory_.size(); ++k)
    if (memory_[k].Y && !memory_[k].Y->is_finite())
      return "the output of " + network_->nodes()[k].layer->title() + " is not finite";
  return "";
}

}  // namespace nn
