// What fit does when callbacks, other models and weights of samples get in its way.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <csignal>

#include "common/graph/gradient_check.hpp"
#include "common/nn.hpp"
#include "tests/helpers.hpp"

using nn::Matrix;
using nn::Real;

namespace {

struct Data {
  explicit Data(std::size_t n = 40) {
    nn::Rng rng(5);
    X = rng.normal_matrix(n, 3);
    Y = Matrix(n, 1);
    for (std::size_t i = 0; i < n; ++i) Y(i, 0) = X(i, 0) + X(i, 1) > 0.3 ? 1 : 0;
  }
  Matrix X, Y;
};

nn::Sequential logistic(std::uint64_t seed = 1) {
  nn::set_seed(seed);
  nn::Sequential model({nn::Dense(1, {.activation = nn::sigmoid, .input_shape = {3}})});
  model.compile({.optimizer = nn::SGD({.learning_rate = 0.5}),
                 .loss = nn::binary_crossentropy,
                 .metrics = {nn::accuracy}});
  return model;
}

double difference(const nn::Model& a, const nn::Model& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.weights().size(); ++i)
    largest = std::max<double>(largest, arma::abs(a.weights()[i] - b.weights()[i]).max());
  return largest;
}

const Real tolerance = 100 * std::numeric_limits<Real>::epsilon();

}  // namespace

