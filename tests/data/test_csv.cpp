// CSV: what a Table understands and what it refuses, with the sentence.
#include "common/data/csv.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/helpers.hpp"

using boost::test_tools::per_element;
using nn::Indices, nn::Matrix, nn::Real, nn::Table;
using namespace std::string_literals;  // "..."s keeps a NUL

namespace {

std::string parsing(const std::string& csv, nn::CsvOptions options = {}) {
  return refusal([&] { Table::parse(csv, "x.csv", options); });
}

}  // namespace

// ---- What is understood -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(csv_has_rows_columns_and_types) {
  const Table table = Table::parse("name,height,year\nAda,1.65,1815\nAlan,NA,1912\n");
  BOOST_TEST(table.rows() == 2u);
  BOOST_TEST(table.columns() == (std::vector<std::string>{"name", "height", "year"}),
             per_element());
  BOOST_TEST(table.has("year"));
  BOOST_TEST(!table.has("Year"));
  BOOST_TEST(!table.numeric("name"));
  BOOST_TEST(table.numeric("height"));
  BOOST_TEST(table.missing("height") == 1u);
  BOOST_TEST(table.missing("year") == 0u);
  BOOST_TEST(table.texts("name") == (std::vector<std::string>{"Ada", "Alan"}), per_element());
  BOOST_TEST(table.numbers("year")[1] == 1912);
}

BOOST_AUTO_TEST_CASE(csv_columns_in_the_order_asked_for) {
  const Table table = Table::parse("a,b,c\n1,2,3\n4,5,6\n");
  const Matrix X = table.numbers({"c", "a"});
  BOOST_TEST(row(X, 0) == (std::vector<double>{3, 1}), per_element());
  BOOST_TEST(row(X, 1) == (std::vector<double>{6, 4}), per_element());
  BOOST_TEST(table.numbers({"b"}).n_cols == 1u);
}

BOOST_AUTO_TEST_CASE(csv_separators_are_found) {
  for (const std::string separator : {",", ";", "\t", "|"}) {
    const Table table =
        Table::parse("a" + separator + "b\n1" + separator + "2.5\n" + separator + "7\n");
    BOOST_TEST(table.columns().size() == 2u);
    BOOST_TEST(table.numbers("b")[0] == Real(2.5));
    BOOST_TEST(table.missing("a") == 1u);
  }
  // What is quoted does not count, nor does a blank line before the header.
  BOOST_TEST(Table::parse("\t\t\t\n\"a,b,c\";d\n1;2\n").columns().size() == 2u);
  BOOST_TEST(Table::parse("a b\n1 2\n", "CSV", {.separator = ' '}).numbers("b")[0] == 2);
  BOOST_TEST(Table::parse("a;b\n1,5;2\n", "CSV", {.separator = ';'}).texts("a")[0] == "1,5");
}

BOOST_AUTO_TEST_CASE(csv_quotes_follow_rfc_4180) {
  const Table table = Table::parse(
      "id,\"say, what\"\n"
      "1,\"he said \"\"no\"\"\"\n"
      "2,\"two\nlines\"\n"
      "3,\"\"\n"
      "4,C:\\new\\table\n"
      "5,6\" pipe\n"
      "6, \"after a blank\" \n");
  const std::vector<std::string> expected{"he said \"no\"", "two\nlines", "",
                                          "C:\\new\\table", "6\" pipe",   "after a blank"};
  BOOST_TEST(table.texts("say, what") == expected, per_element());
  BOOST_TEST(table.missing("say, what") == 1u);
}

BOOST_AUTO_TEST_CASE(csv_of_every_system_reads_the_same) {
  for (const std::string& csv :
       {"a,b\n1,x\n2,y\n"s, "a,b\r\n1,x\r\n2,y\r\n"s, "a,b\r1,x\r2,y"s, "a,b\n1,x\n2,y"s,
        "\xEF\xBB\xBF"
        "a,b\n1,x\n2,y\n"s,
        "\n\n a , b\n\n1 ,\tx\n  \n2,y  \n\n\n"s, "\"a\",\"b\"\r\n\"1\",\"x\"\r\n\"2\",\"y\""s}) {
    const Table table = Table::parse(csv);
    BOOST_TEST(table.columns() == (std::vector<std::string>{"a", "b"}), per_element());
    BOOST_TEST(table.numbers("a")[1] == 2);
    BOOST_TEST(table.texts("b") == (std::vector<std::string>{"x", "y"}), per_element());
  }
}

