// Device parallelism: layers 1 … k on one device, k+1 … L on another, the batch in pieces.
//
// Notes:  003 multi-GPU: device parallelism, different parts of a model on different devices
// Run:    ./book run ch06/pipeline
// Expect: the output is that of the undivided model; with one piece the two stages take turns, with
//         eight they work at the same time but for the bubble at both ends
// Try:    --pieces 1; --pieces 64 (less bubble, smaller products); --cut 1 (one stage waits)
#include "common/distributed/pipeline.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

using Timeline = std::vector<nn::Pipeline::Work>;

double last_end(const Timeline& timeline) {
  double end = 0.0;
  for (const auto& work : timeline) end = std::max(end, work.end);
  return end;
}

// One bar for each piece of work, forward in blue, backward in orange; where the bare line is seen,
// the stage waits.
nn::Figure timeline_figure(const Timeline& timeline, const std::string& title) {
  nn::Figure figure({.title = title,
                     .x_label = "milliseconds",
                     .y_label = "stage",
                     .y_range = {-0.6, 1.6},
                     .legend = "off",
                     .height = 300});
  const double end = last_end(timeline), gap = 0.002 * end;
  for (const double stage : {0, 1})
    figure.line({0, 1e3 * end}, {stage, stage}, "", {.color = 7, .width = 1});
  for (const nn::Pipeline::Work& work : timeline) {
    const double y = static_cast<double>(work.stage);
    figure.band({1e3 * (work.start + gap), 1e3 * std::max(work.start + gap, work.end - gap)},
                {y - 0.35, y - 0.35}, {y + 0.35, y + 0.35}, work.backward ? 1 : 0);
  }
  return figure;
}

int main(int argc, char** argv) {
  nn::Program program("Device parallelism: a model's layers in stages, micro-batches through them");
  // ---- knobs -----------------------------------------------------------------------------------
  int pieces = 8, rows = 2048, hidden = 256, cut = 3, steps = 12;
  program.knob("pieces", pieces, "micro-batches that a batch is cut into", 1, 1024);
  program.knob("rows", rows, "rows of the batch", 1);
  program.knob("hidden", hidden, "units of each layer", 1);
  program.knob("cut", cut, "layers of the first stage, of 6", 1, 5);
  program.knob("steps", steps, "steps of training; the fastest is drawn", 1);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    nn::Rng rng = program.rng();
    const auto n = static_cast<std::size_t>(rows), d = static_cast<std::size_t>(hidden);
    const nn::Matrix X = rng.normal_matrix(n, d),
                     Y = arma::sin(X.head_cols(std::min<std::size_t>(d, 10)));

    // 2. model: six layers, all but the last of equal cost
    const auto build = [&] {
      nn::set_seed(program.seed());
      nn::Sequential model;
      model.add(nn::Dense(hidden, {.activation = nn::tanh, .input_shape = {d}}));
      for (int k = 0; k < 4; ++k) model.add(nn::Dense(hidden, {.activation = nn::tanh}));
      model.add(nn::Dense(std::min(hidden, 10)));
      model.compile({.optimizer = nn::SGD({.learning_rate = 0.1}), .loss = nn::mean_squared_error});
      return model;
    };

    // (S - 1) / (M + S - 1); no micro-batch is empty.
    const auto bubble_of_equal_stages = [&](int count) {
      return 1.0 / (std::min(count, rows) + 1);
    };

    // 3. training: the undivided model, then stages with more and more micro-batches
    nn::Sequential whole = build();
    for (int step = 0; step < steps; ++step) whole.train_on_batch(X, Y);
    const nn::Matrix expected = whole.predict(X);

    std::printf("two stages: layers 1 ... %d and %d ... 6\n", cut, cut + 1);
    std::printf("micro-batches   milliseconds   bubble measured   (S-1)/(M+S-1)   difference\n");
    double largest = 0.0;
    nn::Panels panels(2, 1, "Forward blue, backward orange");
    for (int count = 1; count <= pieces; count *= 2) {
      nn::Sequential model = build();
      nn::Pipeline pipeline(model, {.first_layers = {cut}, .micro_batches = count});
      Timeline fastest;
      double bubble = 0.0;
      for (int step = 0; step < steps; ++step) {
        pipeline.train_on_batch(X, Y);
        if (!fastest.empty() && last_end(pipeline.timeline()) >= last_end(fastest)) continue;
        fastest = pipeline.timeline();
        bubble = pipeline.bubble();
      }
      if (count == 1 || count * 2 > pieces)
        panels.add(timeline_figure(
            fastest, nn::text("%d micro-batch(es): %.0f %% waiting", count, 100 * bubble)));
      const double difference = arma::abs(pipeline.predict(X) - expected).max();
      largest = std::max(largest, difference);
      std::printf("%13d %14.2f %17.2f %15.2f %12.1e\n", count, 1e3 * last_end(fastest), bubble,
                  bubble_of_equal_stages(count), difference);
    }

    // 4. result
    program.save(panels, "bubble");
    program.result("same_output", largest < 1e-4);
    program.result("bubble_of_equal_stages", bubble_of_equal_stages(pieces));
  });
}
