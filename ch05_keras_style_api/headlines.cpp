// The notes' model with two inputs and two outputs: a headline, five numbers, and a second loss.
//
// Notes:  003 multi-input multi-output models (main_input, aux_input, main_output); errata 11, 12
// Run:    ./book run ch05/headlines
// Expect: 5,200,610 parameters in the notes' size; headline and numbers together beat each alone
// Try:    --full yes: trains the notes' size, a minute; 4000 headlines are far too few for it
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/graphviz.hpp"
#include "common/files/history_files.hpp"
#include "common/program/program.hpp"

struct Sizes {
  int vocabulary, length, embedding, lstm;
};

static nn::Model headline_model(const Sizes& size) {
  // Headline input: sequences of `length` integers. Erratum 11: not between 1 and 10000 but from 0
  // to 9999, since Embedding has input_dim rows.
  nn::Tensor main_input = nn::Input({size.length}, {.name = "main_input"});
  nn::Tensor x =
      nn::Embedding(size.vocabulary, size.embedding, {.input_length = size.length})(main_input);
  nn::Tensor lstm_out = nn::LSTM(size.lstm)(x);
  nn::Tensor auxiliary_output =
      nn::Dense(1, {.activation = nn::sigmoid, .name = "aux_output"})(lstm_out);
  nn::Tensor auxiliary_input = nn::Input({5}, {.name = "aux_input"});
  x = nn::concatenate({lstm_out, auxiliary_input});
  x = nn::Dense(64, {.activation = nn::relu})(x);
  x = nn::Dense(64, {.activation = nn::relu})(x);
  x = nn::Dense(64, {.activation = nn::relu})(x);
  nn::Tensor main_output = nn::Dense(1, {.activation = nn::sigmoid, .name = "main_output"})(x);
  return nn::Model({main_input, auxiliary_input}, {main_output, auxiliary_output});
}

struct Headlines {
  nn::Matrix words, extra, shared, rule;  // n x length, n x 5, n x 1, n x 1
};

// Invented headlines: some words are good news, some bad, "not" turns the next around. Whether a
// headline is shared depends on its news and on the five numbers.
static Headlines write(std::size_t n, const Sizes& size, nn::Rng& rng) {
  Headlines h{nn::Matrix(n, size.length), rng.normal_matrix(n, 5), nn::Matrix(n, 1),
              nn::Matrix(n, 1)};
  const int some = size.vocabulary / 10;  // id 0 is "not", 1 ... some are good, then as many bad
  for (std::size_t i = 0; i < n; ++i) {
    double news = 0.0;
    bool turned = false;
    for (int t = 0; t < size.length; ++t) {
      const double u = rng.uniform();
      const int id =
          u < 0.2   ? 0
          : u < 0.5 ? 1 + static_cast<int>(rng.below(2 * some))
                    : 2 * some + 1 + static_cast<int>(rng.below(size.vocabulary - 2 * some - 1));
      const int value = id == 0 || id > 2 * some ? 0 : id <= some ? 1 : -1;
      news += turned ? -value : value;
      turned = id == 0;
      h.words(i, t) = static_cast<nn::Real>(id);
    }
    const double score = 2 * news * std::sqrt(10.0 / size.length) +
                         2 * (h.extra(i, 0) + h.extra(i, 1) - h.extra(i, 2));
    h.rule(i) = score > 0;  // the best guess there is
    h.shared(i) = rng.uniform() < 1 / (1 + std::exp(-score));
  }
  return h;
}

int main(int argc, char** argv) {
  nn::Program program("Headlines: two inputs, two outputs, two losses", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  bool full = false;
  program.knob("full", full, "train the notes' size: 10000 words, 100 in a headline, LSTM(32)");
  int samples = 4000;
  program.knob("samples", samples, "headlines to learn from", 1, 1000000);
  int epochs = 10;
  program.knob("epochs", epochs, "passes over the headlines", 0, 1000);
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data
    const Sizes notes{10000, 100, 512, 32}, small{100, 10, 16, 16}, size = full ? notes : small;
    nn::Rng rng = program.rng();
    const Headlines train = write(samples, size, rng), test = write(1000, size, rng);

    // 2. model: the listing, in the notes' size and in a small one
    nn::set_seed(program.seed());
    nn::Model listing = headline_model(notes);
    listing.summary();
    nn::Model model = full ? listing : headline_model(size);
    model.compile({.optimizer = nn::RMSprop({.learning_rate = 0.003}),
                   .loss = {nn::binary_crossentropy, nn::binary_crossentropy},
                   .loss_weights = {1.0, 0.2},
                   .metrics = {nn::accuracy}});

    // 3. training: both outputs learn the same labels
    const nn::History history =
        model.fit({train.words, train.extra}, {train.shared, train.shared},
                  {.epochs = epochs,
                   .batch_size = 32,
                   .validation_data = {{test.words, test.extra}, {test.shared, test.shared}},
                   .verbose = full});

    // 4. result
    const auto accuracy = [&](const nn::Matrix& words, const nn::Matrix& extra,
                              const char* output) {
      return model.evaluate({words, extra}, {test.shared, test.shared},
                            {.batch_size = 500})[std::string(output) + "_accuracy"];
    };
    const double both = accuracy(test.words, test.extra, "main_output");
    const double headline = accuracy(test.words, test.extra, "aux_output");
    const double numbers =
        accuracy(test.words.rows(rng.permutation(1000)), test.extra, "main_output");
    std::printf("\nnew headlines, share of right answers\n");
    std::printf("  main output, headline and numbers:      %.3f\n", both);
    std::printf("  auxiliary output, the headline alone:   %.3f\n", headline);
    std::printf("  main output, another story's headline:  %.3f\n", numbers);
    const double best = arma::mean(arma::conv_to<nn::ColVector>::from(test.rule == test.shared));
    std::printf("  the rule that made them, without luck:  %.3f\n", best);
    std::printf("  the commoner answer always:             %.3f\n\n",
                0.5 + std::abs(arma::mean(nn::ColVector(test.shared)) - 0.5));
    program.result("parameters_of_the_notes", static_cast<double>(listing.parameter_count()));
    program.result("main_accuracy", both);
    program.result("auxiliary_accuracy", headline);
    program.result("best_possible", best);
    program.result("without_the_right_headline", numbers);
    if (!program.plots()) return;
    nn::save_graph(listing.to_dot(), program.out("graph"));
    if (epochs > 0) nn::save_picture(history, program.out("curves"));
  });
}
