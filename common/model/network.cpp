#include "common/model/network.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "common/model/model_layer.hpp"

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

  std::map<std::size_t, const TensorSource*> calls;  // sorted by number: a topological order
  std::set<std::size_t> entrances;
  for (const Tensor& input : inputs) {
    if (!entrances.insert(input.source().number).second)
      throw Error("Model: the same input is listed twice");
    calls[input.source().number] = &input.source();
  }
  std::vector<const TensorSource*> open;
  for (const Tensor& output : outputs) open.push_back(&output.source());
  while (!open.empty()) {
    const TensorSource* call = open.back();
    open.pop_back();
    const bool is_new = calls.emplace(call->number, call).second;
    if (entrances.count(call->number) || !is_new) continue;
    if (call->inputs.empty())
      throw Error(text("Model: the outputs depend on %s of shape %s, which is not among the inputs",
                       call->layer->title().c_str(), call->shape.str().c_str()));
    for (const Tensor& input : call->inputs) open.push_back(&input.source());
  }

  std::map<std::size_t, std::size_t> node_of;  // call number -> node number
  for (const auto& [number, call] : calls) {
    NetworkNode node{call->layer, {}, call->shape};
    if (entrances.count(number)) {
      if (!call->inputs.empty()) node.layer = std::make_shared<InputLayer>(call->shape);
    } else {
      for (const Tensor& input : call->inputs)
        node.inputs.push_back(node_of[input.source().number]);
    }
    node_of[number] = nodes_.size();
    nodes_.push_back(std::move(node));
  }
  for (const Tensor& input : inputs) inputs_.push_back(node_of[input.source().number]);
  for (const Tensor& output : outputs) outputs_.push_back(node_of[output.source().number]);
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

void Network::name_layers() {
  std::set<std::string> used;
  for (const auto& layer : layers_)
    if (!layer->name.empty() && !layer->numbered && !used.insert(layer->name).second)
      throw Error(text("Model: two layers are named \"%s\"; give one of them another name",
                       layer->name.c_str()));
  for (const auto& layer : layers_) {
    // A name that another model gave is kept unless it is taken here.
    if (!layer->name.empty() && (!layer->numbered || used.insert(layer->name).second)) continue;
    const std::string base = snake_case(layer->type);
    std::string name = base;
    for (int k = 1; !used.insert(name).second; ++k) name = base + "_" + std::to_string(k);
    layer->name = name;
    layer->numbered = true;
  }
}

std::vector<Parameter> Network::parameters() const {
  std::vector<Parameter> all;
  std::set<const Weight*> seen;
  const auto add = [&](const std::string& path, Weight* weight, bool trainable) {
    if (seen.insert(weight).second)
      all.push_back({path + "/" + weight->name, weight, trainable && weight->trained});
  };
  for (const auto& layer : layers_) {
    const auto* model = dynamic_cast<const ModelLayer*>(layer.get());
    if (!model)
      for (Weight* weight : layer->weights()) add(layer->name, weight, layer->trainable);
    else
      for (const Parameter& inner : model->network().parameters())
        if (seen.insert(inner.weight).second)
          all.push_back(
              {layer->name + "/" + inner.name, inner.weight, inner.trainable && layer->trainable});
  }
  return all;
}

std::vector<Weight*> Network::trainable_weights() const {
  std::vector<Weight*> weights;
  for (const Parameter& parameter : parameters())
    if (parameter.trainable) weights.push_back(parameter.weight);
  return weights;
}

double Network::penalty() const {
  double sum = 0.0;
  for (const Weight* weight : trainable_weights())
    if (!weight->regularizer.is_none()) sum += weight->regularizer.penalty(weight->value);
  return sum;
}

}  // namespace nn
