// The parts of architecture.hpp that its .cpp files share.
#pragma once

#include <map>

#include "common/files/architecture.hpp"
#include "common/files/option_fields.hpp"

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

Json settings_json(const Settings& settings);
// The numbers among the fields of an object.
Settings settings_from_json(const JsonPlace& config);

Json shape_json(const Shape& shape);  // [null, 28, 28, 1]: null is the batch
Shape shape_from_json(const JsonPlace& place);

// A layer's class and options, without what surrounds them. Refuses a class that is neither ours nor
// registered.
Json layer_config_json(const Layer& layer);
LayerHandle layer_from_json(const std::string& type, const JsonPlace& config);
std::string keras_module(const std::string& type);  // "keras.layers"; "" for a registered class

}  // namespace nn
