// The graph of a model as JSON, both ways.
#include "common/files/architecture.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "common/files/architecture_parts.hpp"
#include "common/model/model_layer.hpp"

namespace nn {

// ---- Writing -----------------------------------------------------------------------------------

namespace {

Json model_json(const Network& network, const Layer& layer);

// {"module": ..., "class_name": ..., "config": ...} of one layer, which may be a model itself.
Json layer_json(const Layer& layer, const Shape& shape) {
  if (const auto* model = dynamic_cast<const ModelLayer*>(&layer))
    return model_json(model->network(), layer);
  if (dynamic_cast<const InputLayer*>(&layer)) {
    Json config;
    config["batch_shape"] = shape_json(shape);
    config["name"] = layer.name;
    return keras_object("keras.layers", "InputLayer", std::move(config));
  }
  return keras_object(keras_module(layer.type), layer.type, layer_config_json(layer));
}

// What Keras calls a tensor's history: ["dense", 0, 0], the first output of the first call of dense.
Json history_json(const Network& network, std::size_t node) {
  const auto& nodes = network.nodes();
  const auto call =
      std::count_if(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(node),
                    [&](const NetworkNode& earlier) { return earlier.layer == nodes[node].layer; });
  return {nodes[node].layer->name, call, 0};
}

Json tensor_json(const Network& network, std::size_t node) {
  Json tensor;
  tensor["class_name"] = "__keras_tensor__";
  tensor["config"]["shape"] = shape_json(network.nodes()[node].shape);
  tensor["config"]["dtype"] = "float32";
  tensor["config"]["keras_history"] = history_json(network, node);
  return tensor;
}

// One call: Keras's merging layers take one list of tensors, models with several inputs too.
Json call_json(const Network& network, const NetworkNode& node) {
  Json tensors = Json::array();
  for (const std::size_t input : node.inputs) tensors.push_back(tensor_json(network, input));
  const bool merges = node.inputs.size() > 1 || node.layer->type == "Concatenate" ||
                      dynamic_cast<const InputLayer*>(node.layer.get());
  Json call;
  call["args"] = merges ? Json::array({tensors}) : tensors;
  call["kwargs"] = Json::object();
  return call;
}

Json sequential_layers(const Network& network) {
  Json layers = Json::array();
  for (const NetworkNode& node : network.nodes())
    layers.push_back(layer_json(*node.layer, node.shape));
  return layers;
}

Json functional_layers(const Network& network) {
  std::map<const Layer*, Json> calls;
  for (const NetworkNode& node : network.nodes()) {
    Json& nodes = calls.try_emplace(node.layer.get(), Json::array()).first->second;
    if (!node.inputs.empty()) nodes.push_back(call_json(network, node));
  }
  Json layers = Json::array();
  for (const NetworkNode& node : network.nodes()) {
    const auto entry = calls.find(node.layer.get());
    if (entry == calls.end()) continue;  // a shared layer, written before
    Json layer = layer_json(*node.layer, node.shape);
    layer["name"] = node.layer->name;
    layer["inbound_nodes"] = std::move(entry->second);
    calls.erase(entry);
    layers.push_back(std::move(layer));
  }
  return layers;
}

// One tensor stands for itself, several in a list.
Json histories_json(const Network& network, const std::vector<std::size_t>& nodes) {
  Json histories = Json::array();
  for (const std::size_t node : nodes) histories.push_back(history_json(network, node));
  return nodes.size() == 1 ? histories[0] : histories;
}

Json model_json(const Network& network, const Layer& layer) {
  const bool sequential = layer.type == "Sequential";
  Json config;
  config["name"] =
      layer.name.empty() ? Json(sequential ? "sequential" : "functional") : Json(layer.name);
  config["trainable"] = layer.trainable;
  if (sequential) {
    config["layers"] = sequential_layers(network);
    config["build_input_shape"] = shape_json(network.nodes()[network.inputs()[0]].shape);
  } else {
    config["layers"] = functional_layers(network);
    config["input_layers"] = histories_json(network, network.inputs());
    config["output_layers"] = histories_json(network, network.outputs());
  }
  return keras_object(sequential ? "keras" : "keras.src.models.functional", layer.type,
                      std::move(config));
}

}  // namespace

std::string Model::to_json() const { return json_text(model_json(network(), layer()), "to_json"); }

// ---- Reading -----------------------------------------------------------------------------------

namespace {

// A model of either type from tensors; Sequential's own constructor would name the Input itself.
struct RestoredModel : Model {
  RestoredModel(const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
                const std::string& type, const std::string& name) {
    assemble(inputs, outputs, type, name);
  }
};

// One layer of a Functional's list, with the calls that were made so far.
struct ReadLayer {
  JsonPlace place;
  LayerHandle handle = {};
  std::vector<Tensor> calls = {};  // outputs
  std::size_t calls_wanted = 0;
};

// Where a tensor comes from: ["dense", 1, 0].
struct History {
  std::string layer;
  std::size_t call;
};

class ModelReader {
 public:
  explicit ModelReader(const ModelFromJsonOptions& options) : options_(options) {}