// ---- Callbacks ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_callback_may_evaluate_between_two_batches) {
  const Data data, other(17);
  const Matrix weights(40, 1, arma::fill::value(Real(0.01))), others(17, 1, arma::fill::ones);
  for (const bool weighted : {true, false}) {
    const auto train = [&](bool evaluates, nn::Sequential& model) {
      nn::LambdaCallback in_between(
          {.on_batch_end = [&](nn::Model& m, int, int, const nn::Scores& scores) {
            if (!evaluates) return;
            const double before = scores.loss;
            m.evaluate(other.X, other.Y, {.batch_size = 5, .sample_weight = others});
            m.evaluate(other.X, other.Y);
            BOOST_TEST(scores.loss == before);
          }});
      nn::FitOptions options{
          .epochs = 2, .batch_size = 16, .callbacks = {in_between}, .verbose = false};
      if (weighted) options.sample_weight = weights;
      return model.fit(data.X, data.Y, options);
    };
    nn::Sequential quiet = logistic(), curious = logistic();
    const nn::History expected = train(false, quiet), found = train(true, curious);
    BOOST_TEST(difference(quiet, curious) == 0.0);
    for (const char* name : {"loss", "accuracy"})
      BOOST_TEST(found[name] == expected[name], boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(an_epoch_that_ctrl_c_ends_has_no_validation_score) {
  const Data data;
  nn::Sequential model = logistic();
  nn::LambdaCallback interrupt({.on_batch_end = [](nn::Model&, int epoch, int, const nn::Scores&) {
    if (epoch == 1) std::raise(SIGINT);
  }});
  const nn::History history = model.fit(
      data.X, data.Y,
      {.epochs = 5, .validation_split = 0.25, .callbacks = {interrupt}, .verbose = false});
  BOOST_TEST(history.epochs() == 2U);
  BOOST_TEST(std::isfinite(history["val_loss"][0]));
  BOOST_TEST(std::isnan(history["val_loss"][1]));
  BOOST_TEST(std::isfinite(history["loss"][1]));
}

// ---- Weights of samples and classes: Keras's rules ---------------------------------------------

BOOST_AUTO_TEST_CASE(weights_count_for_the_loss_and_not_for_metrics) {
  const Data data;
  nn::Sequential model = logistic();
  Matrix weights(40, 1, arma::fill::zeros);
  weights.head_rows(7).fill(3);
  const nn::Scores plain = model.evaluate(data.X, data.Y),
                   weighted = model.evaluate(data.X, data.Y, {.sample_weight = weights}),
                   first = model.evaluate(data.X.head_rows(7), data.Y.head_rows(7));
  BOOST_TEST(weighted["accuracy"] == plain["accuracy"]);
  BOOST_TEST(weighted.loss == first.loss * 3 * 7 / 40, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(class_weights_do_not_reach_the_validation) {
  const Data data;
  const auto val_loss = [&](nn::FitOptions options) {
    nn::Sequential model = logistic();
    model.compile({.optimizer = nn::SGD({.learning_rate = 0.0}), .loss = nn::binary_crossentropy});
    options.validation_split = 0.25;
    options.verbose = false;
    return model.fit(data.X, data.Y, options)["val_loss"][0];
  };
  const double plain = val_loss({});
  BOOST_TEST(val_loss({.class_weight = {{0, 10.0}, {1, 10.0}}}) == plain);
  const Matrix twice(40, 1, arma::fill::value(Real(2)));
  BOOST_TEST(val_loss({.sample_weight = twice}) == 2 * plain, boost::test_tools::tolerance(1e-6));
}

// ---- A step goes where evaluate's loss falls -----------------------------------------------------

#ifndef NN_FLOAT32

namespace {

// One step of SGD at rate 1 subtracts the gradient of the loss that evaluate gives, by differences.
void check_step(const char* what, nn::Model model, const std::vector<Matrix>& inputs,
                const std::vector<Matrix>& targets, const std::vector<nn::Loss>& losses) {
  nn::CompileOptions options{.optimizer = nn::SGD({.learning_rate = 1.0})};
  for (const nn::Loss& loss : losses) {
    options.loss.push_back(loss);
    options.loss_weights.push_back(0.5 + static_cast<double>(options.loss_weights.size()));
  }
  model.compile(options);
  const nn::MatrixList X = nn::MatrixList::of(inputs), Y = nn::MatrixList::of(targets);
  const auto E = [&] { return model.evaluate(X, Y).loss; };
  const std::vector<nn::Parameter> parameters = model.network().parameters();
  std::vector<Matrix> expected;
  for (const nn::Parameter& p : parameters)
    expected.push_back(nn::numerical_gradient(E, p.weight->value));
  const std::vector<Matrix> before = model.weights();
  model.train_on_batch(X, Y);
  for (std::size_t k = 0; k < before.size(); ++k) {
    const Matrix gradient = before[k] - model.weights()[k];
    BOOST_TEST(arma::abs(gradient - expected[k]).max() < 1e-7, what << ", " << parameters[k].name);
  }
}

Matrix one_hot_rows(std::size_t n, std::size_t m, nn::Rng& rng) {
  Matrix Y(n, m, arma::fill::zeros);
  for (std::size_t i = 0; i < n; ++i) Y(i, rng.below(m)) = 1;
  return Y;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_step_subtracts_the_gradient_of_the_loss) {
  nn::set_seed(4);
  nn::Rng rng(9);
  const std::size_t n = 6;
  const Matrix X = rng.normal_matrix(n, 4), Y = one_hot_rows(n, 3, rng),
               bits = arma::conv_to<Matrix>::from(rng.normal_matrix(n, 3) > 0);
  const nn::Loss categorical = nn::categorical_crossentropy, binary = nn::binary_crossentropy,
                 squared = nn::mean_squared_error;
  const nn::Tensor x = nn::Input({4});
  const auto softmax = [](const nn::Tensor& t) {
    return nn::Dense(3, {.activation = nn::softmax, .kernel_regularizer = nn::l2(0.1)})(t);
  };
  check_step("joined", {x, softmax(x)}, {X}, {Y}, {categorical});
  check_step("smooth", {x, softmax(x)}, {X}, {Y},
             {nn::categorical_crossentropy({.label_smoothing = 0.2})});
  check_step("sigmoid", {x, nn::Dense(3, {.activation = nn::sigmoid})(x)}, {X}, {bits}, {binary});
  check_step("not joined", {x, softmax(x)}, {X}, {Y}, {squared});
  check_step("an activation that needs Z", {x, nn::Dense(3, {.activation = nn::gelu})(x)}, {X}, {Y},
             {squared});

  // The output of a loss that could be joined is used elsewhere too.
  const nn::Tensor p = softmax(x);
  check_step("an output inside", {{x}, {p, nn::Dense(2)(p)}}, {X}, {Y, X.head_cols(2)},
             {categorical, squared});
  check_step("an output twice", {{x}, {p, p}}, {X}, {Y, Y}, {categorical, squared});
  const nn::Dense shared(3, {.activation = nn::softmax, .bias_regularizer = nn::l1(0.1)});
  const nn::Tensor z = nn::Input({4});
  check_step("a layer that ends in two outputs", {{x, z}, {shared(x), shared(z)}}, {X, -X}, {Y, Y},
             {categorical, categorical});

  // Three time steps, each with a distribution of its own.
  const nn::Tensor sequence = nn::Input({3, 2});
  check_step("time steps", {sequence, softmax(sequence)}, {rng.normal_matrix(n, 6)},
             {arma::join_rows(Y, one_hot_rows(n, 3, rng), one_hot_rows(n, 3, rng))}, {categorical});

  // A model inside, called twice, with a layer that is also used outside.
  const nn::Dense both(4, {.activation = nn::tanh, .kernel_regularizer = nn::l2(0.1)});
  const nn::Tensor inside = nn::Input({4});
  const nn::Model body(inside, nn::Dense(4)(both(inside)));
  check_step("a model inside", {x, softmax(nn::multiply({body(both(x)), body(x)}))}, {X}, {Y},
             {categorical});
}

#endif

// ---- Layers that several models share ----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_layer_here_and_inside_of_a_nested_model_is_trained_once) {
  const Data data;
  const auto train = [&](bool nested) {
    nn::set_seed(3);
    const nn::Tensor x = nn::Input({3});
    nn::Dense d(3, {.activation = nn::tanh, .kernel_regularizer = nn::l2(0.1)});
    const nn::Tensor inside = nn::Input({3});
    const nn::Tensor first = d(x);
    const nn::Model inner(inside, d(inside));
    const nn::Tensor second = nested ? inner(x) : d(x);
    nn::Model model(x, nn::Dense(1)(nn::add({first, second})));
    model.compile({.optimizer = nn::Adam({.learning_rate = 0.1}), .loss = nn::mean_squared_error});
    BOOST_TEST(model.parameter_count() == 16U);
    nn::History history = model.fit(data.X, data.Y, {.epochs = 2, .shuffle = false, .verbose = false});
    return std::pair(model, history);
  };
  const auto [plain, expected] = train(false);
  const auto [nested, found] = train(true);
  BOOST_TEST(difference(plain, nested) < tolerance);
  for (std::size_t e = 0; e < 2; ++e)
    BOOST_TEST(found["loss"][e] == expected["loss"][e], boost::test_tools::tolerance(1e-5));
}

// The two models of a GAN: the second trains the generator through a discriminator that it freezes.
BOOST_AUTO_TEST_CASE(each_of_two_models_trains_what_it_was_compiled_with) {
  const Data data;
  nn::set_seed(2);
  nn::Sequential generator({nn::Dense(3, {.input_shape = {3}})});
  nn::Sequential discriminator({nn::Dense(1, {.activation = nn::sigmoid, .input_shape = {3}})});
  const nn::CompileOptions how{.optimizer = nn::SGD({.learning_rate = 0.5}),
                               .loss = nn::binary_crossentropy};
  discriminator.compile(how);
  discriminator.set_trainable(false);
  const nn::Tensor z = nn::Input({3});
  nn::Model gan(z, discriminator(generator(z)));
  gan.compile({.optimizer = nn::SGD({.learning_rate = 0.5}), .loss = nn::binary_crossentropy});
  const auto moves = [](nn::Model& trained, const nn::Model& watched, const Data& d) {
    const std::vector<Matrix> before = watched.weights();
    trained.train_on_batch(d.X, d.Y);
    return arma::abs(watched.weights()[0] - before[0]).max() > 0;
  };
  for (int step = 0; step < 2; ++step) {
    BOOST_TEST(moves(discriminator, discriminator, data));
    BOOST_TEST(!moves(gan, discriminator, data));
    BOOST_TEST(moves(gan, generator, data));
  }
}

BOOST_AUTO_TEST_CASE(models_of_unnamed_layers_are_joined) {
  const nn::Tensor x = nn::Input({4}), h = nn::Input({2});
  const nn::Dense in(2), out(4);
  const nn::Model encoder(x, in(x)), decoder(h, out(h));
  BOOST_TEST(encoder.layers()[0].name() == "dense");
  BOOST_TEST(decoder.layers()[0].name() == "dense");
  const nn::Model both(x, out(in(x)));
  BOOST_TEST(both.layers()[0].name() == "dense");
  BOOST_TEST(both.layers()[1].name() == "dense_1");
  const nn::Model nested(x, decoder(encoder(x)));
  BOOST_TEST(nested.layers()[0].name() == "functional");
  BOOST_TEST(nested.layers()[1].name() == "functional_1");
}

BOOST_AUTO_TEST_CASE(outputs_of_one_layer_have_scores_of_their_own) {
  const Data data;
  const nn::Tensor a = nn::Input({3}), b = nn::Input({3});
  const nn::Dense d(1, {.name = "d"});
  nn::Model model({a, b}, {d(a), d(b)});
  model.compile({.optimizer = nn::SGD(), .loss = nn::mean_squared_error});
  const Matrix other = data.X + Real(1);
  const nn::Scores scores = model.evaluate({data.X, other}, {data.Y, data.Y});
  BOOST_TEST(scores["d_loss"] + scores["d_1_loss"] == scores.loss,
             boost::test_tools::tolerance(1e-5));
  BOOST_TEST(scores["d_loss"] != scores["d_1_loss"]);
}

// ---- Sequential --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_layer_added_after_compile_is_trained) {
  const Data data;
  nn::Sequential model({nn::Dense(2, {.input_shape = {3}})});
  model.compile({.optimizer = nn::SGD(), .loss = nn::mean_squared_error});
  model.add(nn::Dense(1));
  const Matrix before = model.weights()[2];
  model.fit(data.X, data.Y, {.epochs = 1, .verbose = false});
  BOOST_TEST(arma::abs(model.weights()[2] - before).max() > 0);
  const Matrix error = Matrix(model.predict(data.X)) - data.Y;
  BOOST_TEST(model.evaluate(data.X, data.Y).loss == arma::accu(error % error) / 40,
             boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(a_sequential_without_a_shape) {
  nn::Sequential late({nn::Dense(2)});
  const std::string sentence =
      "Sequential: it has no layers yet, or no input shape; give the first layer .input_shape";
  BOOST_TEST(refusal([&] { late.weights(); }) == sentence);
  BOOST_TEST(refusal([&] { late.name(); }) == sentence);
  BOOST_TEST(refusal([&] { late.parameter_count(); }) == sentence);
  BOOST_TEST(refusal([&] { late.set_trainable(false); }) == sentence);
  BOOST_TEST(refusal([&] { late.summary_text(); }) == sentence);
  // Called on a tensor, it takes that one's.
  const nn::Tensor x = nn::Input({3});
  const nn::Model model(x, late(x));
  BOOST_TEST(model.parameter_count() == 8U);
  BOOST_TEST(late.parameter_count() == 8U);
}

// ---- Wrong use ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_wrong_use_gives_one_sentence) {
  const Data data;
  nn::Sequential model = logistic();
  BOOST_TEST(refusal([&] { model.fit(data.X, data.Y, {.initial_epoch = -1}); }) ==
             "fit: .initial_epoch is -1, expected at least 0");
  const Matrix ones(40, 1, arma::fill::ones);
  BOOST_TEST(refusal([&] { model.evaluate(data.X, data.Y, {.sample_weight = {ones, ones}}); }) ==
             "evaluate: .sample_weight has 2 matrices, expected 1");
  const nn::Tensor a = nn::Input({3}, {.name = "a"}), b = nn::Input({3}, {.name = "b"});
  nn::Model two({a, b}, {nn::Dense(1)(nn::add({a, b}))});
  const Matrix fewer = data.X.head_rows(38);
  BOOST_TEST(refusal([&] { two.predict({data.X, fewer}); }) ==
             "predict: input \"b\": X has 38 rows, that of the first input has 40");
}
