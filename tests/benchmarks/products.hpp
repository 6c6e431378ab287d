// The floor of a training step: its matrix products through BLAS and nothing else.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

// C = AB with A (rows x inner), B (inner x columns), `times` times in a step.
struct Product {
  std::size_t rows, columns, inner;
  std::size_t times = 1;
  double operations() const { return 2.0 * double(rows * columns * inner * times); }
};

// Z = XW, dW = X'dZ and, unless this is the first layer, dX = dZ W' for X (n x d), W (d x m).
std::vector<Product> products_of_layer(std::size_t n, std::size_t d, std::size_t m, bool is_first);

// Every product in the best of its eight orientations: A, B and C stored as they are or transposed.
class ProductsByBlas {
 public:
  explicit ProductsByBlas(const std::vector<Product>& products);

  // Seconds that all products take once, measured over about `seconds`.
  double seconds_per_step(double seconds);
  double operations() const;  // floating-point operations of a step

 private:
  struct Stored {
    Product product;
    int orientation;
    std::vector<float> A, B, C;
  };
  static void multiply(Stored& stored);
  static int best_orientation(Stored& stored);
  std::vector<Stored> products_;
};

// The threads of the BLAS in use; 0 and no effect if it is not OpenBLAS.
void set_blas_threads(int threads);
// "OpenBLAS 0.3.21 (Haswell)": version and the processor whose kernels it chose.
std::string blas_description();
