// Layers: each of them in a small network against Keras (tests/golden/make_layers.py), against
// numerical gradients, in a short batch after a long one, without allocations; then what each
// refuses and how it behaves in training and when the model predicts.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "common/graph/gradient_check.hpp"
#include "common/layers/activation.hpp"
#include "common/layers/batch_normalization.hpp"
#include "common/layers/concatenate.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/dropout.hpp"
#include "common/layers/embedding.hpp"
#include "common/layers/flatten.hpp"
#include "common/layers/gaussian_noise.hpp"
#include "common/layers/lambda.hpp"
#include "common/layers/layer_normalization.hpp"
#include "common/layers/maxout.hpp"
#include "common/layers/merge.hpp"
#include "common/layers/reshape.hpp"
#include "common/model/network.hpp"
#include "tests/allocations.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

using nn::Input;
using nn::Matrix;
using nn::Real;
using nn::Shape;
using nn::Tensor;

namespace {

using Tensors = std::vector<Tensor>;
using Matrices = std::vector<Matrix>;

// How a pass is made: training or not, its random numbers, which part of a larger batch it is.
struct Context {
  bool training = false;
  nn::Rng* rng = nullptr;
  std::size_t first_row = 0, batch_rows = 0;
};

constexpr bool is_double = sizeof(Real) == 8;
// Rounding, as golden_error counts it: of one forward and backward pass, and after ten steps.
constexpr double pass_tolerance = is_double ? 1e-12 : 1e-5;
constexpr double training_tolerance = is_double ? 1e-11 : 1e-4;

// A network with one output and E = sum(R * Y) + its layers' penalties.
class Net {
 public:
  Net(const Tensors& inputs, const Tensor& output)
      : shape(output.shape()), network(inputs, {output}), pass_(network) {
    for (const nn::Parameter& parameter : network.parameters())
      (parameter.trainable ? weights : state).push_back(parameter.weight);
    pass_.want_input_gradients(std::vector<bool>(inputs.size(), true));
  }

  const Matrix& forward(const Matrices& X, const Context& context = {}) {
    X_.clear();
    for (const Matrix& x : X) X_.push_back(&x);
    pass_.set_part(context.first_row, context.batch_rows);
    pass_.forward(X_, context.training, context.rng ? *context.rng : rng_);
    return pass_.output(0);
  }
  const Matrix& forward(Matrices&& X, const Context& context = {}) {
    own_X_ = std::move(X);  // backward still reads it
    return forward(own_X_, context);
  }
  void backward(const Matrix& dY) {
    pass_.start_backward();
    pass_.output_gradient(0) = dY;
    pass_.written(0);
    pass_.backward();
    nn::add_penalty_gradients(weights);
  }
  const Matrix& dX(std::size_t i) { return pass_.input_gradient(i); }
  const Matrix& dW(std::size_t i) { return weights[i]->gradient; }

  double energy(const Matrices& X, const Matrix& R, const Context& context) {
    double sum = network.penalty();
    const Matrix& Y = forward(X, context);
    for (std::size_t i = 0; i < Y.n_elem; ++i) sum += static_cast<double>(R[i]) * Y[i];
    return sum;
  }

  const Shape shape;  // of the output
  nn::Network network;
  std::vector<nn::Weight*> weights, state;  // those that are trained, and the others

 private:
  nn::Pass pass_;
  nn::Rng rng_{1};
  std::vector<const Matrix*> X_;
  Matrices own_X_;
};

Tensors make_inputs(const std::vector<Shape>& shapes) {
  Tensors inputs;
  for (const Shape& shape : shapes) inputs.push_back(Input(shape));
  return inputs;
}

Net net_of(const std::vector<Shape>& shapes, const nn::LayerHandle& layer) {
  const Tensors inputs = make_inputs(shapes);
  return Net(inputs, layer(inputs));
}

// ---- The networks of make_layers.py ------------------------------------------------------------

struct Case {
  std::string name;
  std::vector<Shape> inputs;
  std::function<Tensor(const Tensors&)> build;
  bool training = false;

