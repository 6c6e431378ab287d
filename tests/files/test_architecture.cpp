// Architectures and compile options as JSON, and back; Keras's texts and ours.
#include "common/files/architecture.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "common/model/model_layer.hpp"
#include "common/nn.hpp"
#include "tests/helpers.hpp"

using nn::Matrix;
using nn::Tensor;

namespace {

// ---- The models of tests/golden/make_architecture.py -------------------------------------------

// A line for each layer: "layer NAME SHAPE PARAMETERS TRAINABLE", sorted.
std::vector<std::string> listing(const nn::Model& model) {
  std::map<std::string, std::string> lines;
  for (const nn::NetworkNode& node : model.network().nodes()) {
    if (node.inputs.empty()) continue;
    std::string shape = node.shape.str();
    shape.erase(std::remove(shape.begin(), shape.end(), ' '), shape.end());
    const nn::LayerHandle handle(node.layer);
    lines.emplace(handle.name(),
                  nn::text("layer %s %s %zu %d", handle.name().c_str(), shape.c_str(),
                           handle.parameter_count(), static_cast<int>(node.layer->trainable)));
  }
  std::vector<std::string> sorted;
  for (const auto& [name, line] : lines) sorted.push_back(line);
  return sorted;
}

struct Described {
  std::string json;
  std::vector<std::string> layers;
};
std::map<std::string, Described> described_models(const std::string& file) {
  std::map<std::string, Described> models;
  std::ifstream in(std::string(NN_TEST_DATA) + "/golden/" + file);
  std::string line, name;
  while (std::getline(in, line)) {
    if (line.rfind("model ", 0) == 0) name = line.substr(6);
    if (line.rfind("json ", 0) == 0) models[name].json = line.substr(5);
    if (line.rfind("layer ", 0) == 0) models[name].layers.push_back(line);
  }
  return models;
}

nn::Model images() {
  return nn::Sequential(
      {nn::Conv2D(4, {3, 2},
                  {.strides = 2,
                   .padding = nn::Padding::same,
                   .activation = nn::relu,
                   .kernel_initializer = nn::truncated_normal(0.0, 0.1),
                   .input_shape = {12, 9, 3}}),
       nn::BatchNormalization({.momentum = 0.9, .scale = false}), nn::MaxPooling2D(2),
       nn::AveragePooling2D({1, 2}, {.strides = 1, .padding = nn::Padding::same}),
       nn::GlobalAveragePooling2D({.keepdims = true}), nn::Flatten(),
       nn::LeakyReLU({.negative_slope = 0.1}), nn::ELU({.alpha = 0.7}), nn::GaussianNoise(0.1),
       nn::Dense(4, {.activation = nn::leaky_relu(0.05)}), nn::Activation(nn::softmax),
       nn::Reshape({2, -1})},
      {.name = "images"});
}

nn::Model sequences() {
  return nn::Sequential(
      {nn::Embedding(50, 5, {.embeddings_regularizer = nn::l1(0.1), .input_shape = {8}}),
       nn::LSTM(6, {.recurrent_activation = nn::hard_sigmoid, .return_sequences = true}),
       nn::GRU(4, {.return_sequences = true, .go_backwards = true, .reset_after = false}),
       nn::LayerNormalization({.epsilon = 1e-5}),
       nn::SimpleRNN(3, {.kernel_initializer = nn::normal(0.0, 0.2),
                         .recurrent_regularizer = nn::l1_l2(0.1, 0.2)}),
       nn::Dense(1, {.activation = nn::elu(0.5), .use_bias = false})});
}

nn::Model graph() {
  const Tensor a = nn::Input({6}, {.name = "a"}), b = nn::Input({6}, {.name = "b"});
  nn::Dense shared(4,
                   {.activation = nn::tanh, .kernel_regularizer = nn::l2(0.01), .name = "shared"});
  const Tensor x = shared(a), y = shared(b);
  nn::Sequential row({nn::Dense(3, {.input_shape = {4}}), nn::Dropout(0.2)}, {.name = "row"});
  row.layers()[0].set_trainable(false);
  const Tensor inner = nn::Input({3});
  const nn::Model residual(inner, nn::add({inner, nn::Dense(3)(inner)}), {.name = "residual"});
  const Tensor joined = nn::concatenate({residual(row(x)), residual(row(y))}),
               merged = nn::average({x, y, nn::multiply({x, y}), nn::maximum({x, y})});
  return nn::Model(
      {b, a}, {nn::Dense(1, {.name = "main"})(joined), nn::Dense(2, {.name = "other"})(merged)});
}

const std::map<std::string, nn::Model (*)()> our_models{
    {"images", images}, {"sequences", sequences}, {"graph", graph}};

// ---- Small texts to be damaged -----------------------------------------------------------------

std::string small_json() {
  return nn::Sequential({nn::Dense(3, {.input_shape = {2}, .name = "first"}),
                         nn::Dense(1, {.name = "second"})})
      .to_json();
}
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("the test's text has no " + from);
  return text.replace(at, from.size(), to);
}
std::string refused(const std::string& json) {
  return refusal([&] { nn::model_from_json(json); });
}