BOOST_AUTO_TEST_CASE(csv_without_header) {
  const Table table = Table::parse("5.1,setosa\n4.9,setosa\n", "CSV", {.header = false});
  BOOST_TEST(table.rows() == 2u);
  BOOST_TEST(table.columns() == (std::vector<std::string>{"1", "2"}), per_element());
  BOOST_TEST(table.numbers("1")[0] == Real(5.1));
}

BOOST_AUTO_TEST_CASE(csv_numbers_are_decimal_numbers) {
  const std::vector<std::pair<std::string, double>> good{
      {"1", 1.0},      {"-2.5", -2.5}, {"+3", 3.0},     {".5", 0.5},  {"5.", 5.0},
      {"1e3", 1000.0}, {"1E-3", 1e-3}, {"-1e+2", -100}, {"007", 7.0}, {"1e-9999", 0.0}};
  for (const auto& [word, number] : good)
    BOOST_TEST(Table::parse("a\n" + word + "\n").numbers("a")[0] == static_cast<Real>(number));
  for (const std::string word : {"inf", "-inf", "Infinity", "0x1F", "1e", "e5", "1.2.3", "+-1",
                                 "--1", "+", "-", ".", "1 2", "12a", "1'000", "TRUE", "nan(1)"}) {
    BOOST_TEST(!Table::parse("a\n" + word + "\n").numeric("a"));
    BOOST_TEST(refusal([&] { Table::parse("a\n" + word + "\n", "x.csv").numbers("a"); }) ==
               "x.csv line 2: a is \"" + word + "\", expected a number");
  }
}

BOOST_AUTO_TEST_CASE(csv_one_row_and_one_column_are_enough) {
  const Table table = Table::parse("a\n7");
  BOOST_TEST(table.rows() == 1u);
  BOOST_TEST(table.numbers("a")[0] == 7);
  std::vector<std::string> names;
  BOOST_TEST(table.classes("a", names)[0] == 0u);
}

BOOST_AUTO_TEST_CASE(csv_classes) {
  const Table table = Table::parse("k\nred\ngreen\nred\nblue\n", "x.csv");
  std::vector<std::string> names;
  BOOST_TEST(list(table.classes("k", names)) == (std::vector<arma::uword>{0, 1, 0, 2}),
             per_element());
  BOOST_TEST(names == (std::vector<std::string>{"red", "green", "blue"}), per_element());
  names = {"blue", "green", "red"};
  BOOST_TEST(list(table.classes("k", names)) == (std::vector<arma::uword>{2, 1, 2, 0}),
             per_element());
  names = {"red", "green"};
  BOOST_TEST(refusal([&] { table.classes("k", names); }) ==
             "x.csv line 5: k is \"blue\", expected one of red, green");
  names = {"red", "red"};
  BOOST_TEST(refusal([&] { table.classes("k", names); }) == "x.csv: two classes are named \"red\"");
  const Table gap = Table::parse("k,l\nred,1\n,2\n", "x.csv");
  names.clear();
  BOOST_TEST(refusal([&] { gap.classes("k", names); }) ==
             "x.csv line 3: k is missing, expected a class (complete() leaves such rows out)");
  BOOST_TEST(names.empty());
}

