// What a program says to compile, fit, evaluate and predict, and what it gets back.
#pragma once

#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/functions/losses.hpp"
#include "common/functions/metrics.hpp"
#include "common/optimizers/optimizers.hpp"
#include "common/files/saved_state.hpp"

namespace nn {

class Model;

// ---- Data --------------------------------------------------------------------------------------

// One matrix, or one per input (output) of the model: X, {headlines, extra}. A Matrix is referred
// to, never copied, and must outlive the call; another Armadillo expression is computed once.
class MatrixList {
 public:
  MatrixList() = default;
  template <class T>
  requires(arma::is_arma_type<T>::value || arma::is_arma_cube_type<T>::value)
      MatrixList(const T& X) {  // NOLINT: implicit on purpose
    if constexpr (std::is_base_of_v<Matrix, T>)
      matrices_.push_back(&X);
    else if constexpr (std::is_same_v<typename T::elem_type, Real>)
      own(Matrix(X));
    else
      own(arma::conv_to<Matrix>::from(X));
  }
  MatrixList(std::initializer_list<std::reference_wrapper<const Matrix>> list) {
    for (const Matrix& X : list) matrices_.push_back(&X);
  }
  static MatrixList of(const std::vector<Matrix>& matrices) {
    MatrixList list;
    for (const Matrix& X : matrices) list.matrices_.push_back(&X);
    return list;
  }

  std::size_t size() const { return matrices_.size(); }
  bool empty() const { return matrices_.empty(); }
  const Matrix& operator[](std::size_t i) const { return *matrices_[i]; }

 private:
  void own(Matrix X) {
    owned_.push_back(std::make_shared<const Matrix>(std::move(X)));
    matrices_.push_back(owned_.back().get());
  }
  std::vector<const Matrix*> matrices_;
  std::vector<std::shared_ptr<const Matrix>> owned_;
};

struct ValidationData {
  MatrixList X = {}, Y = {};
};

// ---- compile -----------------------------------------------------------------------------------

// One loss, or one per output.
struct Losses : std::vector<Loss> {
  Losses() = default;
  template <class L>
  requires std::is_convertible_v<const L&, Loss> Losses(const L& loss)
      : std::vector<Loss>{Loss(loss)} {}  // NOLINT: implicit on purpose
  Losses(std::initializer_list<Loss> losses) : std::vector<Loss>(losses) {}
};

// One list for every output, or a list of lists, one per output.
struct Metrics : std::vector<std::vector<Metric>> {
  Metrics() = default;
  template <class... M>
  requires(sizeof...(M) > 0 && (std::is_convertible_v<const M&, Metric> && ...))
      Metrics(const M&... shared)  // NOLINT: implicit on purpose
      : std::vector<std::vector<Metric>>{{Metric(shared)...}} {}
  Metrics(std::initializer_list<std::vector<Metric>> per_output)
      : std::vector<std::vector<Metric>>(per_output) {}
};

struct CompileOptions {
  Optimizer optimizer = RMSprop();        // Keras's default
  Losses loss = {};                       // required
  std::vector<double> loss_weights = {};  // one per output; empty: 1 each
  Metrics metrics = {};
};

// ---- Results -----------------------------------------------------------------------------------

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

  void save_state(SavedState& state) const;
  void load_state(const SavedState& state);  // refuses other names

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

// ---- Callbacks ---------------------------------------------------------------------------------

// Called by fit. A user derives from it; batches and epochs are numbered from 0.
class Callback {
 public:
  virtual ~Callback() = default;
  virtual void on_train_begin(Model&) {}
  virtual void on_epoch_begin(Model&, int /*epoch*/) {}
  virtual void on_batch_end(Model&, int /*epoch*/, int /*batch*/, const Scores&) {}
  virtual void on_epoch_end(Model&, int /*epoch*/, const Scores&) {}
  virtual void on_train_end(Model&, const History&) {}

  // What the callback must remember where a training is interrupted and goes on later. load_state
  // comes after on_train_begin.
  virtual void save_state(SavedState&) const {}
  virtual void load_state(const SavedState&) {}
  virtual bool must_be_last() const { return false; }  // it saves what the others remember
};

// Any callback, written as a value: {.callbacks = {nn::EarlyStopping({.patience = 3})}}. A callback
// whose state the program reads afterwards is given as a std::shared_ptr.
class CallbackHandle {
 public:
  template <class C>
  requires std::is_base_of_v<Callback, C> CallbackHandle(C callback)  // NOLINT: implicit on purpose
      : callback_(std::make_shared<C>(std::move(callback))) {}
  template <class C>
  requires std::is_base_of_v<Callback, C> CallbackHandle(std::shared_ptr<C> callback)
      : callback_(std::move(callback)) {}  // NOLINT
  Callback& operator*() const { return *callback_; }
  Callback* operator->() const { return callback_.get(); }

 private:
  std::shared_ptr<Callback> callback_;
};

// ---- fit, evaluate, predict --------------------------------------------------------------------

struct FitOptions {
  int epochs = 1;
  int batch_size = 32;
  double validation_split = 0.0;  // the last part of the data, taken before shuffling
  ValidationData validation_data = {};
  std::vector<CallbackHandle> callbacks = {};
  bool shuffle = true;                      // a new order every epoch
  // Weights for the loss of a sample, not for metrics; those of classes only for training.
  std::map<int, double> class_weight = {};  // class -> weight; classes not named weigh 1
  MatrixList sample_weight = {};            // n x 1, one for all outputs or one per output
  int initial_epoch = 0;  // for going on with a training: the first epoch's number, from 0
  bool verbose = true;
};

struct EvaluateOptions {
  int batch_size = 32;
  MatrixList sample_weight = {};
};

struct PredictOptions {
  int batch_size = 32;
};

}  // namespace nn