  Net net() const {
    const Tensors tensors = make_inputs(inputs);
    return Net(tensors, build(tensors));
  }
};

const nn::Regularizer first = nn::l1_l2(0.02, 0.03), second = nn::l2(0.05);

// clang-format off
std::vector<Case> cases() {
  std::vector<Case> all;
  const auto one = [&all](const char* name, const Shape& input, auto make_layer, bool training = false) {
    all.push_back({name, {input}, [=](const Tensors& x) { return make_layer()(x[0]); }, training});
  };
  const auto many = [&all](const char* name, const std::vector<Shape>& inputs, auto build, bool training = false) {
    all.push_back({name, inputs, build, training});
  };

  one("dense", {3}, [] { return nn::Dense(2); });
  one("dense_sigmoid", {3}, [] { return nn::Dense(2, {.activation = nn::sigmoid}); });
  one("dense_swish", {3}, [] { return nn::Dense(2, {.activation = nn::swish}); });
  one("dense_softmax", {3}, [] { return nn::Dense(4, {.activation = nn::softmax}); });
  one("dense_no_bias", {3}, [] { return nn::Dense(2, {.activation = nn::tanh, .use_bias = false}); });
  one("dense_penalties", {3}, [] { return nn::Dense(2, {.kernel_regularizer = first, .bias_regularizer = second}); });
  one("dense_steps", {3, 4}, [] { return nn::Dense(2, {.activation = nn::tanh}); });
  one("dense_steps_swish", {3, 4}, [] { return nn::Dense(2, {.activation = nn::swish}); });
  one("dense_steps_softmax", {3, 4}, [] { return nn::Dense(3, {.activation = nn::softmax}); });
  one("dense_images", {2, 2, 3}, [] { return nn::Dense(2); });
  many("dense_shared", {{3}, {3}}, [](const Tensors& x) {
    const nn::Dense dense(3, {.activation = nn::tanh, .kernel_regularizer = first, .bias_regularizer = second});
    return nn::multiply({dense(x[0]), dense(dense(x[1]))});
  });

  one("activation_swish", {3}, [] { return nn::Activation(nn::swish); });
  one("activation_linear", {3}, [] { return nn::Activation(nn::linear); });
  one("activation_softmax_steps", {2, 3}, [] { return nn::Activation(nn::softmax); });
  many("activation_after_dense", {{3}}, [](const Tensors& x) { return nn::Activation(nn::tanh)(nn::Dense(3)(x[0])); });
  one("leaky_relu", {4}, [] { return nn::LeakyReLU(); });
  one("leaky_relu_tenth", {2, 2}, [] { return nn::LeakyReLU({.negative_slope = 0.1}); });
  one("elu", {4}, [] { return nn::ELU(); });
  one("elu_alpha", {4}, [] { return nn::ELU({.alpha = 0.7}); });

  many("flatten", {{2, 3, 2}}, [](const Tensors& x) { return nn::Dense(2)(nn::Flatten()(nn::Dense(3, {.activation = nn::tanh})(x[0]))); });
  many("reshape", {{12}}, [](const Tensors& x) { return nn::Dense(2)(nn::Reshape({2, 3, 2})(x[0])); });
  many("reshape_open", {{2, 3, 2}}, [](const Tensors& x) { return nn::Dense(2)(nn::Reshape({-1, 4})(x[0])); });

  many("concatenate", {{2}, {3}, {1}}, [](const Tensors& x) { return nn::Dense(2)(nn::concatenate({x[0], x[1], x[2]})); });
  many("concatenate_channels", {{2, 3, 2}, {2, 3, 1}}, [](const Tensors& x) { return nn::Concatenate()({x[0], x[1]}); });
  many("concatenate_axis_1", {{1, 3, 2}, {2, 3, 2}}, [](const Tensors& x) { return nn::concatenate(x, {.axis = 1}); });
  many("concatenate_axis_2", {{2, 1, 2}, {2, 2, 2}}, [](const Tensors& x) { return nn::concatenate(x, {.axis = 2}); });
  many("concatenate_axis_minus_2", {{2, 2}, {1, 2}}, [](const Tensors& x) { return nn::concatenate(x, {.axis = -2}); });
  many("concatenate_twice", {{2}}, [](const Tensors& x) { return nn::concatenate({x[0], x[0]}); });
  many("add_two", {{2, 2}, {2, 2}}, [](const Tensors& x) { return nn::Add()({x[0], x[1]}); });
  many("add_three", {{3}, {3}, {3}}, [](const Tensors& x) { return nn::add({x[0], x[1], x[2]}); });
  many("multiply_two", {{2, 2}, {2, 2}}, [](const Tensors& x) { return nn::Multiply()({x[0], x[1]}); });
  many("multiply_three", {{3}, {3}, {3}}, [](const Tensors& x) { return nn::multiply(x); });
  many("average_two", {{2, 2}, {2, 2}}, [](const Tensors& x) { return nn::Average()({x[0], x[1]}); });
  many("average_three", {{3}, {3}, {3}}, [](const Tensors& x) { return nn::average(x); });
  many("maximum_two", {{2, 2}, {2, 2}}, [](const Tensors& x) { return nn::Maximum()({x[0], x[1]}); });
  many("maximum_three", {{3}, {3}, {3}}, [](const Tensors& x) { return nn::maximum(x); });
  many("multiply_same", {{3}}, [](const Tensors& x) { return nn::multiply({x[0], x[0], x[0]}); });

  one("maxout", {3}, [] { return nn::Maxout(2); });
  one("maxout_three", {3}, [] { return nn::Maxout(2, {.pieces = 3}); });
  one("maxout_no_bias", {3}, [] { return nn::Maxout(2, {.use_bias = false}); });
  one("maxout_penalties", {3}, [] { return nn::Maxout(2, {.kernel_regularizer = first, .bias_regularizer = second}); });

  one("embedding", {4}, [] { return nn::Embedding(6, 3); });
  one("embedding_penalties", {2}, [] { return nn::Embedding(4, 2, {.embeddings_regularizer = first}); });
  one("embedding_rank_2", {2, 3}, [] { return nn::Embedding(5, 2); });
  many("embedding_shared", {{3}, {3}}, [](const Tensors& x) {
    const nn::Embedding embedding(5, 2, {.embeddings_regularizer = first});
    return nn::multiply({embedding(x[0]), embedding(x[1])});
  });

  using BN = nn::BatchNormalization;
  using LN = nn::LayerNormalization;
  one("batch_normalization", {3}, [] { return BN(); }, true);
  one("batch_normalization_images", {2, 3, 2}, [] { return BN(); }, true);
  one("batch_normalization_options", {3}, [] { return BN({.momentum = 0.8, .epsilon = 0.02}); }, true);
  one("batch_normalization_no_center", {3}, [] { return BN({.center = false}); }, true);
  one("batch_normalization_no_scale", {2, 2}, [] { return BN({.scale = false}); }, true);
  one("batch_normalization_penalties", {3}, [] { return BN({.beta_regularizer = second, .gamma_regularizer = first}); }, true);
  one("batch_normalization_predicting", {2, 3}, [] { return BN(); });
  many("batch_normalization_frozen", {{3}}, [](const Tensors& x) {
    BN frozen;
    frozen.set_trainable(false);
    return nn::Dense(2)(frozen(x[0]));
  }, true);
  many("batch_normalization_shared", {{3}, {3}}, [](const Tensors& x) {
    const BN normalization({.beta_regularizer = second, .gamma_regularizer = first});
    return nn::multiply({normalization(x[0]), normalization(x[1])});
  }, true);
  one("layer_normalization", {4}, [] { return LN(); });
  one("layer_normalization_steps", {2, 3}, [] { return LN(); });
  one("layer_normalization_epsilon", {4}, [] { return LN({.epsilon = 0.1}); });
  one("layer_normalization_no_center", {4}, [] { return LN({.center = false}); });
  one("layer_normalization_no_scale", {4}, [] { return LN({.scale = false}); });
  one("layer_normalization_penalties", {4}, [] { return LN({.beta_regularizer = second, .gamma_regularizer = first}); });
  one("layer_normalization_bare", {4}, [] { return LN({.center = false, .scale = false}); });

  one("lambda", {2, 2}, [] {
    return nn::Lambda([](double x) { return x * std::sin(x); }, [](double x) { return std::sin(x) + x * std::cos(x); });
  });
  one("lambda_shape", {3}, [] {
    return nn::Lambda([](const Matrix& X, Matrix& Y) { Y = X.head_cols(2) % X.tail_cols(2); },
                      [](const Matrix& X, const Matrix&, const Matrix& dY, Matrix& dX) {
                        dX.zeros();
                        dX.head_cols(2) += dY % X.tail_cols(2);
                        dX.tail_cols(2) += dY % X.head_cols(2);
                      },
                      {.output_shape = {2}});
  });

  many("network", {{3}, {3}}, [](const Tensors& x) {
    Tensor h = nn::Flatten()(nn::Embedding(5, 2)(x[0]));
    h = nn::concatenate({h, LN()(x[1])});
    h = nn::LeakyReLU({.negative_slope = 0.1})(BN()(nn::Dense(4)(h)));
    return nn::Dense(2, {.activation = nn::softmax})(nn::add({h, nn::Dense(4, {.activation = nn::sigmoid})(h)}));
  }, true);
  return all;
}
// clang-format on

const Golden& golden() {
  static const Golden file("layers.txt");
  return file;
}

// X0, X1 ... of a case.
Matrices numbered(const Case& c, const char* letter) {
  Matrices list;
  for (std::size_t i = 0; golden().has(c.name + "/" + letter + std::to_string(i)); ++i)
    list.push_back(golden()(c.name + "/" + letter + std::to_string(i)));
  return list;
}

void set_values(const std::vector<nn::Weight*>& parameters, const Matrices& values) {
  BOOST_REQUIRE_EQUAL(parameters.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    BOOST_REQUIRE_EQUAL(nn::shape_text(parameters[i]->value), nn::shape_text(values[i]));
    parameters[i]->value = values[i];
  }
}

void check(const Case& c, const std::string& what, const Matrix& got, double tolerance) {
  const double error = golden_error(got, golden()(c.name + "/" + what));
  BOOST_TEST(error <= tolerance, c.name << "/" << what << ": error " << error);
}
void check(const Case& c, const std::string& what, const std::vector<nn::Weight*>& got,
           double tolerance) {
  for (std::size_t i = 0; i < got.size(); ++i)
    check(c, what + std::to_string(i), got[i]->value, tolerance);
}

bool has_ids(const Case& c) { return !golden().has(c.name + "/dX0"); }

// The first `rows` rows of each.
Matrices head(const Matrices& X, std::size_t rows) {
  Matrices result;
  for (const Matrix& x : X) result.push_back(x.head_rows(rows));
  return result;
}

}  // namespace

