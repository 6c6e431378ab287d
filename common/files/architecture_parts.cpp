#include "common/files/architecture_parts.hpp"

#include <algorithm>
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

// ---- Numbers -----------------------------------------------------------------------------------

namespace {

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
bool is_yes_or_no(const std::string& name) {
  return is_one_of(name, {"nesterov", "centered", "amsgrad", "staircase", "cycle", "from_logits"});
}
bool is_null_for_zero(const std::string& name) {
  return is_one_of(name,
                   {"clipnorm", "clipvalue", "global_clipnorm", "weight_decay", "warmup_target"});
}

}  // namespace

Json number_json(double value) {
  if (std::abs(value) < 1e15 && value == std::floor(value)) return static_cast<long long>(value);
  return value;
}

Json settings_json(const Settings& settings) {
  Json json = Json::object();
  for (const auto& [name, value] : settings)
    if (is_yes_or_no(name))
      json[name] = value != 0.0;
    else if (is_null_for_zero(name) && value == 0.0)
      json[name] = nullptr;
    else
      json[name] = number_json(value);
  return json;
}

Settings settings_from_json(const JsonPlace& place, const Settings& known) {
  JsonFields fields(place);
  Settings settings;
  for (const char* name : {"name", "seed", "dtype", "reduction", "axis", "ema_momentum"})
    fields.ignore(name);
  for (const auto& [name, otherwise] : known)
    if (fields.has(name)) settings.push_back({name, fields[name].number()});
  fields.finish();
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

// ---- Initializers, regularizers, activations ---------------------------------------------------

namespace {

// The class or the name, and the options: {"class_name": "L2", "config": {...}} or only "l2".
struct NamedObject {
  std::string name;
  JsonPlace config;
};
NamedObject named_object(const JsonPlace& place) {
  static const nlohmann::json nothing = nlohmann::json::object();
  const JsonPlace no_config(nothing, place.who(), place.path());
  if (place.is_string()) return {place.string(), no_config};
  if (!place.is_object()) place.refuse("a name, or an object with class_name and config");
  const std::string name = place["class_name"].string();
  return {name, place.has("config") ? place["config"] : no_config};
}

// Calls make() and says where the text is that made it fail.
template <class Make>
auto made(const JsonPlace& place, Make make) {
  try {
    return make();
  } catch (const Error& error) {
    if (std::string(error.what()).rfind(place.who() + ": ", 0) == 0) throw;
    place.fail(std::string("is refused: ") + error.what());
  }
}

}  // namespace

Json initializer_json(const Initializer& initializer) {
  try {
    initializer_named(initializer.name, initializer.settings);
  } catch (const Error&) {
    throw Error("to_json: the initializer \"" + initializer.name +
                "\" is not one of the library's; only those can be written");
  }
  Json config = settings_json(initializer.settings);
  return keras_object("keras.initializers", class_name(initializer.name), std::move(config));
}

Initializer initializer_from_json(const JsonPlace& place) {
  const NamedObject object = named_object(place);
  std::string name = snake_case(object.name);
  if (name == "orthogonal_initializer") name = "orthogonal";
  return made(place, [&] {
    return initializer_named(name,
                             settings_from_json(object.config, initializer_named(name).settings));
  });
}

Json regularizer_json(const Regularizer& regularizer) {
  const auto object = [](const char* name, Json config) {
    return keras_object("keras.regularizers", name, std::move(config));
  };
  if (regularizer.is_none()) return nullptr;
  if (regularizer.l1 == 0.0) return object("L2", {{"l2", regularizer.l2}});
  if (regularizer.l2 == 0.0) return object("L1", {{"l1", regularizer.l1}});
  return object("L1L2", {{"l1", regularizer.l1}, {"l2", regularizer.l2}});
}

Regularizer regularizer_from_json(const JsonPlace& place) {
  if (place.is_null()) return {};
  const NamedObject object = named_object(place);
  JsonFields fields(object.config);
  Regularizer regularizer;
  if (object.name == "L1" || object.name == "l1")
    regularizer = l1(fields.number("l1", 0.01));
  else if (object.name == "L2" || object.name == "l2")
    regularizer = l2(fields.number("l2", 0.01));
  else if (object.name == "L1L2")
    regularizer = l1_l2(fields.number("l1", 0.0), fields.number("l2", 0.0));
  else
    place.fail("names the regularizer \"" + object.name + "\", expected L1, L2 or L1L2");
  fields.finish();
  return regularizer;
}

// Keras has leaky_relu and elu without a parameter as functions, with it as layers.
Json activation_json(const ActivationFunction& phi) {
  try {
    activation_named(phi.name, phi.alpha);
  } catch (const Error&) {
    throw Error("to_json: the activation function \"" + phi.name +
                "\" is not one of the library's; write it as a registered Lambda layer");
  }
  if (phi.name == "leaky_relu" && phi.alpha != 0.2)
    return keras_object("keras.layers", "LeakyReLU", {{"negative_slope", phi.alpha}});
  if (phi.name == "elu" && phi.alpha != 1.0)
    return keras_object("keras.layers", "ELU", {{"alpha", phi.alpha}});
  return phi.name;
}

ActivationFunction activation_from_json(const JsonPlace& place) {
  const NamedObject object = named_object(place);
  return made(place, [&]() -> ActivationFunction {
    JsonFields fields(object.config);
    for (const char* name : {"name", "trainable", "dtype"}) fields.ignore(name);
    ActivationFunction phi;
    if (object.name == "LeakyReLU")
      phi = leaky_relu(fields.number("negative_slope", 0.3));
    else if (object.name == "ELU")
      phi = elu(fields.number("alpha", 1.0));
    else
      phi = activation_named(object.name, object.name == "leaky_relu" ? 0.2 : 1.0);
    fields.finish();
    return phi;
  });
}

}  // namespace nn
