// The parts of architecture.hpp that its .cpp files share: JSON of layers and of what layers and
// compile options consist of.
#pragma once

#include <map>

#include "common/files/architecture.hpp"
#include "common/functions/initializers.hpp"
#include "common/files/json_reader.hpp"
#include "common/functions/regularizers.hpp"

namespace nn {

// What programs registered.
struct Registry {
  struct OwnLayer {
    std::function<LayerHandle(const Settings&)> make;
    std::function<Settings(const Layer&)> settings;
  };
  std::map<std::string, OwnLayer> layers;
  std::map<std::string, std::function<LayerHandle(const LambdaOptions&)>> lambdas;
  std::map<std::string, Loss> losses;
  std::map<std::string, Metric> metrics;
  std::map<std::string, std::function<Optimizer(const LearningRate&, const Settings&)>> optimizers;
};
Registry& registry();

// {"module": "keras.layers", "class_name": "Dense", "config": {...}, "registered_name": null}:
// how Keras writes any object.
Json keras_object(const std::string& module, const std::string& class_name, Json config);

// "glorot_uniform" -> "GlorotUniform"; the other way is snake_case (network.hpp).
std::string class_name(const std::string& snake_case);

// Numbers by name. Options that are a yes or a no are true or false in JSON, and some of which 0
// means that they are not given are null, as Keras has them.
Json settings_json(const Settings& settings);
// The numbers of an object. Fields that are not among `known` are refused, unless Keras has them and
// they change nothing.
Settings settings_from_json(const JsonPlace& place, const Settings& known);

Json number_json(double value);  // 3, not 3.0, which Keras takes for no whole number
Json initializer_json(const Initializer& initializer);
Initializer initializer_from_json(const JsonPlace& place);
Json regularizer_json(const Regularizer& regularizer);  // null if there is none
Regularizer regularizer_from_json(const JsonPlace& place);
Json activation_json(const ActivationFunction& phi);
ActivationFunction activation_from_json(const JsonPlace& place);

Json shape_json(const Shape& shape);  // [null, 28, 28, 1]: null is the batch
Shape shape_from_json(const JsonPlace& place);

// A layer's class and options, without name, trainable flag and what surrounds them. Refuses a class
// that is neither ours nor registered.
Json layer_config_json(const Layer& layer);
LayerHandle layer_from_json(const std::string& type, const JsonPlace& config);
std::string keras_module(const std::string& type);  // "keras.layers"; "" for a registered class

// How many weights the layer will make for inputs of these shapes, as far as that can be told.
double weights_wanted(const Layer& layer, const Shapes& inputs);

}  // namespace nn