BOOST_AUTO_TEST_CASE(csv_missing_values_can_be_left_out) {
  const Table table = Table::parse(
      "a,b,c\n"
      "\n"
      "1,2,x\n"
      "NA,3,y\n"
      "4,?,z\n"
      "5,6,\n"
      "7,n/a,\"\"\n"
      "8,NaN,null\n",
      "x.csv");
  BOOST_TEST(table.missing("a") == 1u);
  BOOST_TEST(table.missing("b") == 3u);
  BOOST_TEST(table.missing("c") == 3u);
  BOOST_TEST(table.complete().rows() == 1u);
  const Table some = table.complete({"a", "b"});
  BOOST_TEST(some.rows() == 2u);
  BOOST_TEST(row(some.numbers({"a", "b"}), 1) == (std::vector<double>{5, 6}), per_element());
  // Line numbers are still those of the file.
  BOOST_TEST(refusal([&] { some.numbers("c"); }) == "x.csv line 3: c is \"x\", expected a number");
  BOOST_TEST(refusal([&] { table.numbers("b"); }) ==
             "x.csv line 5: b is missing, expected a number (3 of 6 values of this column are "
             "missing; complete() leaves such rows out)");
  BOOST_TEST(refusal([] { Table::parse("a\n?\n", "x.csv").complete(); }) ==
             "x.csv: every row has a missing value");
  BOOST_TEST(!Table::parse("a\n?\n").numeric("a"));
}

BOOST_AUTO_TEST_CASE(csv_summary_is_a_table) {
  const Table table = Table::parse(
      "나이,kind,weight\n30,a,1.5\n21,b,\n44,c,-2\n25,d,3\n26,e,4\n27,f,5\n", "people.csv");
  BOOST_TEST(table.summary() ==
             "people.csv: 6 rows, 3 columns\n"
             "column  type    missing  values\n"
             "나이    number        0  21 ... 44\n"
             "kind    text          0  \"a\", \"b\", \"c\", \"d\", \"e\", ...\n"
             "weight  number        1  -2 ... 5\n");
}

// The listing at the beginning of data/README.md.
BOOST_AUTO_TEST_CASE(the_lines_of_the_readme) {
  const nn::Table table = nn::Table::read("infert.csv");
  std::puts(table.summary().c_str());  // columns, types, ranges, how many values are missing
  const nn::Matrix X = table.numbers({"age", "parity", "induced", "spontaneous"});
  BOOST_TEST(X.n_rows == 248u);
  BOOST_TEST(X.n_cols == 4u);
}

// ---- What is refused ----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(csv_refuses_what_is_no_table) {
  for (const std::string csv : {"", "\n", "\xEF\xBB\xBF", "  \r\n\r\n"})
    BOOST_TEST(parsing(csv) == "x.csv is empty");
  BOOST_TEST(parsing("a,b") == "x.csv has a header line but no rows");
  BOOST_TEST(parsing("a,b\n\n") == "x.csv has a header line but no rows");
  BOOST_TEST(parsing("", {.header = false}) == "x.csv is empty");
  BOOST_TEST(parsing("a,b\n1,2\0,3\n"s) ==
             "x.csv line 2: byte 0x00 does not occur in text; this is not a CSV file");
  BOOST_TEST(parsing("\x89PNG\r\n\x1a\n") ==
             "x.csv line 1: byte 0x89 is not UTF-8; save the file again as \"CSV UTF-8\"");
  BOOST_TEST(parsing("PK\x03\x04") ==  // an .xlsx
             "x.csv line 1: byte 0x03 does not occur in text; this is not a CSV file");
  BOOST_TEST(parsing("\xFF\xFE"
                     "a\0"s) ==
             "x.csv is in UTF-16, expected UTF-8; save it again as \"CSV UTF-8\"");
  BOOST_TEST(parsing("a\n\xB3\xAA\xC0\xCC\n") ==  // Korean as Excel's plain CSV has it, CP949
             "x.csv line 2: byte 0xb3 is not UTF-8; save the file again as \"CSV UTF-8\"");
}

