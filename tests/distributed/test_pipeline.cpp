#include <boost/test/unit_test.hpp>

#include "common/distributed/pipeline.hpp"
#include "common/nn.hpp"
#include "tests/helpers.hpp"

namespace {

nn::Sequential build(const nn::Loss& loss, const nn::ActivationFunction& end) {
  nn::set_seed(6);
  nn::Sequential model{
      nn::Dense(12,
                {.activation = nn::gelu, .kernel_regularizer = nn::l2(0.01), .input_shape = {5}}),
      nn::Dense(9, {.activation = nn::tanh}), nn::LayerNormalization(),
      nn::Dense(7, {.activation = nn::relu, .bias_regularizer = nn::l1(0.02)}),
      nn::Dense(3, {.activation = end})};
  model.compile({.optimizer = nn::Adam({.learning_rate = 0.01}), .loss = loss});
  return model;
}

double largest_difference(const nn::Model& a, const nn::Model& b) {
  const auto pa = a.network().parameters(), pb = b.network().parameters();
  double largest = 0.0;
  for (std::size_t k = 0; k < pa.size(); ++k)
    largest = std::max(
        largest, static_cast<double>(arma::abs(pa[k].weight->value - pb[k].weight->value).max()));
  return largest;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_pipeline_computes_and_learns_what_the_model_does) {
  nn::Rng rng(2);
  const nn::Matrix X = rng.normal_matrix(23, 5);
  nn::Matrix Y(23, 3, arma::fill::zeros);
  for (std::size_t i = 0; i < 23; ++i) Y(i, rng.below(3)) = 1;
  struct Case {
    nn::Loss loss;
    nn::ActivationFunction end;
  };
  for (const Case& c :
       {Case{nn::categorical_crossentropy, nn::softmax}, Case{nn::mean_squared_error, nn::sigmoid}})
    for (const std::vector<int>& cuts :
         {std::vector<int>{}, {1}, {2}, {4}, {1, 2, 3}, {1, 2, 3, 4}})
      for (int micro_batches : {1, 2, 4, 7, 40}) {
        nn::Sequential alone = build(c.loss, c.end), model = build(c.loss, c.end);
        nn::Pipeline pipeline(model, {.first_layers = cuts, .micro_batches = micro_batches});
        BOOST_TEST(pipeline.stages() == cuts.size() + 1);
        for (int step = 0; step < 5; ++step) {
          const double expected = alone.train_on_batch(X, Y).loss;
          BOOST_TEST(pipeline.train_on_batch(X, Y) == expected,
                     boost::test_tools::tolerance(1e-12));
        }
        BOOST_TEST(largest_difference(model, alone) < 1e-12);
        const nn::Matrix P = alone.predict(X), Q = pipeline.predict(X);
        BOOST_TEST(arma::abs(P - Q).max() < 1e-12);
      }
}

BOOST_AUTO_TEST_CASE(the_timeline_is_a_pipelines) {
  nn::Rng rng(2);
  const nn::Matrix X = rng.normal_matrix(64, 5), Y(64, 3, arma::fill::ones);
  nn::Pipeline pipeline(build(nn::mean_squared_error, nn::linear),
                        {.first_layers = {2}, .micro_batches = 4});
  pipeline.train_on_batch(X, Y);
  const auto& timeline = pipeline.timeline();
  BOOST_TEST(timeline.size() == 2 * 2 * 4);  // stages, ways, micro-batches
  const auto find = [&](std::size_t stage, std::size_t m, bool backward) {
    return *std::find_if(timeline.begin(), timeline.end(), [&](const nn::Pipeline::Work& w) {
      return w.stage == stage && w.micro_batch == m && w.backward == backward;
    });
  };
  for (std::size_t m = 0; m < 4; ++m) {
    BOOST_TEST(find(1, m, false).start >= find(0, m, false).end);  // forward: 0 before 1
    BOOST_TEST(find(0, m, true).start >= find(1, m, true).end);    // back: 1 before 0
    BOOST_TEST(find(1, m, true).start >= find(1, 3, false).end);   // all forward, then back
  }
  BOOST_TEST(pipeline.bubble() > 0.0);
  BOOST_TEST(pipeline.bubble() < 1.0);
}

BOOST_AUTO_TEST_CASE(cuts_that_do_not_fit_are_refused) {
  nn::Sequential model = build(nn::mean_squared_error, nn::linear);
  BOOST_TEST(refusal([&] { nn::Pipeline(model, {.first_layers = {5}}); }) ==
             "Pipeline: .first_layers has 5 after 0, expected rising numbers below 5");
  BOOST_TEST(refusal([&] {
               nn::Pipeline(model, {.first_layers = {2, 2}});
             }) == "Pipeline: .first_layers has 2 after 2, expected rising numbers below 5");
  BOOST_TEST(refusal([&] { nn::Pipeline(model, {.micro_batches = 0}); }) ==
             "Pipeline: .micro_batches is 0, expected at least 1");
  nn::Pipeline pipeline(model);
  BOOST_TEST(refusal([&] { pipeline.predict(nn::Matrix(3, 4)); }) ==
             "Pipeline: X has 4 columns, expected 5");
}

BOOST_AUTO_TEST_CASE(a_loss_weight_is_the_model_s) {
  nn::Rng rng(2);
  const nn::Matrix X = rng.normal_matrix(23, 5), Y = rng.normal_matrix(23, 3);
  nn::Sequential alone = build(nn::mean_squared_error, nn::linear),
                 model = build(nn::mean_squared_error, nn::linear);
  for (nn::Sequential* one : {&alone, &model})
    one->compile({.optimizer = nn::SGD({.learning_rate = 0.1}),
                  .loss = nn::mean_squared_error,
                  .loss_weights = {0.1}});
  nn::Pipeline pipeline(model);
  for (int step = 0; step < 3; ++step)
    BOOST_TEST(pipeline.train_on_batch(X, Y) == alone.train_on_batch(X, Y).loss,
               boost::test_tools::tolerance(1e-12));
  BOOST_TEST(largest_difference(model, alone) < 1e-12);
}

BOOST_AUTO_TEST_CASE(what_is_frozen_is_what_compile_found) {
  nn::Rng rng(2);
  const nn::Matrix X = rng.normal_matrix(23, 5), Y = rng.normal_matrix(23, 3);
  for (const bool at_compile : {true, false}) {
    nn::Sequential alone = build(nn::mean_squared_error, nn::linear),
                   model = build(nn::mean_squared_error, nn::linear);
    for (nn::Sequential* one : {&alone, &model}) {
      one->layers()[1].set_trainable(at_compile);
      one->compile({.optimizer = nn::SGD(), .loss = nn::mean_squared_error});
      one->layers()[1].set_trainable(!at_compile);
    }
    nn::Pipeline pipeline(model);
    for (int step = 0; step < 3; ++step)
      BOOST_TEST(pipeline.train_on_batch(X, Y) == alone.train_on_batch(X, Y).loss,
                 boost::test_tools::tolerance(1e-12));
    BOOST_TEST(largest_difference(model, alone) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(a_loss_of_each_step_is_refused) {
  nn::Sequential model{nn::Dense(4, {.input_shape = {7, 2}}),
                       nn::Dense(3, {.activation = nn::softmax})};
  model.compile({.loss = nn::categorical_crossentropy});
  BOOST_TEST(refusal([&] { nn::Pipeline{model}; }) ==
             "Pipeline: categorical_crossentropy needs an output of shape (classes), got (7, 3)");
  model.compile({.loss = nn::mean_squared_error});  // of all numbers, whatever their shape
  BOOST_TEST(nn::Pipeline(model).stages() == 2);
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_changes_nothing) {
  nn::Sequential model = build(nn::mean_squared_error, nn::linear);
  nn::Pipeline pipeline(model);
  const std::vector<nn::Matrix> before = model.weights();
  const nn::Matrix ones(8, 5, arma::fill::ones), Y(8, 3, arma::fill::ones);
  nn::Matrix X = ones, infinite = Y;
  X(6, 1) = std::nan("");
  infinite(0, 2) = std::numeric_limits<nn::Real>::infinity();
  const std::string expected = "Pipeline: X(6, 1) is nan, expected finite numbers";
  BOOST_TEST(refusal([&] { pipeline.train_on_batch(X, Y); }) == expected);
  BOOST_TEST(refusal([&] { pipeline.predict(X); }) == expected);
  BOOST_TEST(refusal([&] { pipeline.train_on_batch(ones, infinite); }) ==
             "Pipeline: Y(0, 2) is inf, expected finite numbers");
  BOOST_TEST(refusal([&] { pipeline.train_on_batch(ones, 1e200 * Y); }) ==
             "Pipeline: the loss became inf; try a smaller learning rate");
  for (std::size_t k = 0; k < before.size(); ++k)
    BOOST_TEST(arma::approx_equal(model.weights()[k], before[k], "absdiff", 0));
  BOOST_TEST(model.optimizer().iterations() == 0);
}
