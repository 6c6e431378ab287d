// Every layer class: its options as Keras's JSON, the layer from them, and how many weights it makes.
#include <algorithm>

#include "common/files/architecture_parts.hpp"
#include "common/layers/activation.hpp"
#include "common/layers/batch_normalization.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/conv2d.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/dropout.hpp"
#include "common/layers/embedding.hpp"
#include "common/layers/flatten.hpp"
#include "common/layers/gaussian_noise.hpp"
#include "common/layers/gru.hpp"
#include "common/layers/layer_normalization.hpp"
#include "common/layers/leaky_relu.hpp"
#include "common/layers/lstm.hpp"
#include "common/layers/maxout.hpp"
#include "common/layers/merge.hpp"
#include "common/layers/pooling2d.hpp"
#include "common/layers/reshape.hpp"
#include "common/layers/simple_rnn.hpp"

namespace nn {

namespace {

// ---- What several layers have in common --------------------------------------------------------

template <class L>
const L& as(const Layer& layer) {
  return layer_as<L>(layer, "to_json");
}

Json size_json(Size2D size) { return {size.height, size.width}; }
Size2D size_from_json(const JsonPlace& place) {
  if (!place.is_list()) return Size2D(place.whole(1));
  if (place.count() != 2) place.refuse("one whole number, or height and width");
  return Size2D(place[0].whole(1), place[1].whole(1));
}

Json padding_json(Padding padding) { return padding == Padding::same ? "same" : "valid"; }
Padding padding_from_json(const JsonPlace& place) {
  const std::string name = place.string();
  if (name != "same" && name != "valid") place.refuse("\"valid\" or \"same\"");
  return name == "same" ? Padding::same : Padding::valid;
}

// Images as (height, width, channels), windows without holes, all channels together: Keras can do
// otherwise, we cannot.
void require_plain_images(JsonFields& fields) {
  if (fields.has("data_format") && fields["data_format"].string() != "channels_last")
    fields["data_format"].refuse("\"channels_last\"");
  if (fields.has("dilation_rate") && size_from_json(fields["dilation_rate"]) != Size2D(1))
    fields["dilation_rate"].refuse("1");
  if (fields.has("groups") && fields["groups"].whole(1) != 1) fields["groups"].refuse("1");
}

// The axis that a normalization or a softmax works along can only be the last one.
void require_last_axis(JsonFields& fields) {
  if (!fields.has("axis")) return;
  const JsonPlace axis = fields["axis"];
  const bool last =
      axis.is_list() ? axis.count() == 1 && axis[0].number() == -1 : axis.number() == -1;
  if (!last) axis.refuse("-1, the last axis");
}

// "kernel_initializer" and the like: into the field where there is one, else the default stays.
void read(JsonFields& fields, const char* key, Initializer& into) {
  if (fields.has(key)) into = initializer_from_json(fields[key]);
}
void read(JsonFields& fields, const char* key, Regularizer& into) {
  if (fields.has(key)) into = regularizer_from_json(fields[key]);
}
void read(JsonFields& fields, const char* key, ActivationFunction& into) {
  if (fields.has(key)) into = activation_from_json(fields[key]);
}
void read(JsonFields& fields, const char* key, bool& into) { into = fields.boolean(key, into); }
void read(JsonFields& fields, const char* key, double& into) { into = fields.number(key, into); }

// activation, kernel and bias of Dense, Conv2D, Maxout and the recurrent layers.
template <class Options>
void write_kernel_and_bias(const Options& o, Json& json) {
  json["use_bias"] = o.use_bias;
  json["kernel_initializer"] = initializer_json(o.kernel_initializer);
  json["bias_initializer"] = initializer_json(o.bias_initializer);
  json["kernel_regularizer"] = regularizer_json(o.kernel_regularizer);
  json["bias_regularizer"] = regularizer_json(o.bias_regularizer);
}
template <class Options>
void read_kernel_and_bias(JsonFields& fields, Options& o) {
  read(fields, "use_bias", o.use_bias);
  read(fields, "kernel_initializer", o.kernel_initializer);
  read(fields, "bias_initializer", o.bias_initializer);
  read(fields, "kernel_regularizer", o.kernel_regularizer);
  read(fields, "bias_regularizer", o.bias_regularizer);
}

template <class Options>
void write_recurrent(std::size_t units, const Options& o, Json& json) {
  json["units"] = units;
  json["activation"] = activation_json(o.activation);
  write_kernel_and_bias(o, json);
  json["recurrent_initializer"] = initializer_json(o.recurrent_initializer);
  json["recurrent_regularizer"] = regularizer_json(o.recurrent_regularizer);
  json["return_sequences"] = o.return_sequences;
  json["go_backwards"] = o.go_backwards;
}
template <class Options>
Options read_recurrent(JsonFields& fields) {
  Options o;
  read(fields, "activation", o.activation);
  read_kernel_and_bias(fields, o);
  read(fields, "recurrent_initializer", o.recurrent_initializer);
  read(fields, "recurrent_regularizer", o.recurrent_regularizer);
  read(fields, "return_sequences", o.return_sequences);
  read(fields, "go_backwards", o.go_backwards);
  fields.ignore("unroll");  // how it is computed, not what
  return o;
}

template <class Options>
void write_gamma_and_beta(const Options& o, Json& json) {
  json["axis"] = -1;
  json["epsilon"] = o.epsilon;
  json["center"] = o.center;
  json["scale"] = o.scale;
  json["beta_initializer"] = initializer_json(o.beta_initializer);
  json["gamma_initializer"] = initializer_json(o.gamma_initializer);
  json["beta_regularizer"] = regularizer_json(o.beta_regularizer);
  json["gamma_regularizer"] = regularizer_json(o.gamma_regularizer);
}
template <class Options>
void read_gamma_and_beta(JsonFields& fields, Options& o) {
  require_last_axis(fields);
  read(fields, "epsilon", o.epsilon);
  read(fields, "center", o.center);
  read(fields, "scale", o.scale);
  read(fields, "beta_initializer", o.beta_initializer);
  read(fields, "gamma_initializer", o.gamma_initializer);
  read(fields, "beta_regularizer", o.beta_regularizer);
  read(fields, "gamma_regularizer", o.gamma_regularizer);
}

double last(const Shapes& inputs) { return static_cast<double>(inputs[0].sizes().back()); }
double count(std::size_t n) { return static_cast<double>(n); }

double recurrent_weights(const Layer& layer, double gates, const Shapes& inputs) {
  const double u = count(as<RecurrentLayer>(layer).units());
  return gates * u * (last(inputs) + u + 2.0);
}

// ---- The table ---------------------------------------------------------------------------------

struct LayerClass {
  const char* type;
  void (*write)(const Layer& layer, Json& json);
  LayerHandle (*make)(JsonFields& fields);
  double (*weights)(const Layer& layer, const Shapes& inputs);  // at least as many as it makes
};

void no_options(const Layer&, Json&) {}
double no_weights(const Layer&, const Shapes&) { return 0.0; }

// One of the layers that are nothing but an activation function.
LayerHandle activation_layer(const ActivationFunction& phi, const char* type) {
  return LayerHandle(std::make_shared<ActivationLayer>(phi, type));
}
const ActivationFunction& function_of(const Layer& layer) {
  return *as<ActivationLayer>(layer).output_activation();
}

template <class Handle>
LayerHandle without_options(JsonFields&) {
  return Handle();
}

template <class PoolingLayer>
void write_pooling(const Layer& layer, Json& json) {
  const auto& pooling = as<PoolingLayer>(layer);
  json["pool_size"] = size_json(pooling.pool_size());
  json["strides"] = size_json(pooling.strides());
  json["padding"] = padding_json(pooling.padding());
}
template <class Pooling, class Options>
LayerHandle read_pooling(JsonFields& fields) {
  Options o;
  require_plain_images(fields);
  if (fields.has("strides")) o.strides = size_from_json(fields["strides"]);
  if (fields.has("padding")) o.padding = padding_from_json(fields["padding"]);
  return Pooling(fields.has("pool_size") ? size_from_json(fields["pool_size"]) : Size2D(2), o);
}

const LayerClass layer_classes[] = {
    {"Dense",
     [](const Layer& layer, Json& json) {
       const auto& dense = as<DenseLayer>(layer);
       json["units"] = dense.units();
       json["activation"] = activation_json(dense.options().activation);
       write_kernel_and_bias(dense.options(), json);
     },
     [](JsonFields& fields) -> LayerHandle {
       DenseOptions o;
       read(fields, "activation", o.activation);
       read_kernel_and_bias(fields, o);
       return Dense(fields["units"].whole(1), o);
     },
     [](const Layer& layer, const Shapes& inputs) {
       return (last(inputs) + 1.0) * count(as<DenseLayer>(layer).units());
     }},
    {"Activation",
     [](const Layer& layer, Json& json) {
       json["activation"] = activation_json(function_of(layer));
     },
     [](JsonFields& fields) -> LayerHandle {
       return Activation(activation_from_json(fields["activation"]));
     },
     no_weights},
    {"LeakyReLU",
     [](const Layer& layer, Json& json) { json["negative_slope"] = function_of(layer).alpha; },
     [](JsonFields& fields) -> LayerHandle {
       return LeakyReLU({.negative_slope = fields.number("negative_slope", 0.3)});
     },
     no_weights},
    {"ELU", [](const Layer& layer, Json& json) { json["alpha"] = function_of(layer).alpha; },
     [](JsonFields& fields) -> LayerHandle { return ELU({.alpha = fields.number("alpha", 1.0)}); },
     no_weights},
    {"ReLU", no_options, [](JsonFields&) { return activation_layer(relu, "ReLU"); }, no_weights},
    {"Softmax", no_options,
     [](JsonFields& fields) {
       require_last_axis(fields);
       return activation_layer(softmax, "Softmax");
     },
     no_weights},
    {"Dropout",
     [](const Layer& layer, Json& json) { json["rate"] = as<DropoutLayer>(layer).rate(); },
     [](JsonFields& fields) -> LayerHandle {
       fields.ignore("seed");
       return Dropout(fields["rate"].number());
     },
     no_weights},
    {"GaussianNoise",
     [](const Layer& layer, Json& json) {
       json["stddev"] = as<GaussianNoiseLayer>(layer).stddev();
     },
     [](JsonFields& fields) -> LayerHandle {
       fields.ignore("seed");
       return GaussianNoise(fields["stddev"].number());
     },
     no_weights},
    {"Flatten", no_options,
     [](JsonFields& fields) -> LayerHandle {
       require_plain_images(fields);
       return Flatten();
     },
     no_weights},
    {"Reshape",
     [](const Layer& layer, Json& json) {
       json["target_shape"] = as<ReshapeLayer>(layer).target_shape().sizes();
     },
     [](JsonFields& fields) -> LayerHandle {
       const JsonPlace sizes = fields["target_shape"];
       std::vector<long long> target;
       for (std::size_t i = 0; i < sizes.count(); ++i)
         target.push_back(sizes[i].is_null() ? -1 : sizes[i].whole(-1));
       return Reshape(TargetShape(target));
     },
     no_weights},
    {"Concatenate",
     [](const Layer& layer, Json& json) { json["axis"] = as<ConcatenateLayer>(layer).axis(); },
     [](JsonFields& fields) -> LayerHandle {
       const int axis = fields.has("axis") ? static_cast<int>(fields["axis"].whole(-99, 99)) : -1;
       return Concatenate({.axis = axis});
     },
     no_weights},
    {"Add", no_options, without_options<Add>, no_weights},
    {"Average", no_options, without_options<Average>, no_weights},
    {"Multiply", no_options, without_options<Multiply>, no_weights},
    {"Maximum", no_options, without_options<Maximum>, no_weights},
    {"Maxout",
     [](const Layer& layer, Json& json) {
       const auto& maxout = as<MaxoutLayer>(layer);
       json["units"] = maxout.units();
       json["pieces"] = maxout.options().pieces;
       write_kernel_and_bias(maxout.options(), json);
     },
     [](JsonFields& fields) -> LayerHandle {
       MaxoutOptions o;
       o.pieces = static_cast<int>(fields["pieces"].whole(1));
       read_kernel_and_bias(fields, o);
       return Maxout(fields["units"].whole(1), o);
     },
     [](const Layer& layer, const Shapes& inputs) {
       const auto& maxout = as<MaxoutLayer>(layer);
       return (last(inputs) + 1.0) * count(maxout.units()) * maxout.options().pieces;
     }},
    {"Embedding",
     [](const Layer& layer, Json& json) {
       const auto& embedding = as<EmbeddingLayer>(layer);
       const EmbeddingOptions& o = embedding.options();
       json["input_dim"] = embedding.input_dim();
       json["output_dim"] = embedding.output_dim();
       json["embeddings_initializer"] = initializer_json(o.embeddings_initializer);
       json["embeddings_regularizer"] = regularizer_json(o.embeddings_regularizer);
       if (o.input_length > 0) json["input_length"] = o.input_length;
     },
     [](JsonFields& fields) -> LayerHandle {
       EmbeddingOptions o;
       read(fields, "embeddings_initializer", o.embeddings_initializer);
       read(fields, "embeddings_regularizer", o.embeddings_regularizer);
       if (fields.has("input_length"))
         o.input_length = static_cast<int>(fields["input_length"].whole(0));
       return Embedding(fields["input_dim"].whole(1), fields["output_dim"].whole(1), o);
     },
     [](const Layer& layer, const Shapes&) {
       const auto& embedding = as<EmbeddingLayer>(layer);
       return count(embedding.input_dim()) * count(embedding.output_dim());
     }},
    {"Conv2D",
     [](const Layer& layer, Json& json) {
       const auto& conv = as<Conv2DLayer>(layer);
       json["filters"] = conv.filters();
       json["kernel_size"] = size_json(conv.kernel_size());
       json["strides"] = size_json(conv.options().strides);
       json["padding"] = padding_json(conv.options().padding);
       json["activation"] = activation_json(conv.options().activation);
       write_kernel_and_bias(conv.options(), json);
     },
     [](JsonFields& fields) -> LayerHandle {
       Conv2DOptions o;
       require_plain_images(fields);
       if (fields.has("strides")) o.strides = size_from_json(fields["strides"]);
       if (fields.has("padding")) o.padding = padding_from_json(fields["padding"]);
       read(fields, "activation", o.activation);
       read_kernel_and_bias(fields, o);
       const Size2D kernel_size = size_from_json(fields["kernel_size"]);
       return Conv2D(fields["filters"].whole(1), kernel_size, o);
     },
     [](const Layer& layer, const Shapes& inputs) {
       const auto& conv = as<Conv2DLayer>(layer);
       const Size2D size = conv.kernel_size();
       return (count(size.height) * count(size.width) * last(inputs) + 1.0) * count(conv.filters());
     }},
    {"MaxPooling2D", write_pooling<MaxPooling2DLayer>,
     read_pooling<MaxPooling2D, MaxPooling2DOptions>, no_weights},
    {"AveragePooling2D", write_pooling<AveragePooling2DLayer>,
     read_pooling<AveragePooling2D, AveragePooling2DOptions>, no_weights},
    {"GlobalAveragePooling2D",
     [](const Layer& layer, Json& json) {
       json["keepdims"] = as<GlobalAveragePooling2DLayer>(layer).keepdims();
     },
     [](JsonFields& fields) -> LayerHandle {
       require_plain_images(fields);
       return GlobalAveragePooling2D({.keepdims = fields.boolean("keepdims", false)});
     },
     no_weights},
    {"BatchNormalization",
     [](const Layer& layer, Json& json) {
       const BatchNormalizationOptions& o = as<BatchNormalizationLayer>(layer).options();
       json["momentum"] = o.momentum;
       write_gamma_and_beta(o, json);
       json["moving_mean_initializer"] = initializer_json(o.moving_mean_initializer);
       json["moving_variance_initializer"] = initializer_json(o.moving_variance_initializer);
     },
     [](JsonFields& fields) -> LayerHandle {
       BatchNormalizationOptions o;
       read(fields, "momentum", o.momentum);
       read_gamma_and_beta(fields, o);
       read(fields, "moving_mean_initializer", o.moving_mean_initializer);
       read(fields, "moving_variance_initializer", o.moving_variance_initializer);
       fields.ignore("renorm_momentum");  // renorm itself must be false
       return BatchNormalization(o);
     },
     [](const Layer&, const Shapes& inputs) { return 4.0 * last(inputs); }},
    {"LayerNormalization",
     [](const Layer& layer, Json& json) {
       write_gamma_and_beta(as<LayerNormalizationLayer>(layer).options(), json);
     },
     [](JsonFields& fields) -> LayerHandle {
       LayerNormalizationOptions o;
       read_gamma_and_beta(fields, o);
       return LayerNormalization(o);
     },
     [](const Layer&, const Shapes& inputs) { return 2.0 * last(inputs); }},
    {"SimpleRNN",
     [](const Layer& layer, Json& json) {
       const auto& rnn = as<SimpleRNNLayer>(layer);
       write_recurrent(rnn.units(), rnn.options(), json);
     },
     [](JsonFields& fields) -> LayerHandle {
       const auto o = read_recurrent<SimpleRNNOptions>(fields);
       return SimpleRNN(fields["units"].whole(1), o);
     },
     [](const Layer& layer, const Shapes& inputs) {
       return recurrent_weights(layer, 1.0, inputs);
     }},
    {"LSTM",
     [](const Layer& layer, Json& json) {
       const auto& lstm = as<LSTMLayer>(layer);
       write_recurrent(lstm.units(), lstm.options(), json);
       json["recurrent_activation"] = activation_json(lstm.options().recurrent_activation);
       json["unit_forget_bias"] = lstm.options().unit_forget_bias;
     },
     [](JsonFields& fields) -> LayerHandle {
       auto o = read_recurrent<LSTMOptions>(fields);
       read(fields, "recurrent_activation", o.recurrent_activation);
       read(fields, "unit_forget_bias", o.unit_forget_bias);
       return LSTM(fields["units"].whole(1), o);
     },
     [](const Layer& layer, const Shapes& inputs) {
       return recurrent_weights(layer, 4.0, inputs);
     }},
    {"GRU",
     [](const Layer& layer, Json& json) {
       const auto& gru = as<GRULayer>(layer);
       write_recurrent(gru.units(), gru.options(), json);
       json["recurrent_activation"] = activation_json(gru.options().recurrent_activation);
       json["reset_after"] = gru.options().reset_after;
     },
     [](JsonFields& fields) -> LayerHandle {
       auto o = read_recurrent<GRUOptions>(fields);
       read(fields, "recurrent_activation", o.recurrent_activation);
       read(fields, "reset_after", o.reset_after);
       return GRU(fields["units"].whole(1), o);
     },
     [](const Layer& layer, const Shapes& inputs) {
       return recurrent_weights(layer, 3.0, inputs);
     }},
};

const LayerClass* find_class(const std::string& type) {
  const auto found = std::find_if(std::begin(layer_classes), std::end(layer_classes),
                                  [&](const LayerClass& entry) { return type == entry.type; });
  return found == std::end(layer_classes) ? nullptr : found;
}

// ---- Lambda ------------------------------------------------------------------------------------

void write_lambda(const Layer& layer, Json& json) {
  const auto& lambda = as<LambdaLayer>(layer);
  if (lambda.function_name().empty())
    throw Error("to_json: " + layer.title() +
                " holds a function, which cannot be written; register it with nn::register_lambda "
                "and give the layer its name as .function_name");
  if (!registry().lambdas.count(lambda.function_name()))
    throw Error("to_json: " + layer.title() + ": no function is registered as \"" +
                lambda.function_name() + "\"; call nn::register_lambda first");
  json["function"] = lambda.function_name();
  if (lambda.given_output_shape().rank() > 0)
    json["output_shape"] = lambda.given_output_shape().sizes();
}

LayerHandle read_lambda(JsonFields& fields) {
  if (!fields["function"].is_string())
    fields["function"].refuse("the name of a function that nn::register_lambda knows");
  LambdaOptions o;
  o.function_name = fields["function"].string();
  const auto found = registry().lambdas.find(o.function_name);
  if (found == registry().lambdas.end())
    fields["function"].refuse("a registered function; call nn::register_lambda with it first");
  if (fields.has("output_shape")) {
    const JsonPlace shape = fields["output_shape"];
    std::vector<std::size_t> sizes;
    for (std::size_t i = 0; i < shape.count(); ++i)
      sizes.push_back(static_cast<std::size_t>(shape[i].whole(1)));
    o.output_shape = Shape(sizes);
  }
  return found->second(o);
}

}  // namespace

// ---- Any layer ---------------------------------------------------------------------------------

std::string keras_module(const std::string& type) {
  return find_class(type) || type == "Lambda" || type == "InputLayer" ? "keras.layers" : "";
}

Json layer_config_json(const Layer& layer) {
  Json json;
  json["name"] = layer.name;
  json["trainable"] = layer.trainable;
  const auto own = registry().layers.find(layer.type());
  if (const LayerClass* entry = find_class(layer.type()))
    entry->write(layer, json);
  else if (layer.type() == "Lambda")
    write_lambda(layer, json);
  else if (own == registry().layers.end())
    throw Error("to_json: " + layer.title() + " is a class of your own; register it with " +
                "nn::register_layer(\"" + layer.type() + "\", ...) first");
  else if (own->second.settings)
    for (const auto& [name, value] : own->second.settings(layer)) json[name] = number_json(value);
  return json;
}

LayerHandle layer_from_json(const std::string& type, const JsonPlace& config) {
  JsonFields fields(config);
  for (const char* name : {"name", "trainable", "dtype"}) fields.ignore(name);
  try {
    const auto own = registry().layers.find(type);
    if (own != registry().layers.end()) {
      Settings settings;
      for (const std::string& name : config.keys())
        if (name != "name" && config[name].is_number())
          settings.push_back({name, config[name].number()});
      return own->second.make(settings);
    }
    const LayerClass* entry = find_class(type);
    if (!entry && type != "Lambda")
      config.fail("belongs to a layer of class \"" + type +
                  "\", which is not one of the library's; a class of your own must be registered "
                  "with nn::register_layer first");
    const LayerHandle handle = entry ? entry->make(fields) : read_lambda(fields);
    fields.finish();
    return handle;
  } catch (const Error& error) {
    if (std::string(error.what()).rfind(config.who() + ": ", 0) == 0) throw;
    config.fail(std::string("is refused: ") + error.what());
  }
}

double weights_wanted(const Layer& layer, const Shapes& inputs) {
  const LayerClass* entry = find_class(layer.type());
  return entry && !inputs.empty() && inputs[0].rank() > 0 ? entry->weights(layer, inputs) : 0.0;
}

}  // namespace nn
