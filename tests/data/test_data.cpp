// Finding files; one-hot, splits, folds and the Standardizer against their definitions.
#include "common/data/data.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "tests/helpers.hpp"

namespace fs = std::filesystem;
using boost::test_tools::per_element, boost::test_tools::tolerance;
using nn::ColVector, nn::Indices, nn::Matrix, nn::Real, nn::Rng, nn::RowVector, nn::Split;
using nn::Standardizer, nn::Table;

namespace {

const double rounding_error = sizeof(Real) == 8 ? 1e-14 : 1e-6;  // of a few operations on Real

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

// ---- Finding and reading files ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(repository_is_found_from_anywhere) {
  const fs::path before = fs::current_path();
  fs::current_path("/");
  const fs::path root = nn::repository_root(), iris = nn::find_data("iris.csv");
  fs::current_path(before);
  BOOST_TEST(fs::exists(root / "common" / "base" / "matrix.hpp"));
  BOOST_TEST(fs::equivalent(iris, root / "data" / "iris.csv"));
}

BOOST_AUTO_TEST_CASE(nn_root_and_nn_data_come_first) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path / "data");
  folder.write("data/only_here.csv", "a\n1\n");
  {
    const Environment root("NN_ROOT", folder.path.string());
    BOOST_TEST(nn::repository_root() == folder.path);
    BOOST_TEST(nn::find_data("only_here.csv") == folder.path / "data" / "only_here.csv");
  }
  folder.write("iris.csv", "a\n1\n");
  const Environment data("NN_DATA", folder.path.string());
  BOOST_TEST(nn::find_data("iris.csv") == folder.path / "iris.csv");
  BOOST_TEST(nn::find_data("data/only_here.csv") == folder.path / "data" / "only_here.csv");
}

BOOST_AUTO_TEST_CASE(missing_file_names_every_path_tried) {
  const TemporaryFolder folder;
  const Environment root("NN_ROOT", "/nowhere"), data("NN_DATA", folder.path.string());
  const std::string here = folder.path.string();
  BOOST_TEST(refusal([] { Table::read("iris2.csv"); }) ==
             "iris2.csv was not found (tried iris2.csv, " + here +
                 "/iris2.csv, /nowhere/data/iris2.csv)");
  BOOST_TEST(refusal([] { Table::read("/nowhere/iris.csv"); }) ==
             "/nowhere/iris.csv was not found (tried /nowhere/iris.csv)");
  BOOST_TEST(refusal([&] { Table::read(here); }) ==
             here + " is a folder, expected a file (tried " + here + ")");
  BOOST_TEST(refusal([] { Table::read(""); }) == "find_data: the name of the file is empty");
  BOOST_TEST(refusal([&] { nn::read_file(here); }) == here + " cannot be read: Is a directory");
  BOOST_TEST(refusal([&] { nn::read_file(here + "/x"); }) ==
             here + "/x cannot be read: No such file or directory");
}

BOOST_AUTO_TEST_CASE(file_is_read_byte_by_byte) {
  const TemporaryFolder folder;
  std::string bytes(3'000'000, '\0');  // several blocks
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 % 251);
  BOOST_TEST((nn::read_file(folder.write("bytes", bytes)) == bytes));
  BOOST_TEST(nn::read_file(folder.write("nothing", "")).empty());
}

// ---- One-hot, argmax ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(one_hot_and_back) {
  const Indices classes{2, 0, 1, 2};
  const Matrix Y = nn::one_hot(classes);
  BOOST_TEST(
      arma::approx_equal(Y, Matrix{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, "absdiff", 0));
  BOOST_TEST(list(nn::argmax_rows(Y)) == list(classes), per_element());
  BOOST_TEST(nn::one_hot(classes, 5).n_cols == 5u);
  BOOST_TEST(nn::shape_text(nn::one_hot(Indices{0})) == "(1, 1)");
  BOOST_TEST(refusal([&] { nn::one_hot(classes, 2); }) ==
             "one_hot: row 0 is class 2, expected 0 ... 1 (n_classes is 2)");
  BOOST_TEST(refusal([] { nn::one_hot(Indices{}); }) == "one_hot: there are no classes to encode");
  BOOST_TEST(refusal([] {
               nn::one_hot(Indices{0, arma::uword(-1)});
             }) ==
             "one_hot: the largest class is 18446744073709551615, expected numbers from 0 without "
             "gaps; give n_classes if that is meant");
}

