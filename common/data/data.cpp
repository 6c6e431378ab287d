#include "common/data/data.hpp"

#include "common/base/checks.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

namespace nn {

namespace {

namespace fs = std::filesystem;

bool is_root(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "common" / "base" / "matrix.hpp", ignored);
}

// The first folder on the way up from `start` that is this repository; empty if there is none.
fs::path root_above(const fs::path& start) {
  for (fs::path folder = start; !folder.empty(); folder = folder.parent_path()) {
    if (is_root(folder)) return folder;
    if (folder == folder.root_path()) break;
  }
  return {};
}

fs::path program_path() {
#ifdef __APPLE__
  std::string buffer(4096, '\0');
  auto size = static_cast<std::uint32_t>(buffer.size());
  return _NSGetExecutablePath(buffer.data(), &size) == 0 ? fs::path(buffer.c_str()) : fs::path{};
#else
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored);
#endif
}

void require_fraction(const char* who, double test_fraction) {
  if (!(test_fraction > 0.0 && test_fraction < 1.0))
    throw Error(
        text("%s: test_fraction is %g, expected more than 0 and less than 1", who, test_fraction));
}

// How many of n rows go to the test part: the nearest whole number that leaves both parts a row.
std::size_t test_rows(std::size_t n, double test_fraction) {
  const auto nearest =
      static_cast<std::size_t>(std::llround(static_cast<double>(n) * test_fraction));
  return std::clamp<std::size_t>(nearest, 1, n - 1);
}

// The rows of each class, by class number.
std::map<arma::uword, std::vector<arma::uword>> rows_by_class(const Indices& classes) {
  std::map<arma::uword, std::vector<arma::uword>> rows;
  for (arma::uword row = 0; row < classes.n_elem; ++row) rows[classes[row]].push_back(row);
  return rows;
}

// One Split per fold: its rows are the test part, all other rows the training part.
std::vector<Split> splits_from_folds(const std::vector<std::vector<arma::uword>>& folds, Rng& rng) {
  std::vector<Split> splits;
  for (std::size_t fold = 0; fold < folds.size(); ++fold) {
    std::vector<arma::uword> train;
    for (std::size_t other = 0; other < folds.size(); ++other)
      if (other != fold) train.insert(train.end(), folds[other].begin(), folds[other].end());
    Split split{Indices(train), Indices(folds[fold])};
    rng.shuffle(split.train);
    splits.push_back(std::move(split));
  }
  return splits;
}

}  // namespace

// ---- Files -----------------------------------------------------------------------------------

fs::path repository_root() {
  if (const char* root = std::getenv("NN_ROOT"); root && *root) return root;
  if (is_root(NN_ROOT)) return NN_ROOT;  // the folder that CMake was given
  std::error_code ignored;
  const fs::path here = fs::current_path(ignored);
  for (const fs::path& start : {program_path().parent_path(), here})
    if (const fs::path root = root_above(start); !root.empty()) return root;
  return here;
}

fs::path find_data(const std::string& name) {
  if (name.empty()) throw Error("find_data: the name of the file is empty");
  std::vector<fs::path> places{name};
  if (fs::path(name).is_relative()) {
    if (const char* folder = std::getenv("NN_DATA"); folder && *folder)
      places.push_back(fs::path(folder) / name);
    places.push_back(repository_root() / "data" / name);
  }
  bool found_folder = false;
  std::string tried;
  for (const fs::path& place : places) {
    std::error_code ignored;
    if (fs::is_directory(place, ignored))
      found_folder = true;
    else if (fs::exists(place, ignored))
      return place;
    tried += (tried.empty() ? "" : ", ") + place.string();
  }
  throw Error(text("%s %s (tried %s)", name.c_str(),
                   found_folder ? "is a folder, expected a file" : "was not found", tried.c_str()));
}

std::string read_file(const fs::path& path) {
  constexpr std::size_t most = std::size_t{1} << 30, step = std::size_t{1} << 20;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  while (file && bytes.size() <= most) {  // as it comes: a pipe has no length
    const std::size_t before = bytes.size();
    bytes.resize(before + step);
    file.read(bytes.data() + before, static_cast<std::streamsize>(step));
    bytes.resize(before + static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof() || file.bad()) {
    if (bytes.size() > most) throw Error(path.string() + " is larger than 1 GiB");
    throw Error(path.string() + " cannot be read: " + std::strerror(errno ? errno : EIO));
  }
  return bytes;
}

// ---- Preparation -------------------------------------------------------------------------------

Matrix one_hot(const Indices& classes, std::size_t n_classes) {
  if (classes.is_empty()) throw Error("one_hot: there are no classes to encode");
  if (n_classes == 0) {
    // A label that is an identifier or -1 (2^64 - 1 as an index) would ask for a huge matrix.
    constexpr arma::uword most = 1'000'000;
    const arma::uword largest = classes.max();
    if (largest >= most)
      throw Error(
          text("one_hot: the largest class is %llu, expected numbers from 0 without gaps; "
               "give n_classes if that is meant",
               static_cast<unsigned long long>(largest)));
    n_classes = largest + 1;
  }
  Matrix Y(classes.n_elem, n_classes, arma::fill::zeros);
  for (arma::uword row = 0; row < classes.n_elem; ++row) {
    if (classes[row] >= n_classes)
      throw Error(text("one_hot: row %llu is class %llu, expected 0 ... %zu (n_classes is %zu)",
                       static_cast<unsigned long long>(row),
                       static_cast<unsigned long long>(classes[row]), n_classes - 1, n_classes));
    Y(row, classes[row]) = 1;
  }
  return Y;
}

Indices argmax_rows(const Matrix& P) {
  if (P.n_cols == 0) throw Error("argmax_rows: P has no columns");
  Indices best(P.n_rows, arma::fill::zeros);
  for (arma::uword row = 0; row < P.n_rows; ++row) {
    for (arma::uword column = 0; column < P.n_cols; ++column) {
      if (std::isnan(P(row, column)))
        throw Error(text("argmax_rows: P(%llu, %llu) is nan", static_cast<unsigned long long>(row),
                         static_cast<unsigned long long>(column)));
      if (P(row, column) > P(row, best[row])) best[row] = column;
    }
  }
  return best;
}

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
  std::vector<arma::uword> train, test;
  for (const auto& [number, rows] : rows_by_class(classes)) {
    if (rows.size() < 2)
      throw Error(
          text("stratified_split: class %llu has one row, at least 2 are needed for two parts",
               static_cast<unsigned long long>(number)));
    Indices order(rows);
    rng.shuffle(order);
    const std::size_t tests = test_rows(rows.size(), test_fraction);
    test.insert(test.end(), order.begin(), order.begin() + tests);
    train.insert(train.end(), order.begin() + tests, order.end());
  }
  Split split{Indices(train), Indices(test)};
  rng.shuffle(split.train);  // not class by class
  rng.shuffle(split.test);
  return split;
}

