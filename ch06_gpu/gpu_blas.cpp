// The same program, its products on the GPU: NVBLAS in front of OpenBLAS, and the proof of who worked.
//
// Notes:  003 GPU: "driver인 CUDA와 cuDNN"; erratum 14: driver, CUDA toolkit and cuDNN are three things
// Run:    ./book run ch06/gpu_blas; any program of chapters 2 to 5: ./book run ch02/digits_mlp --gpu
// Expect: large products on the GPU, small ones on the CPU, the same losses; without a GPU one line
//         that says so, and everything on the CPU
// Try:    --blas cpu and compare the seconds; --wide 4096 --batch 1797
#include <chrono>

#include "common/backend/blas.hpp"
#include "common/backend/nvblas.hpp"
#include "common/data/data.hpp"
#include "common/layers/dense.hpp"
#include "common/model/model.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The same program with its products on the GPU, and NVBLAS's word for it", 1);
  program.prefer_gpu();  // as if --blas gpu were typed
  // ---- knobs -----------------------------------------------------------------------------------
  int wide = 512;
  program.knob("wide", wide, "hidden units of the wide network", 1, 20000);
  int batch = 1024;
  program.knob("batch", batch, "its batch", 1, 100000);
  int epochs = 2;
  program.knob("epochs", epochs, "passes over the digits", 0, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const nn::Dataset digits = nn::load_digits();
    const nn::Matrix Y = nn::one_hot(digits.y);
    std::printf("in front: %s, on the CPU: %s\n\n", nn::blas_in_use().name.c_str(),
                nn::cpu_blas().name.c_str());
    std::printf("%-34s %10s %10s %22s %9s\n", "work", "on the GPU", "on the CPU",
                "arithmetic on the GPU", "seconds");

    // 2. model: what NVBLAS's trace says between two points of this program
    const auto watch = [&](const std::string& name, const std::function<void()>& work) {
      const auto before = nn::blas_trace();
      const auto start = std::chrono::steady_clock::now();
      work();
      const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
      const auto after = nn::blas_trace();
      if (before && after) {
        const double gpu = after->gpu.operations - before->gpu.operations;
        const double cpu = after->cpu.operations - before->cpu.operations;
        std::printf("%-34s %10ld %10ld %20.1f %% %9.3f\n", name.c_str(),
                    after->gpu.products - before->gpu.products,
                    after->cpu.products - before->cpu.products,
                    gpu + cpu > 0 ? 100 * gpu / (gpu + cpu) : 0.0, taken.count());
      } else {  // no witness: everything goes to the CPU's BLAS, uncounted
        std::printf("%-34s %10d %10s %20.1f %% %9.3f\n", name.c_str(), 0, "all", 0.0,
                    taken.count());
      }
    };
    nn::Rng rng = program.rng();
    double largest_difference = 0.0;
    for (int n : {32, 256, 1024}) {
      const nn::Matrix A = rng.normal_matrix(n, n), B = rng.normal_matrix(n, n);
      nn::Matrix C, by_cpu;
      watch(nn::text("ten products, n = %d", n), [&] {
        for (int i = 0; i < 10; ++i) C = A * B;
      });
      nn::cpu_product(A, B, by_cpu);
      largest_difference = std::max(
          largest_difference, static_cast<double>(arma::abs(C - by_cpu).max()) / std::sqrt(n));
    }

    // 3. training: small layers with a small batch, wide layers with a large one
    const auto train = [&](int units, int size) {
      nn::set_seed(program.seed());
      nn::Sequential model({nn::Dense(units, {.activation = nn::relu, .input_shape = {64}}),
                            nn::Dense(units, {.activation = nn::relu}),
                            nn::Dense(10, {.activation = nn::softmax})});
      model.compile(
          {.optimizer = nn::SGD({.learning_rate = 0.05}), .loss = nn::categorical_crossentropy});
      watch(nn::text("64-%d-%d-10, batch %d", units, units, size), [&] {
        model.fit(digits.X, Y, {.epochs = epochs, .batch_size = size, .verbose = false});
      });
      return model.evaluate(digits.X, Y, {.batch_size = size}).loss;
    };
    const double small_loss = train(32, 32), wide_loss = train(wide, batch);

    // 4. result: the same numbers, whoever computed them
    program.result("loss_small", small_loss);
    program.result("loss_wide", wide_loss);
    program.result("difference_below_1e-4", largest_difference < 1e-4 ? 1 : 0);
  });
}
