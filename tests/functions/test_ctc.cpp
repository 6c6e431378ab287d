// CTC: against the sum over all paths, differences, Keras.
#include <boost/test/unit_test.hpp>

#include "common/functions/ctc.hpp"
#include "common/graph/gradient_check.hpp"
#include "common/layers/dense.hpp"
#include "common/layers/lstm.hpp"
#include "common/model/model.hpp"
#include "common/optimizers/optimizers.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

using nn::ColVector;
using nn::Matrix;

namespace {

// What a path of classes spells: repetitions merged, blanks dropped.
std::vector<int> spelled(const std::vector<int>& path) {
  std::vector<int> labels;
  for (std::size_t t = 0; t < path.size(); ++t)
    if (path[t] != 0 && (t == 0 || path[t] != path[t - 1])) labels.push_back(path[t]);
  return labels;
}

// The probability of a target by going through every path, all classes^steps of them.
double probability_by_enumeration(const Matrix& P, std::size_t row, std::size_t classes,
                                  const std::vector<int>& target) {
  const std::size_t steps = P.n_cols / classes;
  std::vector<int> path(steps, 0);
  double total = 0.0;
  while (true) {
    if (spelled(path) == target) {
      double product = 1.0;
      for (std::size_t t = 0; t < steps; ++t) {
        double sum = 0.0;
        for (std::size_t k = 0; k < classes; ++k)
          sum += std::exp(static_cast<double>(P(row, t * classes + k)));
        product *= std::exp(static_cast<double>(P(row, t * classes + path[t]))) / sum;
      }
      total += product;
    }
    std::size_t t = 0;
    while (t < steps && ++path[t] == static_cast<int>(classes)) path[t++] = 0;
    if (t == steps) return total;
  }
}

// A target as a row of Y, zeros behind it.
Matrix target_row(const std::vector<int>& target, std::size_t width) {
  Matrix Y(1, width, arma::fill::zeros);
  for (std::size_t j = 0; j < target.size(); ++j) Y[j] = static_cast<nn::Real>(target[j]);
  return Y;
}

#ifdef NN_FLOAT32
constexpr double kTolerance = 2e-6;
#else
constexpr double kTolerance = 1e-12;
#endif

}  // namespace

BOOST_AUTO_TEST_CASE(equals_the_sum_over_all_paths) {
  nn::Rng rng(1);
  const Matrix P =
      rng.normal_matrix(1, 4 * 3, 0.0, 2.0);  // 4 steps; blank and two labels: 81 paths
  const std::vector<std::vector<int>>
      targets{{},        {1},          {2},         {1, 1},    {1, 2},    {2, 1},
              {2, 2},    {1, 1, 2},    {1, 2, 1},   {1, 2, 2}, {2, 1, 1}, {2, 1, 2},
              {2, 2, 1}, {1, 2, 1, 2}, {2, 1, 2, 1}};  // all that 4 steps can spell
  double total = 0.0;
  for (const auto& target : targets) {
    const double expected = probability_by_enumeration(P, 0, 3, target);
    const double got = std::exp(-nn::ctc(3).value(target_row(target, 4), P));
    BOOST_TEST(std::abs(got / expected - 1) < 10 * kTolerance, got << " is not " << expected);
    total += got;
  }
  BOOST_TEST(std::abs(total - 1) < 10 * kTolerance);  // and nothing else can be spelled
}

BOOST_AUTO_TEST_CASE(as_keras) {
  const Golden golden("ctc.txt");
  const Matrix &P = golden("P"), &Y = golden("Y");
  const nn::Loss loss = nn::ctc(4);
  ColVector losses;
  loss.values(Y, P, losses);
  BOOST_TEST(golden_error(losses.t(), golden("losses")) < kTolerance);
  BOOST_TEST(std::abs(loss.value(Y, P) - arma::mean(losses)) < 10 * kTolerance);
  Matrix dP;
  loss.gradient(Y, P, dP);
  BOOST_TEST(golden_error(dP, golden("gradient")) < kTolerance);

  const std::vector<nn::Indices> decoded = nn::ctc_greedy_decode(P, 4);
  for (std::size_t i = 0; i < P.n_rows; ++i) {
    Matrix row(1, 7, arma::fill::zeros);
    for (std::size_t j = 0; j < decoded[i].n_elem; ++j)
      row[j] = static_cast<nn::Real>(decoded[i][j]);
    BOOST_TEST(golden_error(row, golden("decoded").row(i)) == 0.0, "row " << i);
  }
}