BOOST_AUTO_TEST_CASE(argmax_takes_the_first_of_equals) {
  const Real infinity = std::numeric_limits<Real>::infinity();
  const Matrix P{{1, 3, 3}, {0, 0, 0}, {-1, -2, -1}, {-infinity, 5, infinity}};
  BOOST_TEST(list(nn::argmax_rows(P)) == (std::vector<arma::uword>{1, 0, 0, 2}), per_element());
  BOOST_TEST(nn::argmax_rows(Matrix(0, 3)).is_empty());
  BOOST_TEST(refusal([] { nn::argmax_rows(Matrix(3, 0)); }) == "argmax_rows: P has no columns");
  Matrix bad(2, 2, arma::fill::zeros);
  for (const arma::uword column : {0, 1}) {
    bad.zeros();
    bad(1, column) = std::numeric_limits<Real>::quiet_NaN();
    BOOST_TEST(refusal([&] { nn::argmax_rows(bad); }) ==
               nn::text("argmax_rows: P(1, %d) is nan", static_cast<int>(column)));
  }
}

// ---- Splits -------------------------------------------------------------------------------------

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

// The listing at the beginning of data/README.md.
BOOST_AUTO_TEST_CASE(the_lines_of_the_readme) {
  const nn::Table table = nn::Table::read("infert.csv");
  std::puts(table.summary().c_str());  // columns, types, ranges, how many values are missing
  const nn::Matrix X = table.numbers({"age", "parity", "induced", "spontaneous"});
  BOOST_TEST(X.n_rows == 248u);
  BOOST_TEST(X.n_cols == 4u);
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

// ---- Standardizer -------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(standardizer_by_hand) {
  const Matrix X{{1, 10}, {2, 20}, {3, 60}};
  Standardizer standardizer;
  const Matrix Z = standardizer.fit_transform(X);
  BOOST_TEST(standardizer.mean()[1] == 30);
  BOOST_TEST(standardizer.scale()[0] == std::sqrt(Real(2) / 3), tolerance(Real(rounding_error)));
  BOOST_TEST(Z(0, 0) == -std::sqrt(Real(1.5)), tolerance(Real(rounding_error)));
  BOOST_TEST(Z(1, 0) == 0);
  BOOST_TEST(arma::approx_equal(standardizer.inverse(Z), X, "reldiff", rounding_error));
  // Other rows by the same numbers.
  BOOST_TEST(standardizer.transform(Matrix{{4, 30}})(0, 1) == 0);
  const Standardizer restored(standardizer.mean(), standardizer.scale());
  BOOST_TEST(restored.transform(X)(2, 1) == Z(2, 1));
}

BOOST_AUTO_TEST_CASE(standardizer_of_creditcard_agrees_with_r) {
  const Matrix X = Table::read("creditcard.csv")
                       .numbers({"reports", "age", "income", "expenditure", "dependents", "months",
                                 "majorcards", "active"});
  const double means[] = {0.456406, 33.213103, 3.365376, 185.057071,
                          0.993935, 55.267627, 0.817286, 6.996967};
  const double deviations[] = {1.344757, 10.138938, 1.693260, 272.115707,
                               1.247272, 66.246619, 0.386432, 6.303421};
  const Standardizer standardizer = Standardizer().fit(X);
  for (arma::uword j = 0; j < 8; ++j) {
    BOOST_TEST(std::abs(standardizer.mean()[j] - means[j]) < 1e-6 * (1 + means[j]));  // 6 decimals
    BOOST_TEST(std::abs(standardizer.scale()[j] - deviations[j]) < 1e-6 * (1 + deviations[j]));
  }
}

