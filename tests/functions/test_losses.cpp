#include "common/functions/losses.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "common/files/architecture.hpp"
#include "common/functions/activations.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/base/random.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

namespace {

constexpr bool is_float = sizeof(nn::Real) == 4;

const std::vector<std::pair<std::string, nn::Loss>> cases{
    {"mean_squared_error", nn::mean_squared_error},
    {"mean_absolute_error", nn::mean_absolute_error},
    {"huber", nn::huber()},
    {"huber_0.25", nn::huber(0.25)},
    {"half_sum_squared_error", nn::half_sum_squared_error},
    {"one_sample", nn::mean_squared_error},
    {"binary_crossentropy", nn::binary_crossentropy},
    {"binary_crossentropy_one_column", nn::binary_crossentropy},
    {"binary_crossentropy_soft", nn::binary_crossentropy},
    {"binary_crossentropy_smooth", nn::binary_crossentropy({.label_smoothing = 0.2})},
    {"binary_crossentropy_edges", nn::binary_crossentropy},
    {"binary_crossentropy_logits", nn::binary_crossentropy({.from_logits = true})},
    {"binary_crossentropy_logits_soft", nn::binary_crossentropy({.from_logits = true})},
    {"binary_crossentropy_logits_smooth",
     nn::binary_crossentropy({.from_logits = true, .label_smoothing = 0.2})},
    {"hinge", nn::hinge},
    {"hinge_zero_one", nn::hinge},
    {"hinge_other", nn::hinge},
    {"categorical_crossentropy", nn::categorical_crossentropy},
    {"categorical_crossentropy_not_normalised", nn::categorical_crossentropy},
    {"categorical_crossentropy_soft", nn::categorical_crossentropy},
    {"categorical_crossentropy_smooth", nn::categorical_crossentropy({.label_smoothing = 0.1})},
    {"categorical_crossentropy_edges", nn::categorical_crossentropy},
    {"categorical_crossentropy_logits", nn::categorical_crossentropy({.from_logits = true})},
    {"categorical_crossentropy_logits_soft", nn::categorical_crossentropy({.from_logits = true})},
    {"categorical_crossentropy_logits_smooth",
     nn::categorical_crossentropy({.from_logits = true, .label_smoothing = 0.1})},
    {"sparse_categorical_crossentropy", nn::sparse_categorical_crossentropy},
    {"sparse_categorical_crossentropy_logits",
     nn::sparse_categorical_crossentropy({.from_logits = true})},
    {"kl_divergence", nn::kl_divergence}};

// The largest difference of an element, as a part of it where it is larger than 1.
double worst(const nn::Matrix& got, const nn::Matrix& expected) {
  BOOST_REQUIRE(arma::size(got) == arma::size(expected));
  double result = 0.0;
  for (arma::uword i = 0; i < got.n_elem; ++i) {
    const double size = std::max(1.0, std::abs(static_cast<double>(expected[i])));
    const double error = std::abs(static_cast<double>(got[i]) - expected[i]) / size;
    if (!(error <= result)) result = std::isnan(error) ? INFINITY : error;
  }
  return result;
}

// float64: sums in another order. float32: seven digits, one lost in sums and logarithms; and in
// float32 the largest probability, 1 - 1e-7, is 1 - 1.2e-7, whose loss of 16.1 becomes 15.9.
double tolerance_for(const std::string& name) {
  if (!is_float) return 1e-13;
  return name.find("edges") != std::string::npos ? 2e-2 : 2e-6;
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_and_gradients_are_those_of_keras) {
  const Golden golden("losses.txt");
  for (const auto& [name, loss] : cases) {
    BOOST_TEST_CONTEXT(name) {
      const nn::Matrix &Y = golden(name + "/Y"), &P = golden(name + "/P");
      const nn::ColVector w = golden(name + "/w");
      const double tolerance = tolerance_for(name);
      nn::ColVector l;
      nn::Matrix dP;
      loss.values(Y, P, l);
      BOOST_TEST(worst(l, golden(name + "/l")) < tolerance);
      BOOST_TEST(worst(nn::Matrix{static_cast<nn::Real>(loss.value(Y, P))},
                       golden(name + "/value")) < tolerance);
      BOOST_TEST(worst(nn::Matrix{static_cast<nn::Real>(loss.value(Y, P, &w))},
                       golden(name + "/weighted_value")) < tolerance);
      loss.gradient(Y, P, dP);
      BOOST_TEST(worst(dP, golden(name + "/dP")) < tolerance);
      loss.gradient(Y, P, dP, &w);
      BOOST_TEST(worst(dP, golden(name + "/weighted_dP")) < tolerance);
    }
  }
}

BOOST_AUTO_TEST_CASE(joined_with_its_activation_the_gradient_is_that_from_logits) {
  const Golden golden("losses.txt");
  const std::vector<std::pair<std::string, nn::Loss>> joined{
      {"binary_crossentropy_logits", nn::binary_crossentropy},
      {"binary_crossentropy_logits_soft", nn::binary_crossentropy},
      {"binary_crossentropy_logits_smooth", nn::binary_crossentropy({.label_smoothing = 0.2})},
      {"categorical_crossentropy_logits", nn::categorical_crossentropy},
      {"categorical_crossentropy_logits_soft", nn::categorical_crossentropy},
      {"categorical_crossentropy_logits_smooth",
       nn::categorical_crossentropy({.label_smoothing = 0.1})},
      {"sparse_categorical_crossentropy_logits", nn::sparse_categorical_crossentropy}};
  for (const auto& [name, loss] : joined) {
    BOOST_TEST_CONTEXT(name) {
      const nn::Matrix &Y = golden(name + "/Y"), &Z = golden(name + "/P");
      const nn::ColVector w = golden(name + "/w");
      const nn::Matrix H = (loss.joined_with == "softmax" ? nn::softmax : nn::sigmoid)(Z);
      nn::Matrix dZ;
      loss.joined_gradient(Y, H, dZ);
      BOOST_TEST(worst(dZ, golden(name + "/dP")) < tolerance_for(name));
      loss.joined_gradient(Y, H, dZ, &w);
      BOOST_TEST(worst(dZ, golden(name + "/weighted_dP")) < tolerance_for(name));
    }
  }
  // What comes from logits already, and the rest, cannot be joined.
  nn::Matrix dZ, Y(1, 1, arma::fill::zeros);
  for (const nn::Loss& loss :
       {nn::mean_squared_error, nn::hinge, nn::binary_crossentropy({.from_logits = true})}) {
    BOOST_TEST(loss.joined_with == "");
    BOOST_TEST(refusal([&] { loss.joined_gradient(Y, Y, dZ); }) ==
               loss.name + ": cannot be joined with an activation");
  }
}

BOOST_AUTO_TEST_CASE(every_gradient_agrees_with_differences) {
  const Golden golden("losses.txt");
  for (const auto& [name, loss] : cases) {
    if (name.find("edges") != std::string::npos || name == "kl_divergence") continue;  // clipped
    // float32 needs wide differences: across the bend of the hinge, or at z = 1000 none are left.
    if (is_float && (name.find("logits") != std::string::npos || name.find("hinge") == 0)) continue;
    const nn::Matrix& Y = golden(name + "/Y");
    nn::Matrix P = golden(name + "/P"), dP;
    const nn::ColVector w = golden(name + "/w");
    loss.gradient(Y, P, dP, &w);
    const nn::GradientCheck check = nn::check_gradient([&, &l = loss] { return l.value(Y, P, &w); },
                                                       P, dP, is_float ? 2e-3 : 0.0);
    BOOST_TEST(check.relative_error < (is_float ? 2e-3 : 1e-7), name << ": " << check.str());
  }
}

BOOST_AUTO_TEST_CASE(numbers_by_hand) {
  const double tolerance = is_float ? 1e-5 : 1e-12;
  const auto near = boost::test_tools::tolerance(tolerance);
  const nn::Matrix Y{{1, 0}, {2, 4}}, P{{3, 0}, {2, 1}};
  BOOST_TEST(nn::mean_squared_error.value(Y, P) == (4.0 + 9.0) / 2 / 2, near);
  BOOST_TEST(nn::mean_absolute_error.value(Y, P) == (2.0 + 3.0) / 2 / 2, near);
  BOOST_TEST(nn::half_sum_squared_error.value(Y, P) == (4.0 / 2 + 9.0 / 2) / 2, near);
  BOOST_TEST(nn::huber().value(Y, P) == (1.5 / 2 + 2.5 / 2) / 2, near);
  nn::Matrix dP;
  nn::mean_absolute_error.gradient(Y, P, dP);  // no slope where p = y: 0 is as good as any
  BOOST_TEST(row(dP, 0) == (std::vector<double>{0.25, 0}));
  BOOST_TEST(row(dP, 1) == (std::vector<double>{0, -0.25}));
  // One sample: the E of the notes, 1/2 sum e^2.
  BOOST_TEST(nn::half_sum_squared_error.value(nn::Matrix{{1, 0}}, nn::Matrix{{0, 2}}) == 2.5, near);

  // Scores 2, 1, 0.1 and class A: -log 0.6590 = 0.4170.
  const nn::Matrix Z{{2, 1, nn::Real(0.1)}}, A{{1, 0, 0}};
  const double expected = std::log(1 + std::exp(-1.0) + std::exp(-1.9));
  BOOST_TEST(std::abs(expected - 0.4170) < 5e-5);
  BOOST_TEST(nn::categorical_crossentropy.value(A, nn::softmax(Z)) == expected, near);
  BOOST_TEST(nn::categorical_crossentropy({.from_logits = true}).value(A, Z) == expected, near);
  BOOST_TEST(nn::sparse_categorical_crossentropy.value(nn::Matrix{nn::Real(0)}, nn::softmax(Z)) ==
                 expected,
             near);

  // Erratum 2: y = 1, H = .01 costs 4.605, not -4.605; y = 0 costs .01005.
  const nn::Matrix H{nn::Real(0.01)};
  BOOST_TEST(nn::binary_crossentropy.value(nn::Matrix{nn::Real(1)}, H) == -std::log(0.01), near);
  BOOST_TEST(nn::binary_crossentropy.value(nn::Matrix{nn::Real(0)}, H) == -std::log(0.99), near);
}

BOOST_AUTO_TEST_CASE(scores_of_any_size_give_finite_losses) {
  constexpr nn::Real inf = std::numeric_limits<nn::Real>::infinity();
  const nn::Loss binary = nn::binary_crossentropy({.from_logits = true});
  const nn::Loss categorical = nn::categorical_crossentropy({.from_logits = true});
  const auto value = [](const nn::Loss& loss, nn::Matrix Y, nn::Matrix Z) {
    return loss.value(Y, Z);
  };
  const nn::Matrix yes{nn::Real(1)}, no{nn::Real(0)};
  BOOST_TEST(value(binary, yes, nn::Matrix{inf}) == 0.0);  // the right answer, beyond all doubt
  BOOST_TEST(value(binary, no, nn::Matrix{-inf}) == 0.0);
  BOOST_TEST(value(binary, no, nn::Matrix{nn::Real(1e30)}) == 1e30,
             boost::test_tools::tolerance(1e-6));
  BOOST_TEST(value(categorical, nn::Matrix{{1, 0}}, nn::Matrix{{inf, 0}}) == 0.0);
  BOOST_TEST(value(categorical, nn::Matrix{{1, 0}}, nn::Matrix{{0, -inf}}) == 0.0);
  BOOST_TEST(value(categorical, nn::Matrix{{0, 1}}, nn::Matrix{{1000, 0}}) == 1000.0);
  nn::Matrix dZ;
  categorical.gradient(nn::Matrix{{0, 1}}, nn::Matrix{{inf, 0}}, dZ);
  BOOST_TEST(row(dZ, 0) == (std::vector<double>{1, -1}));
  // A NaN stays one.
  const nn::Real nan = std::numeric_limits<nn::Real>::quiet_NaN();
  for (const auto& [name, loss] : cases) {
    nn::Matrix P{{nan, nn::Real(0.5)}};
    const nn::Matrix Y = name.find("sparse") == 0 ? nn::Matrix{nn::Real(0)} : nn::Matrix{{1, 0}};
    BOOST_TEST(std::isnan(loss.value(Y, P)), name);
  }
}

BOOST_AUTO_TEST_CASE(a_batch_of_many_rows_is_the_mean_of_its_rows) {
  nn::Rng rng(2);
  const nn::Matrix Z = rng.normal_matrix(600, 5, 0.0, 3.0);
  nn::Matrix Y(600, 1);
  for (nn::Real& y : Y) y = static_cast<nn::Real>(rng.below(5));
  const nn::Matrix P = nn::softmax(Z);
  for (const nn::Loss& loss : {nn::Loss(nn::sparse_categorical_crossentropy),
                               nn::sparse_categorical_crossentropy({.from_logits = true})}) {
    const nn::Matrix& input = loss.joined_with.empty() ? Z : P;
    double sum = 0.0;
    nn::Matrix dP, dP_row;
    loss.gradient(Y, input, dP);
    for (arma::uword i = 0; i < 600; ++i) {
      const nn::Matrix y = Y.row(i), p = input.row(i);
      sum += loss.value(y, p);
      loss.gradient(y, p, dP_row);
      BOOST_TEST(worst(dP.row(i) * 600, dP_row) < (is_float ? 1e-4 : 1e-12));
    }
    BOOST_TEST(loss.value(Y, input) == sum / 600,
               boost::test_tools::tolerance(is_float ? 1e-5 : 1e-12));
  }
}

BOOST_AUTO_TEST_CASE(a_loss_of_ones_own) {
  const nn::Loss log_cosh(
      "log_cosh",
      [](const nn::Matrix& Y, const nn::Matrix& P) -> nn::ColVector {
        return arma::sum(arma::log(arma::cosh(P - Y)), 1);
      },
      [](const nn::Matrix& Y, const nn::Matrix& P) -> nn::Matrix { return arma::tanh(P - Y); });
  nn::Rng rng(4);
  const nn::Matrix Y = rng.normal_matrix(5, 2);
  nn::Matrix P = rng.normal_matrix(5, 2), dP;
  const nn::ColVector w{1, 0, 2, nn::Real(0.5), 3};
  log_cosh.gradient(Y, P, dP, &w);
  const nn::GradientCheck check =
      nn::check_gradient([&] { return log_cosh.value(Y, P, &w); }, P, dP);
  BOOST_TEST(check.relative_error < (is_float ? 1e-3 : 1e-8), check.str());
  BOOST_TEST(log_cosh.name == "log_cosh");

  const nn::Loss wrong(
      "wrong", [](const nn::Matrix&, const nn::Matrix&) { return nn::ColVector(3); },
      [](const nn::Matrix&, const nn::Matrix&) { return nn::Matrix(1, 2); });
  BOOST_TEST(refusal([&] { wrong.value(Y, P); }) ==
             "wrong: the result of values is (3, 1), expected (5, 1)");
  BOOST_TEST(refusal([&] { wrong.gradient(Y, P, dP); }) ==
             "wrong: the result of gradient is (1, 2), expected (5, 2)");
}

BOOST_AUTO_TEST_CASE(a_loss_that_asks_another_for_more_rows) {
  const nn::Loss each(
      "each",
      [](const nn::Matrix& Y, const nn::Matrix& P) -> nn::ColVector {
        const double mean = nn::mean_squared_error.value(arma::vectorise(Y), arma::vectorise(P));
        return nn::ColVector(Y.n_rows).fill(static_cast<nn::Real>(mean));
      },
      [](const nn::Matrix&, const nn::Matrix& P) -> nn::Matrix { return P; });
  const nn::Matrix Y(3, 50000, arma::fill::zeros), P(3, 50000, arma::fill::ones);
  BOOST_TEST(each.value(Y, P) == 1);
}

BOOST_AUTO_TEST_CASE(mistakes_are_refused_in_one_sentence) {
  const nn::Matrix Y(4, 3, arma::fill::zeros), P(4, 3, arma::fill::zeros);
  const nn::Matrix numbers{std::vector<nn::Real>{0, 1, 3, 2}};
  const auto value = [](const nn::Loss& loss, const nn::Matrix& y, const nn::Matrix& p) {
    return refusal([&] { loss.value(y, p); });
  };
  BOOST_TEST(value(nn::mean_squared_error, Y.head_rows(3), P) ==
             "mean_squared_error: P has 4 rows but Y has 3; there must be one target per sample");
  BOOST_TEST(value(nn::mean_squared_error, Y.head_cols(1), P) ==
             "mean_squared_error: Y is (4, 1), expected (4, 3) like P");
  BOOST_TEST(value(nn::mean_squared_error, nn::Matrix(0, 3), nn::Matrix(0, 3)) ==
             "mean_squared_error: P has no rows");
  BOOST_TEST(value(nn::categorical_crossentropy, Y.head_cols(1), P) ==
             "categorical_crossentropy: Y is (4, 1), expected (4, 3) like P; for class numbers use "
             "sparse_categorical_crossentropy");
  BOOST_TEST(value(nn::sparse_categorical_crossentropy, Y, P) ==
             "sparse_categorical_crossentropy: Y is (4, 3), expected one column of class numbers; "
             "for one-hot rows use categorical_crossentropy");
  BOOST_TEST(value(nn::sparse_categorical_crossentropy, numbers, P) ==
             "sparse_categorical_crossentropy: Y(2) is 3, expected a class number from 0 to 2");
  BOOST_TEST(value(nn::sparse_categorical_crossentropy, numbers / 2, P) ==
             "sparse_categorical_crossentropy: Y(1) is 0.5, expected a class number from 0 to 2");
  BOOST_TEST(value(nn::binary_crossentropy, Y - 1, P) ==
             "binary_crossentropy: Y(0, 0) is -1, expected 0 to 1");
  BOOST_TEST(value(nn::binary_crossentropy, Y * NAN, P) ==
             "binary_crossentropy: Y(0, 0) is nan, expected 0 to 1");
  nn::Matrix dP;
  const nn::ColVector w(3, arma::fill::ones);
  BOOST_TEST(refusal([&] { nn::hinge.gradient(Y, P, dP, &w); }) ==
             "hinge: the sample weights' vector is (3, 1), expected (4, 1)");
  BOOST_TEST(refusal([] { nn::huber(0.0); }) ==
             "huber: delta is 0, expected a number greater than 0");
  BOOST_TEST(refusal([] { nn::binary_crossentropy({.label_smoothing = 1.5}); }) ==
             "binary_crossentropy: label_smoothing is 1.5, expected 0 to 1");
}

BOOST_AUTO_TEST_CASE(made_again_from_json_they_are_the_same) {
  const Golden golden("losses.txt");
  for (const auto& [name, loss] : cases) {
    const nn::Loss again =
        nn::compile_options_from_json(nn::compile_options_to_json({.loss = loss})).loss[0];
    const nn::Matrix &Y = golden(name + "/Y"), &P = golden(name + "/P");
    BOOST_TEST(again.value(Y, P) == loss.value(Y, P), name);
    BOOST_TEST(again.name == loss.name);
  }
}
