// Numbers and names in the tables beside the pictures.
#include "common/plot/csv_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace nn;

BOOST_AUTO_TEST_CASE(numbers_in_csv_read_back_the_same) {
  for (double value : {0.1, 1.0 / 3.0, -1e-300, 5e-324, 1.7976931348623157e308, 123456789.0, 0.0})
    BOOST_TEST(std::strtod(plotting::csv_number(value).c_str(), nullptr) == value);
  for (float value : {0.1f, 1.0f / 3.0f, 16777217.0f, 3.4028235e38f})
    BOOST_TEST(std::strtof(plotting::csv_number(value, true).c_str(), nullptr) == value);
  BOOST_TEST(plotting::csv_number(0.1) == "0.1");
  BOOST_TEST(plotting::csv_number(0.1f, true) == "0.1");
}

BOOST_AUTO_TEST_CASE(columns_stand_side_by_side_and_names_are_quoted) {
  using plotting::column, plotting::csv_columns;
  BOOST_TEST(csv_columns({column("x", {1, 0.5}), {"name, \"unit\"", "a,b", "c"}}) ==
             "x,\"name, \"\"unit\"\"\"\n1,\"a,b\"\n0.5,c\n");
  BOOST_TEST(csv_columns({column("x", {})}) == "x\n");
}
