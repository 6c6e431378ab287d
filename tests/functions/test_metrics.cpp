#include "common/functions/metrics.hpp"

#include "common/files/architecture.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "common/base/random.hpp"
#include "tests/golden.hpp"
#include "tests/helpers.hpp"

namespace {

constexpr bool is_float = sizeof(nn::Real) == 4;

nn::Matrix column(const std::vector<nn::Real>& values) { return nn::Matrix(values); }

struct Case {
  std::string data, name;
  nn::Metric metric;
};
const std::vector<Case> cases{
    {"binary", "binary_accuracy", nn::binary_accuracy},
    {"binary", "binary_accuracy", nn::accuracy},
    {"binary", "precision", nn::precision},
    {"binary", "recall", nn::recall},
    {"binary", "precision_0.25", nn::precision({.threshold = 0.25})},
    {"binary", "recall_0.25", nn::recall({.threshold = 0.25})},
    {"binary", "f1_score", nn::f1},
    {"binary", "f1_score_0.25", nn::f1({.threshold = 0.25})},
    {"binary", "auc", nn::auc},
    {"several", "binary_accuracy", nn::binary_accuracy},
    {"several", "precision", nn::precision},
    {"several", "recall", nn::recall},
    {"several", "precision_0.25", nn::precision({.threshold = 0.25})},
    {"several", "recall_0.25", nn::recall({.threshold = 0.25})},
    {"several", "precision_class_1", nn::precision({.class_id = 1})},
    {"several", "recall_class_1", nn::recall({.class_id = 1})},
    {"several", "f1_score", nn::f1},
    {"several", "f1_score_0.25", nn::f1({.threshold = 0.25})},
    {"several", "auc", nn::auc},
    {"several", "binary_crossentropy", nn::binary_crossentropy},
    {"classes", "categorical_accuracy", nn::categorical_accuracy},
    {"classes", "categorical_accuracy", nn::accuracy},
    {"classes", "top_1", nn::top_k(1)},
    {"classes", "top_2", nn::top_k(2)},
    {"classes", "top_5", nn::top_k()},
    {"sparse", "sparse_categorical_accuracy", nn::sparse_categorical_accuracy},
    {"sparse", "sparse_categorical_accuracy", nn::accuracy},
    {"sparse", "top_1", nn::top_k(1)},
    {"sparse", "top_2", nn::top_k(2)},
    {"sparse", "top_5", nn::top_k(5)},
    {"regression", "mean_squared_error", nn::mean_squared_error},
    {"regression", "mean_absolute_error", nn::mean_absolute_error},
    {"regression", "root_mean_squared_error", nn::root_mean_squared_error},
    {"regression", "r2_score", nn::r2}};

// Written as JSON and read from there.
nn::Metric from_json(const nn::Metric& metric) {
  const nn::CompileOptions options{.loss = nn::mean_squared_error, .metrics = {metric}};
  return nn::compile_options_from_json(nn::compile_options_to_json(options)).metrics[0][0];
}

}  // namespace