// ---- Against Keras -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(forward_and_gradients_are_those_of_keras) {
  for (const Case& c : cases()) {
    Net net = c.net();
    set_values(net.weights, numbered(c, "w"));
    set_values(net.state, numbered(c, "s"));
    const Matrices X = numbered(c, "X");
    const Context context{.training = c.training};
    check(c, "Y", net.forward(X, context), pass_tolerance);
    net.backward(golden()(c.name + "/R"));
    for (std::size_t i = 0; !has_ids(c) && i < X.size(); ++i)
      check(c, "dX" + std::to_string(i), net.dX(i), pass_tolerance);
    for (std::size_t i = 0; i < net.weights.size(); ++i)
      check(c, "dw" + std::to_string(i), net.dW(i), pass_tolerance);
    check(c, "s_after", net.state, pass_tolerance);
  }
}

BOOST_AUTO_TEST_CASE(ten_steps_of_gradient_descent_are_those_of_keras) {
  std::size_t trained = 0;
  for (const Case& c : cases()) {
    if (!golden().has(c.name + "/losses")) continue;
    ++trained;
    Net net = c.net();
    set_values(net.weights, numbered(c, "w"));
    set_values(net.state, numbered(c, "s"));
    const Matrices X = numbered(c, "X");
    const Matrix T = golden()(c.name + "/T");
    const Context context{.training = true};
    Matrix losses(1, 10);
    for (Real& loss : losses) {
      const Matrix difference = net.forward(X, context) - T;
      loss = static_cast<Real>(arma::accu(arma::square(difference)) / difference.n_elem +
                               net.network.penalty());
      net.backward(difference * (2 / static_cast<Real>(difference.n_elem)));
      for (std::size_t i = 0; i < net.weights.size(); ++i)
        net.weights[i]->value -= Real(0.05) * net.dW(i);
    }
    check(c, "losses", losses, training_tolerance);
    check(c, "w_end", net.weights, training_tolerance);
    check(c, "s_end", net.state, training_tolerance);
  }
  BOOST_TEST(trained >= 40U);
}

// ---- Against central differences ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(gradients_are_those_of_central_differences,
                     *boost::unit_test::enable_if<is_double>()) {
  for (const Case& c : cases()) {
    Net net = c.net();
    nn::Rng rng(17);
    Matrices X = numbered(c, "X");
    if (!has_ids(c))
      for (Matrix& x : X) x = rng.normal_matrix(x.n_rows, x.n_cols);
    for (nn::Weight* w : net.weights) w->value = rng.normal_matrix(w->rows, w->columns);
    const Matrix R = rng.normal_matrix(X[0].n_rows, net.shape.size());
    const Context context{.training = c.training};
    const auto E = [&] { return net.energy(X, R, context); };
    const auto compare = [&](const char* what, std::size_t i, Matrix& variable,
                             const Matrix& gradient) {
      const nn::GradientCheck result = nn::check_gradient(E, variable, gradient);
      // golden_error: a gradient may be 0 altogether, as that of a bias in front of a
      // normalization.
      BOOST_TEST(golden_error(gradient, result.numerical) < 1e-8,
                 c.name << " " << what << i << ": " << result.str());
    };
    E();
    net.backward(R);
    Matrices dX, dW;
    for (std::size_t i = 0; i < X.size(); ++i) dX.push_back(net.dX(i));
    for (std::size_t i = 0; i < net.weights.size(); ++i) dW.push_back(net.dW(i));
    for (std::size_t i = 0; !has_ids(c) && i < X.size(); ++i) compare("dX", i, X[i], dX[i]);
    for (std::size_t i = 0; i < dW.size(); ++i) compare("dw", i, net.weights[i]->value, dW[i]);
  }
}

