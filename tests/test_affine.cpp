// The products of a layer against sums written out, and the transposition that they use.
#include "common/affine.hpp"

#include <boost/test/unit_test.hpp>

#include "common/transpose.hpp"
#include "tests/helpers.hpp"

using nn::Matrix;
using nn::Real;

namespace {

// start + sum over k of a(i, k) b(k, j), in double.
template <class A, class B>
double sum_of_products(std::size_t terms, double start, A a, B b) {
  for (std::size_t k = 0; k < terms; ++k) start += double(a(k)) * double(b(k));
  return start;
}

// The largest difference between M and f(i, j).
template <class Expected>
double largest_difference(const Matrix& M, Expected expected) {
  double largest = 0.0;
  for (std::size_t j = 0; j < M.n_cols; ++j)
    for (std::size_t i = 0; i < M.n_rows; ++i)
      largest = std::max(largest, std::abs(double(M(i, j)) - expected(i, j)));
  return largest;
}

// Sums of up to `terms` products of numbers around 1.
double tolerance(std::size_t terms) {
  return 40.0 * double(std::numeric_limits<Real>::epsilon()) * std::sqrt(double(terms) + 1.0);
}

}  // namespace

BOOST_AUTO_TEST_CASE(transposition_moves_every_number_once) {
  nn::Rng rng(1);
  for (const std::size_t rows : {1, 3, 8, 16, 17, 40})
    for (const std::size_t columns : {1, 5, 16, 33, 64}) {
      const Matrix M = rng.normal_matrix(rows, columns);
      const std::size_t stride = columns + 3;
      Matrix T(stride, rows, arma::fill::value(Real(7)));
      nn::transpose(M, T.memptr(), stride);
      const Matrix moved = T.head_rows(columns), beside = T.tail_rows(3);
      BOOST_TEST(arma::approx_equal(moved, M.st(), "absdiff", 0), rows << " x " << columns);
      BOOST_TEST(arma::all(arma::vectorise(beside) == Real(7)));
    }
}

BOOST_AUTO_TEST_CASE(the_three_products_of_a_layer) {
  nn::Rng rng(2);
  for (const std::size_t n : {1, 4, 15, 16, 17, 32, 40})
    for (const std::size_t d : {1, 2, 20, 37})
      for (const std::size_t m : {1, 3, 8, 11, 50}) {
        const Matrix X = rng.normal_matrix(n, d), W = rng.normal_matrix(d, m),
                     b = rng.normal_matrix(1, m), dZ = rng.normal_matrix(n, m);
        BOOST_TEST_CONTEXT("n " << n << ", d " << d << ", m " << m) {
          Matrix Z(n, m, arma::fill::value(Real(99)));
          for (const bool with_bias : {true, false}) {
            nn::affine(X, W, with_bias ? b : Matrix(), Z);
            BOOST_TEST(largest_difference(Z, [&](std::size_t i, std::size_t j) {
                         return sum_of_products(
                             d, with_bias ? double(b(0, j)) : 0.0, [&](auto k) { return X(i, k); },
                             [&](auto k) { return W(k, j); });
                       }) < tolerance(d));
          }
          nn::Gradient dW;
          dW.start(d, m);
          dW.matrix().fill(Real(99));  // the first contribution replaces, the second one adds
          for (const double times : {1.0, 2.0}) {
            nn::add_weight_gradient(X, dZ, dW);
            BOOST_TEST(largest_difference(dW.matrix(), [&](std::size_t k, std::size_t j) {
                         return times * sum_of_products(
                                            n, 0.0, [&](auto i) { return X(i, k); },
                                            [&](auto i) { return dZ(i, j); });
                       }) < 2 * tolerance(n));
          }
          Matrix dX(n, d, arma::fill::value(Real(99)));
          for (const double times : {1.0, 2.0}) {
            nn::add_input_gradient(dZ, W, times == 1.0, dX);
            BOOST_TEST(largest_difference(dX, [&](std::size_t i, std::size_t k) {
                         return times * sum_of_products(
                                            m, 0.0, [&](auto j) { return dZ(i, j); },
                                            [&](auto j) { return W(k, j); });
                       }) < 2 * tolerance(m));
          }
        }
      }
}

BOOST_AUTO_TEST_CASE(large_products_by_blas) {
  nn::Rng rng(3);
  const std::size_t n = 64, d = 1200, m = 1000;  // more than 2^26 multiplications
  const Matrix X = rng.normal_matrix(n, d), W = rng.normal_matrix(d, m),
               b = rng.normal_matrix(1, m);
  Matrix Z(n, m);
  nn::affine(X, W, b, Z);
  for (const std::size_t i : {0, 17, 63})
    for (const std::size_t j : {0, 500, 999}) {
      const double expected = sum_of_products(
          d, double(b(0, j)), [&](auto k) { return X(i, k); }, [&](auto k) { return W(k, j); });
      BOOST_TEST(std::abs(double(Z(i, j)) - expected) < tolerance(d));
    }
}

BOOST_AUTO_TEST_CASE(an_unwanted_gradient_is_left_alone) {
  nn::Gradient dW;
  dW.start(2, 2);
  dW.set_wanted(false);
  nn::add_weight_gradient(Matrix(4, 2, arma::fill::ones), Matrix(4, 2, arma::fill::ones), dW);
  BOOST_TEST(dW.first());
}