  Model model(const JsonPlace& place) {
    const std::string type = place["class_name"].string();
    if (type == "Sequential") return sequential(place["config"]);
    if (type == "Functional" || type == "Model") return functional(place["config"]);
    place["class_name"].refuse("\"Sequential\" or \"Functional\"");
  }

 private:
  // ---- Layers
  LayerHandle layer(const JsonPlace& place) {
    const std::string type = place["class_name"].string();
    if (type == "Sequential" || type == "Functional" || type == "Model") return model(place);
    const JsonPlace config = place["config"];
    LayerHandle handle = layer_from_json(type, config);
    if (config.has("name")) handle.layer().name = config["name"].string();
    if (config.has("trainable")) handle.layer().trainable = config["trainable"].boolean();
    return handle;
  }

  static bool is_input(const JsonPlace& place) {
    return place["class_name"].string() == "InputLayer";
  }

  Tensor input(const JsonPlace& config) {
    const char* key =
        config.has("batch_input_shape") ? "batch_input_shape" : "batch_shape";  // Keras 2's, 3's
    const Shape shape = shape_from_json(config[key]);
    return config.guard(
        [&] { return Input(shape, {.name = config.has("name") ? config["name"].string() : ""}); });
  }

  // Calls the layer, which makes its weights at the first call.
  Tensor call(const JsonPlace& place, const LayerHandle& handle,
              const std::vector<Tensor>& inputs) {
    return place.guard([&] {
      Shapes shapes;
      for (const Tensor& tensor : inputs) shapes.push_back(tensor.shape());
      handle.build(shapes);  // refuses inputs that do not fit
      for (const Weight* weight : handle.layer().weights())
        if (weight->value.is_empty())
          weights_ += static_cast<double>(weight->rows) * static_cast<double>(weight->columns);
      if (weights_ > options_.max_weights)
        place.fail(text("brings the model to %.0f weights, more than .max_weights, which is %.0f",
                        weights_, options_.max_weights));
      return handle(inputs);
    });
  }

  // ---- Sequential
  Model sequential(const JsonPlace& config) {
    const JsonPlace layers = config["layers"];
    if (layers.count() == 0) layers.refuse("at least one layer");
    std::size_t first = 0;
    Tensor x;
    if (is_input(layers[0]))
      x = input(layers[first++]["config"]);
    else if (config.has("build_input_shape"))
      x = Input(shape_from_json(config["build_input_shape"]));
    else
      config.fail(
          "has no \"build_input_shape\", and its first layer is no InputLayer: a model "
          "must have been built before it is written");
    const Tensor start = x;
    std::map<std::string, std::size_t> known;  // the same name twice is the same layer twice
    std::map<std::size_t, LayerHandle> handles;
    for (std::size_t i = first; i < layers.count(); ++i) {
      LayerHandle handle = layer(layers[i]);
      const auto [same, is_new] = known.emplace(handle.name(), i);
      if (!is_new && !handle.name().empty()) {
        if (layers[i].value() != layers[same->second].value())
          layers[i].fail("has the same name as " + layers[same->second].path() +
                         " but is another layer");
        handle = handles.at(same->second);
      }
      handles.emplace(i, handle);
      x = call(layers[i], handle, {x});
    }
    return finished(config, {start}, {x}, "Sequential");
  }

  Model finished(const JsonPlace& config, const std::vector<Tensor>& inputs,
                 const std::vector<Tensor>& outputs, const std::string& type) {
    Model model = config.guard([&] {
      return RestoredModel(inputs, outputs, type,
                           config.has("name") ? config["name"].string() : "");
    });
    if (config.has("trainable")) model.layer().trainable = config["trainable"].boolean();
    return model;
  }

