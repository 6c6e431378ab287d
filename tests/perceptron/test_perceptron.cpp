#include "common/perceptron/perceptron.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "common/data/data.hpp"

using nn::ColVector, nn::Matrix, nn::Perceptron, nn::Real, nn::RowVector, nn::Tlu;

namespace {

const Matrix kInputs{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
const ColVector kAnd{0, 0, 0, 1}, kOr{0, 1, 1, 1}, kNand{1, 1, 1, 0}, kXor{0, 1, 1, 0};

// The columns of iris asked for, and 1 for one species.
struct Question {
  Matrix X;
  ColVector y;
};
Question iris(std::size_t species, std::size_t first_column) {
  const nn::Dataset data = nn::load_iris();
  return {data.X.cols(first_column, 3), arma::conv_to<ColVector>::from(data.y == species)};
}

// The perceptron rule written out for one TLU, in plain C++.
struct LongHand {
  std::vector<double> w;
  double b = 0.0;
  int mistakes = 0;
  void epoch(const Matrix& X, const ColVector& y, double eta) {
    for (std::size_t i = 0; i < X.n_rows; ++i) {
      double z = b;
      for (std::size_t j = 0; j < w.size(); ++j) z += w[j] * X(i, j);
      const double error = y[i] - (z >= 0.0 ? 1.0 : 0.0);
      if (error != 0.0) ++mistakes;
      for (std::size_t j = 0; j < w.size(); ++j) w[j] += eta * error * X(i, j);
      b += eta * error;
    }
  }
};

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const nn::Error& error) {
    return error.what();
  }
  return "no error";
}

void check_close(const Matrix& got, const Matrix& expected, double tolerance = 1e-12) {
  BOOST_REQUIRE_EQUAL(nn::shape_text(got), nn::shape_text(expected));
  for (std::size_t i = 0; i < got.n_elem; ++i)
    BOOST_TEST(std::abs(got[i] - expected[i]) <= tolerance, got[i] << " is not " << expected[i]);
}

}  // namespace

BOOST_AUTO_TEST_CASE(step_functions_differ_at_zero_only_in_level) {
  const std::vector<double> z{-1.0, -0.0, 0.0, 1.0}, heaviside{0, 1, 1, 1}, signum{-1, 0, 0, 1};
  for (std::size_t i = 0; i < z.size(); ++i) {
    BOOST_TEST(nn::heaviside(z[i]) == heaviside[i]);
    BOOST_TEST(nn::signum(z[i]) == signum[i]);
  }
}

BOOST_AUTO_TEST_CASE(tlu_by_hand) {
  const Tlu neuron{.w = {2, -3, 0.5}, .b = 0.25};
  BOOST_TEST(neuron.weighted_sum({1, 1, 4}) == 1.25);  // 2 - 3 + 2 + 0.25
  BOOST_TEST(neuron.output({1, 1, 4}) == 1.0);
  BOOST_TEST(neuron.output({0, 1, 0}) == 0.0);
  const Tlu with_sign{.w = {1, 1}, .b = -1, .step = nn::signum};
  check_close(with_sign.outputs(kInputs), ColVector{-1, 0, 0, 1});
  const Tlu one_input{.w = {1}, .b = -2};
  BOOST_TEST(one_input.output({2}) == 1.0);  // on the threshold: Heaviside answers 1
}

BOOST_AUTO_TEST_CASE(layer_is_its_neurons_one_by_one) {
  nn::Rng rng(3);
  const Matrix X = rng.normal_matrix(20, 4), W = rng.normal_matrix(4, 3);
  const Perceptron layer(W, RowVector(rng.normal_matrix(1, 3)));
  const Matrix Z = layer.weighted_sums(X), H = layer.predict(X);
  for (std::size_t k = 0; k < 3; ++k) {
    check_close(layer.neuron(k).weighted_sums(X), Z.col(k));
    check_close(layer.neuron(k).outputs(X), H.col(k));
  }
  double z = layer.b()[1];  // the sum of indices, written out
  for (std::size_t j = 0; j < 4; ++j) z += X(7, j) * W(j, 1);
  BOOST_TEST(Z(7, 1) == z, boost::test_tools::tolerance(1e-12));
}

