#include "common/model/training.hpp"

#include <algorithm>

#include "common/kernels/batches.hpp"
#include "common/model/trainer.hpp"

namespace nn {

// ---- Results -----------------------------------------------------------------------------------

namespace {
template <class Pairs>
auto find_name(Pairs& pairs, const std::string& name) {
  return std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.first == name; });
}
template <class Pairs>
[[noreturn]] void unknown_name(const char* who, const Pairs& pairs, const std::string& name) {
  std::string names = "loss";
  for (const auto& pair : pairs) names += ", " + pair.first;
  throw Error(text("%s: there is no \"%s\"; there are %s", who, name.c_str(), names.c_str()));
}
}  // namespace

bool Scores::has(const std::string& name) const {
  return name == "loss" || find_name(others, name) != others.end();
}

double Scores::operator[](const std::string& name) const {
  if (name == "loss") return loss;
  const auto found = find_name(others, name);
  if (found == others.end()) unknown_name("Scores", others, name);
  return found->second;
}

std::vector<std::string> History::names() const {
  std::vector<std::string> all{"loss"};
  for (const auto& [name, values] : others_) all.push_back(name);
  return all;
}

const std::vector<double>& History::operator[](const std::string& name) const {
  if (name == "loss") return loss_;
  const auto found = find_name(others_, name);
  if (found == others_.end()) unknown_name("History", others_, name);
  return found->second;
}

History::History(const Scores& scores, std::size_t epochs) {
  loss_.reserve(epochs);
  for (const auto& [name, value] : scores.others) {
    others_.emplace_back(name, std::vector<double>());
    others_.back().second.reserve(epochs);
  }
}

void History::add(const Scores& scores) {
  loss_.push_back(scores.loss);
  for (std::size_t i = 0; i < others_.size(); ++i)
    others_[i].second.push_back(scores.others[i].second);
}

void History::save_state(SavedState& state) const {
  for (const std::string& name : names()) state.put(name, (*this)[name]);
}

void History::load_state(const SavedState& state) {
  History loaded = *this;
  loaded.loss_ = state.numbers("loss");
  for (auto& [name, values] : loaded.others_) {
    values = state.numbers(name);
    if (values.size() != loaded.loss_.size())
      throw Error(text("the saved state has %zu epochs of \"%s\", expected %zu", values.size(),
                       name.c_str(), loaded.loss_.size()));
  }
  *this = std::move(loaded);
}

namespace {
void require_one_output(std::size_t outputs) {
  if (outputs != 1)
    throw Error(text("predict: this model has %zu outputs; choose one by its number, predict(X)[0]",
                     outputs));
}
}  // namespace

Predictions::operator Matrix() const& {
  require_one_output(size());
  return front();
}
Predictions::operator Matrix() && {
  require_one_output(size());
  return std::move(front());
}

// ---- Model: the calls of a program -------------------------------------------------------------

void Model::compile(const CompileOptions& options) {
  compiled_ = std::make_shared<CompileOptions>(options);
  trainer_.reset();
  if (shared()) trainer_ = std::make_shared<Trainer>(*this, options);
}

Model::Trainer& Model::trainer(const char* who) {
  if (!compiled_) throw Error(text("%s: the model is not compiled; call compile first", who));
  if (!trainer_) trainer_ = std::make_shared<Trainer>(*this, *compiled_);
  return *trainer_;
}

History Model::fit(const MatrixList& X, const MatrixList& Y, const FitOptions& options) {
  prepare(X);
  return trainer("fit").fit(*this, X, Y, options);
}

Scores Model::evaluate(const MatrixList& X, const MatrixList& Y, const EvaluateOptions& options) {
  prepare(X);
  return trainer("evaluate").evaluate(X, Y, options);
}

Scores Model::train_on_batch(const MatrixList& X, const MatrixList& Y,
                             const MatrixList& sample_weight) {
  prepare(X);
  return trainer("train_on_batch").train_on_batch(X, Y, sample_weight);
}

Optimizer& Model::optimizer() { return trainer("optimizer").optimizer; }
void Model::stop_training() { trainer("stop_training").stop = true; }
bool Model::interrupted() const { return trainer_ && trainer_->interrupted; }
Rng& Model::rng() { return trainer("rng").rng; }

std::vector<Parameter> Model::trained_parameters() const {
  return trainer_ ? trainer_->trained() : std::vector<Parameter>();
}

SavedState Model::training_state() const { return trainer_ ? trainer_->state() : SavedState(); }

void Model::set_training_state(const SavedState& state) {
  trainer("set_training_state").set_state(state);
}

void Model::replicate(std::shared_ptr<Communicator> replicas) {
  trainer("replicate").replicas = std::move(replicas);
}

Predictions Model::predict(const MatrixList& X, const PredictOptions& options) {
  prepare(X);
  const Network& net = network();
  if (options.batch_size < 1)
    throw Error(text("predict: .batch_size is %d, expected at least 1", options.batch_size));
  check_inputs("predict", net, X);
  const std::size_t n = X[0].n_rows;
  Predictions predictions;
  for (std::size_t output : net.outputs())
    predictions.emplace_back(n, net.nodes()[output].shape.size());
  Pass pass(net);
  std::vector<Buffer> batch(X.size());
  std::vector<const Matrix*> inputs;
  for (Buffer& matrix : batch) inputs.push_back(&*matrix);
  Rng no_randomness;
  for (std::size_t first = 0; first < n; first += static_cast<std::size_t>(options.batch_size)) {
    const std::size_t rows =
        std::min<std::size_t>(static_cast<std::size_t>(options.batch_size), n - first);
    for (std::size_t i = 0; i < X.size(); ++i)
      copy_rows(X[i], first, batch[i].resize(rows, X[i].n_cols));
    pass.forward(inputs, {false, &no_randomness, 0, rows, false});
    for (std::size_t i = 0; i < predictions.size(); ++i)
      predictions[i].rows(first, first + rows - 1) = pass.output(i);
  }
  return predictions;
}

}  // namespace nn
