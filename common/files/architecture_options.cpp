// What a model was compiled with as JSON, both ways.
#include <algorithm>

#include "common/files/architecture_parts.hpp"

namespace nn {

namespace {

constexpr const char* writer = "compile_options_to_json";
constexpr const char* reader = "compile_options_from_json";

// Whether `make` knows the name; what it throws for an unknown one is not of interest.
template <class Make>
bool exists(Make make) {
  try {
    make();
    return true;
  } catch (const Error&) {
    return false;
  }
}

// ---- The optimizer -----------------------------------------------------------------------------

// A number, or a schedule: numbers by name, and PiecewiseConstantDecay's lists.
Json learning_rate_json(const LearningRate& rate) {
  if (rate.is_constant()) return rate(0.0);
  if (!exists([&] { learning_rate_named(rate.name(), rate.settings()); }))
    throw Error(
        text("%s: the learning rate is a function of your own, which cannot be written; use "
             "one of the schedules of common/functions/schedules.hpp",
             writer));
  Settings numbers;
  Json lists = Json::object();
  for (const auto& [name, value] : rate.settings()) {
    const std::size_t bracket = name.find('[');  // "values[2]"
    if (bracket == std::string::npos)
      numbers.push_back({name, value});
    else
      lists[name.substr(0, bracket)].push_back(value);
  }
  Json config = settings_json(numbers);
  config.update(lists);
  return keras_object("keras.optimizers.schedules", rate.name(), std::move(config));
}

LearningRate learning_rate_from_json(const JsonPlace& place) {
  if (!place.is_object()) return LearningRate(place.number());
  const JsonPlace config = place["config"];
  Settings settings;
  for (const std::string& key : config.keys()) {
    if (key == "name" || config[key].is_null()) continue;
    if (!config[key].is_list()) {
      settings.push_back({key, config[key].number()});
      continue;
    }
    for (std::size_t i = 0; i < config[key].count(); ++i)
      settings.push_back({key + "[" + std::to_string(i) + "]", config[key][i].number()});
  }
  return learning_rate_named(place["class_name"].string(), settings);
}

Json optimizer_json(const Optimizer& optimizer) {
  const std::string name = optimizer.name();
  const bool own = registry().optimizers.count(name) > 0;
  if (!own && !exists([&] { optimizer_named(name, 0.01); }))
    throw Error(
        text("%s: the optimizer \"%s\" is your own; register it with nn::register_optimizer "
             "first",
             writer, name.c_str()));
  Json config = settings_json(optimizer.settings());
  if (config["decay"] == 0) config.erase("decay");  // Keras 3 has no decay
  config["learning_rate"] = learning_rate_json(optimizer.schedule());
  if (!optimizer.excluded_from_weight_decay().empty())
    config["exclude_from_weight_decay"] = optimizer.excluded_from_weight_decay();
  return keras_object(own ? "" : "keras.optimizers", name, std::move(config));
}

Optimizer optimizer_from_json(const JsonPlace& place) {
  const std::string name = place["class_name"].string();
  const JsonPlace config = place["config"];
  const LearningRate rate = learning_rate_from_json(config["learning_rate"]);
  const auto own = registry().optimizers.find(name);
  if (own == registry().optimizers.end() && !exists([&] { optimizer_named(name, 0.01); }))
    place["class_name"].refuse(
        "one of the library's optimizers; one of your own must be registered with "
        "nn::register_optimizer first");
  const auto make = [&](const LearningRate& learning_rate, const Settings& settings) {
    return own == registry().optimizers.end() ? optimizer_named(name, learning_rate, settings)
                                              : own->second(learning_rate, settings);
  };

  nlohmann::json numbers = config.value();
  std::vector<std::string> excluded;
  if (config.has("exclude_from_weight_decay")) {
    const JsonPlace names = config["exclude_from_weight_decay"];
    for (std::size_t i = 0; i < names.count(); ++i) excluded.push_back(names[i].string());
  }
  numbers.erase("exclude_from_weight_decay");
  numbers.erase("learning_rate");
  const JsonPlace options(numbers, config.who(), config.path());
  Optimizer optimizer = make(rate, settings_from_json(options, make(rate, {}).settings()));
  if (!excluded.empty()) optimizer.exclude_from_weight_decay(excluded);
  return optimizer;
}

// ---- Losses and metrics ------------------------------------------------------------------------

// "mean_squared_error", or with options {"class_name": "Huber", "config": {"delta": 2}}.
template <class LossOrMetric>
Json named_json(const LossOrMetric& value, const char* module) {
  if (value.settings.empty()) return value.name;
  Json config = settings_json(value.settings);
  config["name"] = value.name;
  return keras_object(module, class_name(value.name), std::move(config));
}

Json loss_json(const Loss& loss) {
  if (registry().losses.count(loss.name)) return loss.name;
  if (!exists([&] { loss_named(loss.name); }))
    throw Error(text("%s: the loss \"%s\" is your own; register it with nn::register_loss first",
                     writer, loss.name.c_str()));
  return named_json(loss, "keras.losses");
}

Json metric_json(const Metric& metric) {
  if (registry().metrics.count(metric.name) || registry().losses.count(metric.name))
    return metric.name;
  if (!exists([&] { metric_named(metric.name); }))
    throw Error(
        text("%s: the metric \"%s\" is your own; register it with nn::register_metric "
             "first",
             writer, metric.name.c_str()));
  return named_json(metric, "keras.metrics");
}

// Makes it with `make`, which takes Keras's name and settings.
template <class Make>
auto named_from_json(const JsonPlace& place, Make make) -> decltype(make("", Settings())) {
  std::string name = place.is_string() ? place.string() : place["class_name"].string();
  if (!place.is_string()) name = snake_case(name);
  for (const auto& [brief, full] :
       {std::pair{"mse", "mean_squared_error"}, std::pair{"mae", "mean_absolute_error"}})
    if (name == brief) name = full;
  Settings settings;
  if (!place.is_string()) settings = settings_from_json(place["config"], make(name, {}).settings);
  return make(name, settings);
}

Loss loss_from_json(const JsonPlace& place) {
  return named_from_json(place, [&](const std::string& name, const Settings& settings) {
    const auto own = registry().losses.find(name);
    if (own != registry().losses.end()) return own->second;
    if (!exists([&] { loss_named(name); }))
      place.refuse("a loss of the library, or one registered with nn::register_loss");
    return loss_named(name, settings);
  });
}

Metric metric_from_json(const JsonPlace& place) {
  return named_from_json(place, [&](const std::string& name, const Settings& settings) -> Metric {
    const auto own = registry().metrics.find(name);
    if (own != registry().metrics.end()) return own->second;
    const auto own_loss = registry().losses.find(name);
    if (own_loss != registry().losses.end()) return own_loss->second;
    if (!exists([&] { metric_named(name); }))
      place.refuse("a metric of the library, or one registered with nn::register_metric");
    return metric_named(name, settings);
  });
}

}  // namespace

// ---- All of it ---------------------------------------------------------------------------------

// {"optimizer": ..., "loss": one or a list, "loss_weights": null or a list, "metrics": a list, or a
// list of lists}: Keras's get_compile_config.
std::string compile_options_to_json(const CompileOptions& options) {
  Json json;
  json["optimizer"] = optimizer_json(options.optimizer);
  Json losses = Json::array(), metrics = Json::array();
  for (const Loss& loss : options.loss) losses.push_back(loss_json(loss));
  for (const std::vector<Metric>& list : options.metrics) {
    Json of_output = Json::array();
    for (const Metric& metric : list) of_output.push_back(metric_json(metric));
    metrics.push_back(of_output);
  }
  json["loss"] = losses.size() == 1 ? losses[0] : losses;
  json["loss_weights"] = options.loss_weights.empty() ? Json() : Json(options.loss_weights);
  json["metrics"] = metrics.size() == 1 ? metrics[0] : metrics;
  return json_text(json, writer);
}

CompileOptions compile_options_from_json(const std::string& json) {
  const nlohmann::json parsed = parse_json(json, reader);
  const JsonPlace place(parsed, reader, "");
  CompileOptions options;
  try {
    options.optimizer = optimizer_from_json(place["optimizer"]);
    const JsonPlace loss = place["loss"];
    for (std::size_t i = 0; loss.is_list() && i < loss.count(); ++i)
      options.loss.push_back(loss_from_json(loss[i]));
    if (!loss.is_list()) options.loss.push_back(loss_from_json(loss));

    if (place.has("loss_weights")) {
      const JsonPlace weights = place["loss_weights"];
      for (std::size_t i = 0; i < weights.count(); ++i)
        options.loss_weights.push_back(weights[i].number());
    }
    if (place.has("metrics")) {
      const JsonPlace metrics = place["metrics"];
      std::vector<Metric> shared;
      for (std::size_t i = 0; i < metrics.count(); ++i) {
        if (!metrics[i].is_list()) {
          shared.push_back(metric_from_json(metrics[i]));
          continue;
        }
        std::vector<Metric> of_output;
        for (std::size_t k = 0; k < metrics[i].count(); ++k)
          of_output.push_back(metric_from_json(metrics[i][k]));
        options.metrics.push_back(of_output);
      }
      if (!shared.empty()) options.metrics.push_back(shared);
      if (!shared.empty() && options.metrics.size() > 1)
        metrics.refuse("metrics, or one list of them for each output");
    }
  } catch (const Error& error) {
    if (std::string(error.what()).rfind(std::string(reader) + ": ", 0) == 0) throw;
    throw Error(std::string(reader) + ": " + error.what());
  }
  return options;
}

}  // namespace nn
