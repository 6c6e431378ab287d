// The architecture of a model as JSON: which layers, with which options, joined how. And what it was
// compiled with.
//
//   std::string json = model.to_json();
//   nn::Model twin = nn::model_from_json(json);          // the same layers, new weights
//
// The text is that of Keras 3: keras.models.model_from_json reads it, and we read Keras's, as far
// as both have the layers. Names, the trainable flags, regularizers, shared layers and models
// inside of models are kept; a Sequential stays one.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "common/files/settings.hpp"
#include "common/layers/lambda.hpp"
#include "common/model/model.hpp"

namespace nn {

struct ModelFromJsonOptions {
  double max_weights = 268435456;  // a text that asks for more numbers than these 2^28 is refused
};

// Makes the layers, with new weights drawn by their initializers. A text that is damaged, unknown
// or contradicts itself is refused by a sentence that names the place. (Without options it is
// declared in model.hpp.)
Model model_from_json(const std::string& json, const ModelFromJsonOptions& options);

// Optimizer with all its options and its schedule, losses, loss weights, metrics; the steps that the
// optimizer took and its slots are not part of it.
std::string compile_options_to_json(const CompileOptions& options);
CompileOptions compile_options_from_json(const std::string& json);

// ---- What you wrote yourself -------------------------------------------------------------------

// A layer, a loss or a metric of your own is code, which no text can hold: it stands there by its
// name, and the program that writes or reads it registers what the name means, once, before.

// A layer class whose type is `type`. `settings` tells its options as numbers, `make` makes it
// again from them:
//
//   nn::register_layer("Scale",
//       [](const nn::Settings& s) { return nn::make_layer<ScaleLayer>(nn::setting(s, "by", 1)); },
//       [](const nn::Layer& layer) -> nn::Settings {
//         return {{"by", static_cast<const ScaleLayer&>(layer).by}};
//       });
void register_layer(const std::string& type, std::function<LayerHandle(const Settings&)> make,
                    std::function<Settings(const Layer&)> settings = nullptr);

// The function of a Lambda layer that has this .function_name; arguments as those of Lambda:
//
//   nn::register_lambda("square", [](double x) { return x * x; }, [](double x) { return 2 * x; });
//   x = nn::Lambda(square, slope, {.function_name = "square"})(x);
void register_lambda(const std::string& function_name, LambdaFunction function,
                     LambdaGradient gradient);
void register_lambda(const std::string& function_name, ScalarFunction f, ScalarFunction derivative);

void register_loss(const Loss& loss);        // by its name
void register_metric(const Metric& metric);  // by its name
// An optimizer whose rule has this name; its settings are the nn::Settings that it was made with, as
// rule_options.
void register_optimizer(
    const std::string& name,
    std::function<Optimizer(const LearningRate& learning_rate, const Settings& settings)> make);

}  // namespace nn
