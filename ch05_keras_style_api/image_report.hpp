// What the four image programs share: how the digits are cut, and the report of a trained model:
// learning curves, which class is taken for which, the misread images, and the first layer's
// weights, shown as images.
#pragma once

#include <string>
#include <vector>

#include "common/data/data.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"
#include "common/model/options.hpp"

struct Cut {
  nn::Dataset train, test;
};

// Digits 1-1437 to learn and 1438-1797 to test: as the file has them, or after shuffling.
inline Cut cut_digits(bool shuffled, nn::Rng& rng) {
  const nn::Dataset all = nn::load_digits();
  nn::Indices rows = arma::regspace<nn::Indices>(0, all.y.n_elem - 1);
  if (shuffled) rng.shuffle(rows);
  const auto part = [&](const nn::Indices& of) {
    return nn::Dataset{all.X.rows(of), all.y.elem(of), all.feature_names, all.class_names};
  };
  return {part(rows.head(1437)), part(rows.tail(rows.n_elem - 1437))};
}

// Loss and accuracy of every epoch, training and test side by side.
inline void save_curves(nn::Program& program, const nn::History& history) {
  nn::Panels panels(1, 2);
  for (const std::string score : {"loss", "accuracy"}) {
    nn::Figure figure({.title = score, .x_label = "epoch", .legend = "auto"});
    figure.line(history[score], "training").line(history["val_" + score], "test");
    panels.add(std::move(figure));
  }
  program.save(panels, "curves");
}

// The confusion matrix, row: truth, column: answer; the misread images of which the model was
// surest; and a line for the pair that is confused most often. P holds probabilities.
inline void save_confusion(nn::Program& program, const nn::Dataset& test, const nn::Matrix& P,
                           std::size_t side) {
  const nn::Indices said = nn::argmax_rows(P);
  nn::Matrix confusion = nn::confusion_matrix(test.y, said, P.n_cols);
  const std::vector<std::string>& names = test.class_names;
  nn::Figure matrix({.title = "Answers", .x_label = "answer", .y_label = "truth"});
  program.save(matrix.heatmap(confusion, names, names), "confusion");
  confusion.diag().zeros();
  const arma::uword worst = confusion.index_max();
  std::printf("\nmost often confused: %.0f times %s was taken for %s\n",
              static_cast<double>(confusion[worst]), names[worst % P.n_cols].c_str(),
              names[worst / P.n_cols].c_str());

  nn::Indices wrong = arma::find(said != test.y);
  if (wrong.is_empty()) return;
  const nn::ColVector sure = arma::max(P, 1);
  wrong = wrong.elem(arma::sort_index(nn::ColVector(sure.elem(wrong)), "descend"));
  wrong = wrong.head(std::min<arma::uword>(wrong.n_elem, 18));
  std::vector<std::string> captions;
  for (const arma::uword i : wrong) captions.push_back(names[test.y[i]] + ": " + names[said[i]]);
  nn::Figure misread(
      {.title = "The surest mistakes (truth: answer)", .width = 1000, .height = 560});
  program.save(misread.images(test.X.rows(wrong),
                              {.height = side, .width = side, .columns = 6, .captions = captions}),
               "misread");
}

// Each unit's (filter's) weights W (side*side x units) as an image: blue negative, orange positive.
inline void save_weights(nn::Program& program, const nn::Matrix& W, std::size_t side,
                         std::size_t units = 32) {
  const nn::Matrix first = W.head_cols(std::min<arma::uword>(W.n_cols, units)).t();
  nn::Figure figure({.title = "First-layer weights", .width = 620, .height = 400});
  program.save(
      figure.images(first, {.height = side, .width = side, .columns = 8, .diverging = true}),
      "weights");
}
