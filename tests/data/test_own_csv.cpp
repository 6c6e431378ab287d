// What own_csv learned from a file, saved and read again: a saved model sees the inputs that it was
// trained on.
#include "ch05_keras_style_api/own_csv.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/helpers.hpp"

BOOST_AUTO_TEST_CASE(saved_columns_give_the_same_inputs) {
  const TemporaryFolder folder;
  const nn::Table table = nn::Table::parse(  // seconds since 1970, which differ in the last digit
      "time,place\n1700000001,here\n1700000002,there\n1700000004,\"a, b\"\n1700000009,here\n");
  const Columns columns(table, {"time", "place"});
  columns.save(folder.path / "columns.csv");
  const Columns read(nn::Table::read((folder.path / "columns.csv").string()));
  BOOST_TEST(arma::approx_equal(read.numbers(table), columns.numbers(table), "absdiff", 0));
}
