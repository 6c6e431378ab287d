// Data sets: CSV and IDX readers, one-hot, splits and folds, the Standardizer, and toy sets.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/shape.hpp"
#include "common/base/matrix.hpp"
#include "common/base/random.hpp"

namespace nn {

// ---- Files -----------------------------------------------------------------------------------

// The folder of this repository: $NN_ROOT, else where it was built, else upwards from the program
// and the working directory to a folder that holds common/base/matrix.hpp; else the working directory.
std::filesystem::path repository_root();

// The path of a data file: as given, below $NN_DATA, below data/ of the repository. Throws an Error
// that names every path tried, and for a folder.
std::filesystem::path find_data(const std::string& name);

// The bytes of a file, at most 1 GiB. Throws an Error that names the path and the reason.
std::string read_file(const std::filesystem::path& path);

struct CsvOptions {
  char separator = '\0';  // '\0': found from the first line: , ; tab or |
  bool header = true;     // false: the columns are named "1", "2" ...
};

// A table of text cells with named columns, read whole. Quoted fields (RFC 4180), CRLF and a UTF-8
// mark at the start are understood; blank lines and blanks around a field are dropped. A file that
// is empty, binary or not UTF-8, and a row with too few or too many fields, are refused with their
// line number.
class Table {
 public:
  static Table read(const std::string& name, CsvOptions options = {});  // by find_data
  static Table parse(std::string_view csv, const std::string& name = "CSV",
                     CsvOptions options = {});

  std::size_t rows() const { return lines_.size(); }
  const std::vector<std::string>& columns() const { return columns_; }
  bool has(const std::string& column) const;

  // A column's text; empty, NA, N/A, NaN, null and ? are missing (in capitals or not).
  std::vector<std::string> texts(const std::string& column) const;
  bool numeric(const std::string& column) const;         // there are values, and all are numbers
  std::size_t missing(const std::string& column) const;  // how many values are missing

  // Columns as numbers (rows x columns given). Refuses a text or a missing value with its line:
  //   iris.csv line 7: Petal.Width is "wide", expected a number
  Matrix numbers(const std::vector<std::string>& columns) const;
  Matrix numbers(std::initializer_list<std::string> columns) const;  // numbers({"age", "income"})
  ColVector numbers(const std::string& column) const;

  // A column as class numbers 0, 1, 2 ... in the order of `names`; empty `names`: filled in order
  // of first appearance. Refuses a missing value, and one that is not among the names given.
  Indices classes(const std::string& column, std::vector<std::string>& names) const;

  // The rows in which none of these columns (none given: of all columns) is missing.
  Table complete(const std::vector<std::string>& columns = {}) const;

  // One line per column: its name, whether it holds numbers, their range, how many are missing.
  std::string summary() const;

 private:
  std::size_t index(const std::string& column) const;
  std::string_view cell(std::size_t row, std::size_t column) const;
  Real number(std::size_t row, std::size_t column) const;
  std::string number_range(const std::string& column) const;
  std::string first_texts(const std::string& column) const;

  std::string name_;
  std::vector<std::string> columns_;
  std::string cells_;               // the text of all cells, row by row, one after the other
  std::vector<std::size_t> ends_;   // where each cell ends there
  std::vector<std::size_t> lines_;  // of each row: the line of the file where it begins, from 1
};

// An IDX file (MNIST's format) of unsigned bytes, plain or gzip: one row per item, values as stored
// (0 ... 255). Refuses a file whose length is not the one that its header promises, and one of more
// than 1 GiB unpacked.
struct Idx {
  Matrix values;  // items x (product of the other sizes)
  Shape shape;    // of one item: (28, 28); () for labels
};
Idx read_idx(const std::string& name);                                        // by find_data
Idx parse_idx(std::string_view bytes, const std::string& name = "IDX data");  // a file's contents

// ---- The data sets of the notes ----------------------------------------------------------------

struct Dataset {
  Matrix X;
  Indices y;  // class of each row
  std::vector<std::string> feature_names;
  std::vector<std::string> class_names;
};
Dataset load_iris();    // 150 x 4, three species, in the file's order
Dataset load_digits();  // 1797 x 64, pixels / 16

// Fashion-MNIST, 60000 and 10000 x 784, pixels / 255: from $NN_DATA, data/fashion-mnist/ or the
// folder of Debian's package dataset-fashion-mnist. Refuses files that are not this data set.
struct ImageSets {
  Dataset train, test;
};
bool have_fashion_mnist();
ImageSets load_fashion_mnist();

// ---- Toy sets, n points in the plane -----------------------------------------------------------
// The classes take turns (0, 1, 0, 1 ...), so that a cut without shuffling is harmless. `noise` and
// `spread` are standard deviations.

enum class Gate { AND, OR, NAND, NOR, XOR };
Dataset gate(Gate which);  // 4 x 2, inputs 0/1, in the order 00 01 10 11
Dataset two_moons(std::size_t n, Rng& rng, double noise = 0.1);
Dataset circles(std::size_t n, Rng& rng, double noise = 0.05, double inner_radius = 0.5);
Dataset spirals(std::size_t n, Rng& rng, double noise = 0.05, double turns = 1.5);
Dataset xor_blobs(std::size_t n, Rng& rng, double noise = 0.15);  // at (+-0.5, +-0.5)
Dataset gaussian_blobs(std::size_t n, std::size_t classes, Rng& rng, double spread = 0.3);

// ---- Preparation -------------------------------------------------------------------------------

Matrix one_hot(const Indices& classes, std::size_t n_classes = 0);  // 0: largest class + 1
Indices argmax_rows(const Matrix& P);  // the column of each row's maximum, the first of equals

struct Split {
  Indices train, test;  // row numbers, in random order
};

// n rows in two parts; the test part has n * test_fraction rows, rounded, and each at least one.
Split train_test_split(std::size_t n, double test_fraction, Rng& rng);

// The same within every class, so that both parts have the classes in the same proportion.
Split stratified_split(const Indices& classes, double test_fraction, Rng& rng);

// k splits; every row is in one test part, and their sizes differ by one at most.
std::vector<Split> k_fold(std::size_t n, std::size_t k, Rng& rng);

// k splits that keep the rows of a group together; the sizes are as equal as whole groups allow.
std::vector<Split> grouped_k_fold(const Indices& groups, std::size_t k, Rng& rng);

// (x - mean) / standard deviation of each column, by the training rows' population statistics
// (divided by n, not n - 1). A constant column is only centred.
class Standardizer {
 public:
  Standardizer() = default;
  Standardizer(RowVector mean, RowVector scale);  // as mean() and scale() of one that was saved

  Standardizer& fit(const Matrix& X);
  Matrix transform(const Matrix& X) const;
  Matrix fit_transform(const Matrix& X) { return fit(X).transform(X); }
  Matrix inverse(const Matrix& Z) const;
  const RowVector& mean() const { return mean_; }
  const RowVector& scale() const { return scale_; }

 private:
  RowVector mean_, scale_;
};

}  // namespace nn
