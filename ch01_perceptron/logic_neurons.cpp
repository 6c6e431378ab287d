// Neurons that compute: signals weighted by their synapses, and networks that are logic.
//
// Notes:  003 biological neuron (axon, dendrite, synapse, f); 004 logic with neurons; erratum 29
// Run:    ./book run ch01/logic_neurons
// Expect: the neuron fires at 1.12; five networks, all 18 rows of their truth tables right
// Try:    --firing_threshold 1.2, --threshold 1 (what has AND become?), --threshold 3
#include <array>

#include "common/base/matrix.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

// McCulloch and Pitts (1943): fires when enough inputs are active and none that inhibits is.
static bool fires(int active_inputs, bool inhibited, int threshold) {
  return active_inputs >= threshold && !inhibited;
}

struct Network {
  const char* name;
  int wires_from_a, wires_from_b;  // each wire brings one signal to neuron C
  bool b_inhibits;
  bool a_held_on;                 // A is always active
  bool (*logic)(bool a, bool b);  // what the network should compute
};

int main(int argc, char** argv) {
  nn::Program program("Neurons that compute: weighted signals, and networks that are logic");
  // ---- knobs -----------------------------------------------------------------------------------
  double firing_threshold = 1.0;
  program.knob("firing_threshold", firing_threshold, "of the biological neuron");
  int threshold = 2;
  program.knob("threshold", threshold, "active inputs that a McCulloch-Pitts neuron needs");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: what arrives along three axons, and how strong each synapse is
    const std::array<double, 3> x{1.0, 0.5, 0.8}, w{0.6, -0.4, 0.9};

    // 2. a biological neuron
    std::printf("synapse   signal x   strength w   contribution w x\n");
    double sum = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      sum += w[i] * x[i];  // w0 x0 + w1 x1 + w2 x2
      std::printf("%7zu %10.2f %12.2f %12.2f%s\n", i, x[i], w[i], w[i] * x[i],
                  w[i] < 0 ? "   inhibits" : "");
    }
    nn::Figure synapses(
        {.title = nn::text("Contributions of the synapses; threshold %g", firing_threshold),
         .y_label = "w x"});
    synapses.bars({"w0 x0", "w1 x1", "w2 x2", "sum"},
                  nn::ColVector{w[0] * x[0], w[1] * x[1], w[2] * x[2], sum});
    synapses.horizontal(firing_threshold);
    const bool fired = sum > firing_threshold;  // f: above the threshold a signal leaves
    std::printf("sum %.2f, threshold %.2f: the neuron %s\n\n", sum, firing_threshold,
                fired ? "fires" : "stays silent");

    // 3. McCulloch-Pitts networks: every logical input is wired twice, so that one suffices for 2
    // clang-format off
    const std::vector<Network> networks{
        {"identity: C = A", 2, 0, false, false, [](bool a, bool) { return a; }},
        {"C = A AND B",     1, 1, false, false, [](bool a, bool b) { return a && b; }},
        {"C = A OR B",      2, 2, false, false, [](bool a, bool b) { return a || b; }},
        {"C = A AND NOT B", 2, 0, true,  false, [](bool a, bool b) { return a && !b; }},
        {"C = NOT B",       2, 0, true,  true,  [](bool, bool b) { return !b; }}};
    // clang-format on
    nn::Panels truth_tables(1, networks.size(), "Networks of McCulloch-Pitts neurons");
    int right = 0, rows = 0;
    for (const Network& network : networks) {
      std::printf("%s\n    A  B   active inputs   inhibited   C\n", network.name);
      nn::Matrix C(2, 2);
      C.fill(arma::datum::nan);
      for (bool a : {false, true})
        for (bool b : {false, true}) {
          if (!a && network.a_held_on) continue;
          const int active = network.wires_from_a * a + network.wires_from_b * b;
          const bool inhibited = network.b_inhibits && b;
          const bool c = fires(active, inhibited, threshold);
          std::printf("    %d  %d %12d %14s %5d%s\n", a, b, active, inhibited ? "yes" : "no", c,
                      c == network.logic(a, b) ? "" : "   wrong");
          right += c == network.logic(a, b);
          ++rows;
          C(a, b) = c;
        }
      nn::Figure table({.title = network.name, .width = 300, .height = 300});
      table.heatmap(C, {"A = 0", "A = 1"}, {"B = 0", "B = 1"});
      truth_tables.add(std::move(table));
    }

    // 4. result
    program.result("weighted_sum", sum);
    program.result("fires", fired);
    program.result("rows", rows);
    program.result("rows_right", right);
    program.save(synapses, "synapses");
    program.save(truth_tables, "truth_tables");
  });
}
