#include "common/functions/schedules.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "common/files/architecture.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

namespace {

// Written as JSON and read from there.
nn::LearningRate from_json(const nn::LearningRate& rate) {
  const nn::CompileOptions options{.optimizer = nn::SGD({.learning_rate = rate}),
                                   .loss = nn::mean_squared_error};
  return nn::compile_options_from_json(nn::compile_options_to_json(options)).optimizer.schedule();
}

}  // namespace

BOOST_AUTO_TEST_CASE(schedules_are_those_of_keras_step_by_step) {
  const Golden golden("optimizers.txt");
  const std::vector<std::pair<std::string, nn::LearningRate>> schedules{
      {"inverse_time", nn::InverseTimeDecay(0.1, 4, 0.5)},
      {"inverse_time_staircase", nn::InverseTimeDecay(0.1, 4, 0.5, {.staircase = true})},
      {"exponential", nn::ExponentialDecay(0.1, 5, 0.7)},
      {"exponential_staircase", nn::ExponentialDecay(0.1, 5, 0.7, {.staircase = true})},
      {"piecewise", nn::PiecewiseConstantDecay({3, 8}, {0.1, 0.05, 0.01})},
      {"polynomial", nn::PolynomialDecay(0.1, 12)},
      {"polynomial_options", nn::PolynomialDecay(0.1, 12, {.end_learning_rate = 0.02, .power = 2})},
      {"polynomial_cycle",
       nn::PolynomialDecay(0.1, 6, {.end_learning_rate = 0.01, .power = 0.5, .cycle = true})},
      {"cosine", nn::CosineDecay(0.1, 15)},
      {"cosine_alpha", nn::CosineDecay(0.1, 15, {.alpha = 0.2})},
      {"cosine_warmup", nn::CosineDecay(0.01, 15, {.warmup_target = 0.1, .warmup_steps = 5})},
      {"cosine_warmup_alpha",
       nn::CosineDecay(0, 10, {.alpha = 0.1, .warmup_target = 0.2, .warmup_steps = 4})}};
  for (const auto& [name, schedule] : schedules) {
    const nn::Matrix& rates = golden("schedule/" + name);
    for (arma::uword t = 0; t < rates.n_elem; ++t) {
      const double expected = rates[t], got = schedule(static_cast<double>(t));
      // Schedules are float64 in both precisions; the golden file is read as Real.
      const double tolerance = sizeof(nn::Real) == 4 ? 1e-7 : 1e-15;
      BOOST_TEST(std::abs(got - expected) <= tolerance,
                 name << " at " << t << ": " << got << " for " << expected);
    }
    BOOST_TEST(!schedule.is_constant());
    const nn::LearningRate again = from_json(schedule);
    for (double t = 0; t < 30; ++t) BOOST_TEST(again(t) == schedule(t), name);
  }
}

BOOST_AUTO_TEST_CASE(a_number_a_function_and_names) {
  const nn::LearningRate number = 0.25;
  BOOST_TEST(number.is_constant());
  BOOST_TEST(number(0) == 0.25);
  BOOST_TEST(number(1e9) == 0.25);
  BOOST_TEST(nn::LearningRate(1)(3) == 1.0);  // a whole number too
  const nn::LearningRate own = [](double t) { return 0.1 / (1.0 + t); };
  BOOST_TEST(!own.is_constant());
  BOOST_TEST(own(9) == 0.01);
  BOOST_TEST(nn::LearningRate(nn::CosineDecay(0.1, 5)).name() == "CosineDecay");
  BOOST_TEST(own.name() == "schedule");
  BOOST_TEST(number.name() == "constant");
  BOOST_TEST(from_json(number)(5) == 0.25);
  BOOST_TEST(refusal([&] { from_json(own); }).find("the learning rate is a function of your own") !=
             std::string::npos);
  BOOST_TEST(nn::PiecewiseConstantDecay({}, {0.3})(7) == 0.3);
}

// As in Keras, whose default target is None.
BOOST_AUTO_TEST_CASE(without_a_target_there_is_no_warm_up) {
  const nn::CosineDecay plain(0.1, 100), aimless(0.1, 100, {.warmup_steps = 10});
  for (const double t : {0.0, 5.0, 50.0, 100.0}) BOOST_TEST(aimless(t) == plain(t));
}

BOOST_AUTO_TEST_CASE(impossible_schedules_are_refused) {
  BOOST_TEST(refusal([] { nn::LearningRate rate(-0.1); }) ==
             "learning_rate: the learning rate is -0.1, expected a number of at least 0");
  BOOST_TEST(refusal([] { nn::ExponentialDecay(0.1, 0, 0.5); }) ==
             "ExponentialDecay: decay_steps is 0, expected a number greater than 0");
  BOOST_TEST(refusal([] { nn::InverseTimeDecay(NAN, 1, 0.5); }) ==
             "InverseTimeDecay: the learning rate is nan, expected a number of at least 0");
  BOOST_TEST(refusal([] {
               nn::PiecewiseConstantDecay({1, 2}, {0.1, 0.2});
             }) ==
             "PiecewiseConstantDecay: 2 values for 2 boundaries, expected one more value than "
             "boundaries");
  BOOST_TEST(refusal([] {
               nn::PiecewiseConstantDecay({2, 1}, {0.1, 0.2, 0.3});
             }) == "PiecewiseConstantDecay: the boundaries must rise");
  BOOST_TEST(refusal([] { nn::ExponentialDecay(0.1, 100, -0.5); }) ==
             "ExponentialDecay: decay_rate is -0.5, expected a number of at least 0");
  BOOST_TEST(refusal([] { nn::InverseTimeDecay(0.1, 1, -1); }) ==
             "InverseTimeDecay: decay_rate is -1, expected a number of at least 0");
  BOOST_TEST(refusal([] { nn::PolynomialDecay(0.1, 100, {.power = -1}); }) ==
             "PolynomialDecay: power is -1, expected a number of at least 0");
  BOOST_TEST(refusal([] { nn::CosineDecay(0.1, 5, {.warmup_steps = -1}); }) ==
             "CosineDecay: warmup_steps is -1, expected a number of at least 0");
}