// ---- Memory ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_short_batch_after_a_long_one_allocates_nothing_and_is_right) {
  std::vector<Case> all = cases();
  all.push_back({"dropout", {{3}}, [](const Tensors& x) { return nn::Dropout(0.4)(x[0]); }, true});
  all.push_back({"gaussian_noise",
                 {{3}},
                 [](const Tensors& x) { return nn::GaussianNoise(0.4)(x[0]); },
                 true});
  for (const Case& c : all) {
    const bool is_random = c.name == "dropout" || c.name == "gaussian_noise";
    nn::Rng data(3), rng(4);
    const Matrices X = is_random ? Matrices{data.normal_matrix(5, 3)} : numbered(c, "X"),
                   X3 = head(X, 3);
    nn::set_seed(1);
    Net net = c.net(), fresh = c.net();
    for (std::size_t i = 0; i < net.weights.size(); ++i)
      fresh.weights[i]->value = net.weights[i]->value;
    for (std::size_t i = 0; i < net.state.size(); ++i) fresh.state[i]->value = net.state[i]->value;
    const Matrix R = data.normal_matrix(5, net.shape.size()), R3 = R.head_rows(3);
    const Context context{.training = c.training, .rng = &rng};
    const auto step = [&](Net& n, const Matrices& x, const Matrix& r) {
      n.forward(x, context);
      n.backward(r);
    };
    step(net, X, R);
    for (std::size_t i = 0; i < net.state.size(); ++i) net.state[i]->value = fresh.state[i]->value;
    rng = nn::Rng(5);
    const long before = allocations;
    step(net, X3, R3);
    const long in_short = allocations - before;
    rng = nn::Rng(5);
    step(fresh, X3, R3);
    for (std::size_t i = 0; i < X.size(); ++i)
      BOOST_TEST(golden_error(net.dX(i), fresh.dX(i)) == 0.0, c.name);
    for (std::size_t i = 0; i < net.weights.size(); ++i)
      BOOST_TEST(golden_error(net.dW(i), fresh.dW(i)) == 0.0, c.name);
    const long again = allocations;
    step(net, X, R);
    step(net, X3, R3);
    BOOST_TEST(in_short == 0, c.name << ": " << in_short << " in the short batch");
    BOOST_TEST(allocations - again == 0,
               c.name << ": " << allocations - again << " in the next steps");
  }
  const long before = allocations;
  void* volatile memory = std::malloc(1);  // volatile: the compiler may not leave it out
  std::free(memory);
  BOOST_TEST((!counts_allocations || allocations > before), "the counter counts");
}

// ---- Shapes, numbers of weights, where weights start -------------------------------------------

