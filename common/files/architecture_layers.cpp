// Every layer class: its options as Keras's JSON, and the layer from them.
#include <algorithm>

#include "common/files/architecture_parts.hpp"
#include "common/files/layer_as.hpp"
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
#include "common/layers/lstm.hpp"
#include "common/layers/maxout.hpp"
#include "common/layers/merge.hpp"
#include "common/layers/pooling2d.hpp"
#include "common/layers/reshape.hpp"
#include "common/layers/simple_rnn.hpp"

namespace nn {

namespace {

// ---- What several layers have in common --------------------------------------------------------

// Those of the layer that is written, or the defaults of its class.
template <class L>
auto options_of(const L* was) {
  return was ? was->options : std::remove_const_t<decltype(L::options)>();
}

// Images as (height, width, channels), windows without holes, all channels together: Keras can do
// otherwise, we cannot.
void plain_images(OptionFields& f) {
  if (!f.reading()) return;
  JsonFields& fields = *f.reading();
  if (fields.has("data_format") && fields["data_format"].string() != "channels_last")
    fields["data_format"].refuse("\"channels_last\"");
  Size2D dilation(1);
  f("dilation_rate", dilation);
  if (dilation != Size2D(1)) fields["dilation_rate"].refuse("1");
  if (fields.has("groups") && fields["groups"].whole(1) != 1) fields["groups"].refuse("1");
}

// The axis that a normalization or a softmax works along can only be the last one.
void last_axis(OptionFields& f) {
  if (!f.reading() || !f.reading()->has("axis")) return;
  const JsonPlace axis = (*f.reading())["axis"];
  const bool last =
      axis.is_list() ? axis.count() == 1 && axis[0].number() == -1 : axis.number() == -1;
  if (!last) axis.refuse("-1, the last axis");
}

template <class Options>
void kernel_and_bias(OptionFields& f, Options& o) {
  f("use_bias", o.use_bias);
  f("kernel_initializer", o.kernel_initializer);
  f("bias_initializer", o.bias_initializer);
  f("kernel_regularizer", o.kernel_regularizer);
  f("bias_regularizer", o.bias_regularizer);
}

// Returns the units.
template <class L, class Options>
long long recurrent(OptionFields& f, const L* was, Options& o) {
  const long long units = f.count("units", was ? was->units : 0);
  f("activation", o.activation);
  kernel_and_bias(f, o);
  f("recurrent_initializer", o.recurrent_initializer);
  f("recurrent_regularizer", o.recurrent_regularizer);
  f("return_sequences", o.return_sequences);
  f("go_backwards", o.go_backwards);
  f.ignore("unroll");
  return units;
}

template <class Options>
void gamma_and_beta(OptionFields& f, Options& o) {
  int axis = -1;
  last_axis(f);
  if (!f.reading()) f("axis", axis);
  f("epsilon", o.epsilon);
  f("center", o.center);
  f("scale", o.scale);
  f("beta_initializer", o.beta_initializer);
  f("gamma_initializer", o.gamma_initializer);
  f("beta_regularizer", o.beta_regularizer);
  f("gamma_regularizer", o.gamma_regularizer);
}

// ---- The classes: `was` is the layer that is written, null while one is read -------------------

LayerHandle dense(OptionFields& f, const DenseLayer* was) {
  auto o = options_of(was);
  const long long units = f.count("units", was ? was->units : 0);
  f("activation", o.activation);
  kernel_and_bias(f, o);
  return Dense(units, o);
}

LayerHandle maxout(OptionFields& f, const MaxoutLayer* was) {
  auto o = options_of(was);
  const long long units = f.count("units", was ? was->units : 0);
  f.required("pieces", o.pieces);
  kernel_and_bias(f, o);
  return Maxout(units, o);
}

LayerHandle embedding(OptionFields& f, const EmbeddingLayer* was) {
  auto o = options_of(was);
  const long long ids = f.count("input_dim", was ? was->input_dim : 0);
  const long long width = f.count("output_dim", was ? was->output_dim : 0);
  f("embeddings_initializer", o.embeddings_initializer);
  f("embeddings_regularizer", o.embeddings_regularizer);
  if (!was || o.input_length > 0) f("input_length", o.input_length);
  return Embedding(ids, width, o);
}

LayerHandle conv2d(OptionFields& f, const Conv2DLayer* was) {
  auto o = options_of(was);
  Size2D kernel_size = was ? was->kernel_size : Size2D(1);
  plain_images(f);
  const long long filters = f.count("filters", was ? was->filters : 0);
  f.required("kernel_size", kernel_size);
  f("strides", o.strides);
  f("padding", o.padding);
  f("activation", o.activation);
  kernel_and_bias(f, o);
  return Conv2D(filters, kernel_size, o);
}

template <class Pooling, class Options>
LayerHandle pooling(OptionFields& f, const Pooling2DLayer* was) {
  Options o;
  Size2D pool_size = was ? was->pool_size : Size2D(2);
  if (was) o.strides = was->strides, o.padding = was->padding;
  plain_images(f);
  f("pool_size", pool_size);
  f("strides", o.strides);
  f("padding", o.padding);
  return Pooling(pool_size, o);
}

LayerHandle global_average(OptionFields& f, const GlobalAveragePooling2DLayer* was) {
  bool keepdims = was && was->keepdims;
  plain_images(f);
  f("keepdims", keepdims);
  return GlobalAveragePooling2D({.keepdims = keepdims});
}

LayerHandle batch_normalization(OptionFields& f, const BatchNormalizationLayer* was) {
  auto o = options_of(was);
  f("momentum", o.momentum);
  gamma_and_beta(f, o);
  f("moving_mean_initializer", o.moving_mean_initializer);
  f("moving_variance_initializer", o.moving_variance_initializer);
  f.ignore("renorm_momentum");  // renorm itself must be false
  return BatchNormalization(o);
}

LayerHandle layer_normalization(OptionFields& f, const LayerNormalizationLayer* was) {
  auto o = options_of(was);
  gamma_and_beta(f, o);
  return LayerNormalization(o);
}

LayerHandle simple_rnn(OptionFields& f, const SimpleRNNLayer* was) {
  auto o = options_of(was);
  const long long units = recurrent(f, was, o);
  return SimpleRNN(units, o);
}

LayerHandle lstm(OptionFields& f, const LSTMLayer* was) {
  auto o = options_of(was);
  const long long units = recurrent(f, was, o);
  f("recurrent_activation", o.recurrent_activation);
  f("unit_forget_bias", o.unit_forget_bias);
  return LSTM(units, o);
}

LayerHandle gru(OptionFields& f, const GRULayer* was) {
  auto o = options_of(was);
  const long long units = recurrent(f, was, o);
  f("recurrent_activation", o.recurrent_activation);
  f("reset_after", o.reset_after);
  return GRU(units, o);
}

LayerHandle activation(OptionFields& f, const ActivationLayer* was) {
  ActivationFunction phi = was ? was->activation : linear;
  f.required("activation", phi);
  return Activation(phi);
}

LayerHandle leaky_relu_layer(OptionFields& f, const ActivationLayer* was) {
  LeakyReLUOptions o;
  if (was) o.negative_slope = was->activation.alpha;
  f("negative_slope", o.negative_slope);
  return LeakyReLU(o);
}

LayerHandle elu_layer(OptionFields& f, const ActivationLayer* was) {
  ELUOptions o;
  if (was) o.alpha = was->activation.alpha;
  f("alpha", o.alpha);
  return ELU(o);
}

LayerHandle relu_layer(OptionFields&, const ActivationLayer*) {
  return LayerHandle(std::make_shared<ActivationLayer>(relu, "ReLU"));
}

LayerHandle softmax_layer(OptionFields& f, const ActivationLayer*) {
  last_axis(f);
  return LayerHandle(std::make_shared<ActivationLayer>(softmax, "Softmax"));
}

LayerHandle dropout(OptionFields& f, const DropoutLayer* was) {
  double rate = was ? was->rate : 0.0;
  f.required("rate", rate);
  f.ignore("seed");
  return Dropout(rate);
}

LayerHandle gaussian_noise(OptionFields& f, const GaussianNoiseLayer* was) {
  double stddev = was ? was->stddev : 0.0;
  f.required("stddev", stddev);
  f.ignore("seed");
  return GaussianNoise(stddev);
}

LayerHandle flatten(OptionFields& f, const FlattenLayer*) {
  plain_images(f);
  return Flatten();
}

LayerHandle reshape(OptionFields& f, const ReshapeLayer* was) {
  std::vector<long long> sizes = was ? was->target_shape.sizes() : std::vector<long long>();
  f.required("target_shape", sizes);
  return Reshape(TargetShape(sizes));
}

LayerHandle concatenate_layer(OptionFields& f, const ConcatenateLayer* was) {
  int axis = was ? was->axis : -1;
  f("axis", axis);
  return Concatenate({.axis = axis});
}

template <class Handle>
LayerHandle merging(OptionFields&, const MergeLayer*) {
  return Handle();
}

LayerHandle lambda(OptionFields& f, const LambdaLayer* was) {
  auto o = options_of(was);
  if (was && o.function_name.empty())
    throw Error("to_json: " + was->title() +
                " holds a function, which cannot be written; register it with nn::register_lambda "
                "and give the layer its name as .function_name");
  if (f.reading() && !(*f.reading())["function"].is_string())
    (*f.reading())["function"].refuse("the name of a function that nn::register_lambda knows");
  f.required("function", o.function_name);
  const auto found = registry().lambdas.find(o.function_name);
  if (found == registry().lambdas.end()) {
    if (f.reading())
      (*f.reading())["function"].refuse(
          "a registered function; call nn::register_lambda with it first");
    throw Error("to_json: " + was->title() + ": no function is registered as \"" + o.function_name +
                "\"; call nn::register_lambda first");
  }
  std::vector<long long> sizes(o.output_shape.sizes().begin(), o.output_shape.sizes().end());
  if (f.reading() || !sizes.empty()) f("output_shape", sizes);
  if (std::any_of(sizes.begin(), sizes.end(), [](long long size) { return size < 1; }))
    throw Error("Lambda: .output_shape has a size below 1");
  o.output_shape = Shape(std::vector<std::size_t>(sizes.begin(), sizes.end()));
  return found->second(o);
}

// ---- The table ---------------------------------------------------------------------------------

using Description = std::function<LayerHandle(OptionFields& f, const Layer* was)>;

template <class L>
Description described(LayerHandle (*describe)(OptionFields&, const L*)) {
  return [describe](OptionFields& f, const Layer* was) {
    return describe(f, was ? &layer_as<L>(*was, "to_json") : nullptr);
  };
}

const Description* find_class(const std::string& type) {
  static const std::map<std::string, Description> classes{
      {"Activation", described(activation)},
      {"Add", described(merging<Add>)},
      {"Average", described(merging<Average>)},
      {"AveragePooling2D", described(pooling<AveragePooling2D, AveragePooling2DOptions>)},
      {"BatchNormalization", described(batch_normalization)},
      {"Concatenate", described(concatenate_layer)},
      {"Conv2D", described(conv2d)},
      {"Dense", described(dense)},
      {"Dropout", described(dropout)},
      {"ELU", described(elu_layer)},
      {"Embedding", described(embedding)},
      {"Flatten", described(flatten)},
      {"GRU", described(gru)},
      {"GaussianNoise", described(gaussian_noise)},
      {"GlobalAveragePooling2D", described(global_average)},
      {"LSTM", described(lstm)},
      {"Lambda", described(lambda)},
      {"LayerNormalization", described(layer_normalization)},
      {"LeakyReLU", described(leaky_relu_layer)},
      {"MaxPooling2D", described(pooling<MaxPooling2D, MaxPooling2DOptions>)},
      {"Maximum", described(merging<Maximum>)},
      {"Maxout", described(maxout)},
      {"Multiply", described(merging<Multiply>)},
      {"ReLU", described(relu_layer)},
      {"Reshape", described(reshape)},
      {"SimpleRNN", described(simple_rnn)},
      {"Softmax", described(softmax_layer)}};
  const auto found = classes.find(type);
  return found == classes.end() ? nullptr : &found->second;
}

}  // namespace

// ---- Any layer ---------------------------------------------------------------------------------

std::string keras_module(const std::string& type) {
  return find_class(type) || type == "InputLayer" ? "keras.layers" : "";
}

Json layer_config_json(const Layer& layer) {
  Json json;
  json["name"] = layer.name;
  json["trainable"] = layer.trainable;
  const auto own = registry().layers.find(layer.type);
  if (const Description* describe = find_class(layer.type)) {
    OptionFields fields(json);
    (*describe)(fields, &layer);
  } else if (own == registry().layers.end()) {
    throw Error("to_json: " + layer.title() + " is a class of your own; register it with " +
                "nn::register_layer(\"" + layer.type + "\", ...) first");
  } else if (own->second.settings) {
    json.update(settings_json(own->second.settings(layer)));
  }
  return json;
}

LayerHandle layer_from_json(const std::string& type, const JsonPlace& config) {
  return config.guard([&] {
    const auto own = registry().layers.find(type);
    if (own != registry().layers.end()) return own->second.make(settings_from_json(config));
    const Description* describe = find_class(type);
    if (!describe)
      config.fail("belongs to a layer of class \"" + type +
                  "\", which is not one of the library's; a class of your own must be registered "
                  "with nn::register_layer first");
    JsonFields fields(config);
    for (const char* name : {"name", "trainable", "dtype"}) fields.ignore(name);
    OptionFields options(fields);
    LayerHandle handle = (*describe)(options, nullptr);
    fields.finish();
    return handle;
  });
}

}  // namespace nn
