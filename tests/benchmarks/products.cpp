#include "tests/benchmarks/products.hpp"

#include <algorithm>
#include <armadillo>

#include "tests/benchmarks/stopwatch.hpp"

extern "C" {
char* openblas_get_config() __attribute__((weak));
char* openblas_get_corename() __attribute__((weak));
void openblas_set_num_threads(int) __attribute__((weak));
}

std::vector<Product> products_of_layer(std::size_t n, std::size_t d, std::size_t m, bool is_first) {
  std::vector<Product> products{{n, m, d}, {d, m, n}};
  if (!is_first) products.push_back({n, d, m});
  return products;
}

ProductsByBlas::ProductsByBlas(const std::vector<Product>& products) {
  for (const Product& p : products) {
    products_.push_back({p, 0, std::vector<float>(p.rows * p.inner, 0.5F),
                         std::vector<float>(p.inner * p.columns, 0.25F),
                         std::vector<float>(p.rows * p.columns)});
    products_.back().orientation = best_orientation(products_.back());
  }
}

// Orientation: bit 0: A is stored as its transpose, bit 1: B is, bit 2: C is, as C' = B'A'.
void ProductsByBlas::multiply(Stored& s) {
  const bool C_transposed = s.orientation & 4;
  const bool A_transposed = bool(s.orientation & 1), B_transposed = bool(s.orientation & 2);
  using Size = arma::blas_int;
  const auto rows = Size(s.product.rows), columns = Size(s.product.columns),
             inner = Size(s.product.inner);
  const Size lda = A_transposed ? inner : rows, ldb = B_transposed ? columns : inner;
  const char no = 'N', yes = 'T';
  const float one = 1, zero = 0;
  if (C_transposed)
    arma::blas::gemm<float>(B_transposed ? &no : &yes, A_transposed ? &no : &yes, &columns, &rows,
                            &inner, &one, s.B.data(), &ldb, s.A.data(), &lda, &zero, s.C.data(),
                            &columns);
  else
    arma::blas::gemm<float>(A_transposed ? &yes : &no, B_transposed ? &yes : &no, &rows, &columns,
                            &inner, &one, s.A.data(), &lda, s.B.data(), &ldb, &zero, s.C.data(),
                            &rows);
}

int ProductsByBlas::best_orientation(Stored& s) {
  const int repeats =
      int(std::clamp(2e7 / (s.product.operations() / double(s.product.times)), 1.0, 1e4));
  int best = 0;
  double least = 1e9;
  for (int round = 0; round < 3; ++round)
    for (int orientation = 0; orientation < 8; ++orientation) {
      s.orientation = orientation;
      const Stopwatch watch;
      for (int i = 0; i < repeats; ++i) multiply(s);
      if (watch.seconds() < least) {
        least = watch.seconds();
        best = orientation;
      }
    }
  return best;
}

double ProductsByBlas::seconds_per_step(double seconds) {
  const Stopwatch watch;
  double now = 0.0;
  long steps = 0;
  // The clock is looked at once in a hundredth of the time.
  for (long block = 1; now < seconds; block = now < seconds / 100 ? 2 * block : block) {
    for (long step = 0; step < block; ++step)
      for (Stored& stored : products_)
        for (std::size_t i = 0; i < stored.product.times; ++i) multiply(stored);
    steps += block;
    now = watch.seconds();
  }
  return now / double(steps);
}

double ProductsByBlas::operations() const {
  double sum = 0.0;
  for (const Stored& stored : products_) sum += stored.product.operations();
  return sum;
}

void set_blas_threads(int threads) {
  if (openblas_set_num_threads) openblas_set_num_threads(threads);
}

std::string blas_description() {
  if (!openblas_get_config || !openblas_get_corename) return "the system's BLAS";
  std::string config = openblas_get_config();  // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ..."
  config = config.substr(0, config.find(' ', config.find(' ') + 1));
  return config + " (kernels: " + openblas_get_corename() + ")";
}
