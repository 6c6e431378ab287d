// Functions of the library by their names in JSON: each comes back as it was, another one is refused.
#include <boost/test/unit_test.hpp>

#include "common/files/architecture.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "tests/helpers.hpp"

namespace {

// What the sentence says where `name` stands as `other` in the text.
template <class Read>
std::string refusal_of(std::string json, const std::string& name, const std::string& other,
                       Read read) {
  const std::size_t at = json.find('"' + name + '"');
  BOOST_REQUIRE(at != std::string::npos);
  json.replace(at + 1, name.size(), other);
  return refusal([&] { read(json); });
}

void check_refusal(const std::string& text, const std::string& part) {
  BOOST_TEST(text.find(part) != std::string::npos, text);
}

}  // namespace

BOOST_AUTO_TEST_CASE(activation_functions_come_back_by_name) {
  for (const nn::ActivationFunction& phi :
       {nn::linear, nn::step, nn::sign, nn::sigmoid, nn::hard_sigmoid, nn::tanh, nn::relu,
        nn::leaky_relu(0.2), nn::leaky_relu(0.5), nn::elu(), nn::elu(0.5), nn::selu, nn::gelu,
        nn::gelu_tanh, nn::softplus, nn::swish, nn::silu, nn::exponential, nn::softmax,
        nn::log_softmax}) {
    const nn::Sequential model({nn::Dense(2, {.activation = phi, .input_shape = {3}})});
    const nn::Model again = nn::model_from_json(model.to_json());
    const nn::ActivationFunction& read = again.layers()[0].layer().activation;
    BOOST_TEST(std::string(read.name) == phi.name);
    BOOST_TEST(read.alpha == phi.alpha, phi.name);
    BOOST_TEST(read.forward == phi.forward, phi.name);
  }
}

BOOST_AUTO_TEST_CASE(names_that_the_library_does_not_have_are_refused) {
  const nn::Sequential model({nn::Dense(2, {.activation = nn::relu, .input_shape = {3}})});
  const auto read_model = [](const std::string& json) { nn::model_from_json(json); };
  check_refusal(refusal_of(model.to_json(), "relu", "rellu", read_model), "\"rellu\"");
  check_refusal(refusal_of(model.to_json(), "GlorotUniform", "Glorot", read_model), "\"glorot\"");

  const std::string options = nn::compile_options_to_json(
      {.optimizer = nn::Adam({.learning_rate = nn::CosineDecay(0.1, 100)}),
       .loss = nn::mean_squared_error,
       .metrics = {nn::accuracy}});
  const auto read_options = [](const std::string& json) { nn::compile_options_from_json(json); };
  for (const auto& [name, other] : {std::pair{"Adam", "adam"}, {"CosineDecay", "schedule"},
                                    {"mean_squared_error", "squares"}, {"accuracy", "acuracy"}})
    check_refusal(refusal_of(options, name, other, read_options), nn::text("\"%s\"", other));
}
