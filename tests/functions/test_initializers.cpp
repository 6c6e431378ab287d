#include "common/functions/initializers.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "common/files/architecture.hpp"
#include "common/functions/initialization_table.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

namespace {

constexpr bool is_float = sizeof(nn::Real) == 4;

const std::vector<std::pair<std::string, nn::Initializer>> all{
    {"zeros", nn::zeros},
    {"ones", nn::ones},
    {"constant", nn::constant(0.3)},
    {"random_uniform", nn::uniform()},
    {"random_uniform_wide", nn::uniform(-0.25, 1.0)},
    {"random_normal", nn::normal()},
    {"random_normal_wide", nn::normal(2.0, 0.5)},
    {"truncated_normal", nn::truncated_normal()},
    {"truncated_normal_wide", nn::truncated_normal(-1.0, 2.0)},
    {"glorot_uniform", nn::glorot_uniform},
    {"glorot_normal", nn::glorot_normal},
    {"he_uniform", nn::he_uniform},
    {"he_normal", nn::he_normal},
    {"lecun_uniform", nn::lecun_uniform},
    {"lecun_normal", nn::lecun_normal},
    {"orthogonal", nn::orthogonal()},
    {"orthogonal_gain", nn::orthogonal(1.5)}};

struct Kind {
  std::string name;
  std::size_t rows, columns, fan_in, fan_out;
};
const std::vector<Kind> kinds{{"dense", 400, 300, 400, 300},
                              {"window", 3 * 3 * 16, 96, 3 * 3 * 16, 3 * 3 * 96}};

nn::Matrix draw(const nn::Initializer& initializer, const Kind& kind, std::uint64_t seed = 42) {
  nn::Rng rng(seed);
  return initializer.draw(kind.rows, kind.columns, kind.fan_in, kind.fan_out, rng);
}

// Written into a model's JSON and read from there.
nn::Initializer from_json(const nn::Initializer& initializer) {
  const nn::Sequential model({nn::Dense(4, {.kernel_initializer = initializer, .input_shape = {5}})});
  const nn::Model again = nn::model_from_json(model.to_json());
  return dynamic_cast<const nn::DenseLayer&>(again.layers()[0].layer()).options.kernel_initializer;
}

double average(const nn::Matrix& W) {
  return arma::accu(arma::conv_to<arma::mat>::from(W)) / static_cast<double>(W.n_elem);
}
double deviation(const nn::Matrix& W) {
  return std::sqrt(average(arma::square(W - static_cast<nn::Real>(average(W)))));
}

}  // namespace

