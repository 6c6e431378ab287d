#include "common/data/splits.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace nn {

namespace {

using Rows = std::vector<arma::uword>;

// The rows of each class, by class number.
std::map<std::size_t, Rows> rows_by_class(const Indices& classes) {
  std::map<std::size_t, Rows> rows;
  for (arma::uword row = 0; row < classes.n_elem; ++row) rows[classes[row]].push_back(row);
  return rows;
}

// How many of n rows go to the test part: the nearest whole number that leaves both parts a row.
std::size_t test_rows(std::size_t n, double test_fraction) {
  const auto nearest = std::llround(static_cast<double>(n) * test_fraction);
  return std::clamp<std::size_t>(static_cast<std::size_t>(nearest), 1, n - 1);
}

void require_fraction(const char* who, double test_fraction) {
  if (!(test_fraction > 0.0 && test_fraction < 1.0))
    throw Error(
        text("%s: test_fraction is %g, expected more than 0 and less than 1", who, test_fraction));
}

// k splits whose test parts share out the groups: the largest first, each into the part that is
// smallest so far; the random order decides between groups of one size.
std::vector<Split> share_out(const std::vector<Rows>& groups, std::size_t k, Rng& rng) {
  Indices order = rng.permutation(groups.size());
  std::stable_sort(order.begin(), order.end(), [&](arma::uword a, arma::uword b) {
    return groups[a].size() > groups[b].size();
  });
  std::vector<Rows> folds(k);
  for (const arma::uword group : order) {
    Rows& smallest =
        *std::min_element(folds.begin(), folds.end(),
                          [](const Rows& a, const Rows& b) { return a.size() < b.size(); });
    smallest.insert(smallest.end(), groups[group].begin(), groups[group].end());
  }
  std::vector<Split> splits;
  for (const Rows& fold : folds) {
    Rows train;
    for (const Rows& other : folds)
      if (&other != &fold) train.insert(train.end(), other.begin(), other.end());
    splits.push_back({Indices(train), Indices(fold)});
    rng.shuffle(splits.back().train);
  }
  return splits;
}

}  // namespace

Split train_test_split(std::size_t n, double test_fraction, Rng& rng) {
  require_fraction("train_test_split", test_fraction);
  if (n < 2)
    throw Error(text("train_test_split: n is %zu, at least 2 rows are needed for two parts", n));
  const Indices order = rng.permutation(n);
  const std::size_t tests = test_rows(n, test_fraction);
  return {order.tail(n - tests), order.head(tests)};
}

Split stratified_split(const Indices& classes, double test_fraction, Rng& rng) {
  require_fraction("stratified_split", test_fraction);
  if (classes.is_empty()) throw Error("stratified_split: there are no rows");
  Rows train, test;
  for (const auto& [number, rows] : rows_by_class(classes)) {
    if (rows.size() < 2)
      throw Error(
          text("stratified_split: class %zu has one row, at least 2 are needed for two "
               "parts",
               number));
    Indices order(rows);
    rng.shuffle(order);
    const auto middle = order.begin() + test_rows(rows.size(), test_fraction);
    test.insert(test.end(), order.begin(), middle);
    train.insert(train.end(), middle, order.end());
  }
  Split split{Indices(train), Indices(test)};
  rng.shuffle(split.train);  // not class by class
  rng.shuffle(split.test);
  return split;
}

std::vector<Split> k_fold(std::size_t n, std::size_t k, Rng& rng) {
  if (k < 2 || k > n)
    throw Error(text("k_fold: k is %zu, expected at least 2 and at most the %zu rows", k, n));
  std::vector<Rows> single;
  for (std::size_t row = 0; row < n; ++row) single.push_back({row});
  return share_out(single, k, rng);
}

std::vector<Split> grouped_k_fold(const Indices& groups, std::size_t k, Rng& rng) {
  std::vector<Rows> members;
  for (const auto& [group, rows] : rows_by_class(groups)) members.push_back(rows);
  if (k < 2 || k > members.size())
    throw Error(text("grouped_k_fold: k is %zu, expected at least 2 and at most the %zu groups", k,
                     members.size()));
  return share_out(members, k, rng);
}

}  // namespace nn