// A Functional of dense layers, each with the name of the layer that it is called on.
std::string functional(const std::vector<std::pair<std::string, std::string>>& layers,
                       const std::string& output) {
  std::string text =
      R"({"class_name":"Functional","config":{"name":"f","layers":[{"class_name":"InputLayer",)"
      R"("config":{"batch_shape":[null,2],"name":"in"},"name":"in","inbound_nodes":[]})";
  for (const auto& [name, source] : layers)
    text += R"(,{"class_name":"Dense","config":{"units":2},"name":")" + name +
            R"(","inbound_nodes":[{"args":[{"class_name":"__keras_tensor__","config":)" +
            R"({"keras_history":[")" + source + R"(",0,0]}}],"kwargs":{}}]})";
  return text + R"(],"input_layers":["in",0,0],"output_layers":[")" + output + R"(",0,0]}})";
}

// A user's own layer: y = factor x.
class ScaleLayer : public nn::Layer {
 public:
  explicit ScaleLayer(double given_factor) : Layer("Scale"), factor(given_factor) {}
  nn::Shape build(const nn::Shape& input) override { return input; }
  void forward(const Matrix& X, Matrix& Z, nn::Call&) override {
    Z = X * static_cast<nn::Real>(factor);
  }
  void backward(const Matrix&, const Matrix& delta, Matrix* dX, nn::Call&) override {
    if (dX) *dX = delta * static_cast<nn::Real>(factor);
  }
  const double factor;
};

double penalty(const nn::LayerHandle& handle) {
  double sum = 0.0;
  for (const nn::Weight* weight : handle.layer().weights())
    sum += weight->regularizer.penalty(weight->value);
  return sum;
}

double square(double x) { return x * x; }
double twice(double x) { return 2.0 * x; }

}  // namespace

// ---- Models ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(keras_s_texts_give_keras_s_layers) {
  const auto models = described_models("architecture_keras.txt");
  BOOST_TEST(models.size() == 4U);
  for (const auto& [name, keras] : models) {
    BOOST_TEST_CONTEXT(name) {
      const nn::Model model = nn::model_from_json(keras.json);
      BOOST_TEST(listing(model) == keras.layers, boost::test_tools::per_element());
      const std::string ours = model.to_json();
      BOOST_TEST(nn::model_from_json(ours).to_json() == ours);
    }
  }
  BOOST_TEST(nn::model_from_json(models.at("sequential").json).type() == "Sequential");
  BOOST_TEST(nn::model_from_json(models.at("graph").json).type() == "Functional");
}

// What make_architecture.py gives its layers, found again in our text of the model read.
BOOST_AUTO_TEST_CASE(keras_s_options_arrive) {
  const auto models = described_models("architecture_keras.txt");
  const std::map<std::string, std::vector<std::string>> expected{
      {"sequential",
       {R"("activation":"relu")", R"("config":{"l2":0.01})", R"("rate":0.5)", R"("use_bias":false)",
        R"("name":"dense_1","trainable":false)"}},
      {"images",
       {R"("kernel_size":[3,2],"strides":[2,2],"padding":"same")", R"("momentum":0.9)",
        R"("scale":false)", R"("pool_size":[1,2],"strides":[1,1],"padding":"same")",
        R"("keepdims":true)", R"("negative_slope":0.1)", R"("alpha":0.7)", R"("stddev":0.1)",
        R"({"negative_slope":0.05})", R"("log_softmax")", R"("target_shape":[2,-1])"}},
      {"sequences",
       {R"("class_name":"L1")", R"("recurrent_activation":"hard_sigmoid")",
        R"("return_sequences":true,"go_backwards":true)", R"("reset_after":false)",
        R"("epsilon":1e-05)", R"("stddev":0.2)", R"({"l1":0.1,"l2":0.2})"}},
      {"graph",
       {R"("name":"residual")", R"("name":"row")", R"("rate":0.2)", R"("axis":-1)",
        R"("input_layers":[["b",0,0],["a",0,0]])",
        R"("output_layers":[["main",0,0],["other",0,0]])"}}};
  for (const auto& [name, options] : expected) {
    const std::string ours = nn::model_from_json(models.at(name).json).to_json();
    for (const std::string& option : options)
      BOOST_TEST((ours.find(option) != std::string::npos), name << " without " << option);
  }
}

