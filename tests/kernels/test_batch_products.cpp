// Sums of columns: against the same sums written out, for every size of the remainders.
#include "common/kernels/batch_products.hpp"

#include <boost/test/unit_test.hpp>

#include "common/base/random.hpp"
#include "tests/golden.hpp"

using nn::Matrix;
using nn::Real;

namespace {

#ifdef NN_FLOAT32
constexpr double kTolerance = 2e-6;
#else
constexpr double kTolerance = 1e-14;
#endif

// Pointers to the columns of M, in an order that is not that of the memory.
template <class Pointer, class Source>
std::vector<Pointer> scattered(Source& M, std::vector<std::size_t>& order, nn::Rng& rng) {
  nn::Indices places = rng.permutation(M.n_cols);
  std::vector<Pointer> columns;
  for (const arma::uword place : places) {
    order.push_back(place);
    columns.push_back(M.colptr(place));
  }
  return columns;
}

}  // namespace

BOOST_AUTO_TEST_CASE(weighted_columns) {
  nn::Rng rng(1);
  const std::size_t lanes = nn::vector_lanes;
  for (const std::size_t n : {lanes, lanes + 1, 2 * lanes - 1, 2 * lanes, 3 * lanes, 5 * lanes + 3})
    for (const std::size_t inputs : {1, 2, 9})
      for (std::size_t outputs = 1; outputs <= 13; ++outputs)
        for (const bool transposed : {false, true}) {
          Matrix X = rng.normal_matrix(n, inputs), Z = rng.normal_matrix(n, outputs);
          const Matrix W = rng.normal_matrix(inputs, outputs), W_t = W.t();
          std::vector<std::size_t> x_order, z_order;
          const auto x = scattered<const Real*>(X, x_order, rng);
          const auto z = scattered<Real*>(Z, z_order, rng);
          Matrix expected = Z;
          for (std::size_t f = 0; f < outputs; ++f)
            for (std::size_t k = 0; k < inputs; ++k)
              expected.col(z_order[f]) += X.col(x_order[k]) * W(k, f);
          const nn::WeightView w = transposed ? nn::WeightView{W_t.memptr(), outputs, 1}
                                              : nn::WeightView{W.memptr(), 1, inputs};
          nn::add_weighted_columns(x.data(), inputs, w, n, z.data(), outputs);
          BOOST_TEST(golden_error(Z, expected) < kTolerance,
                     "n " << n << ", " << inputs << " inputs, " << outputs << " outputs");

          const Matrix start = rng.normal_matrix(1, outputs);
          for (std::size_t f = 0; f < outputs; ++f) {
            expected.col(z_order[f]).fill(start[f]);
            for (std::size_t k = 0; k < inputs; ++k)
              expected.col(z_order[f]) += X.col(x_order[k]) * W(k, f);
          }
          nn::add_weighted_columns(x.data(), inputs, w, n, z.data(), outputs, start.memptr());
          BOOST_TEST(golden_error(Z, expected) < kTolerance,
                     "n " << n << ", " << inputs << " inputs, " << outputs << " outputs, start");
        }
}

BOOST_AUTO_TEST_CASE(dot_products) {
  nn::Rng rng(2);
  const std::size_t lanes = nn::vector_lanes;
  for (const std::size_t n : {lanes, lanes + 1, 2 * lanes - 1, 2 * lanes, 3 * lanes + 2})
    for (std::size_t inputs = 1; inputs <= 14; ++inputs)
      for (const std::size_t outputs : {1, 3, 4, 6})
        for (const std::size_t places : {1, 3}) {
          Matrix X = rng.normal_matrix(n, places * inputs),
                 Z = rng.normal_matrix(n, places * outputs);
          std::vector<std::size_t> x_order, z_order;
          const auto x = scattered<const Real*>(X, x_order, rng);
          const auto z = scattered<const Real*>(Z, z_order, rng);
          Matrix G = rng.normal_matrix(inputs, outputs), expected = G;
          for (std::size_t p = 0; p < places; ++p)
            for (std::size_t k = 0; k < inputs; ++k)
              for (std::size_t f = 0; f < outputs; ++f)
                expected(k, f) +=
                    arma::dot(X.col(x_order[p * inputs + k]), Z.col(z_order[p * outputs + f]));
          nn::add_dot_products(x.data(), inputs, z.data(), outputs, places, n, G.memptr());
          BOOST_TEST(golden_error(G, expected) < 2 * kTolerance, "n " << n << ", " << inputs
                                                                      << " x " << outputs << ", "
                                                                      << places << " places");
        }
}