std::vector<Split> k_fold(std::size_t n, std::size_t k, Rng& rng) {
  if (k < 2 || k > n)
    throw Error(text("k_fold: k is %zu, expected at least 2 and at most the %zu rows", k, n));
  std::vector<std::vector<arma::uword>> folds(k);
  const Indices order = rng.permutation(n);
  for (std::size_t i = 0; i < n; ++i) folds[i % k].push_back(order[i]);
  return splits_from_folds(folds, rng);
}

std::vector<Split> grouped_k_fold(const Indices& groups, std::size_t k, Rng& rng) {
  std::vector<std::vector<arma::uword>> members;
  for (const auto& [group, rows] : rows_by_class(groups)) members.push_back(rows);
  if (k < 2 || k > members.size())
    throw Error(text("grouped_k_fold: k is %zu, expected at least 2 and at most the %zu groups", k,
                     members.size()));
  // The largest group first, each into the fold that is smallest so far; the random order decides
  // between groups of one size.
  Indices order = rng.permutation(members.size());
  std::stable_sort(order.begin(), order.end(), [&](arma::uword a, arma::uword b) {
    return members[a].size() > members[b].size();
  });
  std::vector<std::vector<arma::uword>> folds(k);
  for (const arma::uword group : order) {
    auto& smallest =
        *std::min_element(folds.begin(), folds.end(),
                          [](const auto& a, const auto& b) { return a.size() < b.size(); });
    smallest.insert(smallest.end(), members[group].begin(), members[group].end());
  }
  return splits_from_folds(folds, rng);
}

Standardizer::Standardizer(RowVector mean, RowVector scale)
    : mean_(std::move(mean)), scale_(std::move(scale)) {
  require_shape("Standardizer", "scale", scale_, 1, mean_.n_elem);
  require_finite("Standardizer", "mean", mean_);
  require_finite("Standardizer", "scale", scale_);
  if (mean_.is_empty() || scale_.min() <= 0)
    throw Error("Standardizer: every scale must be more than 0, of at least one column");
}

Standardizer& Standardizer::fit(const Matrix& X) {
  if (X.n_cols == 0) throw Error("Standardizer: X has no columns");
  if (X.n_rows < 2)
    throw Error(text("Standardizer: X has %s, a standard deviation needs at least 2",
                     X.n_rows == 0 ? "0 rows" : "1 row"));
  require_finite("Standardizer", "X", X);
  RowVector mean(X.n_cols), scale(X.n_cols);
  const auto n = static_cast<double>(X.n_rows);
  for (arma::uword j = 0; j < X.n_cols; ++j) {
    const Real* column = X.colptr(j);
    const auto [low, high] = std::minmax_element(column, column + X.n_rows);
    if (*low == *high) {  // constant: no rounding in the mean, nothing to divide by
      mean[j] = *low;
      scale[j] = 1;
      continue;
    }
    double sum = 0.0, squares = 0.0;  // in double also where Real is float
    for (arma::uword i = 0; i < X.n_rows; ++i) sum += static_cast<double>(column[i]);
    const double m = sum / n;
    for (arma::uword i = 0; i < X.n_rows; ++i) {
      const double deviation = static_cast<double>(column[i]) - m;
      squares += deviation * deviation;
    }
    mean[j] = static_cast<Real>(m);
    scale[j] = static_cast<Real>(std::sqrt(squares / n));
    if (!std::isfinite(mean[j]) || !std::isfinite(scale[j]) || scale[j] == 0)
      throw Error(
          text("Standardizer: column %llu runs from %g to %g, which is beyond the range of "
               "the arithmetic",
               static_cast<unsigned long long>(j), static_cast<double>(*low),
               static_cast<double>(*high)));
  }
  mean_ = std::move(mean);
  scale_ = std::move(scale);
  return *this;
}

Matrix Standardizer::transform(const Matrix& X) const {
  if (mean_.is_empty()) throw Error("Standardizer: transform before fit");
  require_columns("Standardizer", "X", X, mean_.n_elem);
  Matrix Z = X.each_row() - mean_;
  Z.each_row() /= scale_;
  return Z;
}

Matrix Standardizer::inverse(const Matrix& Z) const {
  if (mean_.is_empty()) throw Error("Standardizer: inverse before fit");
  require_columns("Standardizer", "Z", Z, mean_.n_elem);
  Matrix X = Z.each_row() % scale_;
  X.each_row() += mean_;
  return X;
}

}  // namespace nn