BOOST_AUTO_TEST_CASE(csv_takes_utf_8_and_nothing_else) {
  for (const std::string good :
       {"\xC2\x80", "\xEB\x82\x98", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"})
    BOOST_TEST(Table::parse("a\n" + good + "\n").texts("a")[0] == good);
  for (const std::string bad : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                                "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF8", "\xE3\x81", "\xC3"})
    BOOST_TEST(parsing("a\n" + bad).find("is not UTF-8") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(csv_refuses_rows_of_another_length) {
  BOOST_TEST(parsing("a,b,c\n1,2,3\n4,5\n") ==
             "x.csv line 3 has 2 fields, expected 3 as in the first line");
  BOOST_TEST(parsing("a,b,c\n\n1,2,3,4\n") ==
             "x.csv line 3 has 4 fields, expected 3 as in the first line");
  BOOST_TEST(parsing("a,b\n\"1\n\n\",2\n3\n") ==  // the line break in quotes counts
             "x.csv line 5 has 1 field, expected 2 as in the first line");
  BOOST_TEST(parsing("1,2\n3\n", {.header = false}) ==
             "x.csv line 2 has 1 field, expected 2 as in the first line");
}

BOOST_AUTO_TEST_CASE(csv_refuses_broken_quotes) {
  BOOST_TEST(parsing("a,b\n1,2\n3,\"4\n5,6\n") ==
             "x.csv line 3: a quote is opened here and never closed");
  BOOST_TEST(parsing("a,b\n1,\"2\"3\n") ==
             "x.csv line 2: text follows a closing quote; write \"\" for a quote inside a quoted "
             "field");
  for (const char separator : {'"', '\n', '\r'})
    BOOST_TEST(parsing("a,b\n1,2\n", {.separator = separator}) ==
               "x.csv: a quote or a line end cannot be the separator");
}

BOOST_AUTO_TEST_CASE(csv_refuses_columns_that_are_not_there) {
  BOOST_TEST(parsing("a,b,a\n1,2,3\n") == "x.csv line 1: two columns are named \"a\"");
  const Table table = Table::parse("a,b\n1,2\n", "x.csv");
  const std::string sentence = "x.csv has no column \"B\", its columns are a, b";
  std::vector<std::string> names;
  BOOST_TEST(refusal([&] { table.numbers({"a", "B"}); }) == sentence);
  BOOST_TEST(refusal([&] { table.numbers("B"); }) == sentence);
  BOOST_TEST(refusal([&] { table.texts("B"); }) == sentence);
  BOOST_TEST(refusal([&] { table.classes("B", names); }) == sentence);
  BOOST_TEST(refusal([&] { (void)table.missing("B"); }) == sentence);
  BOOST_TEST(refusal([&] { (void)table.numeric("B"); }) == sentence);
  BOOST_TEST(refusal([&] { table.complete({"B"}); }) == sentence);
  BOOST_TEST(refusal([&] { table.numbers(std::vector<std::string>{}); }) ==
             "x.csv: no columns were named");
  BOOST_TEST(
      refusal([] { Table::read("digits.csv").texts("pixel"); }) ==
      "digits.csv has no column \"pixel\", its columns are p00, p01, p02, p03, p04, p05, p06, "
      "p07, p10, p11, p12, p13, p14, p15, p16, p17, p20, p21, p22, p23 ... (65 in all)");
}

BOOST_AUTO_TEST_CASE(csv_refuses_values_that_are_no_numbers) {
  const Table table = Table::parse("Petal.Width,Species\n0.2,setosa\nwide,setosa\n", "iris.csv");
  BOOST_TEST(refusal([&] { table.numbers("Petal.Width"); }) ==
             "iris.csv line 3: Petal.Width is \"wide\", expected a number");
  BOOST_TEST(refusal([] { Table::parse("a\n1e999\n", "x.csv").numbers("a"); }) ==
             nn::text("x.csv line 2: a is \"1e999\", too large for float%zu", 8 * sizeof(Real)));
#ifdef NN_FLOAT32
  BOOST_TEST(refusal([] { Table::parse("a\n-1e39\n", "x.csv").numbers("a"); }) ==
             "x.csv line 2: a is \"-1e39\", too large for float32");
#else
  BOOST_TEST(Table::parse("a\n-1e39\n").numbers("a")[0] == -1e39);
#endif
  // A long value is shortened between two characters, and stays on one line.
  const std::string korean(60, '\0');
  std::string long_value = "x\n";
  for (int i = 0; i < 30; ++i) long_value += "가";
  BOOST_TEST(refusal([&] { Table::parse("a\n\"" + long_value + "\"\n", "x.csv").numbers("a"); }) ==
             "x.csv line 2: a is \"x 가가가가가가가가가가가가...\", expected a number");
}
