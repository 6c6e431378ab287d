// When does the GPU pay? Bytes over the bus against operations: predicted first, then measured.
//
// Notes:  003 GPU ("신경망 모델을 학습하려면 GPU를 사용해야 속도가 빠르다"); erratum 14: small models are
//         faster on the CPU
// Run:    ./book run ch06/when_it_pays
// Expect: a batch of 32 keeps H below 32, however wide the layer, and one of 4096 does not; from which
//         H the GPU pays is a matter of the CPU and the bus
// Try:    --card T4; --card own --bus 4 --tflops 1 --call 100; OPENBLAS_NUM_THREADS=1 before ./book
#include "ch06_gpu/bus_model.hpp"
#include "common/backend/gpu.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("When does the GPU pay? Bytes over the bus against operations");
  program.prefer_gpu();
  // ---- knobs -----------------------------------------------------------------------------------
  std::string card = "H200";
  program.knob("card", card, "data sheet for a machine without a GPU", {"H200", "T4", "own"});
  double bus = 10, tflops = 1, call = 20;
  program.knob("bus", bus, "--card own: GB/s over the bus", 1e-3, 1e6);
  program.knob("tflops", tflops, "--card own: float32 TFLOP/s", 1e-3, 1e6);
  program.knob("call", call, "without a GPU: microseconds of a call", 0, 1e6);
  int largest = 2048;
  program.knob("largest", largest, "largest n x n product that is measured", 1, 16384);
  double patience = 0.5;
  program.knob("patience", patience, "seconds; products that take longer are not measured", 0, 1e4);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the constants of this machine
    nn::Gpus gpus = nn::find_gpus();
    Constants machine = measured_constants(gpus);
    std::string source = "measured here, on the " + (gpus.names.empty() ? "" : gpus.names.front());
    if (gpus.names.empty()) {
      const bool own = card == "own", t4 = card == "T4";
      machine.gpu = 1e12 * (own ? tflops : t4 ? 8.1 : 67);  // float32 without tensor cores
      machine.bus = 1e9 * (own ? bus : t4 ? 16 : 64);       // PCIe 3.0 x16, PCIe 5.0 x16
      machine.call = 1e-6 * call;
      source = own ? "assumed, by the knobs" : "assumed, from the data sheet of the " + card;
    }
    std::printf("CPU        %10.0f GFLOP/s   measured here (%s, threads: %d)\n", machine.cpu / 1e9,
                nn::cpu_blas().name.c_str(), nn::cpu_blas().threads);
    std::printf("GPU        %10.0f GFLOP/s   %s\n", machine.gpu / 1e9, source.c_str());
    std::printf("bus        %10.1f GB/s      %s\n", machine.bus / 1e9, source.c_str());
    std::printf("a call     %10.1f us        %s\n\n", machine.call * 1e6,
                gpus.names.empty() ? "assumed" : source.c_str());

    // 2. model: the prediction, before anything is measured
    std::printf("predicted: %s\n\n", machine.prediction().c_str());

    // 3. square products
    const char* columns =
        "CPU ms: predicted  measured   GPU ms: predicted  measured   factor predicted";
    std::printf("     n %s\n", columns);
    std::vector<double> n_all, cpu_all, gpu_all, n_cpu, cpu_seen, n_gpu, gpu_seen;
    double measured_crossover = 0.0;
    for (int n = 32; n <= 8192; n *= 2) {
      const Product p{1.0 * n, 1.0 * n, 1.0 * n};
      Measured seen;
      if (n <= largest && machine.cpu_seconds(p) <= patience) seen = measure(n, n, n);
      std::printf("%6d %s\n", n, row(machine, p, seen).c_str());
      n_all.push_back(n);
      cpu_all.push_back(1e3 * machine.cpu_seconds(p));
      gpu_all.push_back(1e3 * machine.gpu_seconds(p));
      if (seen.cpu > 0) n_cpu.push_back(n), cpu_seen.push_back(1e3 * seen.cpu);
      if (seen.gpu > 0) n_gpu.push_back(n), gpu_seen.push_back(1e3 * seen.gpu);
      if (seen.gpu > 0 && seen.gpu < seen.cpu && measured_crossover == 0) measured_crossover = n;
    }

    // 4. result: the layers of real networks; forward, dW and dX have the same three sizes
    std::printf("\n%-19s %11s %6s %6s %s\n", "network", "layer", "batch", "H", columns);
    std::vector<double> H_small, small, H_large, large, H_seen, speed_seen;
    for (int batch : {32, 4096})
      for (const Layer& layer : layers) {
        const Product p{1.0 * batch, 1.0 * layer.outputs, 1.0 * layer.inputs};
        const double factor = machine.cpu_seconds(p) / machine.gpu_seconds(p);
        Measured seen;
        if (machine.cpu_seconds(p) <= patience) seen = measure(batch, layer.outputs, layer.inputs);
        std::printf("%-19s %4d x%5d %6d %6.1f %s\n", layer.network, layer.inputs, layer.outputs,
                    batch, p.H(), row(machine, p, seen).c_str());
        (batch == 32 ? H_small : H_large).push_back(p.H());
        (batch == 32 ? small : large).push_back(factor);
        if (seen.gpu > 0) H_seen.push_back(p.H()), speed_seen.push_back(seen.cpu / seen.gpu);
      }
    if (n_gpu.empty())
      std::printf("\nThe GPU was not measured: %s.\n",
                  gpus.names.empty() ? gpus.why_none.c_str() : "NVBLAS sent nothing to it");
    else
      std::printf("\nmeasured: of these sizes n x n products pay from n = %.0f\n",
                  measured_crossover);
    const Constants round_numbers{.cpu = 1.5e12, .gpu = 5e13, .bus = 1e10, .call = 1e-4};
    std::printf(
        "with round numbers (16 cores 1.5 TFLOP/s, a GPU 50, a bus 10 GB/s, 100 us a call):\n%s\n",
        round_numbers.prediction().c_str());
    program.result("round_numbers_n", round_numbers.pays_from_n());
    program.result("round_numbers_H", round_numbers.pays_from_H());
    program.result("H_784_300_batch_32", Product{32, 300, 784}.H());

    nn::Figure squares({.title = "C = AB, all n x n",
                        .x_label = "n",
                        .y_label = "ms",
                        .log_x = true,
                        .log_y = true,
                        .legend = "bottom right"});
    squares.line(n_all, cpu_all, "CPU predicted", {.color = 0});
    squares.line(n_all, gpu_all, gpus.names.empty() ? "GPU assumed" : "GPU predicted",
                 {.color = 1, .dashed = gpus.names.empty()});
    nn::Figure networks({.title = "Layers",
                         .x_label = "H",
                         .y_label = "GPU faster by",
                         .log_x = true,
                         .log_y = true,
                         .legend = "bottom right"});
    const auto points = [](nn::Figure& figure, const std::vector<double>& x,
                           const std::vector<double>& y, const std::string& name, int color) {
      for (std::size_t i = 0; i < x.size(); ++i)
        figure.line({x[i]}, {y[i]}, i == 0 ? name : "", {.color = color, .markers = true});
    };
    points(squares, n_cpu, cpu_seen, "CPU measured", 0);
    points(squares, n_gpu, gpu_seen, "GPU measured", 1);
    points(networks, H_small, small, "batch 32, predicted", 0);
    points(networks, H_large, large, "batch 4096, predicted", 1);
    points(networks, H_seen, speed_seen, "measured", 6);
    networks.horizontal(1, "");
    if (machine.gpu > machine.cpu) networks.vertical(machine.pays_from_H(), "");
    program.save(nn::Panels(1, 2).add(std::move(squares)).add(std::move(networks)), "crossover");
  });
}