BOOST_AUTO_TEST_CASE(results_after_each_of_three_batches_are_those_of_keras_and_scikit_learn) {
  const Golden golden("metrics.txt");
  const nn::ColVector w = golden("w");
  // float32: 1000.3 has four digits after the point, and the errors in it are about 1.
  const double tolerance = is_float ? 1e-4 : 1e-12;
  for (const Case& c : cases) {
    const nn::Matrix &Y = golden(c.data + "/Y"), &P = golden(c.data + "/P");
    for (const bool weighted : {false, true}) {
      const std::string name = c.data + "/" + c.name + (weighted ? "/weighted" : "/result");
      nn::Metric::Kept kept;
      for (const int round : {1, 2}) {  // emptied, it begins anew
        BOOST_TEST(std::isnan(c.metric.result(kept)), name << " before the first sample");
        arma::uword first = 0, k = 0;
        for (const arma::uword end : {20, 40, 50}) {
          const nn::ColVector weights = w.rows(first, end - 1);
          c.metric.add(kept, Y.rows(first, end - 1), P.rows(first, end - 1),
                       weighted ? &weights : nullptr);
          const double result = c.metric.result(kept);
          const double expected = golden(name)[k++];
          BOOST_TEST(std::abs(result - expected) < tolerance,
                     name << " round " << round << ": " << result << " for " << expected);
          first = end;
        }
        kept.clear();
      }
      const nn::Metric again = from_json(c.metric);
      BOOST_TEST(again(Y, P) == c.metric(Y, P), name << " from JSON");
      const double at_once = c.metric(Y, P, weighted ? &w : nullptr);
      BOOST_TEST(std::abs(at_once - golden(name)[2]) < tolerance, name);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_area_is_the_share_of_pairs_in_the_right_order) {
  // By counting all pairs of a yes and a no, equal scores as half.
  nn::Rng rng(6);
  for (const int levels : {3, 10, 1000}) {
    nn::Matrix Y(40, 1), P(40, 1);
    for (arma::uword i = 0; i < 40; ++i) {
      Y[i] = static_cast<nn::Real>(rng.below(2));
      P[i] = static_cast<nn::Real>(rng.below(static_cast<std::size_t>(levels)));
    }
    double right = 0.0, pairs = 0.0;
    for (arma::uword i = 0; i < 40; ++i)
      for (arma::uword j = 0; j < 40; ++j)
        if (Y[i] == 1 && Y[j] == 0) {
          right += P[i] > P[j] ? 1.0 : P[i] == P[j] ? 0.5 : 0.0;
          pairs += 1.0;
        }
    BOOST_TEST(nn::auc(Y, P) == right / pairs, boost::test_tools::tolerance(1e-14));
  }
  const nn::Matrix P{std::vector<nn::Real>{1, 2, 3}};
  const auto area = [&](std::vector<nn::Real> y) { return nn::auc(nn::Matrix(y), P); };
  BOOST_TEST(area({0, 0, 1}) == 1.0);
  BOOST_TEST(area({1, 0, 0}) == 0.0);
  BOOST_TEST(area({0, 1, 0}) == 0.5);
  BOOST_TEST(std::isnan(area({1, 1, 1})));  // nothing to tell apart
}

BOOST_AUTO_TEST_CASE(numbers_by_hand) {
  // Ten samples: 3 of 4 yes found, 2 false alarms.
  const nn::Matrix Y{std::vector<nn::Real>{1, 1, 1, 1, 0, 0, 0, 0, 0, 0}};
  const nn::Matrix P{std::vector<nn::Real>{1, 1, 1, 0, 1, 1, 0, 0, 0, 0}};
  const auto near = boost::test_tools::tolerance(1e-6);
  BOOST_TEST(nn::precision(Y, P) == 3.0 / 5, near);
  BOOST_TEST(nn::recall(Y, P) == 3.0 / 4, near);
  BOOST_TEST(nn::f1(Y, P) == 2.0 / 3, near);
  BOOST_TEST(nn::accuracy(Y, P) == 0.7, near);
  const nn::Matrix none(10, 1, arma::fill::zeros);
  BOOST_TEST(nn::precision(Y, none) == 0.0);
  BOOST_TEST(nn::recall(none, P) == 0.0);
  BOOST_TEST(nn::f1(none, none) == 0.0);
  // Exactly one half is not above the threshold.
  BOOST_TEST(nn::accuracy(nn::Matrix{nn::Real(0)}, nn::Matrix{nn::Real(0.5)}) == 1.0);

  BOOST_TEST(nn::r2(column({1, 2, 3}), column({1, 2, 3})) == 1.0);
  BOOST_TEST(nn::r2(column({1, 2, 3}), column({2, 2, 2})) == 0.0, near);
  BOOST_TEST(nn::r2(column({5, 5}), column({5, 5})) == 1.0);
  BOOST_TEST(nn::r2(column({5, 5}), column({5, 6})) == 0.0);
  BOOST_TEST(nn::root_mean_squared_error(nn::Matrix{{0, 0}}, nn::Matrix{{3, 4}}) == std::sqrt(12.5),
             near);
}

BOOST_AUTO_TEST_CASE(which_classes_are_taken_for_which) {
  const Golden golden("metrics.txt");
  const nn::Matrix &Y = golden("sparse/Y"), &P = golden("sparse/P");
  nn::Indices truth(50), predicted(50);
  for (arma::uword i = 0; i < 50; ++i) {
    truth[i] = static_cast<arma::uword>(Y[i]);
    predicted[i] = P.row(i).index_max();
  }
  const nn::Matrix expected = golden("sparse/confusion");
  BOOST_TEST(arma::all(arma::vectorise(nn::confusion_matrix(truth, predicted) == expected)));
  BOOST_TEST(nn::confusion_matrix(truth, predicted, 7).n_rows == 7u);
  const nn::Matrix two = nn::confusion_matrix(nn::Indices{0, 1, 1}, nn::Indices{1, 1, 1});
  BOOST_TEST(row(two, 0) == (std::vector<double>{0, 1}));  // row: truth, column: answer
  BOOST_TEST(row(two, 1) == (std::vector<double>{0, 2}));
  BOOST_TEST(nn::confusion_matrix({}, {}).is_empty());
}

BOOST_AUTO_TEST_CASE(nan_counts_as_wrong) {
  const nn::Real nan = std::numeric_limits<nn::Real>::quiet_NaN();
  const nn::Matrix Y{{1, 0, 0}}, P{{nan, 0, 0}}, numbers{nn::Real(0)}, one{nn::Real(1)};
  BOOST_TEST(nn::categorical_accuracy(Y, P) == 0.0);
  BOOST_TEST(nn::sparse_categorical_accuracy(numbers, P) == 0.0);
  BOOST_TEST(nn::top_k(3)(Y, P) == 0.0);
  BOOST_TEST(nn::binary_accuracy(one, nn::Matrix{nan}) == 0.0);
  BOOST_TEST(std::isnan(nn::auc(nn::Matrix{{1, 0}}, nn::Matrix{{nan, 0}})));
  BOOST_TEST(std::isnan(nn::r2(column({1, 2}), column({nan, 2}))));
  BOOST_TEST(std::isnan(nn::root_mean_squared_error(one, nn::Matrix{nan})));
}

BOOST_AUTO_TEST_CASE(metrics_of_ones_own) {
  // A number for each sample:
  const nn::Metric within("within_a_tenth", [](const nn::Matrix& Y, const nn::Matrix& P) {
    return nn::ColVector(arma::conv_to<nn::ColVector>::from(arma::max(arma::abs(Y - P), 1) < 0.1));
  });
  const nn::Matrix Y{{0, 0}, {1, 1}, {2, 2}, {3, 3}},
      P{{0, nn::Real(0.05)}, {1, 2}, {2, 2}, {9, 9}};
  const nn::ColVector w{1, 1, 2, 0};
  BOOST_TEST(within(Y, P) == 0.5);
  BOOST_TEST(within(Y, P, &w) == 0.75);
  // What it keeps of the batches is its own affair:
  const nn::Metric largest(
      "largest_error",
      [](nn::Metric::Kept& kept, const nn::Matrix& Y_, const nn::Matrix& P_, const nn::Matrix*) {
        kept.resize(1);
        kept[0] = std::max(kept[0], static_cast<double>(arma::abs(Y_ - P_).max()));
      },
      [](const nn::Metric::Kept& kept) { return kept[0]; });
  BOOST_TEST(largest(Y, P) == 6.0);
  // And any loss.
  const nn::Metric metric = nn::huber(2.0);
  BOOST_TEST(metric.name == "huber");
  BOOST_TEST(metric(Y, P) == nn::huber(2.0).value(Y, P), boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(mistakes_are_refused_in_one_sentence) {
  const nn::Matrix Y(4, 3, arma::fill::zeros), P(4, 3, arma::fill::zeros);
  const nn::ColVector w(3, arma::fill::ones);
  BOOST_TEST(refusal([&] { nn::precision(Y - 1, P); }) ==
             "precision: Y(0, 0) is -1, expected 0 or 1");
  BOOST_TEST(refusal([&] { nn::auc(Y + 2, P); }) == "auc: Y(0, 0) is 2, expected 0 or 1");
  BOOST_TEST(refusal([&] { nn::recall({.class_id = 3})(Y, P); }) ==
             "recall: class_id is 3, but P has 3 columns");
  BOOST_TEST(refusal([&] { nn::categorical_accuracy(Y.head_cols(2), P); }) ==
             "categorical_accuracy: Y is (4, 2), expected (4, 3) like P");
  BOOST_TEST(refusal([&] { nn::accuracy(Y, P, &w); }) ==
             "accuracy: the sample weights' vector is (3, 1), expected (4, 1)");
  BOOST_TEST(refusal([&] { nn::top_k(2)(Y.head_cols(1) + 7, P); }) ==
             "top_k: Y(0) is 7, expected a class number from 0 to 2");
  BOOST_TEST(refusal([] { nn::top_k(0); }) == "top_k: k is 0, expected at least 1");
  BOOST_TEST(refusal([] {
               nn::confusion_matrix({0, 1}, {0});
             }) == "confusion_matrix: 2 true classes but 1 predicted ones");
  BOOST_TEST(refusal([] {
               nn::confusion_matrix({0, 4}, {0, 1}, 3);
             }) == "confusion_matrix: class number 4, expected 0 to 2");
  const std::vector<std::pair<std::string, nn::Metric>> names{
      {"accuracy", nn::accuracy},
      {"binary_accuracy", nn::binary_accuracy},
      {"auc", nn::auc},
      {"r2_score", nn::r2},
      {"f1_score", nn::f1},
      {"mean_absolute_error", nn::mean_absolute_error},
      {"root_mean_squared_error", nn::root_mean_squared_error},
      {"top_k_categorical_accuracy", nn::top_k()}};
  for (const auto& [name, metric] : names) {
    BOOST_TEST(metric.name == name);
    BOOST_TEST(from_json(metric).name == name);
  }
}

BOOST_AUTO_TEST_CASE(r2_of_a_constant_column_with_weights) {
  nn::Metric::Kept kept;
  const nn::Matrix Y(2, 1, arma::fill::value(nn::Real(0.7))),
      P(2, 1, arma::fill::value(nn::Real(0.5)));
  const nn::ColVector weights{3, 3};
  nn::r2.add(kept, Y, P, &weights);
  BOOST_TEST(nn::r2.result(kept) == 0);
}