BOOST_AUTO_TEST_CASE(greedy_decoding_by_hand) {
  // The best class of each step: 1 1 0 1 2 2 0 0 3
  Matrix P(2, 9 * 4, arma::fill::zeros);
  const std::vector<int> best{1, 1, 0, 1, 2, 2, 0, 0, 3};
  for (std::size_t t = 0; t < best.size(); ++t) P(0, t * 4 + best[t]) = 1;
  const std::vector<nn::Indices> decoded = nn::ctc_greedy_decode(P, 4);
  BOOST_TEST(list(decoded[0]) == std::vector<arma::uword>({1, 1, 2, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(decoded[1].is_empty());  // all scores are equal: the first class, the blank
}

BOOST_AUTO_TEST_CASE(long_sequences_do_not_underflow) {
  // 2000 steps, each path has a probability of about 1e-1204
  const Matrix P(1, 2000 * 4, arma::fill::zeros);
  const double loss = nn::ctc(4).value(target_row({1}, 1), P);
  // paths that spell one label: blanks, a run of ones, blanks: 2000 * 2001 / 2
  const double expected = 2000 * std::log(4.0) - std::log(2000.0 * 2001 / 2);
  BOOST_TEST(std::abs(loss / expected - 1) < kTolerance);
  Matrix dP;
  nn::ctc(4).gradient(target_row({1}, 1), P, dP);
  BOOST_TEST(dP.is_finite());
  BOOST_TEST(std::abs(arma::accu(dP)) < 1e-3);  // each step's gradients cancel
}

BOOST_AUTO_TEST_CASE(refusals) {
  const Matrix P(1, 3 * 4, arma::fill::zeros);
  const nn::Loss loss = nn::ctc(4);
  const auto with = [&](const Matrix& Y) { return refusal([&] { loss.value(Y, P); }); };
  BOOST_TEST(with(target_row({1, 2, 3}, 3)) == "no error");
  BOOST_TEST(with(target_row({1, 1}, 2)) == "no error");
  BOOST_TEST(with(target_row({1, 2, 3, 1}, 4)) ==
             "ctc: the target of row 0 needs 4 steps (4 labels, 0 repetitions), the output has 3");
  BOOST_TEST(with(target_row({1, 1, 2}, 3)) ==
             "ctc: the target of row 0 needs 4 steps (3 labels, 1 repetitions), the output has 3");
  BOOST_TEST(with(target_row({1, 4}, 2)) ==
             "ctc: Y(0, 1) is 4, expected a class number from 1 to 3, or 0 after the last");
  BOOST_TEST(with(target_row({1, -1}, 2)) ==
             "ctc: Y(0, 1) is -1, expected a class number from 1 to 3, or 0 after the last");
  BOOST_TEST(with(target_row({1, 0, 2}, 3)) ==
             "ctc: row 0 of Y goes on after a 0; 0 is the blank and only fills the end");
  BOOST_TEST(refusal([&] { nn::ctc(5).value(target_row({1}, 1), P); }) ==
             "ctc: P has 12 columns, expected a multiple of the 5 classes");
  BOOST_TEST(refusal([&] { nn::ctc(0); }) == "ctc: classes is 0, expected at least 1");
}

BOOST_AUTO_TEST_CASE(a_model_learns_to_spell) {
  // Each label is shown as a spike somewhere in the sequence; the targets do not say where.
  nn::set_seed(3);
  nn::Rng rng(5);
  const std::size_t n = 60, steps = 8;
  Matrix X(n, steps * 2, arma::fill::zeros), Y(n, 2, arma::fill::zeros);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t first = rng.below(4), second = 4 + rng.below(4);
    for (std::size_t j = 0; j < 2; ++j) {
      const std::size_t label = rng.below(2);
      X(i, (j == 0 ? first : second) * 2 + label) = 1;
      Y(i, j) = static_cast<nn::Real>(label + 1);
    }
  }
  nn::Sequential model(
      {nn::LSTM(12, {.return_sequences = true, .input_shape = {steps, 2}}), nn::Dense(3)});
  model.compile({.optimizer = nn::Adam({.learning_rate = 0.03}), .loss = nn::ctc(3)});
  model.fit(X, Y, {.epochs = 60, .batch_size = 20, .verbose = false});
  const std::vector<nn::Indices> decoded = nn::ctc_greedy_decode(model.predict(X), 3);
  std::size_t right = 0;
  for (std::size_t i = 0; i < n; ++i)
    right += decoded[i].n_elem == 2 && decoded[i][0] == Y(i, 0) && decoded[i][1] == Y(i, 1);
  BOOST_TEST(right >= 57U);

  const Matrix too_long(n, 9, arma::fill::ones);
  BOOST_TEST(refusal([&] {
               model.fit(X, too_long, {.verbose = false});
             }).find("needs 17 steps (9 labels, 8 repetitions), the output has 8") !=
             std::string::npos);
}

#ifndef NN_FLOAT32
BOOST_AUTO_TEST_CASE(gradients) {
  const Golden golden("ctc.txt");
  Matrix P = golden("P"), dP;
  const Matrix& Y = golden("Y");
  const ColVector weights{1, 2, 0.5, 3, 1, 1};
  const nn::Loss loss = nn::ctc(4);
  loss.gradient(Y, P, dP, &weights);
  const nn::GradientCheck check =
      nn::check_gradient([&] { return loss.value(Y, P, &weights); }, P, dP);
  BOOST_TEST(check.relative_error < 1e-9, check.str());
}
#endif