// AND from weights of 0, eta = 1, worked out on paper: the first epoch corrects (0,0) and (1,1).
BOOST_AUTO_TEST_CASE(first_epoch_of_and_by_hand) {
  Perceptron perceptron(2, 1);
  BOOST_TEST(perceptron.learn({0, 0}, RowVector{0})[0] == -1);  // z = 0 -> 1, should be 0
  BOOST_TEST(perceptron.b()[0] == -1);
  BOOST_TEST(perceptron.learn({0, 1}, RowVector{0})[0] == 0);
  BOOST_TEST(perceptron.learn({1, 0}, RowVector{0})[0] == 0);
  BOOST_TEST(perceptron.learn({1, 1}, RowVector{1})[0] == 1);  // z = -1 -> 0, should be 1
  check_close(perceptron.W(), ColVector{1, 1});
  BOOST_TEST(perceptron.b()[0] == 0);
}

BOOST_AUTO_TEST_CASE(fit_equals_the_rule_written_out) {
  const auto check = [](const Matrix& X, const ColVector& y, int epochs, double eta) {
    Perceptron perceptron(X.n_cols, 1);
    const nn::PerceptronHistory history =
        perceptron.fit(X, y, {.learning_rate = eta, .epochs = epochs});
    LongHand hand{.w = std::vector<double>(X.n_cols)};
    for (int epoch = 0; epoch < static_cast<int>(history.mistakes.n_rows); ++epoch)
      hand.epoch(X, y, eta);
    check_close(perceptron.W(), ColVector(hand.w));
    BOOST_TEST(std::abs(perceptron.b()[0] - hand.b) <= 1e-12);
    BOOST_TEST(history.total() == static_cast<std::size_t>(hand.mistakes));
  };
  for (const ColVector& y : {kAnd, kOr, kNand, kXor}) check(kInputs, y, 30, 1.0);
  for (std::uint64_t seed : {1, 2, 3, 4, 5}) {  // data of no special kind, mostly not separable
    nn::Rng rng(seed);
    const Matrix X = rng.normal_matrix(40, 5);
    const ColVector noise = rng.normal_matrix(40, 1).as_col();
    check(X, arma::conv_to<ColVector>::from(X.col(0) - X.col(3) + noise > 0), 25, 0.3);
  }
}

