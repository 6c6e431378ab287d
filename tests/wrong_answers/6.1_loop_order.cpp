// A typical wrong answer to exercise 6.1: i and j exchanged, the innermost loop still jumps through A
#include "common/program/exercise.hpp"
#include "common/base/random.hpp"

// A matrix that counts jumps in memory. Columns lie one after the other.
class Counted {
 public:
  explicit Counted(nn::Matrix& M) : M_(M) {}
  nn::Real& operator()(std::size_t row, std::size_t column) {
    nn::Real* here = &M_(row, column);
    if (here != last_ && here != last_ + 1) ++jumps;
    last_ = here;
    return *here;
  }
  long jumps = -1;  // the first one is free

 private:
  nn::Matrix& M_;
  nn::Real* last_ = nullptr;
};

// C (m x n) += A (m x k) B (k x n).
void add_product(Counted& A, Counted& B, Counted& C, std::size_t m, std::size_t n, std::size_t k) {
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t l = 0; l < k; ++l) C(i, j) += A(i, l) * B(l, j);
}

int main() {
  nn::Exercise exercise("6.1");
  return exercise.verdict([&] {
    nn::Rng rng(3);
    struct Sizes {
      std::size_t m, n, k;
      double jumps;
    };
    for (const auto& [m, n, k, jumps] :
         {Sizes{40, 20, 30, 1500}, {7, 50, 3, 400}, {64, 5, 64, 800}}) {
      nn::Matrix A = rng.normal_matrix(m, k), B = rng.normal_matrix(k, n);
      nn::Matrix C = rng.normal_matrix(m, n);
      const nn::Matrix expected = C + A * B;
      Counted a(A), b(B), c(C);
      add_product(a, b, c, m, n, k);
      exercise.expect("C", expected, C, 1e-4);
      exercise.expect_at_most(nn::text("jumps for %zu x %zu times %zu x %zu", m, k, k, n), jumps,
                              static_cast<double>(a.jumps + b.jumps + c.jumps));
    }
  });
}
