#include "common/files/architecture_parts.hpp"

#include <cctype>

namespace nn {

// ---- Registration ------------------------------------------------------------------------------

Registry& registry() {
  static Registry all;
  return all;
}

void register_layer(const std::string& type, std::function<LayerHandle(const Settings&)> make,
                    std::function<Settings(const Layer&)> settings) {
  if (type.empty() || !make) throw Error("register_layer: the type or the function make is empty");
  registry().layers[type] = {std::move(make), std::move(settings)};
}

void register_lambda(const std::string& function_name, LambdaFunction function,
                     LambdaGradient gradient) {
  registry().lambdas[function_name] = [=](const LambdaOptions& options) {
    return Lambda(function, gradient, options);
  };
}
void register_lambda(const std::string& function_name, ScalarFunction f,
                     ScalarFunction derivative) {
  registry().lambdas[function_name] = [=](const LambdaOptions& options) {
    return Lambda(f, derivative, options);
  };
}

void register_loss(const Loss& loss) { registry().losses.insert_or_assign(loss.name, loss); }
void register_metric(const Metric& metric) {
  registry().metrics.insert_or_assign(metric.name, metric);
}
void register_optimizer(const std::string& name,
                        std::function<Optimizer(const LearningRate&, const Settings&)> make) {
  registry().optimizers[name] = std::move(make);
}

// ---- Names -------------------------------------------------------------------------------------

std::string class_name(const std::string& snake) {
  std::string name;
  bool begins_word = true;
  for (const char c : snake) {
    if (c != '_')
      name += begins_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    begins_word = c == '_';
  }
  return name;
}

Json keras_object(const std::string& module, const std::string& class_name, Json config) {
  Json object;
  object["module"] = module.empty() ? Json() : Json(module);
  object["class_name"] = class_name;
  object["config"] = std::move(config);
  object["registered_name"] = module.empty() ? Json(class_name) : Json();
  return object;
}

// ---- Settings ----------------------------------------------------------------------------------

Json settings_json(const Settings& settings) {
  Json json = Json::object();
  for (const auto& [name, value] : settings) json[name] = json_of(value);
  return json;
}

Settings settings_from_json(const JsonPlace& config) {
  Settings settings;
  for (const std::string& name : config.keys())
    if (name != "name" && config[name].is_number())
      settings.push_back({name, config[name].number()});
  return settings;
}

// ---- Shapes ------------------------------------------------------------------------------------

Json shape_json(const Shape& shape) {
  Json json = Json::array({nullptr});
  for (const std::size_t size : shape.sizes()) json.push_back(size);
  return json;
}

Shape shape_from_json(const JsonPlace& place) {
  std::vector<std::size_t> sizes;
  for (std::size_t i = 1; i < place.count(); ++i)  // 0 is the batch
    sizes.push_back(static_cast<std::size_t>(place[i].whole(1)));
  if (sizes.empty()) place.refuse("the batch (null) and the sizes of a sample");
  return Shape(sizes);
}

}  // namespace nn
