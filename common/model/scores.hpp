// Scores, History, Predictions: what one gets back from a model.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/model/saved_state.hpp"

namespace nn {

// The loss and the metrics of a batch, an epoch or an evaluation: scores.loss, scores["accuracy"].
struct Scores {
  double loss = 0.0;
  std::vector<std::pair<std::string, double>> others =
      {};  // in the order in which they are printed

  bool has(const std::string& name) const;
  double operator[](const std::string& name) const;  // "loss" too; refuses an unknown name
};

// What fit returns: every score of every epoch.
class History {
 public:
  History() = default;
  // Empty, for scores with these names; room for `epochs` epochs.
  History(const Scores& scores, std::size_t epochs);

  std::size_t epochs() const { return loss_.size(); }
  std::vector<std::string> names() const;  // "loss", "accuracy", "val_loss" ...
  const std::vector<double>& operator[](const std::string& name) const;
  void add(const Scores& scores);  // of one epoch, with those names

  void remember(SavedState& state);  // refuses other names

 private:
  std::vector<double> loss_;
  std::vector<std::pair<std::string, std::vector<double>>> others_;
};

// The outputs of predict: as a Matrix where the model has one output, else indexed by output.
class Predictions : public std::vector<Matrix> {
 public:
  using std::vector<Matrix>::vector;
  // No references: they would refer into a result that is gone when the line ends.
  operator Matrix() const&;  // NOLINT: implicit on purpose
  operator Matrix() &&;      // NOLINT
};

}  // namespace nn
