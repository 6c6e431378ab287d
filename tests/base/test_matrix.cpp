// Shape, text, column views, and the wording of every refusal.
#include "common/base/shape.hpp"
#include "common/base/checks.hpp"
#include "common/base/matrix.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>

#include "tests/helpers.hpp"

using nn::Matrix, nn::Real, nn::Shape;

namespace {

// What an options struct of a layer looks like; the braces are those of a chapter program.
struct Options {
  Shape input_shape = {};
};

}  // namespace

BOOST_AUTO_TEST_CASE(precision_is_the_target_s) {
#ifdef NN_FLOAT32
  BOOST_TEST(sizeof(Real) == 4u);
#else
  BOOST_TEST(sizeof(Real) == 8u);
#endif
}

BOOST_AUTO_TEST_CASE(text_is_printf) {
  BOOST_TEST(nn::text("%d of %s, %.2f", 3, "four", 0.5) == "3 of four, 0.50");
  BOOST_TEST(nn::text("%s", "") == "");
  const std::string long_word(10'000, 'w');
  BOOST_TEST(nn::text("<%s>", long_word.c_str()) == "<" + long_word + ">");
}

// ---- Shape -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(shape_has_rank_sizes_and_size) {
  const Shape image(28, 28, 3);
  BOOST_TEST(image.rank() == 3u);
  BOOST_TEST(image[0] == 28u);
  BOOST_TEST(image[2] == 3u);
  BOOST_TEST(image.size() == 2352u);
  BOOST_TEST(image.str() == "(28, 28, 3)");
  BOOST_TEST(Shape(784).str() == "(784)");
  BOOST_TEST(Shape(5, 0, 2).size() == 0u);
}

BOOST_AUTO_TEST_CASE(shape_of_rank_0_is_one_number) {
  BOOST_TEST(Shape().rank() == 0u);
  BOOST_TEST(Shape().size() == 1u);
  BOOST_TEST(Shape().str() == "()");
}

BOOST_AUTO_TEST_CASE(shape_takes_any_integers_and_braces) {
  const std::size_t height = 4;
  const std::uint8_t width = 5;
  const long long channels = 6;
  BOOST_TEST((Shape(height, width, channels) == Shape(4, 5, 6)));
  BOOST_TEST((Shape(std::vector<std::size_t>{4, 5}) == Shape(4, 5)));
  BOOST_TEST(Options{.input_shape = {20}}.input_shape.str() == "(20)");
  const Options image{.input_shape = {28, 28, 1}};
  BOOST_TEST(image.input_shape.str() == "(28, 28, 1)");
  BOOST_TEST(Options{}.input_shape.rank() == 0u);
  BOOST_TEST((Shape(20) != Shape(20, 1)));
  BOOST_TEST((Shape(2, 3) != Shape(3, 2)));
  BOOST_TEST((Shape(1) != Shape()));
}

BOOST_AUTO_TEST_CASE(shape_refuses) {
  BOOST_TEST(refusal([] { Shape{28, -1}; }) == "Shape: a size cannot be negative, got -1");
  const std::size_t unsigned_minus_one = std::numeric_limits<std::size_t>::max();
  BOOST_TEST(refusal([&] { Shape{unsigned_minus_one}; }) ==
             "Shape: a size cannot be negative, got -1");
  BOOST_TEST(refusal([] { (void)Shape(28, 28)[2]; }) == "Shape (28, 28) has no axis 2");
  BOOST_TEST(refusal([] { (void)Shape()[0]; }) == "Shape () has no axis 0");
  const long long big = 1LL << 32;
  BOOST_TEST(refusal([&] { (void)Shape(big, big).size(); }) ==
             "Shape (4294967296, 4294967296): the number of its values overflows");
}

// ---- Views -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(columns_share_the_memory) {
  Matrix X{{1, 2, 3}, {4, 5, 6}};
  Matrix view = nn::columns(X, 1, 2);
  view(1, 0) = 50;
  BOOST_TEST(X(1, 1) == 50);
  BOOST_TEST(view.memptr() == X.colptr(1));
  const Matrix& constant = X;
  BOOST_TEST(nn::columns(constant, 2, 1)(0, 0) == 3);
  BOOST_TEST(nn::columns(X, 3, 0).n_cols == 0u);
  BOOST_TEST(refusal([&] { nn::columns(X, 2, 2); }) == "columns: 2 columns from 2 on, X has 3");
  BOOST_TEST(refusal([&] { nn::columns(constant, 4, 0); }) ==
             "columns: 0 columns from 4 on, X has 3");
}

// ---- Checks ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(require_shape_names_both_shapes) {
  const Matrix w(3, 1, arma::fill::zeros);
  BOOST_CHECK_NO_THROW(nn::require_shape("TLU", "w", w, 3, 1));
  BOOST_TEST(refusal([&] { nn::require_shape("TLU", "w", w, 2, 1); }) ==
             "TLU: w is (3, 1), expected (2, 1)");
  BOOST_TEST(refusal([&] { nn::require_shape("TLU", "w", w, 3, 2); }) ==
             "TLU: w is (3, 1), expected (3, 2)");
  BOOST_TEST(refusal([&] { nn::require_shape("TLU", "w", w.t().eval(), 3, 1); }) ==
             "TLU: w is (1, 3), expected (3, 1)");
  BOOST_TEST(nn::shape_text(nn::Indices(7)) == "(7, 1)");
}

BOOST_AUTO_TEST_CASE(require_columns_names_both_numbers) {
  const Matrix X(4, 5, arma::fill::zeros);
  BOOST_CHECK_NO_THROW(nn::require_columns("Dense", "X", X, 5));
  BOOST_TEST(refusal([&] { nn::require_columns("Dense", "X", X, 3); }) ==
             "Dense: X has 5 columns, expected 3");
  BOOST_TEST(refusal([&] { nn::require_columns("Dense", "X", X, 3, "W expects"); }) ==
             "Dense: X has 5 columns, W expects 3");
}

BOOST_AUTO_TEST_CASE(require_same_rows_names_both_arguments) {
  const Matrix X(4, 2, arma::fill::zeros), Y(3, 1, arma::fill::zeros), nothing(0, 2);
  BOOST_CHECK_NO_THROW(nn::require_same_rows("fit", X, X));
  BOOST_TEST(refusal([&] { nn::require_same_rows("fit", X, Y); }) ==
             "fit: X has 4 rows but Y has 3; there must be one target per sample");
  BOOST_TEST(refusal([&] { nn::require_same_rows("fit", X, Y, "inputs", "targets"); }) ==
             "fit: inputs has 4 rows but targets has 3; there must be one target per sample");
  BOOST_TEST(refusal([&] { nn::require_same_rows("fit", nothing, nothing); }) ==
             "fit: X has no rows");
}

BOOST_AUTO_TEST_CASE(require_finite_names_the_first) {
  const Real nan = std::numeric_limits<Real>::quiet_NaN();
  const Real infinity = std::numeric_limits<Real>::infinity();
  Matrix X(4, 2, arma::fill::ones);
  BOOST_CHECK_NO_THROW(nn::require_finite("fit", "X", X));
  BOOST_CHECK_NO_THROW(nn::require_finite("fit", "X", Matrix()));
  X(3, 0) = -infinity;
  BOOST_TEST(refusal([&] { nn::require_finite("fit", "X", X); }) ==
             "fit: X(3, 0) is -inf, expected finite numbers");
  X(2, 1) = nan;
  BOOST_TEST(refusal([&] { nn::require_finite("fit", "X", X); }) ==
             "fit: X(2, 1) is nan, expected finite numbers");
}
