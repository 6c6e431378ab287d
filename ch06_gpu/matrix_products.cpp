// The matrix product from three loops to BLAS: the same numbers, and where the time goes.
//
// Notes:  003 GPU; the product is the XW of every layer, and nearly all of a network's arithmetic
// Run:    ./book run ch06/matrix_products
// Expect: the order of the loops is worth several times, blocks and registers as much again; with a
//         batch of 1 even BLAS is far below the peak, because memory cannot keep up
// Try:    --block 8; --largest 1024; --blas cpu where there is a GPU
#include "ch06_gpu/products.hpp"
#include "common/backend/nvblas.hpp"
#include "common/base/random.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The matrix product from three loops to BLAS, and the roof over all of them");
  program.prefer_gpu();
  // ---- knobs -----------------------------------------------------------------------------------
  int largest = 512;
  program.knob("largest", largest, "rows and columns of the largest square product", 1, 8192);
  int block = 256;
  program.knob("block", block, "columns of A that are copied together", 1, 100000);
  int width = 4096;
  program.knob("width", width, "inputs and outputs of the layer under the roof", 1, 20000);
  int threads = 1;
  program.knob("threads", threads, "threads of BLAS, and of the peak", 1, 1024);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the machine's two limits
    nn::set_blas_threads(threads);
    nn::Rng rng = program.rng();
    const double peak = peak_flops<nn::Real>(threads), bandwidth = memory_bandwidth(threads);
    std::printf(
        "%d thread%s: peak %.0f GFLOP/s, memory %.1f GB/s; the ridge is at %.0f operations a "
        "byte\n\n",
        threads, threads > 1 ? "s" : "", peak / 1e9, bandwidth / 1e9, peak / bandwidth);

    // 2. the versions
    using Version = std::function<void(const nn::Matrix&, const nn::Matrix&, nn::Matrix&)>;
    std::vector<std::pair<std::string, Version>> versions = {
        {"naive", naive},
        {"reordered", reordered},
        {"blocked", [&](const auto& A, const auto& B,
                        auto& C) { blocked(A, B, C, static_cast<std::size_t>(block)); }},
        {nn::cpu_blas().name, nn::cpu_product}};
    if (nn::nvblas_in_front())
      versions.emplace_back("NVBLAS", [](const auto& A, const auto& B, auto& C) { C = A * B; });

    // 3. square products: are they right, and how fast
    int wrong = 0;
    std::vector<int> sizes;
    for (int n = 32; n < largest; n *= 2) sizes.push_back(n);
    sizes.push_back(largest);
    nn::Figure squares({.title = "C = AB, all n x n",
                        .x_label = "n",
                        .y_label = "GFLOP/s",
                        .log_x = true,
                        .log_y = true,
                        .legend = "off"});
    nn::Figure roof({.title = "The roof",
                     .x_label = "operations a byte",
                     .y_label = "GFLOP/s",
                     .log_x = true,
                     .log_y = true,
                     .x_range = {0.25, 1e5},
                     .legend = "bottom right"});
    std::printf("%-16s", "GFLOP/s at n =");
    for (int n : sizes) std::printf(" %8d", n);
    std::printf("\n");
    int color = 0;
    for (const auto& [name, multiply] : versions) {
      std::vector<double> x, gflops;
      std::printf("%-16s", name.c_str());
      for (int n : sizes) {
        const nn::Matrix A = rng.normal_matrix(n, n), B = rng.normal_matrix(n, n);
        nn::Matrix C(n, n);
        const double seconds = fastest([&, &product = multiply] { product(A, B, C); }, 0.08);
        if (!agrees(A, B, C)) ++wrong;
        x.push_back(n);
        gflops.push_back(2.0 * n * n * n / seconds / 1e9);
        std::printf(" %8.1f", gflops.back());
      }
      std::printf("\n");
      squares.line(x, gflops, name, {.color = color, .markers = true});
      roof.line({largest / 6.0}, {gflops.back()}, name,
                {.color = color++, .markers = true});  // 2 n^3 operations, 12 n^2 bytes
      const nn::Matrix A = rng.normal_matrix(97, 51),
                       B = rng.normal_matrix(51, 83);  // no multiples
      nn::Matrix C(97, 83);
      multiply(A, B, C);
      if (!agrees(A, B, C)) ++wrong;
    }
    squares.horizontal(peak / 1e9, "peak");

    // 4. result: the roof, min(peak, bandwidth x operations a byte), and a layer at several batches
    std::printf(
        "\nXW with %d inputs and outputs: a layer at several batches\n"
        "batch   operations a byte   the roof GFLOP/s   %s\n",
        width, nn::cpu_blas().name.c_str());
    const nn::Matrix W(width, width, arma::fill::ones);
    std::vector<double> intensity, reached;
    for (int batch : {1, 4, 16, 64, 256}) {
      const Product product{1.0 * batch, 1.0 * width, 1.0 * width};
      const nn::Matrix X(batch, width, arma::fill::ones);
      nn::Matrix Z(batch, width);
      const double seconds =
          fastest([&] { batch == 1 ? void(Z = X * W) : nn::cpu_product(X, W, Z); });
      intensity.push_back(product.operations() / product.bytes());
      reached.push_back(product.operations() / seconds / 1e9);
      std::printf("%5d %19.2f %18.1f %14.1f\n", batch, intensity.back(),
                  std::min(peak, bandwidth * intensity.back()) / 1e9, reached.back());
    }
    roof.line(intensity, reached, "layer, batch 1 … 256", {.color = 6, .markers = true});
    roof.line({0.25, peak / bandwidth, 1e5}, {0.25 * bandwidth / 1e9, peak / 1e9, peak / 1e9},
              "roof", {.color = 7});
    program.result("wrong_products", wrong);
    program.save(nn::Panels(1, 2).add(std::move(squares)).add(std::move(roof)), "roofline");
  });
}