BOOST_AUTO_TEST_CASE(distributions_are_those_of_keras) {
  const Golden golden("initializers.txt");
  const nn::Matrix& levels = golden("levels");
  for (const auto& [name, initializer] : all)
    for (const Kind& kind : kinds) {
      const nn::Matrix W = draw(initializer, kind), &keras = golden(name + "/" + kind.name);
      const double n = static_cast<double>(W.n_elem), sd = keras[1];
      BOOST_TEST_CONTEXT(name << " " << kind.name) {
        // Both are samples of n: five standard errors of the difference.
        BOOST_TEST(std::abs(average(W) - keras[0]) <= 5 * sd * std::sqrt(2 / n) + 1e-6);
        BOOST_TEST(std::abs(deviation(W) - sd) <= 5 * sd / std::sqrt(n) + 1e-6);
        for (std::size_t k = 1; k + 1 < levels.n_elem && sd > 1e-12; ++k) {
          const double p = levels[k], quantile = keras[2 + k];
          const double below =
              static_cast<double>(arma::accu(W <= static_cast<nn::Real>(quantile))) / n;
          BOOST_TEST(std::abs(below - p) <= 5 * std::sqrt(2 * p * (1 - p) / n),
                     "quantile " << p << ": " << below);
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(variances_are_those_of_the_papers) {
  for (const Kind& kind : kinds) {
    const double in = static_cast<double>(kind.fan_in), out = static_cast<double>(kind.fan_out);
    const std::vector<std::pair<nn::Initializer, double>> expected{
        {nn::glorot_uniform, 2 / (in + out)},
        {nn::glorot_normal, 2 / (in + out)},
        {nn::he_uniform, 2 / in},
        {nn::he_normal, 2 / in},
        {nn::lecun_uniform, 1 / in},
        {nn::lecun_normal, 1 / in}};
    for (const auto& [initializer, variance] : expected) {
      const nn::Matrix W = draw(initializer, kind);
      // The sample's standard deviation is within 3 / sqrt(2n), 2 % for the smaller matrix.
      BOOST_TEST(std::abs(deviation(W) / std::sqrt(variance) - 1) < 0.02, initializer.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_draw_lies_outside_and_the_bounds_are_nearly_reached) {
  const Kind& kind = kinds[0];
  const double in = 400, out = 300, cut = 0.87962566103423978;
  const std::vector<std::pair<nn::Initializer, double>> limits{
      {nn::uniform(), 0.05},
      {nn::truncated_normal(), 0.1},
      {nn::glorot_uniform, std::sqrt(6 / (in + out))},
      {nn::he_uniform, std::sqrt(6 / in)},
      {nn::lecun_uniform, std::sqrt(3 / in)},
      {nn::glorot_normal, 2 / cut * std::sqrt(2 / (in + out))},
      {nn::he_normal, 2 / cut * std::sqrt(2 / in)},
      {nn::lecun_normal, 2 / cut * std::sqrt(1 / in)}};
  for (const auto& [initializer, limit] : limits) {
    const nn::Matrix W = draw(initializer, kind);
    const double largest = arma::abs(W).max();
    BOOST_TEST(largest <= limit * (1 + 1e-7),
               initializer.name << ": " << largest << " of " << limit);
    BOOST_TEST(largest > 0.999 * limit, initializer.name << ": " << largest << " of " << limit);
  }
}

BOOST_AUTO_TEST_CASE(constants) {
  const Kind kind{"", 2, 3, 2, 3};
  BOOST_TEST(arma::accu(draw(nn::zeros, kind) == 0) == 6u);
  BOOST_TEST(arma::accu(draw(nn::ones, kind) == 1) == 6u);
  BOOST_TEST(arma::accu(draw(nn::constant(0.25), kind) == nn::Real(0.25)) == 6u);
  BOOST_TEST(arma::accu(draw(nn::normal(3.0, 0.0), kind) == 3) == 6u);
}

BOOST_AUTO_TEST_CASE(orthogonal_columns_or_rows) {
  const double tolerance = is_float ? 2e-6 : 1e-14;
  nn::Rng rng(3);
  for (const auto& [rows, columns] :
       {std::pair{7, 4}, {4, 7}, {5, 5}, {1, 3}, {3, 1}, {128, 128}}) {
    const nn::Matrix Q = nn::orthogonal(2.0)(rows, columns, rng);
    BOOST_TEST(nn::shape_text(Q) == nn::shape_text(nn::Matrix(rows, columns)));
    const nn::Matrix G = rows >= columns ? nn::Matrix(Q.t() * Q) : nn::Matrix(Q * Q.t());
    nn::Matrix expected(arma::size(G), arma::fill::eye);
    expected *= 4;
    BOOST_TEST(arma::abs(G - expected).max() < 4 * tolerance * std::sqrt(rows + columns));
  }
}

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_weights_everywhere) {
  const Kind kind{"", 2, 2, 2, 2};
  const auto first = [&](const nn::Initializer& initializer) {
    return static_cast<double>(draw(initializer, kind, 1)[0]);
  };
  // Pinned: a change here changes the printed results of every program.
  BOOST_TEST(first(nn::glorot_uniform) == 0.49705494890936364, boost::test_tools::tolerance(1e-7));
  BOOST_TEST(first(nn::he_normal) == 0.57562419852334401, boost::test_tools::tolerance(1e-7));
  BOOST_TEST(first(nn::normal()) == 0.026641133912624411, boost::test_tools::tolerance(1e-7));
  for (const auto& [name, initializer] : all)
    BOOST_TEST(
        arma::approx_equal(draw(initializer, kind, 7), draw(initializer, kind, 7), "absdiff", 0),
        name);
}

BOOST_AUTO_TEST_CASE(names_of_keras) {
  // Those that are called with nothing.
  for (const auto& [name, initializer] : all)
    if (initializer.options.empty()) BOOST_TEST(initializer.name == name);
  BOOST_TEST(nn::glorot_uniform.name == "glorot_uniform");
  for (const auto& [name, initializer] : all) {
    const Kind kind{"", 5, 4, 5, 4};
    const nn::Initializer again = from_json(initializer);
    BOOST_TEST(again.name == initializer.name);
    BOOST_TEST(arma::approx_equal(draw(again, kind), draw(initializer, kind), "absdiff", 0), name);
  }
  BOOST_TEST(refusal([] { nn::uniform(1.0, 0.5); }) ==
             "uniform: low is 1, above high, which is 0.5");
  BOOST_TEST(refusal([] { nn::truncated_normal(0.0, -1.0); }) ==
             "truncated_normal: stddev is -1, expected a number of at least 0");
}

BOOST_AUTO_TEST_CASE(the_notes_table_and_the_right_one) {
  const std::vector<nn::InitializationAdvice> rows = nn::initialization_table(784, 100);
  BOOST_REQUIRE(rows.size() == 3u);
  const double r = std::sqrt(6.0 / 884), sd = std::sqrt(2.0 / 884);
  const auto close = [](double a, double b) { return std::abs(a - b) < 1e-12; };
  BOOST_TEST(rows[0].activation == "sigmoid");
  BOOST_TEST(close(rows[0].notes_limit, r));
  BOOST_TEST(close(rows[0].notes_stddev, sd));
  BOOST_TEST(close(rows[0].limit, 4 * r));  // erratum 8: the two rows are swapped
  BOOST_TEST(close(rows[0].stddev, 4 * sd));
  BOOST_TEST(rows[1].activation == "tanh");
  BOOST_TEST(close(rows[1].notes_limit, 4 * r));
  BOOST_TEST(close(rows[1].notes_stddev, 4 * sd));
  BOOST_TEST(close(rows[1].limit, r));
  BOOST_TEST(close(rows[1].stddev, sd));
  BOOST_TEST(rows[2].activation == "ReLU");
  BOOST_TEST(close(rows[2].notes_limit, std::sqrt(2.0) * r));
  BOOST_TEST(close(rows[2].notes_stddev, std::sqrt(2.0) * sd));
  BOOST_TEST(close(rows[2].limit, std::sqrt(6.0 / 784)));
  BOOST_TEST(close(rows[2].stddev, std::sqrt(2.0 / 784)));
  // Erratum 9: a layer with ReLU multiplies the mean square of what passes through it by
  // in stddev^2 / 2. He's choice makes that 1; the notes' does only if in = out.
  const auto gain = [](std::size_t in, double stddev) {
    return static_cast<double>(in) * stddev * stddev / 2.0;
  };
  BOOST_TEST(std::abs(gain(784, rows[2].notes_stddev) - 1.774) < 5e-4);
  BOOST_TEST(close(gain(100, nn::initialization_table(100, 300)[2].notes_stddev), 0.5));
  BOOST_TEST(close(gain(784, rows[2].stddev), 1.0));
}