BOOST_AUTO_TEST_CASE(output_shapes_and_parameter_counts_are_those_of_keras) {
  const auto count = [](const nn::LayerHandle& layer, const Shape& input) {
    layer(Input(input));
    return layer.parameter_count();
  };
  BOOST_TEST(count(nn::Dense(32), {784}) == 25'120U);
  BOOST_TEST(count(nn::Dense(32, {.use_bias = false}), {10, 784}) == 25'088U);
  BOOST_TEST(count(nn::Embedding(10'000, 512), {100}) == 5'120'000U);
  BOOST_TEST(count(nn::BatchNormalization(), {28, 28, 64}) == 256U);
  BOOST_TEST(count(nn::LayerNormalization(), {10, 64}) == 128U);
  BOOST_TEST(count(nn::Maxout(10), {784}) == 15'700U);
  BOOST_TEST(count(nn::Dropout(0.5), {784}) == 0U);

  const auto shape = [](const nn::LayerHandle& layer, const Shape& input) {
    return layer(Input(input)).shape().str();
  };
  BOOST_TEST(shape(nn::Dense(2), {4, 5, 3}) == "(4, 5, 2)");
  BOOST_TEST(shape(nn::Flatten(), {4, 5, 3}) == "(60)");
  BOOST_TEST(shape(nn::Reshape({7, 7, 64}), {3136}) == "(7, 7, 64)");
  BOOST_TEST(shape(nn::Reshape({-1, 64}), {7, 7, 64}) == "(49, 64)");
  BOOST_TEST(shape(nn::Reshape({60}), {4, 5, 3}) == "(60)");
  const std::size_t rows = 12;
  BOOST_TEST(shape(nn::Reshape({rows, -1}), {4, 5, 3}) == "(12, 5)");
  BOOST_TEST(shape(nn::Reshape(Shape(4, 15)), {4, 5, 3}) == "(4, 15)");
  BOOST_TEST(shape(nn::Embedding(10, 512), {100}) == "(100, 512)");
  BOOST_TEST(shape(nn::Embedding(10, 512, {.input_length = 100}), {100}) == "(100, 512)");
  BOOST_TEST(shape(nn::Dropout(0.1), {4, 5}) == "(4, 5)");
  BOOST_TEST(shape(nn::GaussianNoise(0.1), {4, 5}) == "(4, 5)");
  BOOST_TEST(nn::concatenate({Input({256, 256, 64}), Input({256, 256, 128})}).shape().str() ==
             "(256, 256, 192)");
  BOOST_TEST(nn::Embedding(10, 512, {.input_length = 100}).input_shape().str() == "(100)");
  BOOST_TEST(nn::Dense(3, {.input_shape = {20}}).input_shape().str() == "(20)");
}

BOOST_AUTO_TEST_CASE(weights_have_the_names_and_the_start_values_of_keras) {
  const auto describe = [](const nn::LayerHandle& layer, const Shape& input) {
    layer(Input(input));
    std::string line;
    for (const nn::Weight* w : layer.layer().weights())
      line += w->name + nn::shape_text(w->value) + (w->trained ? " " : "* ");
    return line;
  };
  BOOST_TEST(describe(nn::Dense(2), {3}) == "kernel(3, 2) bias(1, 2) ");
  BOOST_TEST(describe(nn::Maxout(2, {.pieces = 3}), {4}) == "kernel(4, 6) bias(1, 6) ");
  BOOST_TEST(describe(nn::Embedding(7, 2), {4}) == "embeddings(7, 2) ");
  BOOST_TEST(describe(nn::BatchNormalization(), {2, 3}) ==
             "gamma(1, 3) beta(1, 3) moving_mean(1, 3)* moving_variance(1, 3)* ");
  BOOST_TEST(describe(nn::LayerNormalization({.center = false}), {3}) == "gamma(1, 3) ");

  const auto values = [](const nn::LayerHandle& layer, const Shape& input) {
    layer(Input(input));
    std::string line;
    for (const Matrix& w : layer.weights()) line += nn::text("%g ", static_cast<double>(w[0]));
    return line;
  };
  using nn::constant;
  BOOST_TEST(values(nn::BatchNormalization(), {3}) == "1 0 0 1 ");
  BOOST_TEST(values(nn::LayerNormalization(), {3}) == "1 0 ");
  BOOST_TEST(
      values(nn::Dense(2, {.kernel_initializer = constant(2), .bias_initializer = constant(3)}),
             {3}) == "2 3 ");
  BOOST_TEST(
      values(nn::Maxout(2, {.kernel_initializer = constant(2), .bias_initializer = constant(3)}),
             {3}) == "2 3 ");
  BOOST_TEST(values(nn::Embedding(9, 2, {.embeddings_initializer = constant(2)}), {3}) == "2 ");
  BOOST_TEST(values(nn::BatchNormalization({.beta_initializer = constant(2),
                                            .gamma_initializer = constant(3),
                                            .moving_mean_initializer = constant(4),
                                            .moving_variance_initializer = constant(5)}),
                    {3}) == "3 2 4 5 ");
  BOOST_TEST(values(nn::LayerNormalization(
                        {.beta_initializer = constant(2), .gamma_initializer = constant(3)}),
                    {3}) == "3 2 ");

  // Glorot's limit sqrt(6 / (fan_in + fan_out)); each piece of a Maxout has fans of its own.
  const nn::Dense dense(100);
  const nn::Maxout maxout(100, {.pieces = 4});
  const nn::Embedding embedding(1000, 10);
  nn::set_seed(3);
  dense(Input({50})), maxout(Input({50})), embedding(Input({1}));
  for (const Matrix& W : {dense.weights()[0], maxout.weights()[0]}) {
    BOOST_TEST(arma::abs(W).max() <= 0.2);
    BOOST_TEST(arma::abs(W).max() >= 0.199);
  }
  BOOST_TEST(arma::abs(embedding.weights()[0]).max() <= Real(0.05));
  BOOST_TEST(arma::abs(embedding.weights()[0]).max() >= 0.0499);
}

// ---- By hand -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(two_maxout_pieces_can_be_the_absolute_value) {
  const nn::Maxout maxout(1);
  Net net = net_of({{1}}, maxout);
  maxout.set_weights({Matrix{{1, -1}}, Matrix{{0, 0}}});
  const Matrix X = nn::ColVector{-3, -0.5, 0, 2};
  BOOST_TEST(arma::approx_equal(net.forward({X}), arma::abs(X), "absdiff", 0.0));
  net.backward(Matrix(4, 1, arma::fill::ones));
  // Where both pieces are the largest, the first gets the gradient.
  BOOST_TEST(arma::approx_equal(net.dX(0), nn::ColVector{-1, -1, 1, 1}, "absdiff", 0.0));
  BOOST_TEST(arma::approx_equal(net.dW(0), Matrix{{2, -3.5}}, "absdiff", 0.0));
}

BOOST_AUTO_TEST_CASE(of_equal_inputs_the_first_is_the_maximum) {
  Net net = net_of({{2}, {2}, {2}}, nn::Maximum());
  const Matrix A{{1, 5}}, B{{1, 7}}, C{{0, 7}};
  BOOST_TEST(arma::approx_equal(net.forward({A, B, C}), Matrix{{1, 7}}, "absdiff", 0.0));
  net.backward(Matrix{{10, 20}});
  BOOST_TEST(arma::approx_equal(net.dX(0), Matrix{{10, 0}}, "absdiff", 0.0));
  BOOST_TEST(arma::approx_equal(net.dX(1), Matrix{{0, 20}}, "absdiff", 0.0));
  BOOST_TEST(arma::approx_equal(net.dX(2), Matrix{{0, 0}}, "absdiff", 0.0));
}

BOOST_AUTO_TEST_CASE(a_product_with_zeros_has_a_finite_gradient) {
  Net net = net_of({{1}, {1}}, nn::Multiply());
  net.forward({nn::ColVector{0}, nn::ColVector{0}});
  net.backward(nn::ColVector{1});
  BOOST_TEST(net.dX(0)[0] == 0);
  BOOST_TEST(net.dX(1)[0] == 0);
}

BOOST_AUTO_TEST_CASE(averages_of_batch_normalization_by_hand) {
  const nn::BatchNormalization normalization({.momentum = 0.9});
  Net net = net_of({{1}}, normalization);
  const Matrix X = nn::ColVector{1, 2, 3, 6};  // mean 3, variance (4 + 1 + 0 + 9) / 4 = 3.5
  const double tolerance = is_double ? 1e-14 : 1e-6;
  const Matrix training = net.forward({X}, {.training = true});
  const std::vector<Matrix> weights = normalization.weights();
  BOOST_TEST(std::abs(weights[2][0] - 0.3) < tolerance);           // 0.9 * 0 + 0.1 * 3
  BOOST_TEST(std::abs(weights[3][0] - (0.9 + 0.35)) < tolerance);  // 0.9 * 1 + 0.1 * 3.5
  BOOST_TEST(std::abs(training[3] - 3 / std::sqrt(3.501)) < tolerance);
  const Matrix predicting = net.forward({X});
  BOOST_TEST(std::abs(predicting[3] - 5.7 / std::sqrt(1.251)) < 4 * tolerance);
  BOOST_TEST(normalization.weights()[2][0] == weights[2][0]);  // predicting changes no average

  nn::BatchNormalization frozen = normalization;  // a copy shares the layer
  frozen.set_trainable(false);
  BOOST_TEST(net.forward({X}, {.training = true})[3] == predicting[3]);
  BOOST_TEST(normalization.weights()[2][0] == weights[2][0]);
}

BOOST_AUTO_TEST_CASE(one_sample_is_normalized_to_beta) {
  Net net = net_of({{2}}, nn::BatchNormalization({.beta_initializer = nn::constant(0.5)}));
  const Context context{.training = true};
  BOOST_TEST(arma::approx_equal(net.forward({Matrix{{3, -8}}}, context), Matrix{{0.5, 0.5}},
                                "absdiff", 0.0));
  net.backward(Matrix{{1, 1}});
  BOOST_TEST(arma::approx_equal(net.dX(0), Matrix{{0, 0}}, "absdiff", 0.0));
}

// The gradient of the step before must not shine through rows that this step does not use.
BOOST_AUTO_TEST_CASE(rows_of_an_embedding_that_are_not_used_have_no_gradient) {
  Net net = net_of({{2}}, nn::Embedding(4, 1));
  net.forward({Matrix{{0, 3}}});
  net.backward(Matrix{{1, 1}});
  net.forward({Matrix{{1, 1}}});
  net.backward(Matrix{{2, 5}});
  BOOST_TEST(arma::approx_equal(net.dW(0), nn::ColVector{0, 7, 0, 0}, "absdiff", 0.0));
}

BOOST_AUTO_TEST_CASE(a_large_batch_of_ids_finds_its_rows) {
  const std::size_t n = 37, steps = 3, ids = 20, width = 10;
  const nn::Embedding embedding(ids, width);
  Net net = net_of({Shape(steps)}, embedding);
  nn::Rng rng(6);
  Matrix X(n, steps);
  for (Real& id : X) id = static_cast<Real>(rng.below(ids));
  const Matrix R = rng.normal_matrix(n, steps * width), W = embedding.weights()[0];
  const Matrix& Y = net.forward({X});
  net.backward(R);
  Matrix expected(n, steps * width), dW(ids, width, arma::fill::zeros);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t s = 0; s < steps; ++s)
      for (std::size_t k = 0; k < width; ++k) {
        const std::size_t id = static_cast<std::size_t>(X(i, s));
        expected(i, s * width + k) = W(id, k);
        dW(id, k) += R(i, s * width + k);
      }
  BOOST_TEST(golden_error(Y, expected) == 0.0);
  BOOST_TEST(golden_error(net.dW(0), dW) < pass_tolerance);
}

BOOST_AUTO_TEST_CASE(a_shared_concatenation_sees_other_shapes_in_each_call) {
  const nn::Concatenate join({.axis = 1});
  const Tensor a = Input({1, 2}), b = Input({3, 2}), c = Input({4});
  const Tensor ab = nn::Flatten()(join({a, b}));
  Net net({a, b, c}, join({ab, c}));
  const Matrix A{{1, 2}}, B{{3, 4, 5, 6, 7, 8}}, C{{9, 10, 11, 12}};
  BOOST_TEST(arma::approx_equal(net.forward({A, B, C}), arma::regspace<nn::RowVector>(1, 12),
                                "absdiff", 0.0));
}

// The model may hand the last activation the gradient of Z at once.
BOOST_AUTO_TEST_CASE(a_joined_activation_passes_the_gradient_on) {
  for (const nn::LayerHandle& layer : std::initializer_list<nn::LayerHandle>{
           nn::Activation(nn::softmax),
           nn::Dense(3, {.activation = nn::softmax, .use_bias = false})}) {
    BOOST_TEST(layer.layer().activation.name == std::string("softmax"));
    const Tensor x = Input({3});
    nn::Network network({x}, {layer(x)});
    if (layer.type() == "Dense") layer.set_weights({Matrix(3, 3, arma::fill::eye)});
    nn::Pass pass(network);
    pass.want_input_gradients({true});
    pass.join_with_loss(0);
    const Matrix X = nn::RowVector{1, 2, 3}, dZ = nn::RowVector{0.25, -1, 0.75};
    nn::Rng rng;
    pass.forward({&X}, false, rng);
    pass.start_backward();
    pass.output_gradient(0) = dZ;
    pass.written(0);
    pass.backward();
    BOOST_TEST(arma::approx_equal(pass.input_gradient(0), dZ, "absdiff", 0.0));
  }
}

// ---- Random layers -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(dropout_drops_its_rate_in_training_and_nothing_otherwise) {
  Net net = net_of({{400}}, nn::Dropout(0.3));
  const Matrix X(500, 400, arma::fill::ones);
  nn::Rng rng(9);
  const Context training{.training = true, .rng = &rng};
  const Matrix Y = net.forward({X}, training);
  const double share = static_cast<double>(arma::accu(Y == 0)) / Y.n_elem;
  BOOST_TEST(std::abs(share - 0.3) < 0.005);  // 200,000 draws: standard deviation 0.001
  BOOST_TEST(arma::accu(Y != 0 && arma::abs(Y - Real(1 / 0.7)) > 1e-6) == 0);
  for (const arma::uword j : {0u, 399u})
    BOOST_TEST(std::abs(static_cast<double>(arma::accu(Y.col(j) == 0)) / 500 - 0.3) < 0.08);
  net.backward(X);
  BOOST_TEST(arma::approx_equal(net.dX(0), Y, "absdiff", 0.0));  // the same mask

  const Matrix next = net.forward({X}, training);
  BOOST_TEST(arma::accu(next != Y) > 0);
  BOOST_TEST(arma::approx_equal(net.forward({X}), X, "absdiff", 0.0));
  net.backward(2 * X);
  BOOST_TEST(arma::approx_equal(net.dX(0), 2 * X, "absdiff", 0.0));

  Net none = net_of({{400}}, nn::Dropout(0));
  BOOST_TEST(arma::approx_equal(none.forward({X}, training), X, "absdiff", 0.0));
}

BOOST_AUTO_TEST_CASE(gaussian_noise_has_its_stddev_in_training_and_none_otherwise) {
  Net net = net_of({{400}}, nn::GaussianNoise(0.2));
  const Matrix X(500, 400, arma::fill::value(3));
  nn::Rng rng(9);
  const Context training{.training = true, .rng = &rng};
  const Matrix noise = net.forward({X}, training) - X;
  BOOST_TEST(std::abs(arma::mean(arma::vectorise(noise))) < 0.002);  // its own sd: 0.00045
  BOOST_TEST(std::abs(arma::stddev(arma::vectorise(noise)) - 0.2) < 0.002);
  net.backward(X);
  BOOST_TEST(arma::approx_equal(net.dX(0), X, "absdiff", 0.0));
  BOOST_TEST(arma::approx_equal(net.forward({X}), X, "absdiff", 0.0));
}

// Two replicas, rows 0-2 and 3-4 of a batch of 5, see what one process sees.
BOOST_AUTO_TEST_CASE(a_part_of_a_batch_gets_its_part_of_the_mask) {
  for (const nn::LayerHandle& layer :
       std::initializer_list<nn::LayerHandle>{nn::Dropout(0.5), nn::GaussianNoise(1.0)}) {
    Net net = net_of({{7}}, layer);
    const Matrix X(5, 7, arma::fill::ones);
    nn::Rng whole(2), part_1(2), part_2(2);
    const Matrix Y = net.forward({X}, {.training = true, .rng = &whole});
    const Matrix Y_1 = net.forward(
        {X.head_rows(3)}, {.training = true, .rng = &part_1, .first_row = 0, .batch_rows = 5});
    const Matrix Y_2 = net.forward(
        {X.tail_rows(2)}, {.training = true, .rng = &part_2, .first_row = 3, .batch_rows = 5});
    BOOST_TEST(arma::approx_equal(arma::join_cols(Y_1, Y_2), Y, "absdiff", 0.0));
    BOOST_TEST((part_1.state() == whole.state() && part_2.state() == whole.state()));
  }
}

// ---- A layer of one's own ----------------------------------------------------------------------

namespace {

// y = a x with one learned a for all features.
class Scale : public nn::Layer {
 public:
  Scale() : Layer("Scale") {}
  Shape build(const Shape& input) override {
    a_.has_size(1, 1);
    return input;
  }
  void forward(const Matrix& X, Matrix& Z, nn::Call&) override { Z = X * a_.value[0]; }
  void backward(const Matrix& X, const Matrix& delta, Matrix* dX, nn::Call& call) override {
    if (call.weights_wanted) a_.gradient[0] = arma::dot(X, delta);
    if (dX) *dX = delta * a_.value[0];
  }
  std::vector<nn::Weight*> weights() override { return {&a_}; }

 private:
  nn::Weight a_{"a", nn::constant(2)};
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_layer_of_ones_own) {
  Net net = net_of({{2}}, nn::make_layer<Scale>());
  BOOST_TEST(arma::approx_equal(net.forward({Matrix{{1, 3}}}), Matrix{{2, 6}}, "absdiff", 0.0));
  net.backward(Matrix{{10, 1}});
  BOOST_TEST(arma::approx_equal(net.dX(0), Matrix{{20, 2}}, "absdiff", 0.0));
  BOOST_TEST(net.dW(0)[0] == 13);
}

// ---- Refusals ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(options_out_of_range_are_refused) {
  BOOST_TEST(refusal([] { nn::Dense(0); }) == "Dense: units is 0, expected at least 1");
  BOOST_TEST(refusal([] { nn::Dense(-3); }) == "Dense: units is -3, expected at least 1");
  BOOST_TEST(refusal([] { nn::Maxout(0); }) == "Maxout: units is 0, expected at least 1");
  BOOST_TEST(refusal([] { nn::Maxout(2, {.pieces = 0}); }) ==
             "Maxout: pieces is 0, expected at least 1");
  BOOST_TEST(refusal([] { nn::Dropout(1); }) ==
             "Dropout: rate is 1, expected at least 0 and less than 1");
  BOOST_TEST(refusal([] { nn::Dropout(-0.1); }) ==
             "Dropout: rate is -0.1, expected at least 0 and less than 1");
  BOOST_TEST(refusal([] { nn::Dropout(std::nan("")); }) ==
             "Dropout: rate is nan, expected at least 0 and less than 1");
  BOOST_TEST(refusal([] { nn::GaussianNoise(-1); }) ==
             "GaussianNoise: stddev is -1, expected at least 0");
  BOOST_TEST(refusal([] { nn::LeakyReLU({.negative_slope = -0.1}); }) ==
             "LeakyReLU: negative_slope is -0.1, expected at least 0");
  BOOST_TEST(refusal([] { nn::ELU({.alpha = -1}); }) == "ELU: alpha is -1, expected at least 0");
  BOOST_TEST(refusal([] { nn::Embedding(0, 5); }) ==
             "Embedding: input_dim is 0, expected at least 1");
  BOOST_TEST(refusal([] { nn::Embedding(5, 0); }) ==
             "Embedding: output_dim is 0, expected at least 1");
  BOOST_TEST(refusal([] { nn::Embedding(5, 2, {.input_length = -1}); }) ==
             "Embedding: input_length is -1, expected at least 1");
  BOOST_TEST(refusal([] { nn::Embedding(5'000'000'000, 2); }) ==
             nn::text("Embedding: input_dim is 5000000000, expected at most %s",
                      is_double ? "4294967295" : "16777216"));
  BOOST_TEST(refusal([] { nn::BatchNormalization({.momentum = 1.5}); }) ==
             "BatchNormalization: momentum is 1.5, expected 0 to 1");
  BOOST_TEST(refusal([] { nn::BatchNormalization({.epsilon = 0}); }) ==
             "BatchNormalization: epsilon is 0, expected more than 0");
  BOOST_TEST(refusal([] { nn::LayerNormalization({.epsilon = -1}); }) ==
             "LayerNormalization: epsilon is -1, expected more than 0");
  BOOST_TEST(refusal([] {
               nn::Reshape({2, 0});
             }) == "Reshape: a size of the target shape is 0, expected at least 1, or -1");
  BOOST_TEST(refusal([] {
               nn::Reshape({-1, 3, -1});
             }) == "Reshape: two sizes of the target shape are -1, expected one at most");
  BOOST_TEST(refusal([] { nn::Lambda(nn::ScalarFunction(), nn::ScalarFunction()); }) ==
             "Lambda: the function or its derivative is empty");
  BOOST_TEST(refusal([] { nn::Lambda(nn::LambdaFunction(), nn::LambdaGradient()); }) ==
             "Lambda: the function or its gradient is empty");
}

BOOST_AUTO_TEST_CASE(inputs_that_do_not_fit_are_refused) {
  const Tensor three = Input({3}), four = Input({4}), number = Input(Shape()),
               steps = Input({5, 3}), image = Input({2, 3, 4});
  const nn::Dense dense(2, {.name = "hidden1"});
  dense(three);
  BOOST_TEST(refusal([&] { dense(four); }) ==
             "Dense \"hidden1\": the input has 4 features, the weights expect 3 (input shape (4))");
  BOOST_TEST(
      refusal([&] { dense(number); }) ==
      "Dense \"hidden1\": expected an input of shape (features) or (steps, features), got ()");
  BOOST_TEST(refusal([&] {
               dense({three, three});
             }) == "Dense \"hidden1\": takes one input, got 2");
  const nn::Maxout maxout(2);
  BOOST_TEST(refusal([&] { maxout(steps); }) ==
             "Maxout: expected an input of shape (features), got (5, 3)");
  maxout(three);
  BOOST_TEST(refusal([&] { maxout(four); }) ==
             "Maxout: the input has 4 features, the weights expect 3 (input shape (4))");
  const nn::BatchNormalization batch({.name = "bn"});
  const nn::LayerNormalization layer({.center = false});
  batch(steps), layer(steps);
  BOOST_TEST(
      refusal([&] { batch(image); }) ==
      "BatchNormalization \"bn\": the input has 4 features, the weights expect 3 (input shape "
      "(2, 3, 4))");
  BOOST_TEST(
      refusal([&] { layer(four); }) ==
      "LayerNormalization: the input has 4 features, the weights expect 3 (input shape (4))");

  BOOST_TEST(
      refusal([&] {
        nn::Reshape({2, 5}, {.name = "r"})(image);
      }) ==
      "Reshape \"r\": an input of shape (2, 3, 4) has 24 values, they do not fit into (2, 5)");
  BOOST_TEST(refusal([&] {
               nn::Reshape({-1, 5})(image);
             }) ==
             "Reshape: an input of shape (2, 3, 4) has 24 values, they do not fit into (-1, 5)");
  BOOST_TEST(refusal([&] {
               nn::Reshape({-1, 48})(image);
             }) ==
             "Reshape: an input of shape (2, 3, 4) has 24 values, they do not fit into (-1, 48)");
  BOOST_TEST(refusal([&] {
               nn::Reshape({1LL << 32, 1LL << 32, -1LL})(image);
             }) == "Shape (4294967296, 4294967296): the number of its values overflows");
  BOOST_TEST(refusal([&] { nn::Flatten()({three, four}); }) == "Flatten: takes one input, got 2");

  BOOST_TEST(
      refusal([&] {
        nn::concatenate({steps, image});
      }) ==
      "Concatenate: input 1 has shape (2, 3, 4) and input 0 has (5, 3); only axis -1 may differ");
  BOOST_TEST(
      refusal([&] {
        nn::concatenate({steps, Input({4, 3})}, {.name = "join"});
      }) ==
      "Concatenate \"join\": input 1 has shape (4, 3) and input 0 has (5, 3); only axis -1 may "
      "differ");
  for (const int axis : {0, 3, -3})
    BOOST_TEST(
        refusal([&] {
          nn::concatenate({steps, steps}, {.axis = axis});
        }) ==
        nn::text("Concatenate: axis is %d, expected 1 to 2, or -2 to -1 (axis 0 is the batch)",
                 axis));
  BOOST_TEST(refusal([] { nn::concatenate({}); }) ==
             "Concatenate: takes at least one input, got 0");
  BOOST_TEST(refusal([] { nn::Add()(Tensors{}); }) == "Add: takes at least one input, got 0");
  BOOST_TEST(refusal([&] {
               nn::multiply({three, four}, {.name = "gate"});
             }) == "Multiply \"gate\": input 1 has shape (4), expected (3) like input 0");

  BOOST_TEST(refusal([&] { nn::Embedding(9, 2, {.input_length = 5})(four); }) ==
             "Embedding: input_length is 5, got an input of shape (4)");
}

BOOST_AUTO_TEST_CASE(an_id_that_is_not_in_the_table_is_refused) {
  Net net = net_of({{3}}, nn::Embedding(10, 2, {.name = "words"}));
  Matrix X{{0, 9, 3}, {1, 2, 3}};
  net.forward({X});
  for (const double id : {10.0, -1.0, 2.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    X(1, 2) = static_cast<Real>(id);
    BOOST_TEST(
        refusal([&] { net.forward({X}); }) ==
        nn::text("Embedding \"words\": the id in row 1 of the batch, column 2, is %g, expected a "
                 "whole number from 0 to 9",
                 id));
  }
}

BOOST_AUTO_TEST_CASE(a_lambda_that_writes_another_size_is_refused) {
  Net net = net_of(
      {{3}}, nn::Lambda([](const Matrix& X, Matrix& Y) { Y = X.head_cols(2); },
                        [](const Matrix&, const Matrix&, const Matrix& dY, Matrix& dX) { dX = dY; },
                        {.name = "cut"}));
  const std::string said = refusal([&] { net.forward({Matrix{{1, 2, 3}}}); });
  BOOST_TEST(said.starts_with("Lambda \"cut\": the function must write a (1, 3) matrix ("), said);
}
