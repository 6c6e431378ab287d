// Weight initialisation: the notes' table beside the corrected one, by formula and by drawing.
//
// Notes:  003 가중치 초기화 (추천); errata 8, 9
// Run:    ./book run ch03/initialization
// Expect: drawn standard deviations match the formulas; forward gain with ReLU, 784 -> 100: notes
//         1.77, He 1.0; 100 -> 300: notes 0.5, He 1.0
// Try:    --inputs 300 --outputs 300: with equal sizes the ReLU rows agree
#include "common/functions/initialization_table.hpp"
#include "common/functions/activations.hpp"
#include "common/functions/initializers.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("The initialisation table of the notes, beside the corrected one", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int inputs = 784;
  program.knob("inputs", inputs, "m_l: units of the layer before", 1, 5000);
  int outputs = 100;
  program.knob("outputs", outputs, "m_(l+1): units of the layer", 1, 5000);
  int samples = 500;
  program.knob("samples", samples, "samples that go through the layer", 2, 20000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: the table
    nn::Rng rng = program.rng();
    std::printf("a layer %d -> %d   notes: r      sigma | corrected: r      sigma\n", inputs,
                outputs);
    for (const nn::InitializationAdvice& row : nn::initialization_table(inputs, outputs))
      std::printf("%-18s %8.5f %10.5f | %12.5f %10.5f\n", row.activation.c_str(), row.notes_limit,
                  row.notes_stddev, row.limit, row.stddev);

    // 2. draws: standard deviation of a drawn W against the formula
    std::printf("\ninitializer      formula      drawn\n");
    const double sum = inputs + outputs;
    const std::vector<std::tuple<nn::Initializer, double>> rules{
        {nn::glorot_uniform, std::sqrt(2.0 / sum)},   {nn::glorot_normal, std::sqrt(2.0 / sum)},
        {nn::he_uniform, std::sqrt(2.0 / inputs)},    {nn::he_normal, std::sqrt(2.0 / inputs)},
        {nn::lecun_uniform, std::sqrt(1.0 / inputs)}, {nn::lecun_normal, std::sqrt(1.0 / inputs)}};
    double worst = 0.0;
    for (const auto& [rule, sigma] : rules) {
      const double drawn = arma::stddev(arma::vectorise(rule(inputs, outputs, rng)));
      worst = std::max(worst, std::abs(drawn / sigma - 1.0));
      std::printf("%-15s %8.5f %10.5f\n", rule.name.c_str(), sigma, drawn);
    }

    // 3. what a ReLU layer does to the signal: mean h_out^2 / mean h_in^2 is sigma^2 inputs / 2,
    // which is 1 where sigma^2 = 2 / inputs (He 2015)
    const auto gain = [&](int from, int to, double sigma) {
      const nn::Matrix H = rng.normal_matrix(samples, from),
                       W = rng.normal_matrix(from, to, 0.0, sigma);
      const nn::Matrix out = nn::relu(H * W);
      return arma::accu(out % out) / out.n_elem / (arma::accu(H % H) / H.n_elem);
    };
    nn::Matrix gains(2, 2);
    const std::vector<std::pair<int, int>> layers{{784, 100}, {100, 300}};
    std::printf("\nReLU layer      gain, notes' sqrt(2) sqrt(2/(in+out))   He's sqrt(2/in)\n");
    for (std::size_t l = 0; l < 2; ++l) {
      const auto [from, to] = layers[l];
      gains(l, 0) = gain(from, to, std::sqrt(2.0) * std::sqrt(2.0 / (from + to)));
      gains(l, 1) = gain(from, to, std::sqrt(2.0 / from));
      const double formula = 2.0 * 2.0 / (from + to) * from / 2.0;
      std::printf("%4d -> %-4d %16.3f (formula %.3f) %24.3f\n", from, to, gains(l, 0), formula,
                  gains(l, 1));
    }

    // 4. result
    program.result("drawn_sd_within_2_percent", worst < 0.02 ? 1 : 0);
    program.result("gain_784_100_notes", gains(0, 0));
    program.result("gain_784_100_he", gains(0, 1));
    program.result("gain_100_300_notes", gains(1, 0));
    program.result("gain_100_300_he", gains(1, 1));
    nn::Figure figure({.title = "Growth of the signal in one ReLU layer",
                       .y_label = "mean square after / before",
                       .y_range = {0, 2}});
    figure.bars({"784 -> 100", "100 -> 300"}, gains, {"notes", "He 2015"});
    figure.horizontal(1.0);
    program.save(figure, "gain");
  });
}
