// Strips of handwritten digits read without saying where a digit begins: convolution, LSTM and CTC.
//
// Notes:  001 loss functions: CTC for sequences; 3D tensors and LSTM; erratum 31
// Run:    ./book run ch05/ctc_strips
// Expect: 0.89 of the test strips of 2 to 5 digits read without a mistake; the alignment: a spike
//         for each digit, blanks between
// Try:    --digits 2, --lstm 16, --epochs 3 (all blank at first: the cheapest wrong answer)
#include "ch05_keras_style_api/digit_strips.hpp"
#include "ch05_keras_style_api/image_report.hpp"
#include "common/data/data.hpp"
#include "common/nn.hpp"

int main(int argc, char** argv) {
  nn::Program program("Strips of digits read with CTC", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int digits = 5;
  program.knob("digits", digits, "digits of the longest strip; the shortest has 2", 2, 5);
  int strips = 3000;
  program.knob("strips", strips, "training strips", 1, 1000000);
  int epochs = 15, lstm = 48;
  program.knob("epochs", epochs, "passes over the training strips");
  program.knob("lstm", lstm, "units of the LSTM", 1, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: test strips are made of other images than training strips
    nn::Rng rng = program.rng();
    const auto [train, test] = cut_digits(true, rng);
    const auto longest = static_cast<std::size_t>(digits);
    const auto [X, Y] = make_strips(train, static_cast<std::size_t>(strips), longest, rng);
    const auto [X_test, Y_test] = make_strips(test, 500, longest, rng);

    // 2. model: a row of 64 columns becomes 32 steps; at each a score for blank, 0 ... 9
    nn::set_seed(program.seed());
    nn::Sequential model;
    model.add(nn::Reshape({kSteps, kHeight, std::size_t{1}}, {.input_shape = {kSteps, kHeight}}));
    model.add(nn::Conv2D(16, {3, 3}, {.padding = nn::Padding::same, .activation = nn::relu}));
    model.add(nn::MaxPooling2D({2, 2}));
    model.add(nn::Conv2D(32, {3, 3}, {.padding = nn::Padding::same, .activation = nn::relu}));
    model.add(nn::MaxPooling2D({1, 2}));
    model.add(nn::Reshape({kSteps / 2, std::size_t{64}}));
    model.add(nn::LSTM(lstm, {.return_sequences = true}));
    model.add(nn::Dense(11));
    model.compile({.optimizer = nn::Adam({.learning_rate = 0.004}), .loss = nn::ctc(11)});

    // 3. training
    const nn::History history = model.fit(X, Y,
                                          {.epochs = epochs,
                                           .batch_size = 32,
                                           .validation_data = {X_test, Y_test},
                                           .verbose = false});
    for (std::size_t e = 0; e < history.epochs(); e += 1 + history.epochs() / 6)
      std::printf("epoch %2zu: loss %7.4f, test loss %7.4f\n", e + 1, history["loss"][e],
                  history["val_loss"][e]);

    // 4. result: the most probable class at each step, repetitions merged, blanks dropped
    const nn::Matrix P = model.predict(X_test);
    const std::vector<nn::Indices> read = nn::ctc_greedy_decode(P, 11);
    std::size_t right = 0;
    std::printf("\nwritten   read\n");
    for (std::size_t i = 0; i < read.size(); ++i) {
      const std::string truth = spelled(arma::conv_to<nn::Indices>::from(Y_test.row(i)));
      right += truth == spelled(read[i]);
      if (i < 8) std::printf("%-9s %s\n", truth.c_str(), spelled(read[i]).c_str());
    }
    std::printf("\n");
    program.result("test_loss", model.evaluate(X_test, Y_test).loss);
    program.result("strips_right", static_cast<double>(right) / static_cast<double>(read.size()));

    const arma::uword shown = arma::index_max(arma::sum(Y_test > 0, 1));  // a long one
    nn::Matrix scores = arma::reshape(P.row(shown), 11, kSteps / 2);      // class x step
    scores = arma::exp(scores.each_row() - arma::max(scores, 0));
    scores.each_row() /= arma::sum(scores, 0);  // softmax of each step
    const nn::Matrix strip = arma::reshape(X_test.row(shown), kHeight, kSteps);
    nn::Figure seen({.title = "A test strip, read " + spelled(read[shown]),
                     .y_label = "row",
                     .width = 1080,
                     .height = 330});
    seen.heatmap(strip, {}, {}, false);
    nn::Figure said({.title = "Probability of each class",
                     .x_label = "column (two are one step)",
                     .width = 1080,
                     .height = 330});
    std::vector<std::string> columns(kSteps, " ");
    for (std::size_t k = 0; k < kSteps; k += 9) columns[k] = std::to_string(k);
    said.heatmap(arma::repelem(scores, 1, 2),
                 {"blank", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, columns, false);
    program.save(nn::Panels(2, 1).add(std::move(seen)).add(std::move(said)), "alignment");
    nn::Figure curves({.title = "CTC loss", .x_label = "epoch", .y_label = "-log P(digits)"});
    curves.line(history["loss"], "training").line(history["val_loss"], "test");
    program.save(curves, "curves");
  });
}
