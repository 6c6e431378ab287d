// The products of a layer against sums written out, and the transposition that they use.
#include "common/kernels/products.hpp"

#include <boost/test/unit_test.hpp>

#include "common/base/random.hpp"
#include "common/kernels/transpose.hpp"
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

// Sums of up to `terms` products of numbers around 1. The k-th partial sum is about sqrt(k) and is
// rounded by up to half an epsilon of that: all roundings together have a standard deviation of about
// terms epsilon / 5, for the sum here and for the one that is tested; 2 is seven of them.
double tolerance(std::size_t terms) {
  return double(std::numeric_limits<Real>::epsilon()) * (40.0 + 2.0 * double(terms));
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
          // The first writes over what was there, the second adds.
          Matrix dW(d, m, arma::fill::value(Real(99)));
          for (const double times : {1.0, 2.0}) {
            nn::multiply_At_B(X, dZ, dW, times == 2.0);
            BOOST_TEST(largest_difference(dW, [&](std::size_t k, std::size_t j) {
                         return times * sum_of_products(
                                            n, 0.0, [&](auto i) { return X(i, k); },
                                            [&](auto i) { return dZ(i, j); });
                       }) < 2 * tolerance(n));
          }
          Matrix dX(n, d, arma::fill::value(Real(99)));
          for (const double times : {1.0, 2.0}) {
            nn::multiply_A_Bt(dZ, W, dX, times == 2.0);
            BOOST_TEST(largest_difference(dX, [&](std::size_t i, std::size_t k) {
                         return times * sum_of_products(
                                            m, 0.0, [&](auto j) { return dZ(i, j); },
                                            [&](auto j) { return W(k, j); });
                       }) < 2 * tolerance(m));
          }
        }
      }
}

// Large products are computed in blocks, still larger ones by BLAS.
BOOST_AUTO_TEST_CASE(products_of_large_matrices) {
  nn::Rng rng(3);
  struct Size {
    std::size_t n, d, m;
  };
  for (const auto& [n, d, m] : {Size{64, 1200, 1000}, Size{600, 300, 70}, Size{1400, 1300, 1200}}) {
    const Matrix X = rng.normal_matrix(n, d), W = rng.normal_matrix(d, m),
                 b = rng.normal_matrix(1, m), dZ = rng.normal_matrix(n, m);
    Matrix Z(n, m), dX(n, d, arma::fill::value(Real(2)));
    Matrix dW(d, m);
    nn::affine(X, W, b, Z);
    nn::multiply_At_B(X, dZ, dW);
    nn::multiply_A_Bt(dZ, W, dX, true);
    // Every 61st row and column, and the last ones.
    const auto next = [](std::size_t i, std::size_t end) {
      return i + 61 < end ? i + 61 : i + 1 < end ? end - 1 : end;
    };
    double forward = 0.0, to_weights = 0.0, to_inputs = 0.0;
    for (std::size_t i = 0; i < n; i = next(i, n))
      for (std::size_t j = 0; j < m; j = next(j, m))
        forward = std::max(
            forward,
            std::abs(double(Z(i, j)) - sum_of_products(
                                           d, double(b(0, j)), [&](auto k) { return X(i, k); },
                                           [&](auto k) { return W(k, j); })));
    for (std::size_t k = 0; k < d; k = next(k, d))
      for (std::size_t j = 0; j < m; j = next(j, m))
        to_weights = std::max(to_weights, std::abs(double(dW(k, j)) -
                                                   sum_of_products(
                                                       n, 0.0, [&](auto i) { return X(i, k); },
                                                       [&](auto i) { return dZ(i, j); })));
    for (std::size_t i = 0; i < n; i = next(i, n))
      for (std::size_t k = 0; k < d; k = next(k, d))
        to_inputs = std::max(
            to_inputs, std::abs(double(dX(i, k)) - sum_of_products(
                                                       m, 2.0, [&](auto j) { return dZ(i, j); },
                                                       [&](auto j) { return W(k, j); })));
    BOOST_TEST_CONTEXT(n << " x " << d << " x " << m) {
      BOOST_TEST(forward < tolerance(d));
      BOOST_TEST(to_weights < tolerance(n));
      BOOST_TEST(to_inputs < tolerance(m));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_product_and_a_sum_of_rows_written_and_added) {
  nn::Rng rng(4);
  for (const std::size_t n : {1, 4, 17, 40})
    for (const std::size_t d : {1, 2, 37})
      for (const std::size_t m : {1, 3, 11, 50}) {
        const Matrix A = rng.normal_matrix(n, d), B = rng.normal_matrix(d, m);
        Matrix C(n, m, arma::fill::value(Real(99))), s(1, d, arma::fill::value(Real(99)));
        for (const double times : {1.0, 2.0}) {
          nn::multiply(A, B, C, times == 2.0);
          nn::sum_of_rows(A, s, times == 2.0);
          BOOST_TEST_CONTEXT("n " << n << ", d " << d << ", m " << m << ", times " << times) {
            BOOST_TEST(largest_difference(C, [&](std::size_t i, std::size_t j) {
                         return times * sum_of_products(
                                            d, 0.0, [&](auto k) { return A(i, k); },
                                            [&](auto k) { return B(k, j); });
                       }) < 2 * tolerance(d));
            BOOST_TEST(largest_difference(s, [&](std::size_t, std::size_t k) {
                         return times * sum_of_products(
                                            n, 0.0, [&](auto i) { return A(i, k); },
                                            [](auto) { return 1.0; });
                       }) < 2 * tolerance(n));
          }
        }
      }
}