// The file that Keras has read (make_architecture.py --check).
BOOST_AUTO_TEST_CASE(our_texts_are_those_that_keras_read) {
  const std::string file = "architecture_ours.txt";
  if (std::getenv("NN_UPDATE")) {
    std::ofstream out(std::string(NN_TEST_DATA) + "/golden/" + file);
    for (const auto& [name, make] : our_models) {
      const nn::Model model = make();
      out << "model " << name << "\njson " << model.to_json() << "\n";
      for (const std::string& line : listing(model)) out << line << "\n";
    }
  }
  const auto models = described_models(file);
  for (const auto& [name, make] : our_models) {
    BOOST_TEST_CONTEXT(name) {
      const nn::Model model = make();
      BOOST_TEST(model.to_json() == models.at(name).json);
      BOOST_TEST(nn::model_from_json(models.at(name).json).to_json() == models.at(name).json);
      BOOST_TEST(listing(model) == models.at(name).layers, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_model_read_again_computes_the_same) {
  nn::set_seed(1);
  const Matrix A(5, 6, arma::fill::randn), B(5, 6, arma::fill::randn);
  nn::Model model = graph();
  nn::Model twin = nn::model_from_json(model.to_json());
  twin.set_weights(model.weights());
  const nn::Predictions expected = model.predict({A, B}), got = twin.predict({A, B});
  for (std::size_t i = 0; i < 2; ++i)
    BOOST_TEST(arma::approx_equal(expected[i], got[i], "absdiff", 0.0));

  nn::Model pictures = images();
  nn::Model again = nn::model_from_json(pictures.to_json());
  BOOST_TEST(again.type() == "Sequential");
  BOOST_TEST(again.name() == "images");
  again.set_weights(pictures.weights());
  const Matrix X(3, 12 * 9 * 3, arma::fill::randu);
  const Matrix P = pictures.predict(X), Q = again.predict(X);
  BOOST_TEST(arma::approx_equal(P, Q, "absdiff", 0.0));
}

BOOST_AUTO_TEST_CASE(flags_and_penalties_are_kept) {
  nn::Model model = graph();
  model.get_layer("main").set_trainable(false);
  nn::Model twin = nn::model_from_json(model.to_json());
  BOOST_TEST(!twin.get_layer("main").layer().trainable);
  BOOST_TEST(twin.get_layer("other").layer().trainable);
  const auto& row = dynamic_cast<const nn::ModelLayer&>(twin.get_layer("row").layer());
  BOOST_TEST(!row.network().layers()[1]->trainable);
  BOOST_TEST(row.trainable);
  twin.set_weights(model.weights());
  BOOST_TEST(penalty(twin.get_layer("shared")) > 0.0);
  BOOST_TEST(penalty(twin.get_layer("shared")) == penalty(model.get_layer("shared")));
}

BOOST_AUTO_TEST_CASE(a_layer_twice_in_a_sequential_stays_one_layer) {
  nn::Dense again(4, {.name = "again"});
  const nn::Sequential model({nn::Dense(4, {.input_shape = {2}}), again, again});
  const nn::Model twin = nn::model_from_json(model.to_json());
  BOOST_TEST(twin.network().layers().size() == 3U);  // with the Input
  BOOST_TEST(twin.network().nodes().size() == 4U);
}

// ---- Damaged texts -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(damaged_texts_are_refused_with_their_place) {
  const std::string good = small_json();
  BOOST_TEST(refused("") ==
             "model_from_json: the text is not JSON from line 1, column 0 on (it ends too early)");
  BOOST_TEST(refused("{\n \"class_name\" 3}") ==
             "model_from_json: the text is not JSON from line 2, column 15 on");
  for (std::size_t length = 1; length < good.size(); length += 7)
    BOOST_TEST(refused(good.substr(0, length)).find("it ends too early") != std::string::npos);
  BOOST_TEST(refused("[]") == "model_from_json: the text is a list of 0, expected an object");
  BOOST_TEST(refused("{}") == "model_from_json: the text has no \"class_name\"");
  BOOST_TEST(refused(replaced(good, "\"units\":3", "\"units\":\"many\"")) ==
             "model_from_json: config.layers[1].config.units is \"many\", expected a whole number "
             "from 1 to 2147483647");
  BOOST_TEST(refused(replaced(good, "\"units\":3,", "")) ==
             "model_from_json: config.layers[1].config has no \"units\"");
  BOOST_TEST(refused(replaced(good, "\"units\":3", "\"units\":-3")).find("is -3, expected") !=
             std::string::npos);
  BOOST_TEST(refused(replaced(good, "\"units\":3", "\"units\":1e99")).find("is 1e+99, expected") !=
             std::string::npos);
  BOOST_TEST(refused(replaced(good, "\"units\":3", "\"units\":1e999")) ==
             "model_from_json: a number in the text is too large");
  BOOST_TEST(
      refused(replaced(good, "\"Dense\"", "\"Dance\"")) ==
      "model_from_json: config.layers[1].config belongs to a layer of class \"Dance\", which "
      "is not one of the library's; a class of your own must be registered with "
      "nn::register_layer first");
  BOOST_TEST(refused(replaced(good, "\"linear\"", "\"linaer\"")) ==
             "model_from_json: config.layers[1].config.activation names the activation function "
             "\"linaer\", which the library does not have");
  BOOST_TEST(refused(replaced(good, "GlorotUniform", "Gloria")).find("\"gloria\"") !=
             std::string::npos);
  BOOST_TEST(
      refused(replaced(good, "\"use_bias\":true", "\"use_bias\":true,\"dropout\":0.5")) ==
      "model_from_json: config.layers[1].config.dropout is 0.5, expected nothing there: this "
      "library does not have it");
  BOOST_TEST(refused(replaced(good, "\"first\"", "\"second\"")).find("but is another layer") !=
             std::string::npos);
  BOOST_TEST(refused(replaced(good, "[null,2]", "[null,null]")).find("batch_shape[1] is null") !=
             std::string::npos);
  BOOST_TEST(refused(replaced(good, "\"class_name\":\"Sequential\"", "\"class_name\":3")) ==
             "model_from_json: class_name is 3, expected a text in quotes");
}

BOOST_AUTO_TEST_CASE(a_field_that_says_nothing_is_accepted) {
  const std::string json =
      replaced(small_json(), "\"use_bias\":true", "\"use_bias\":true,\"new\":null,\"newer\":false");
  BOOST_TEST(refused(json) == "no error");
}

BOOST_AUTO_TEST_CASE(more_weights_than_anyone_has_are_refused_before_they_are_made) {
  const std::string json = replaced(small_json(), "\"units\":3", "\"units\":2000000000");
  BOOST_TEST(refused(json) ==
             "model_from_json: config.layers[1] brings the model to 6000000000 weights, more than "
             ".max_weights, which is 268435456");
  BOOST_TEST(refusal([&] { nn::model_from_json(small_json(), {.max_weights = 12}); }) ==
             "model_from_json: config.layers[2] brings the model to 13 weights, more than "
             ".max_weights, which is 12");
  BOOST_TEST(refusal([&] { nn::model_from_json(small_json(), {.max_weights = 13}); }) ==
             "no error");
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_and_does_not_overflow_the_stack) {
  for (const char* brace : {"[", "{\"a\":"}) {
    std::string deep;
    for (int i = 0; i < 1000000; ++i) deep += brace;
    BOOST_TEST(refused(deep) == "model_from_json: the text is nested more than 200 levels deep");
  }
}

BOOST_AUTO_TEST_CASE(graphs_that_are_none_are_refused) {
  BOOST_TEST(refused(functional({{"x", "in"}, {"y", "x"}}, "y")) == "no error");
  BOOST_TEST(refused(functional({{"y", "x"}, {"x", "in"}}, "y")) == "no error");  // any order
  BOOST_TEST(
      refused(functional({{"x", "y"}, {"y", "x"}}, "y")) ==
      "model_from_json: config.layers[1] can never be computed: the layers that it waits for "
      "wait for it (a cycle)");
  BOOST_TEST(refused(functional({{"x", "x"}}, "x")).find("(a cycle)") != std::string::npos);
  BOOST_TEST(
      refused(functional({{"x", "nobody"}}, "x")) ==
      "model_from_json: config.layers[1].inbound_nodes[0].args[0].config.keras_history[0] is "
      "\"nobody\", expected the name of a layer of this model");
  BOOST_TEST(refused(functional({{"x", "in"}, {"x", "in"}}, "x")) ==
             "model_from_json: config.layers[2].name is \"x\", expected a name that no other layer "
             "has");
  BOOST_TEST(refused(functional({{"x", "in"}}, "z")).find("config.output_layers[0] is \"z\"") !=
             std::string::npos);
  BOOST_TEST(refused(replaced(functional({{"x", "in"}}, "x"), "[\"x\",0,0]", "[\"x\",1,0]")) ==
             "model_from_json: config.output_layers[1] is 1, expected the number of a call of "
             "\"x\", which is called 1 times");
  BOOST_TEST(refused(replaced(functional({{"x", "in"}}, "x"), "[null,2]", "[null,2,3,4]")) ==
             "no error");
  BOOST_TEST(refused(replaced(functional({{"x", "in"}}, "x"), "{\"units\":2}",
                              "{\"units\":2},\"trainable\":7")) == "no error");
}

// ---- What is written by the user ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(own_layers_need_registration) {
  const nn::Sequential model({nn::Dense(3, {.input_shape = {2}}), nn::make_layer<ScaleLayer>(2.5)});
  BOOST_TEST(refusal([&] { model.to_json(); }) ==
             "to_json: Scale \"scale\" is a class of your own; register it with "
             "nn::register_layer(\"Scale\", ...) first");
  nn::register_layer(
      "Scale",
      [](const nn::Settings& s) { return nn::make_layer<ScaleLayer>(nn::setting(s, "by", 1.0)); },
      [](const nn::Layer& layer) -> nn::Settings {
        return {{"by", static_cast<const ScaleLayer&>(layer).factor}};
      });
  const nn::Model twin = nn::model_from_json(model.to_json());
  BOOST_TEST(dynamic_cast<const ScaleLayer&>(twin.get_layer("scale").layer()).factor == 2.5);
}

BOOST_AUTO_TEST_CASE(lambdas_need_a_registered_name) {
  const auto with_name = [](const std::string& name) {
    return nn::Sequential(
        {nn::Lambda(square, twice, {.input_shape = {2}, .name = "l", .function_name = name})});
  };
  BOOST_TEST(refusal([&] { with_name("").to_json(); }) ==
             "to_json: Lambda \"l\" holds a function, which cannot be written; register it with "
             "nn::register_lambda and give the layer its name as .function_name");
  BOOST_TEST(refusal([&] { with_name("square").to_json(); }) ==
             "to_json: Lambda \"l\": no function is registered as \"square\"; call "
             "nn::register_lambda first");
  nn::register_lambda("square", square, twice);
  const std::string json = with_name("square").to_json();
  const Matrix X{{3, -2}}, expected{{9, 4}};
  const Matrix P = nn::model_from_json(json).predict(X);
  BOOST_TEST(arma::approx_equal(P, expected, "absdiff", 0.0));
  BOOST_TEST(refused(replaced(json, "\"square\"", "\"cube\"")) ==
             "model_from_json: config.layers[1].config.function is \"cube\", expected a registered "
             "function; call nn::register_lambda with it first");
}

BOOST_AUTO_TEST_CASE(what_has_no_name_cannot_be_written) {
  nn::Initializer own = nn::zeros;
  own.name = "mine";
  const nn::Sequential model({nn::Dense(1, {.kernel_initializer = own, .input_shape = {1}})});
  BOOST_TEST(refusal([&] { model.to_json(); }) ==
             "to_json: the initializer \"mine\" is not one of the library's; only those can be "
             "written");
  const nn::Sequential infinite(
      {nn::Dense(1, {.kernel_initializer = nn::constant(std::numeric_limits<double>::infinity()),
                     .input_shape = {1}})});
  BOOST_TEST(refusal([&] { infinite.to_json(); }) ==
             "to_json: a setting is inf, which JSON has no word for");
  const nn::Sequential strange({nn::Dense(1, {.input_shape = {1}, .name = "\xff\xfe"})});
  BOOST_TEST(refusal([&] { strange.to_json(); }) == "to_json: a name is not valid UTF-8");
}

// ---- Compile options ---------------------------------------------------------------------------

namespace {

using SameOptions = std::function<bool(const nn::Optimizer& a, const nn::Optimizer& b)>;

// Whether both are of the class with these options, and these members and those that all have agree.
template <class Options, class... Members>
SameOptions same(Members... members) {
  return [=](const nn::Optimizer& a, const nn::Optimizer& b) {
    const auto& x = std::any_cast<const Options&>(a.options());
    const auto& y = std::any_cast<const Options&>(b.options());
    return ((x.*members == y.*members) && ...) && x.weight_decay == y.weight_decay &&
           x.clipnorm == y.clipnorm && x.clipvalue == y.clipvalue &&
           x.global_clipnorm == y.global_clipnorm;
  };
}
template <class Options, class... Members>
SameOptions same_betas(Members... members) {
  return same<Options>(&Options::beta_1, &Options::beta_2, &Options::epsilon, members...);
}

}  // namespace

BOOST_AUTO_TEST_CASE(compile_options_return_as_they_were) {
  const std::vector<std::pair<nn::Optimizer, SameOptions>> optimizers{
      {nn::SGD({.learning_rate = 0.1, .momentum = 0.9, .nesterov = true, .decay = 1e-6}),
       same<nn::SGDOptions>(&nn::SGDOptions::momentum, &nn::SGDOptions::nesterov,
                            &nn::SGDOptions::decay)},
      {nn::Adagrad({.initial_accumulator_value = 0.3, .epsilon = 1e-5, .clipnorm = 2.0}),
       same<nn::AdagradOptions>(&nn::AdagradOptions::initial_accumulator_value,
                                &nn::AdagradOptions::epsilon)},
      {nn::RMSprop({.rho = 0.8, .momentum = 0.1, .epsilon = 1e-5, .centered = true}),
       same<nn::RMSpropOptions>(&nn::RMSpropOptions::rho, &nn::RMSpropOptions::momentum,
                                &nn::RMSpropOptions::epsilon, &nn::RMSpropOptions::centered)},
      {nn::Adadelta({.learning_rate = 1.0, .rho = 0.9, .epsilon = 1e-5}),
       same<nn::AdadeltaOptions>(&nn::AdadeltaOptions::rho, &nn::AdadeltaOptions::epsilon)},
      {nn::Adam({.learning_rate = nn::CosineDecay(
                     0.1, 100, {.alpha = 0.1, .warmup_target = 0.2, .warmup_steps = 5}),
                 .amsgrad = true}),
       same_betas<nn::AdamOptions>(&nn::AdamOptions::amsgrad)},
      {nn::AdamW({.weight_decay = 0.01, .global_clipnorm = 1.5}),
       same_betas<nn::AdamWOptions>(&nn::AdamWOptions::amsgrad)},
      {nn::AdamW({.weight_decay = 0.0, .beta_1 = 0.8, .beta_2 = 0.99, .amsgrad = true}),
       same_betas<nn::AdamWOptions>(&nn::AdamWOptions::amsgrad)},
      {nn::Adamax({.learning_rate = nn::ExponentialDecay(0.1, 10, 0.9, {.staircase = true})}),
       same_betas<nn::AdamaxOptions>()},
      {nn::Adamax({.learning_rate = nn::InverseTimeDecay(0.1, 10, 0.9), .epsilon = 1e-5}),
       same_betas<nn::AdamaxOptions>()},
      {nn::Nadam({.learning_rate = nn::PolynomialDecay(
                      0.1, 10, {.end_learning_rate = 0.01, .power = 2.0, .cycle = true})}),
       same_betas<nn::NadamOptions>()},
      {nn::Nadam({.learning_rate = nn::PiecewiseConstantDecay({3, 7}, {0.1, 0.01, 0.001}),
                  .clipvalue = 0.5}),
       same_betas<nn::NadamOptions>()}};
  for (const auto& [optimizer, same_options] : optimizers) {
    const std::string json = nn::compile_options_to_json(
        {.optimizer = optimizer, .loss = nn::huber(0.7), .metrics = {nn::accuracy}});
    const nn::CompileOptions again = nn::compile_options_from_json(json);
    BOOST_TEST(nn::compile_options_to_json(again) == json);
    BOOST_TEST(again.optimizer.name() == optimizer.name());
    BOOST_TEST(same_options(again.optimizer, optimizer), optimizer.name());
    for (const double t : {0.0, 1.0, 4.0, 8.0, 50.0, 1000.0})
      BOOST_TEST(again.optimizer.schedule()(t) == optimizer.schedule()(t));
  }
}

// The current learning rate is written, not the one that it began with.
BOOST_AUTO_TEST_CASE(a_learning_rate_that_was_changed_is_kept) {
  nn::SGD sgd({.learning_rate = 0.1});
  sgd.set_learning_rate(0.025);
  const std::string json =
      nn::compile_options_to_json({.optimizer = sgd, .loss = nn::mean_squared_error});
  BOOST_TEST(nn::compile_options_from_json(json).optimizer.learning_rate() == 0.025);
}

BOOST_AUTO_TEST_CASE(losses_weights_and_metrics_return_as_they_were) {
  nn::AdamW adamw;
  adamw.exclude_from_weight_decay({"bias", "gamma"});
  const nn::CompileOptions options{
      .optimizer = adamw,
      .loss = {nn::binary_crossentropy({.from_logits = true, .label_smoothing = 0.1}),
               nn::mean_squared_error},
      .loss_weights = {1.0, 0.2},
      .metrics = {std::vector<nn::Metric>{nn::accuracy, nn::top_k(3)},
                  std::vector<nn::Metric>{nn::recall({.threshold = 0.3}), nn::huber(2.0)}}};
  const nn::CompileOptions again =
      nn::compile_options_from_json(nn::compile_options_to_json(options));
  BOOST_TEST(
      again.optimizer.excluded_from_weight_decay() == (std::vector<std::string>{"bias", "gamma"}),
      boost::test_tools::per_element());
  BOOST_TEST_REQUIRE(again.loss.size() == 2U);
  BOOST_TEST_REQUIRE(again.metrics.size() == 2U);
  BOOST_TEST(again.loss_weights == options.loss_weights, boost::test_tools::per_element());
  const Matrix Y{{1, 0}, {0, 1}}, P{{0.4, 0.1}, {-0.6, 5}};
  for (std::size_t i = 0; i < 2; ++i) {
    BOOST_TEST(again.loss[i].name == options.loss[i].name);
    BOOST_TEST(again.loss[i].value(Y, P) == options.loss[i].value(Y, P));
    BOOST_TEST_REQUIRE(again.metrics[i].size() == 2U);
    for (std::size_t k = 0; k < 2; ++k)
      BOOST_TEST(again.metrics[i][k](Y, P) == options.metrics[i][k](Y, P));
  }
}

BOOST_AUTO_TEST_CASE(keras_s_compile_config_is_read) {
  const nn::CompileOptions options = nn::compile_options_from_json(
      R"({"optimizer":{"module":"keras.optimizers","class_name":"Adam","config":{"name":"adam",)"
      R"("learning_rate":0.001,"weight_decay":null,"clipnorm":null,"use_ema":false,)"
      R"("ema_momentum":0.99,"beta_1":0.8,"beta_2":0.999,"epsilon":1e-07,"amsgrad":false}},)"
      R"("loss":"mse","loss_weights":null,"metrics":["mae",{"module":"keras.metrics",)"
      R"("class_name":"TopKCategoricalAccuracy","config":{"name":"t","dtype":"float32","k":3}}]})");
  BOOST_TEST(std::any_cast<nn::AdamOptions>(options.optimizer.options()).beta_1 == 0.8);
  BOOST_TEST(options.loss[0].name == "mean_squared_error");
  BOOST_TEST(options.metrics[0][1].options == std::vector<double>{3.0},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(own_losses_and_metrics_need_registration) {
  const nn::Loss own(
      "fourth_power",
      [](const Matrix& Y, const Matrix& P) -> nn::ColVector {
        return arma::sum(arma::pow(P - Y, 4), 1);
      },
      [](const Matrix& Y, const Matrix& P) -> Matrix { return 4 * arma::pow(P - Y, 3); });
  const nn::Metric metric("largest", [](const Matrix& Y, const Matrix& P) {
    return nn::ColVector(arma::max(arma::abs(Y - P), 1));
  });
  BOOST_TEST(refusal([&] { nn::compile_options_to_json({.loss = own}); }) ==
             "compile_options_to_json: the loss \"fourth_power\" is your own; register it with "
             "nn::register_loss first");
  BOOST_TEST(refusal([&] {
               nn::compile_options_to_json({.loss = nn::mean_squared_error, .metrics = {metric}});
             }) ==
             "compile_options_to_json: the metric \"largest\" is your own; register it with "
             "nn::register_metric first");
  nn::register_loss(own);
  nn::register_metric(metric);
  const nn::CompileOptions again = nn::compile_options_from_json(
      nn::compile_options_to_json({.loss = own, .metrics = {metric, own}}));
  const Matrix Y{{1, 0}}, P{{3, 1}};
  BOOST_TEST(again.loss[0].value(Y, P) == 17.0);
  BOOST_TEST(again.metrics[0][0](Y, P) == 2.0);
  BOOST_TEST(again.metrics[0][1](Y, P) == 17.0);

  BOOST_TEST(refusal([] {
               nn::compile_options_to_json(
                   {.optimizer = nn::SGD({.learning_rate = [](double t) { return 1.0 / (1 + t); }}),
                    .loss = nn::mean_squared_error});
             }).find("the learning rate is a function of your own") != std::string::npos);
}

namespace {

// w -= rate sign(g), as often as `times` says.
struct SignRule : nn::UpdateRule {
  explicit SignRule(double how_often) : UpdateRule("SignSGD", {}), times(how_often) {}
  void begin(double, std::int64_t) override {}
  void update(nn::Numbers) const override {}
  const double times;
};
nn::Optimizer sign_sgd(const nn::LearningRate& rate, const nn::Settings& settings) {
  return nn::Optimizer(std::make_shared<SignRule>(nn::setting(settings, "times", 1.0)),
                       {.learning_rate = rate}, settings);
}

}  // namespace

BOOST_AUTO_TEST_CASE(own_optimizers_need_registration) {
  const nn::CompileOptions options{.optimizer = sign_sgd(0.25, {{"times", 2.0}}),
                                   .loss = nn::mean_squared_error};
  BOOST_TEST(refusal([&] { nn::compile_options_to_json(options); }) ==
             "compile_options_to_json: the optimizer \"SignSGD\" is your own; register it with "
             "nn::register_optimizer first");
  nn::register_optimizer("SignSGD", sign_sgd);
  const std::string json = nn::compile_options_to_json(options);
  const nn::Optimizer again = nn::compile_options_from_json(json).optimizer;
  BOOST_TEST(again.name() == "SignSGD");
  BOOST_TEST(again.learning_rate() == 0.25);
  BOOST_TEST(nn::setting(std::any_cast<nn::Settings>(again.options()), "times", 0.0) == 2.0);
}

BOOST_AUTO_TEST_CASE(damaged_compile_options_are_refused) {
  const std::string good = nn::compile_options_to_json(
      {.optimizer = nn::SGD(), .loss = nn::mean_squared_error, .metrics = {nn::accuracy}});
  const auto refused_options = [](const std::string& json) {
    return refusal([&] { nn::compile_options_from_json(json); });
  };
  BOOST_TEST(refused_options(good) == "no error");
  BOOST_TEST(refused_options(good.substr(0, 50)).find("it ends too early") != std::string::npos);
  BOOST_TEST(refused_options(replaced(good, "\"SGD\"", "\"Sgd\"")).find("class_name is \"Sgd\"") !=
             std::string::npos);
  BOOST_TEST(refused_options(replaced(good, "\"learning_rate\":0.01", "\"learning_rate\":-1")) ==
             "compile_options_from_json: learning_rate: the learning rate is -1, expected a number "
             "of at least 0");
  BOOST_TEST(refused_options(replaced(good, "\"mean_squared_error\"", "\"mean\"")) ==
             "compile_options_from_json: loss is \"mean\", expected a loss of the library, or one "
             "registered with nn::register_loss");
  BOOST_TEST(refused_options(replaced(good, "\"accuracy\"", "7")) ==
             "compile_options_from_json: metrics[0] is 7, expected an object");
}
