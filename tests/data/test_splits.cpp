// Splits and folds against their definitions.
#include "common/data/splits.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "common/data/csv.hpp"
#include "tests/helpers.hpp"

using boost::test_tools::per_element;
using nn::Indices, nn::Rng, nn::Split, nn::Table;

namespace {

std::set<arma::uword> set_of(const Indices& values) { return {values.begin(), values.end()}; }

// The train and test rows of a split are all n rows, each once.
void check_parts(const Split& split, std::size_t n) {
  std::set<arma::uword> all = set_of(split.train);
  all.merge(set_of(split.test));
  BOOST_TEST(all.size() == n);
  BOOST_TEST(split.train.n_elem + split.test.n_elem == n);
  BOOST_TEST(*all.rbegin() == n - 1);
}

}  // namespace

BOOST_AUTO_TEST_CASE(split_has_two_parts) {
  Rng rng(1);
  for (const auto& [n, fraction, tests] : std::vector<std::tuple<std::size_t, double, std::size_t>>{
           {150, 0.2, 30}, {7, 0.25, 2}, {10, 0.001, 1}, {10, 0.999, 9}, {2, 0.5, 1}}) {
    const Split split = nn::train_test_split(n, fraction, rng);
    check_parts(split, n);
    BOOST_TEST(split.test.n_elem == tests);
  }
  Rng a(5), b(5), c(6);
  const Split first = nn::train_test_split(50, 0.3, a);
  BOOST_TEST(list(first.test) == list(nn::train_test_split(50, 0.3, b).test), per_element());
  BOOST_TEST((list(first.test) != list(nn::train_test_split(50, 0.3, c).test)));
}

BOOST_AUTO_TEST_CASE(stratified_split_keeps_the_proportions) {
  Indices classes(200, arma::fill::zeros);
  classes.tail(40).fill(7);  // class numbers may have gaps
  classes[0] = classes[100] = 3;
  Rng rng(2);
  const Split split = nn::stratified_split(classes, 0.25, rng);
  check_parts(split, 200);
  std::map<arma::uword, int> tests;
  for (const arma::uword i : split.test) ++tests[classes[i]];
  BOOST_TEST(tests[0] == 40);  // 158 rows: 39.5 rounded
  BOOST_TEST(tests[7] == 10);
  BOOST_TEST(tests[3] == 1);
  const Indices train_classes = classes(split.train);
  BOOST_TEST(!train_classes.is_sorted());  // mixed, not class by class
}

BOOST_AUTO_TEST_CASE(splits_are_refused_where_impossible) {
  Rng rng;
  BOOST_TEST(refusal([&] { nn::train_test_split(1, 0.5, rng); }) ==
             "train_test_split: n is 1, at least 2 rows are needed for two parts");
  BOOST_TEST(refusal([&] { nn::train_test_split(0, 0.5, rng); }) ==
             "train_test_split: n is 0, at least 2 rows are needed for two parts");
  for (const double fraction : {0.0, 1.0, -0.1, 20.0, std::numeric_limits<double>::quiet_NaN()}) {
    const std::string wrong =
        nn::text(": test_fraction is %g, expected more than 0 and less than 1", fraction);
    BOOST_TEST(refusal([&] { nn::train_test_split(9, fraction, rng); }) ==
               "train_test_split" + wrong);
    BOOST_TEST(refusal([&] {
                 nn::stratified_split(Indices{0, 0}, fraction, rng);
               }) == "stratified_split" + wrong);
  }
  BOOST_TEST(refusal([&] {
               nn::stratified_split(Indices{0, 0, 4}, 0.5, rng);
             }) == "stratified_split: class 4 has one row, at least 2 are needed for two parts");
  BOOST_TEST(refusal([&] { nn::stratified_split(Indices{}, 0.5, rng); }) ==
             "stratified_split: there are no rows");
  BOOST_TEST(refusal([&] { nn::k_fold(10, 1, rng); }) ==
             "k_fold: k is 1, expected at least 2 and at most the 10 rows");
  BOOST_TEST(refusal([&] { nn::k_fold(3, 4, rng); }) ==
             "k_fold: k is 4, expected at least 2 and at most the 3 rows");
  BOOST_TEST(refusal([&] {
               nn::grouped_k_fold(Indices{1, 1, 2, 2}, 3, rng);
             }) == "grouped_k_fold: k is 3, expected at least 2 and at most the 2 groups");
}

BOOST_AUTO_TEST_CASE(k_fold_tests_every_row_once) {
  Rng rng(3);
  for (const std::size_t n : {5, 23, 150})
    for (const std::size_t k : {2, 3, 5}) {
      const std::vector<Split> folds = nn::k_fold(n, k, rng);
      BOOST_TEST(folds.size() == k);
      std::set<arma::uword> tested;
      for (const Split& fold : folds) {
        check_parts(fold, n);
        tested.merge(set_of(fold.test));
        BOOST_TEST(fold.test.n_elem >= n / k);
        BOOST_TEST(fold.test.n_elem <= (n + k - 1) / k);
      }
      BOOST_TEST(tested.size() == n);
    }
}

BOOST_AUTO_TEST_CASE(grouped_folds_keep_the_matched_sets_of_infert) {
  const Table infert = Table::read("infert.csv");
  const Indices sets = arma::conv_to<Indices>::from(infert.numbers("stratum"));
  Rng rng(4);
  const std::vector<Split> folds = nn::grouped_k_fold(sets, 5, rng);
  std::set<arma::uword> tested;
  for (const Split& fold : folds) {
    check_parts(fold, 248);
    std::set<arma::uword> left, right;
    for (const arma::uword i : fold.train) left.insert(sets[i]);
    for (const arma::uword i : fold.test) right.insert(sets[i]);
    for (const arma::uword set : right) BOOST_TEST(left.count(set) == 0u);
    BOOST_TEST(fold.test.n_elem >= 47u);  // 248 / 5 = 49.6 by whole sets of 3
    BOOST_TEST(fold.test.n_elem <= 51u);
    tested.merge(set_of(fold.test));
  }
  BOOST_TEST(tested.size() == 248u);
}

BOOST_AUTO_TEST_CASE(grouped_folds_are_balanced_when_groups_are_not) {
  // One group of 40, four of 10, and 40 single rows: 120 rows fill three folds of 40.
  Indices groups(120, arma::fill::zeros);
  for (arma::uword i = 40; i < 80; ++i) groups[i] = 1000 + i / 10;
  for (arma::uword i = 80; i < 120; ++i) groups[i] = i;
  Rng rng(5);
  for (const Split& fold : nn::grouped_k_fold(groups, 3, rng)) BOOST_TEST(fold.test.n_elem == 40u);
  // Another seed gives other folds.
  Rng a(6), b(7);
  BOOST_TEST((set_of(nn::grouped_k_fold(groups, 3, a)[1].test) !=
              set_of(nn::grouped_k_fold(groups, 3, b)[1].test)));
}
