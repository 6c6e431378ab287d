// What a matched case-control study punishes: random folds, flexible networks, unshuffled cuts.
//
// Notes:  003 infert; erratum 18; reference results in data/README.md
// Run:    ./book run ch05/infert_folds
// Expect: two hidden layers do not beat logistic regression; random folds mislead a flexible
//         network more than folds that keep the matched sets together (references in the table)
// Try:    --seeds 10; --epochs 50 (stopping early is a penalty too)
#include "common/data/data.hpp"
#include "common/nn.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"

int main(int argc, char** argv) {
  nn::Program program("Infertility: folds, flexible networks, and what is too good to be true", 1);
  // ---- knobs -----------------------------------------------------------------------------------
  int seeds = 3;
  program.knob("seeds", seeds, "repetitions of every row of the table", 1, 100);
  int epochs = 300;
  program.knob("epochs", epochs, "passes over the training rows; the last network takes 3 times");
  // ----------------------------------------------------------------------------------------------
  return program.run(argc, argv, [&] {
    // 1. data: five inputs; and three things to know before training
    const nn::Table table = nn::Table::read("infert.csv");
    std::vector<std::string> levels{"0-5yrs", "6-11yrs", "12+ yrs"};
    const nn::Matrix education =
        arma::conv_to<nn::Matrix>::from(table.classes("education", levels));
    const nn::Matrix X =
        arma::join_rows(education, table.numbers({"age", "parity", "induced", "spontaneous"}));
    const nn::Matrix cases = table.numbers({"case"});
    const nn::Indices set = arma::conv_to<nn::Indices>::from(table.numbers("stratum"));
    std::map<std::vector<nn::Real>, std::pair<int, int>> outcomes;  // inputs -> controls, cases
    for (arma::uword i = 0; i < X.n_rows; ++i) {
      auto& [controls, sick] = outcomes[arma::conv_to<std::vector<nn::Real>>::from(X.row(i))];
      (cases[i] > 0 ? sick : controls) += 1;
    }
    int best = 0;
    for (const auto& [inputs, counts] : outcomes) best += std::max(counts.first, counts.second);
    std::printf(
        "cases among the last 20 %% of the rows: %d (the rows are sorted: shuffle)\n"
        "different inputs: %zu of 248; no function of them can get more than %d right, %.4f\n"
        "always \"no\": %.4f\n\n",
        static_cast<int>(arma::accu(cases.tail_rows(50))), outcomes.size(), best, best / 248.0,
        1 - static_cast<double>(arma::accu(cases)) / 248);

    // 2. models
    struct Candidate {
      std::string name;
      std::vector<int> hidden;
      nn::ActivationFunction activation;
      double l2;
      int epochs;
      const char *random, *matched;  // the references: accuracy, log-loss
    };
    const std::vector<Candidate> candidates{
        {"logistic regression", {}, nn::tanh, 0.0, epochs, "0.735 0.547", "0.742 0.537"},
        {"8-8 tanh, l2", {8, 8}, nn::tanh, 0.0025, epochs, "0.738 0.617", "0.749 0.557"},
        {"16-8 relu, l2", {16, 8}, nn::relu, 0.0025, epochs, "0.719 0.738", "0.750 0.634"},
        {"8-8 relu", {8, 8}, nn::relu, 0.0, epochs, "0.703 1.105", "0.743 0.886"},
        {"64-32 relu, long", {64, 32}, nn::relu, 0.0, 3 * epochs, "0.664 3.180", "0.711 2.280"}};
    const auto make = [](const Candidate& c) {
      nn::Sequential model;
      for (const int units : c.hidden)
        model.add(nn::Dense(
            units,
            {.activation = c.activation, .kernel_regularizer = nn::l2(c.l2), .input_shape = {5}}));
      model.add(nn::Dense(1, {.activation = nn::sigmoid, .input_shape = {5}}));
      model.compile({.optimizer = nn::Adam({.learning_rate = c.hidden.empty() ? 0.05 : 0.005}),
                     .loss = nn::binary_crossentropy});
      return model;
    };

    // 3. training: five folds, at random and by matched set; every woman is held out once
    std::printf("%-20s %8s  %30s %32s\n%20s %8s  %30s %32s\n", "", "trained", "random folds",
                "folds by matched set", "", "on all", "accuracy log-loss  (reference)",
                "accuracy log-loss  (reference)");
    nn::set_seed(program.seed());
    nn::Matrix accuracy(candidates.size(), 3), loss(candidates.size(), 2);
    for (std::size_t c = 0; c < candidates.size(); ++c) {
      nn::Rng rng = program.rng();
      const nn::FitOptions options{
          .epochs = candidates[c].epochs, .batch_size = 200, .verbose = false};
      nn::Standardizer whole;
      const nn::Matrix Z = whole.fit_transform(X);
      nn::Sequential on_all = make(candidates[c]);
      on_all.fit(Z, cases, options);
      accuracy(c, 2) = static_cast<nn::Real>(nn::accuracy(cases, on_all.predict(Z)));
      for (int repetition = 0; repetition < seeds; ++repetition)
        for (const bool matched : {false, true}) {
          nn::Matrix P(arma::size(cases));
          for (const nn::Split& split :
               matched ? nn::grouped_k_fold(set, 5, rng) : nn::k_fold(248, 5, rng)) {
            nn::Standardizer inputs;
            nn::Sequential model = make(candidates[c]);
            model.fit(inputs.fit_transform(X.rows(split.train)), cases.rows(split.train), options);
            P.rows(split.test) =
                static_cast<const nn::Matrix&>(model.predict(inputs.transform(X.rows(split.test))));
          }
          const double share = 1.0 / seeds;
          accuracy(c, matched) += static_cast<nn::Real>(share * nn::accuracy(cases, P));
          loss(c, matched) +=
              static_cast<nn::Real>(share * nn::binary_crossentropy.value(cases, P));
        }
      std::printf("%-20s %8.4f  %8.4f %8.4f  (%s) %9.4f %8.4f  (%s)\n", candidates[c].name.c_str(),
                  accuracy(c, 2), accuracy(c, 0), loss(c, 0), candidates[c].random, accuracy(c, 1),
                  loss(c, 1), candidates[c].matched);
    }

    // 4. result
    std::printf("\n");
    program.result("ceiling", best / 248.0);
    program.result("logistic_matched_accuracy", accuracy(0, 1));
    program.result("tanh_matched_accuracy", accuracy(1, 1));
    program.result("long_random_accuracy", accuracy(4, 0));
    program.result("long_trained_on_all", accuracy(4, 2));
    std::vector<std::string> names;
    for (const Candidate& candidate : candidates) names.push_back(candidate.name);
    nn::Figure figure({.title = "Held-out log-loss (base rate: 0.637)"});
    figure.bars(names, loss, {"random folds", "folds by matched set"});
    program.save(figure, "log_loss");
  });
}