  // ---- Functional
  Model functional(const JsonPlace& config) {
    std::map<std::string, ReadLayer> layers;
    std::vector<ReadLayer*> open;  // in the order of the text; some calls still to be made
    const JsonPlace list = config["layers"];
    for (std::size_t i = 0; i < list.count(); ++i) {
      const JsonPlace place = list[i];
      const JsonPlace name = place.has("name") ? place["name"] : place["config"]["name"];
      const auto [entry, is_new] = layers.emplace(name.string(), ReadLayer{place});
      if (!is_new) name.refuse("a name that no other layer has");
      ReadLayer& read = entry->second;

      if (is_input(place)) {
        read.calls.push_back(input(place["config"]));
        read.calls_wanted = 1;
        continue;
      }
      read.handle = layer(place);
      read.calls_wanted = place["inbound_nodes"].count();
      open.push_back(&read);
    }
    while (!open.empty()) {
      const std::size_t before = calls_made_;
      for (ReadLayer* read : open) make_calls(*read, layers);
      open.erase(std::remove_if(open.begin(), open.end(),
                                [](const ReadLayer* read) {
                                  return read->calls.size() == read->calls_wanted;
                                }),
                 open.end());
      if (!open.empty() && calls_made_ == before)
        open[0]->place.fail(
            "can never be computed: the layers that it waits for wait for it (a "
            "cycle)");
    }
    return finished(config, tensors(config["input_layers"], layers),
                    tensors(config["output_layers"], layers), "Functional");
  }

  // The calls whose inputs are there, in their order.
  void make_calls(ReadLayer& read, const std::map<std::string, ReadLayer>& layers) {
    while (read.calls.size() < read.calls_wanted) {
      const JsonPlace node = read.place["inbound_nodes"][read.calls.size()];
      std::vector<Tensor> inputs;
      bool complete = true;
      for (const JsonPlace& place : tensor_places(node)) {
        const ReadLayer& source = source_of(place, layers);
        const History from = history(place);
        complete = complete && from.call < source.calls.size();
        if (complete) inputs.push_back(source.calls[from.call]);
      }
      if (!complete) return;
      if (inputs.empty()) node.fail("names no tensor");
      read.calls.push_back(call(read.place, read.handle, inputs));
      ++calls_made_;
    }
  }

  // The histories of the tensors that a call takes; they may be in a list, or lists of lists.
  static std::vector<JsonPlace> tensor_places(const JsonPlace& node) {
    std::vector<JsonPlace> found;
    if (node.is_list()) {  // Keras 2: [["dense", 0, 0, {}], ...]
      for (std::size_t i = 0; i < node.count(); ++i) found.push_back(node[i]);
      return found;
    }
    collect_tensors(node["args"], found);
    if (node.has("kwargs"))
      for (const std::string& key : node["kwargs"].keys()) {
        const JsonPlace value = node["kwargs"][key];
        if (value.is_object() || value.is_list())
          value.refuse("nothing there: a layer takes its tensors without a name");
      }
    return found;
  }
  static void collect_tensors(const JsonPlace& place, std::vector<JsonPlace>& found) {
    if (place.is_list())
      for (std::size_t i = 0; i < place.count(); ++i) collect_tensors(place[i], found);
    else if (place.is_object())
      found.push_back(place["config"]["keras_history"]);
    else if (!place.is_null())
      place.refuse("a tensor");
  }

  static History history(const JsonPlace& place) {
    if (place.count() < 3) place.refuse("a layer's name, the number of its call, and 0");
    place[2].whole(0, 0);
    return {place[0].string(), static_cast<std::size_t>(place[1].whole(0))};
  }

  static const ReadLayer& source_of(const JsonPlace& place,
                                    const std::map<std::string, ReadLayer>& layers) {
    const History from = history(place);
    const auto source = layers.find(from.layer);
    if (source == layers.end()) place[0].refuse("the name of a layer of this model");
    if (from.call >= source->second.calls_wanted)
      place[1].refuse(text("the number of a call of \"%s\", which is called %zu times",
                           from.layer.c_str(), source->second.calls_wanted));
    return source->second;
  }

  static std::vector<Tensor> tensors(const JsonPlace& place,
                                     const std::map<std::string, ReadLayer>& layers) {
    std::vector<JsonPlace> histories;
    if (place.count() > 0 && place[0].is_string())
      histories.push_back(place);
    else
      for (std::size_t i = 0; i < place.count(); ++i) histories.push_back(place[i]);
    std::vector<Tensor> found;
    for (const JsonPlace& from : histories)
      found.push_back(source_of(from, layers).calls[history(from).call]);
    return found;
  }

  const ModelFromJsonOptions options_;
  double weights_ = 0.0;
  std::size_t calls_made_ = 0;
};

}  // namespace

Model model_from_json(const std::string& json) { return model_from_json(json, {}); }

Model model_from_json(const std::string& json, const ModelFromJsonOptions& options) {
  const nlohmann::json parsed = parse_json(json, "model_from_json");
  return ModelReader(options).model(JsonPlace(parsed, "model_from_json", ""));
}

}  // namespace nn
