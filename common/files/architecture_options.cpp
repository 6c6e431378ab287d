// What a model was compiled with as JSON, both ways.
#include "common/files/architecture_parts.hpp"

namespace nn {

namespace {

constexpr const char* writer = "compile_options_to_json";
constexpr const char* reader = "compile_options_from_json";

// ---- Learning rates ----------------------------------------------------------------------------

const NamedList<LearningRate>& schedules() {
  constexpr auto yes_or_no = NumberOption::yes_or_no;
  const std::vector<NumberOption> stairs{{"initial_learning_rate", 0.0},
                                         {"decay_steps", 0.0},
                                         {"decay_rate", 1.0},
                                         {"staircase", 0.0, yes_or_no}};
  static const NamedList<LearningRate> list{
      {"InverseTimeDecay", stairs,
       [](const NumberList& x) { return InverseTimeDecay(x[0], x[1], x[2], {x[3] != 0.0}); }},
      {"ExponentialDecay", stairs,
       [](const NumberList& x) { return ExponentialDecay(x[0], x[1], x[2], {x[3] != 0.0}); }},
      {"PolynomialDecay",
       {{"initial_learning_rate", 0.0},
        {"decay_steps", 0.0},
        {"end_learning_rate", 0.0001},
        {"power", 1.0},
        {"cycle", 0.0, yes_or_no}},
       [](const NumberList& x) {
         return PolynomialDecay(x[0], x[1], {x[2], x[3], x[4] != 0.0});
       }},
      {"CosineDecay",
       {{"initial_learning_rate", 0.0},
        {"decay_steps", 0.0},
        {"alpha", 0.0},
        {"warmup_target", 0.0, NumberOption::null_for_zero},
        {"warmup_steps", 0.0}},
       [](const NumberList& x) {
         return CosineDecay(x[0], x[1], {x[2], x[3], x[4]});
       }}};
  return list;
}

constexpr const char* piecewise =
    "PiecewiseConstantDecay";  // the only one that is called with lists

NumberList list_from_json(const JsonPlace& place) {
  NumberList list;
  for (std::size_t i = 0; i < place.count(); ++i) list.push_back(place[i].number());
  return list;
}

}  // namespace

Json json_of(const LearningRate& rate) {
  if (rate.is_constant()) return rate(0.0);
  Json config;
  if (const Named<LearningRate>* known = find_named(schedules(), rate.name())) {
    config = numbers_json(known->options, rate.options());
  } else if (rate.name() == piecewise) {
    const auto middle =
        rate.options().begin() + static_cast<std::ptrdiff_t>(rate.options().size() / 2);
    config["boundaries"] = NumberList(rate.options().begin(), middle);
    config["values"] = NumberList(middle, rate.options().end());
  } else {
    throw Error(
        text("%s: the learning rate is a function of your own, which cannot be written; use "
             "one of the schedules of common/functions/schedules.hpp",
             writer));
  }
  return keras_object("keras.optimizers.schedules", rate.name(), std::move(config));
}

void read(const JsonPlace& place, LearningRate& rate) {
  if (!place.is_object()) {
    rate = LearningRate(place.number());
    return;
  }
  const std::string name = place["class_name"].string();
  const JsonPlace config = place["config"];
  if (const Named<LearningRate>* known = find_named(schedules(), name))
    rate = known->make(numbers_from_json(config, known->options));
  else if (name == piecewise)
    rate = PiecewiseConstantDecay(list_from_json(config["boundaries"]),
                                  list_from_json(config["values"]));
  else
    place["class_name"].refuse("one of the library's schedules");
}

// ---- The optimizer -----------------------------------------------------------------------------

namespace {

template <class Options>
void betas(OptionFields& f, Options& o) {
  f("beta_1", o.beta_1);
  f("beta_2", o.beta_2);
  f("epsilon", o.epsilon);
}

void describe(OptionFields& f, SGDOptions& o) {
  f("momentum", o.momentum);
  f("nesterov", o.nesterov);
  if (f.reading() || o.decay != 0.0) f("decay", o.decay);  // Keras 3 has none
}
void describe(OptionFields& f, AdagradOptions& o) {
  f("initial_accumulator_value", o.initial_accumulator_value);
  f("epsilon", o.epsilon);
}
void describe(OptionFields& f, RMSpropOptions& o) {
  f("rho", o.rho);
  f("momentum", o.momentum);
  f("epsilon", o.epsilon);
  f("centered", o.centered);
}
void describe(OptionFields& f, AdadeltaOptions& o) {
  f("rho", o.rho);
  f("epsilon", o.epsilon);
}
void describe(OptionFields& f, AdamOptions& o) {
  betas(f, o);
  f("amsgrad", o.amsgrad);
}
void describe(OptionFields& f, AdamWOptions& o) {
  betas(f, o);
  f("amsgrad", o.amsgrad);
}
void describe(OptionFields& f, AdamaxOptions& o) { betas(f, o); }
void describe(OptionFields& f, NadamOptions& o) { betas(f, o); }

// `was` is the optimizer that is written, null while one is read.
template <class Made, class Options>
Optimizer described(OptionFields& f, const Optimizer* was) {
  Options o;
  if (was) {
    const auto* options = std::any_cast<Options>(&was->options());
    if (!options)
      throw Error(text("%s: the optimizer has the name of the library's %s, but is another one",
                       writer, was->name().c_str()));
    o = *options;
    o.learning_rate = was->schedule();  // as it is now
  }
  describe(f, o);
  f.null_for_zero("weight_decay", o.weight_decay);
  f.null_for_zero("clipnorm", o.clipnorm);
  f.null_for_zero("clipvalue", o.clipvalue);
  f.null_for_zero("global_clipnorm", o.global_clipnorm);
  f.required("learning_rate", o.learning_rate);
  return Made(o);
}

using Description = Optimizer (*)(OptionFields& f, const Optimizer* was);
Description find_optimizer(const std::string& name) {
  static const std::map<std::string, Description> classes{
      {"SGD", described<SGD, SGDOptions>},
      {"Adagrad", described<Adagrad, AdagradOptions>},
      {"RMSprop", described<RMSprop, RMSpropOptions>},
      {"Adadelta", described<Adadelta, AdadeltaOptions>},
      {"Adam", described<Adam, AdamOptions>},
      {"AdamW", described<AdamW, AdamWOptions>},
      {"Adamax", described<Adamax, AdamaxOptions>},
      {"Nadam", described<Nadam, NadamOptions>}};
  const auto found = classes.find(name);
  return found == classes.end() ? nullptr : found->second;
}

Json optimizer_json(const Optimizer& optimizer) {
  const std::string name = optimizer.name();
  const bool own = registry().optimizers.count(name) > 0;
  Json config = Json::object();
  OptionFields fields(config);
  if (own) {
    if (const auto* settings = std::any_cast<Settings>(&optimizer.options()))
      config = settings_json(*settings);
    config["learning_rate"] = json_of(optimizer.schedule());
  } else if (const Description describe_both = find_optimizer(name)) {
    describe_both(fields, &optimizer);
  } else {
    throw Error(
        text("%s: the optimizer \"%s\" is your own; register it with nn::register_optimizer first",
             writer, name.c_str()));
  }
  if (!optimizer.excluded_from_weight_decay().empty())
    config["exclude_from_weight_decay"] = optimizer.excluded_from_weight_decay();
  return keras_object(own ? "" : "keras.optimizers", name, std::move(config));
}

Optimizer optimizer_from_json(const JsonPlace& place) {
  const std::string name = place["class_name"].string();
  const JsonPlace config = place["config"];
  const auto own = registry().optimizers.find(name);
  const Description describe_both = find_optimizer(name);
  if (own == registry().optimizers.end() && !describe_both)
    place["class_name"].refuse(
        "one of the library's optimizers; one of your own must be registered with "
        "nn::register_optimizer first");
  std::vector<std::string> excluded;
  JsonFields fields(config);
  if (fields.has("exclude_from_weight_decay")) {
    const JsonPlace names = config["exclude_from_weight_decay"];
    for (std::size_t i = 0; i < names.count(); ++i) excluded.push_back(names[i].string());
  }
  const auto make = [&] {
    if (own != registry().optimizers.end()) {
      LearningRate rate = 0.0;
      read(config["learning_rate"], rate);
      return own->second(rate, settings_from_json(config));
    }
    ignore_common(fields);
    OptionFields options(fields);
    Optimizer optimizer = describe_both(options, nullptr);
    fields.finish();
    return optimizer;
  };
  Optimizer optimizer = make();
  if (!excluded.empty()) optimizer.exclude_from_weight_decay(excluded);
  return optimizer;
}

// ---- Losses and metrics ------------------------------------------------------------------------

template <Loss (*make)(const CrossentropyOptions&)>
Named<Loss> crossentropy(const char* name) {
  return {name,
          {{"from_logits", 0.0, NumberOption::yes_or_no}, {"label_smoothing", 0.0}},
          [](const NumberList& x) {
            return make({x[0] != 0.0, x[1]});
          }};
}

const NamedList<Loss>& losses() {
  static const NamedList<Loss> list{
      plain(mean_squared_error),
      plain(mean_absolute_error),
      plain(half_sum_squared_error),
      plain(kl_divergence),
      plain(hinge),
      {"huber", {{"delta", 1.0}}, [](const NumberList& x) { return huber(x[0]); }},
      crossentropy<make_binary_crossentropy>("binary_crossentropy"),
      crossentropy<make_categorical_crossentropy>("categorical_crossentropy"),
      crossentropy<make_sparse_categorical_crossentropy>("sparse_categorical_crossentropy")};
  return list;
}

template <Metric (*make)(const BinaryMetricOptions&)>
Named<Metric> binary_metric(const char* name) {
  return {name, {{"threshold", 0.5}, {"class_id", -1.0}}, [](const NumberList& x) {
            return make({x[0], static_cast<int>(x[1])});
          }};
}

const NamedList<Metric>& metrics() {
  static const NamedList<Metric> list = [] {
    NamedList<Metric> all{plain(accuracy),
                          plain(binary_accuracy),
                          plain(categorical_accuracy),
                          plain(sparse_categorical_accuracy),
                          plain(auc),
                          plain(root_mean_squared_error),
                          plain(r2),
                          {"top_k_categorical_accuracy",
                           {{"k", 5.0}},
                           [](const NumberList& x) { return top_k(static_cast<int>(x[0])); }},
                          binary_metric<make_precision>("precision"),
                          binary_metric<make_recall>("recall"),
                          binary_metric<make_f1>("f1_score")};
    for (const Named<Loss>& loss : losses())  // each is a metric too
      all.push_back({loss.name, loss.options,
                     [make = loss.make](const NumberList& x) { return Metric(make(x)); }});
    return all;
  }();
  return list;
}

// What is registered and what the library has, of losses or of metrics.
template <class Function>
struct Known {
  const char* kind;  // "loss"
  const NamedList<Function>& library;
  std::map<std::string, Function> own;
};
Known<Loss> known_losses() { return {"loss", losses(), registry().losses}; }
Known<Metric> known_metrics() {
  Known<Metric> known{"metric", metrics(), registry().metrics};
  known.own.insert(registry().losses.begin(), registry().losses.end());
  return known;
}

// "mean_squared_error", or with options {"class_name": "Huber", "config": {"delta": 2}}.
template <class Function>
Json named_json(const Function& value, const Known<Function>& known) {
  if (known.own.count(value.name)) return value.name;
  const Named<Function>* named = find_named(known.library, value.name);
  if (!named)
    throw Error(text("%s: the %s \"%s\" is your own; register it with nn::register_%s first",
                     writer, known.kind, value.name.c_str(), known.kind));
  if (value.options.empty()) return value.name;
  Json config = numbers_json(named->options, value.options);
  config["name"] = value.name;
  return keras_object(text("keras.%s", known.kind) + (known.kind[0] == 'l' ? "es" : "s"),
                      class_name(value.name), std::move(config));
}

template <class Function>
Function named_from_json(const JsonPlace& place, const Known<Function>& known) {
  std::string name = place.is_string() ? place.string() : snake_case(place["class_name"].string());
  if (name == "mse") name = "mean_squared_error";
  if (name == "mae") name = "mean_absolute_error";
  const auto own = known.own.find(name);
  if (own != known.own.end()) return own->second;
  const Named<Function>* named = find_named(known.library, name);
  if (!named)
    place.refuse(text("a %s of the library, or one registered with nn::register_%s", known.kind,
                      known.kind));
  static const nlohmann::json nothing = nlohmann::json::object();
  return named->make(numbers_from_json(
      place.is_string() ? JsonPlace(nothing, place.who(), place.path()) : place["config"],
      named->options));
}

}  // namespace

// ---- All of it ---------------------------------------------------------------------------------

// {"optimizer": ..., "loss": one or a list, "loss_weights": null or a list, "metrics": a list, or a
// list of lists}: Keras's get_compile_config.
std::string compile_options_to_json(const CompileOptions& options) {
  Json json;
  json["optimizer"] = optimizer_json(options.optimizer);
  Json of_losses = Json::array(), of_metrics = Json::array();
  for (const Loss& loss : options.loss) of_losses.push_back(named_json(loss, known_losses()));
  for (const std::vector<Metric>& list : options.metrics) {
    Json of_output = Json::array();
    for (const Metric& metric : list) of_output.push_back(named_json(metric, known_metrics()));
    of_metrics.push_back(of_output);
  }
  json["loss"] = of_losses.size() == 1 ? of_losses[0] : of_losses;
  json["loss_weights"] = options.loss_weights.empty() ? Json() : Json(options.loss_weights);
  json["metrics"] = of_metrics.size() == 1 ? of_metrics[0] : of_metrics;
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
      options.loss.push_back(named_from_json(loss[i], known_losses()));
    if (!loss.is_list()) options.loss.push_back(named_from_json(loss, known_losses()));

    if (place.has("loss_weights")) options.loss_weights = list_from_json(place["loss_weights"]);
    if (place.has("metrics")) {
      const JsonPlace lists = place["metrics"];
      std::vector<Metric> shared;
      for (std::size_t i = 0; i < lists.count(); ++i) {
        if (!lists[i].is_list()) {
          shared.push_back(named_from_json(lists[i], known_metrics()));
          continue;
        }
        std::vector<Metric> of_output;
        for (std::size_t k = 0; k < lists[i].count(); ++k)
          of_output.push_back(named_from_json(lists[i][k], known_metrics()));
        options.metrics.push_back(of_output);
      }
      if (!shared.empty()) options.metrics.push_back(shared);
      if (!shared.empty() && options.metrics.size() > 1)
        lists.refuse("metrics, or one list of them for each output");
    }
  } catch (const Error& error) {
    if (std::string(error.what()).rfind(std::string(reader) + ": ", 0) == 0) throw;
    throw Error(std::string(reader) + ": " + error.what());
  }
  return options;
}

}  // namespace nn