// Numbers of tests/golden/perceptron.py.
BOOST_AUTO_TEST_CASE(weights_on_iris_equal_those_of_scikit_learn) {
  struct Golden {
    std::size_t species;
    int epochs;
    ColVector w;
    double b;
  };
  const std::vector<Golden> table{
      {1, 1, {-4.4, -3.6, -2.7, -1.3}, -1},   {1, 5, {-1.6, -4.0, -7.9, -5.7}, -1},
      {1, 20, {8.3, -8.4, -12.2, -14.3}, -2}, {2, 1, {1.2, -0.2, 4.6, 2.3}, 0},
      {2, 5, {-4.8, -3.6, 11.7, 7.7}, -1},    {2, 20, {-17.8, -5.1, 26.7, 21.2}, -1}};
  for (const Golden& golden : table) {
    const Question question = iris(golden.species, 0);
    Perceptron perceptron(4, 1);
    perceptron.fit(question.X, question.y, {.epochs = golden.epochs});
    check_close(perceptron.W(), golden.w, 1e-9);
    BOOST_TEST(std::abs(perceptron.b()[0] - golden.b) <= 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(learning_rate_only_scales_weights_that_start_at_zero) {
  const Question question = iris(2, 0);
  Perceptron one(4, 1), four(4, 1);
  const auto a = one.fit(question.X, question.y, {.learning_rate = 1.0, .epochs = 15});
  const auto b = four.fit(question.X, question.y, {.learning_rate = 4.0, .epochs = 15});
  check_close(a.mistakes, b.mistakes);
  check_close(4 * one.W(), four.W());
}

BOOST_AUTO_TEST_CASE(outputs_learn_independently) {
  const nn::Dataset data = nn::load_iris();
  const Matrix Y = nn::one_hot(data.y);
  Perceptron three(4, 3);
  const nn::PerceptronHistory together = three.fit(data.X, Y, {.epochs = 10});
  BOOST_TEST(!together.converged);
  for (std::size_t k = 0; k < 3; ++k) {
    Perceptron alone(4, 1);
    const nn::PerceptronHistory history = alone.fit(data.X, Y.col(k), {.epochs = 10});
    check_close(three.W().col(k), alone.W());
    BOOST_TEST(arma::accu(together.mistakes.col(k)) == arma::accu(history.mistakes));
  }
}

BOOST_AUTO_TEST_CASE(separable_classes_converge_and_others_do_not) {
  for (const ColVector& y : {kAnd, kOr, kNand})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      Perceptron perceptron(2, 1);
      const auto history = perceptron.fit(kInputs, y, {.shuffle = true, .seed = seed});
      BOOST_TEST(history.converged);
      BOOST_TEST(arma::accu(history.mistakes.tail_rows(1)) == 0);
      check_close(perceptron.predict(kInputs), y);
    }
  Perceptron stops(2, 1);
  check_close(stops.fit(kInputs, kAnd).mistakes, ColVector{2, 3, 3, 2, 1, 0});
  Perceptron perceptron(2, 1);
  const auto history = perceptron.fit(kInputs, kXor, {.epochs = 1000});
  BOOST_TEST(!history.converged);
  BOOST_TEST(history.mistakes.n_rows == 1000);
  BOOST_TEST(history.mistakes.min() > 0);
}

BOOST_AUTO_TEST_CASE(no_epoch_changes_nothing_and_fit_goes_on_from_present_weights) {
  Perceptron once(2, 1), twice(2, 1);
  BOOST_TEST(once.fit(kInputs, kXor, {.epochs = 0}).mistakes.n_rows == 0);
  check_close(once.W(), ColVector{0, 0});
  Perceptron three(2, 3);
  const auto nothing = three.fit(kInputs, Matrix(4, 3, arma::fill::zeros), {.epochs = 0});
  BOOST_TEST(nn::shape_text(nothing.mistakes) == "(0, 3)");
  BOOST_TEST(nothing.total() == 0);
  BOOST_TEST(nothing.per_epoch().empty());
  once.fit(kInputs, kXor, {.epochs = 7});
  twice.fit(kInputs, kXor, {.epochs = 3});
  twice.fit(kInputs, kXor, {.epochs = 4});
  check_close(once.W(), twice.W());
}

BOOST_AUTO_TEST_CASE(shuffling_depends_on_the_seed_alone) {
  const Question question = iris(2, 2);
  const auto weights = [&](bool shuffle, std::uint64_t seed) {
    Perceptron perceptron(2, 1);
    perceptron.fit(question.X, question.y, {.epochs = 5, .shuffle = shuffle, .seed = seed});
    return perceptron.W();
  };
  check_close(weights(true, 1), weights(true, 1));
  check_close(weights(false, 1), weights(false, 2));
  BOOST_TEST(arma::norm(weights(true, 1) - weights(true, 2)) > 1e-3);
  BOOST_TEST(arma::norm(weights(true, 1) - weights(false, 1)) > 1e-3);
}

// gamma of a given plane by hand: x1 + x2 = 1.5 is 0.5 / |(1, 1, -1.5)| away from (0,1), (1,0),
// (1,1).
BOOST_AUTO_TEST_CASE(bound_of_a_given_plane_by_hand) {
  const nn::ConvergenceBound bound = nn::convergence_bound(kInputs, kAnd, {.w = {1, 1}, .b = -1.5});
  BOOST_TEST(bound.R == std::sqrt(3.0), boost::test_tools::tolerance(1e-14));
  BOOST_TEST(bound.gamma == 0.5 / std::sqrt(4.25), boost::test_tools::tolerance(1e-14));
  BOOST_TEST(bound.mistakes == 51.0, boost::test_tools::tolerance(1e-12));
  const nn::ConvergenceBound wrong = nn::convergence_bound(kInputs, kAnd, {.w = {1, 1}, .b = -0.5});
  BOOST_TEST(wrong.gamma < 0);
  BOOST_TEST(std::isinf(wrong.mistakes));
  BOOST_TEST(std::isinf(nn::convergence_bound(kInputs, kAnd, {.w = {0, 0}, .b = 0}).mistakes));
}

// AND: minimise 2 a^2 + c^2 with -c >= 1, -(a + c) >= 1, 2 a + c >= 1: a = 2, c = -3, so the margin
// is 1 / sqrt(17). OR: a = 2, c = -1, 1 / 3. Iris: SciPy, tests/golden/perceptron.py.
BOOST_AUTO_TEST_CASE(widest_margin_by_hand_and_by_scipy) {
  const auto check = [](const Matrix& X, const ColVector& y, double gamma, double mistakes) {
    const nn::ConvergenceBound bound = nn::convergence_bound(X, y, nn::widest_margin(X, y));
    BOOST_TEST(bound.gamma == gamma, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(bound.mistakes == mistakes, boost::test_tools::tolerance(1e-9));
  };
  check(kInputs, kAnd, 1 / std::sqrt(17.0), 51);
  check(kInputs, kNand, 1 / std::sqrt(17.0), 51);
  check(kInputs, kOr, 1.0 / 3.0, 27);
  check(iris(0, 2).X, iris(0, 2).y, 0.2684931665, 747.6912385);
  check(iris(0, 0).X, iris(0, 0).y, 0.7491173321, 221.7839459);
}

BOOST_AUTO_TEST_CASE(mistakes_never_exceed_the_bound) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    nn::Rng rng(seed);
    Matrix X = rng.normal_matrix(30, 3);
    const ColVector side = X * ColVector{1, -2, 0.5} + 0.3;
    const ColVector y = arma::conv_to<ColVector>::from(side > 0);
    if (arma::accu(y) == 0 || arma::accu(y) == 30) continue;
    const double bound = nn::convergence_bound(X, y, nn::widest_margin(X, y)).mistakes;
    Perceptron perceptron(3, 1);
    const auto history = perceptron.fit(
        X, y, {.learning_rate = 0.7, .epochs = 100000, .shuffle = true, .seed = seed});
    BOOST_TEST(history.converged);
    BOOST_TEST(static_cast<double>(history.total()) <= bound);
  }
}

BOOST_AUTO_TEST_CASE(refusals_say_what_to_change) {
  const Matrix three_columns(4, 3, arma::fill::ones);
  Perceptron perceptron(2, 1);
  const Tlu neuron{.w = {1, 1}};
  const auto is = [](const std::string& got, const std::string& expected) {
    BOOST_TEST(got == expected);
  };
  is(refusal([&] { neuron.output({1, 2, 3}); }), "TLU: x has 3 columns, w has 2");
  is(refusal([&] { neuron.outputs(three_columns); }), "TLU: X has 3 columns, w has 2");
  is(refusal([&] { perceptron.predict(three_columns); }),
     "Perceptron: X has 3 columns, W expects 2");
  is(refusal([&] { perceptron.fit(kInputs, Matrix(4, 2)); }),
     "Perceptron: Y has 2 columns, W expects 1");
  is(refusal([&] {
       perceptron.fit(kInputs, ColVector{0, 1});
     }),
     "Perceptron: X has 4 rows but Y has 2; there must be one target per sample");
  is(refusal([&] { perceptron.fit(Matrix(0, 2), Matrix(0, 1)); }), "Perceptron: X has no rows");
  is(refusal([&] {
       perceptron.fit(kInputs, ColVector{-1, -1, -1, 1});
     }),
     "Perceptron: Y(0, 0) is -1, expected 0 or 1");
  is(refusal([&] {
       perceptron.learn({1, 1}, RowVector{2});
     }),
     "Perceptron: y(0, 0) is 2, expected 0 or 1");
  is(refusal([&] {
       perceptron.learn({1, 1}, RowVector{0, 1});
     }),
     "Perceptron: y is (1, 2), expected (1, 1)");
  Matrix with_nan = kInputs;
  with_nan(2, 1) = std::numeric_limits<Real>::quiet_NaN();
  is(refusal([&] { perceptron.fit(with_nan, kAnd); }),
     "Perceptron: X(2, 1) is nan, expected finite numbers");
  is(refusal([&] { perceptron.predict(with_nan); }),
     "Perceptron: X(2, 1) is nan, expected finite numbers");
  is(refusal([&] { perceptron.fit(kInputs, kAnd, {.learning_rate = 0}); }),
     "Perceptron: learning_rate is 0, expected a positive number");
  is(refusal([&] { perceptron.fit(kInputs, kAnd, {.epochs = -1}); }),
     "Perceptron: epochs is -1, expected at least 0");
  is(refusal([&] { perceptron.neuron(1); }), "Perceptron: neuron 1 asked for, expected 0 to 0");
  is(refusal([&] { Perceptron(0, 1); }),
     "Perceptron: 0 inputs and 1 outputs, expected at least one of each");
  is(refusal([&] { Perceptron(Matrix(2, 3), RowVector(2)); }),
     "Perceptron: b is (1, 2), expected (1, 3)");
  is(refusal([&] { nn::widest_margin(kInputs, kXor); }),
     "widest_margin: no plane was found that separates the two classes");
  is(refusal([&] {
       nn::convergence_bound(kInputs, ColVector{0, 0, 1, 3}, neuron);
     }),
     "convergence_bound: y(3, 0) is 3, expected 0 or 1");
}
