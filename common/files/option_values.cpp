// What options consist of, as JSON, both ways.
#include <algorithm>

#include "common/files/architecture_parts.hpp"

namespace nn {

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

}  // namespace

// ---- NumberList and words -------------------------------------------------------------------------

Json json_of(double value) {
  if (std::abs(value) < 1e15 && value == std::floor(value)) return static_cast<long long>(value);
  return value;
}
Json json_of(Size2D size) { return {size.height, size.width}; }
Json json_of(Padding padding) { return padding == Padding::same ? "same" : "valid"; }

void read(const JsonPlace& place, double& value) { value = place.number(); }
void read(const JsonPlace& place, bool& value) { value = place.boolean(); }
void read(const JsonPlace& place, int& value) { value = static_cast<int>(place.whole(-99)); }
void read(const JsonPlace& place, std::size_t& value) {
  value = static_cast<std::size_t>(place.whole(1));
}
void read(const JsonPlace& place, std::string& value) { value = place.string(); }
void read(const JsonPlace& place, std::vector<long long>& sizes) {
  sizes.clear();
  for (std::size_t i = 0; i < place.count(); ++i)
    sizes.push_back(place[i].is_null() ? -1 : place[i].whole(-1));
}
void read(const JsonPlace& place, Size2D& size) {
  if (place.is_list() && place.count() != 2) place.refuse("one whole number, or height and width");
  size = place.is_list() ? Size2D(place[0].whole(1), place[1].whole(1)) : Size2D(place.whole(1));
}
void read(const JsonPlace& place, Padding& padding) {
  const std::string name = place.string();
  if (name != "same" && name != "valid") place.refuse("\"valid\" or \"same\"");
  padding = name == "same" ? Padding::same : Padding::valid;
}

Json numbers_json(const std::vector<NumberOption>& options, const NumberList& values) {
  Json json = Json::object();
  OptionFields f(json);
  for (std::size_t i = 0; i < std::min(options.size(), values.size()); ++i) {
    const NumberOption& option = options[i];
    double value = values[i];
    bool yes = value != 0.0;
    if (option.kind == NumberOption::yes_or_no)
      f(option.name, yes);
    else if (option.kind == NumberOption::null_for_zero)
      f.null_for_zero(option.name, value);
    else
      f(option.name, value);
  }
  return json;
}

NumberList numbers_from_json(const JsonPlace& config, const std::vector<NumberOption>& options) {
  JsonFields fields(config);
  ignore_common(fields);
  NumberList values;
  for (const NumberOption& option : options)
    values.push_back(fields.number(option.name, option.otherwise));
  fields.finish();
  return values;
}

void ignore_common(JsonFields& fields) {
  for (const char* name :
       {"name", "trainable", "seed", "dtype", "reduction", "axis", "ema_momentum"})
    fields.ignore(name);
}

// ---- Activation functions ----------------------------------------------------------------------

namespace {
const ActivationFunction* find_activation(const std::string& name) {
  static const ActivationFunction functions[] = {
      linear, step,        sign,    sigmoid,     hard_sigmoid,    tanh,
      relu,   selu,        gelu,    gelu_tanh,   softplus,        swish,
      silu,   exponential, softmax, log_softmax, leaky_relu(0.2), elu()};
  for (const ActivationFunction& phi : functions)
    if (name == phi.name) return &phi;
  return nullptr;
}
}  // namespace

// Keras has leaky_relu and elu without a parameter as functions, with it as layers.
Json json_of(const ActivationFunction& phi) {
  const ActivationFunction* known = find_activation(phi.name);
  if (!known)
    throw Error(
        text("to_json: the activation function \"%s\" is not one of the library's; write it "
             "as a registered Lambda layer",
             phi.name));
  if (known->alpha == phi.alpha) return phi.name;
  return phi.name == std::string("elu")
             ? keras_object("keras.layers", "ELU", {{"alpha", phi.alpha}})
             : keras_object("keras.layers", "LeakyReLU", {{"negative_slope", phi.alpha}});
}