BOOST_AUTO_TEST_CASE(standardizer_only_centres_a_constant) {
  Matrix X(1000, 3);
  X.col(0).fill(Real(0.1));  // whose sum is not exactly 100
  X.col(1) = arma::linspace<ColVector>(-1, 1, 1000);
  X.col(2).fill(0);
  Standardizer standardizer;
  const Matrix Z = standardizer.fit_transform(X);
  BOOST_TEST(standardizer.scale()[0] == 1);
  BOOST_TEST(arma::abs(Z.col(0)).max() == 0);
  BOOST_TEST(arma::abs(Z.col(2)).max() == 0);
  BOOST_TEST(standardizer.transform(Matrix{{Real(0.6), 0, 0}})(0, 0) == Real(0.5),
             tolerance(Real(rounding_error)));
}

BOOST_AUTO_TEST_CASE(standardizer_with_a_large_offset) {  // one pass of sums of squares would fail
  Matrix X(4, 1);
  for (arma::uword i = 0; i < 4; ++i) X(i, 0) = Real(4'000'000) + Real(i);
  Standardizer standardizer;
  standardizer.fit(X);
  BOOST_TEST(standardizer.scale()[0] == std::sqrt(Real(1.25)), tolerance(Real(rounding_error)));
}

BOOST_AUTO_TEST_CASE(standardizer_refuses) {
  Standardizer standardizer;
  const Matrix X{{1, 2}, {3, 4}};
  BOOST_TEST(refusal([&] { standardizer.transform(X); }) == "Standardizer: transform before fit");
  BOOST_TEST(refusal([&] { standardizer.inverse(X); }) == "Standardizer: inverse before fit");
  BOOST_TEST(refusal([&] {
               standardizer.fit(Matrix{{1, 2}});
             }) == "Standardizer: X has 1 row, a standard deviation needs at least 2");
  BOOST_TEST(refusal([&] { standardizer.fit(Matrix(0, 2)); }) ==
             "Standardizer: X has 0 rows, a standard deviation needs at least 2");
  BOOST_TEST(refusal([&] { standardizer.fit(Matrix(3, 0)); }) == "Standardizer: X has no columns");
  Matrix bad = X;
  bad(1, 0) = std::numeric_limits<Real>::quiet_NaN();
  BOOST_TEST(refusal([&] { standardizer.fit(bad); }) ==
             "Standardizer: X(1, 0) is nan, expected finite numbers");
  const Real huge = std::numeric_limits<Real>::max();
  if (sizeof(Real) == 8)
    BOOST_TEST(
        refusal([&] {
          standardizer.fit(ColVector{-huge, huge, huge});
        }) ==
        "Standardizer: column 0 runs from -1.79769e+308 to 1.79769e+308, which is beyond the "
        "range of the arithmetic");
  BOOST_TEST(standardizer.mean().is_empty());  // a refused fit leaves nothing behind
  standardizer.fit(X);
  BOOST_TEST(refusal([&] { standardizer.transform(Matrix(2, 3)); }) ==
             "Standardizer: X has 3 columns, expected 2");
  BOOST_TEST(refusal([&] { standardizer.inverse(Matrix(2, 3)); }) ==
             "Standardizer: Z has 3 columns, expected 2");
  BOOST_TEST(refusal([] {
               Standardizer(RowVector{1, 2}, RowVector{1});
             }) == "Standardizer: scale is (1, 1), expected (1, 2)");
  BOOST_TEST(refusal([] {
               Standardizer(RowVector{1, 2}, RowVector{1, 0});
             }) == "Standardizer: every scale must be more than 0, of at least one column");
}