void read(const JsonPlace& place, ActivationFunction& phi) {
  const NamedObject object = named_object(place);
  JsonFields fields(object.config);
  ignore_common(fields);
  place.guard([&] {
    if (object.name == "LeakyReLU")
      phi = leaky_relu(fields.number("negative_slope", 0.3));
    else if (object.name == "ELU")
      phi = elu(fields.number("alpha", 1.0));
    else if (const ActivationFunction* known = find_activation(object.name))
      phi = *known;
    else
      place.fail("names the activation function \"" + object.name +
                 "\", which the library does not have");
  });
  fields.finish();
}

// ---- Initializers and regularizers -------------------------------------------------------------

namespace {
const NamedList<Initializer>& initializers() {
  static const NamedList<Initializer> list{
      plain(zeros),
      plain(ones),
      plain(glorot_uniform),
      plain(glorot_normal),
      plain(he_uniform),
      plain(he_normal),
      plain(lecun_uniform),
      plain(lecun_normal),
      {"constant", {{"value", 0.0}}, [](const NumberList& x) { return constant(x[0]); }},
      {"random_uniform",
       {{"minval", -0.05}, {"maxval", 0.05}},
       [](const NumberList& x) { return uniform(x[0], x[1]); }},
      {"random_normal",
       {{"mean", 0.0}, {"stddev", 0.05}},
       [](const NumberList& x) { return normal(x[0], x[1]); }},
      {"truncated_normal",
       {{"mean", 0.0}, {"stddev", 0.05}},
       [](const NumberList& x) { return truncated_normal(x[0], x[1]); }},
      {"orthogonal", {{"gain", 1.0}}, [](const NumberList& x) { return orthogonal(x[0]); }}};
  return list;
}
}  // namespace

Json json_of(const Initializer& initializer) {
  const Named<Initializer>* known = find_named(initializers(), initializer.name);
  if (!known)
    throw Error("to_json: the initializer \"" + initializer.name +
                "\" is not one of the library's; only those can be written");
  return keras_object("keras.initializers", class_name(initializer.name),
                      numbers_json(known->options, initializer.options));
}

void read(const JsonPlace& place, Initializer& initializer) {
  const NamedObject object = named_object(place);
  std::string name = snake_case(object.name);
  if (name == "orthogonal_initializer") name = "orthogonal";
  const Named<Initializer>* known = find_named(initializers(), name);
  if (!known) place.fail("names the initializer \"" + name + "\", which the library does not have");
  const NumberList values = numbers_from_json(object.config, known->options);
  initializer = place.guard([&] { return known->make(values); });
}

Json json_of(const Regularizer& regularizer) {
  const auto object = [](const char* name, Json config) {
    return keras_object("keras.regularizers", name, std::move(config));
  };
  if (regularizer.is_none()) return nullptr;
  if (regularizer.l1 == 0.0) return object("L2", {{"l2", regularizer.l2}});
  if (regularizer.l2 == 0.0) return object("L1", {{"l1", regularizer.l1}});
  return object("L1L2", {{"l1", regularizer.l1}, {"l2", regularizer.l2}});
}

void read(const JsonPlace& place, Regularizer& regularizer) {
  const NamedObject object = named_object(place);
  JsonFields fields(object.config);
  if (object.name == "L1" || object.name == "l1")
    regularizer = l1(fields.number("l1", 0.01));
  else if (object.name == "L2" || object.name == "l2")
    regularizer = l2(fields.number("l2", 0.01));
  else if (object.name == "L1L2")
    regularizer = l1_l2(fields.number("l1", 0.0), fields.number("l2", 0.0));
  else
    place.fail("names the regularizer \"" + object.name + "\", expected L1, L2 or L1L2");
  fields.finish();
}

}  // namespace nn
