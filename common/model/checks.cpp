// What is asked of the data and the options before the first weight changes.
#include "common/base/checks.hpp"

#include <algorithm>
#include <cmath>

#include "common/kernels/stack_steps.hpp"
#include "common/model/trainer.hpp"

namespace nn {

namespace {

// Asks the loss whether it takes these targets, all of them.
void check_targets(const Loss& loss, const Matrix& Y, const Shape& shape, std::size_t time_steps,
                   const std::string& title) {
  constexpr std::size_t some = 1024;
  ColVector losses;
  if (Y.n_cols % time_steps != 0)
    throw Error(text("%s: Y has %zu columns, expected a multiple of the %zu steps of shape %s",
                     title.c_str(), static_cast<std::size_t>(Y.n_cols), time_steps,
                     shape.str().c_str()));
  try {
    for (std::size_t first = 0; first < Y.n_rows; first += some) {
      const std::size_t last = std::min<std::size_t>(first + some, Y.n_rows) - 1;
      const std::size_t rows = (last - first + 1) * time_steps;
      const Matrix P(rows, shape.size() / time_steps, arma::fill::value(Real(0.5)));
      Matrix stacked(rows, Y.n_cols / time_steps);
      stack_steps(Y.rows(first, last), 0, time_steps, stacked);
      loss.values(stacked, P, losses);
    }
  } catch (const Error& error) {
    throw Error(title + ": " + error.what());
  }
}

}  // namespace

void check_inputs(const char* who, const Network& network, const MatrixList& X) {
  if (X.size() != network.inputs().size())
    throw Error(text("%s: got %zu input matrices, the model has %zu inputs", who, X.size(),
                     network.inputs().size()));
  for (std::size_t i = 0; i < X.size(); ++i) {
    const NetworkNode& node = network.nodes()[network.inputs()[i]];
    const std::string title = text("%s: input \"%s\"", who, node.layer->name.c_str());
    if (X[i].n_cols != node.shape.size())
      throw Error(text("%s: X has %zu columns, expected %zu (input shape %s)", title.c_str(),
                       static_cast<std::size_t>(X[i].n_cols), node.shape.size(),
                       node.shape.str().c_str()));
    if (X[i].is_empty()) throw Error(title + ": X has no rows");
    if (X[i].n_rows != X[0].n_rows)
      throw Error(text("%s: X has %zu rows, that of the first input has %zu", title.c_str(),
                       static_cast<std::size_t>(X[i].n_rows),
                       static_cast<std::size_t>(X[0].n_rows)));
    require_finite(title, "X", X[i]);
  }
}

void Trainer::check(const char* who, const MatrixList& X, const MatrixList& Y,
                    const MatrixList& weights, int batch_size) const {
  if (batch_size < 1)
    throw Error(text("%s: .batch_size is %d, expected at least 1", who, batch_size));
  check_inputs(who, network_, X);
  if (Y.size() != outputs_.size())
    throw Error(text("%s: got %zu target matrices, the model has %zu outputs", who, Y.size(),
                     outputs_.size()));
  for (std::size_t i = 0; i < Y.size(); ++i) {
    const std::string title = text("%s: output \"%s\"", who, outputs_[i].name.c_str());
    require_same_rows(title, X[0], Y[i]);
    require_finite(title, "Y", Y[i]);
    check_targets(outputs_[i].loss, Y[i], network_.nodes()[network_.outputs()[i]].shape,
                  outputs_[i].time_steps, title);
  }
  if (!weights.empty() && weights.size() != 1 && weights.size() != Y.size())
    throw Error(text("%s: .sample_weight has %zu matrices, expected 1%s", who, weights.size(),
                     Y.size() == 1 ? "" : text(" or %zu", Y.size()).c_str()));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    require_shape(who, ".sample_weight", weights[i], X[0].n_rows, 1);
    require_finite(who, ".sample_weight", weights[i]);
  }
}

// Returns how many of the rows train: the first ones.
std::size_t Trainer::check_fit(const MatrixList& X, const MatrixList& Y,
                               const FitOptions& o) const {
  check("fit", X, Y, o.sample_weight, o.batch_size);
  if (o.epochs < 0) throw Error(text("fit: .epochs is %d, expected at least 0", o.epochs));
  if (o.initial_epoch < 0)
    throw Error(text("fit: .initial_epoch is %d, expected at least 0", o.initial_epoch));
  if (!(o.validation_split >= 0.0 && o.validation_split < 1.0))
    throw Error(text("fit: .validation_split is %g, expected 0 <= split < 1", o.validation_split));
  if (!o.class_weight.empty() && Y.size() != 1)
    throw Error("fit: .class_weight works for models with one output");
  if (!o.class_weight.empty() && outputs_[0].time_steps > 1)
    throw Error("fit: .class_weight works for outputs with one axis");
  for (const CallbackHandle& callback : o.callbacks)
    if (callback->must_be_last() && &callback != &o.callbacks.back())
      throw Error("fit: BackupAndRestore must be the last of .callbacks: it saves the others too");
  const std::size_t n = X[0].n_rows;
  if (!o.validation_data.X.empty()) {
    check("fit: .validation_data", o.validation_data.X, o.validation_data.Y, {}, 1);
    return n;
  }
  const double share = 1.0 - o.validation_split;
  const std::size_t rows = static_cast<std::size_t>(std::floor(static_cast<double>(n) * share));
  if (rows == 0)
    throw Error(
        text("fit: .validation_split %g leaves no training rows of %zu", o.validation_split, n));
  return rows;
}

void Trainer::refuse_not_finite(double loss, const Pass& pass) const {
  if (std::isfinite(loss)) return;
  std::string where = pass.find_not_finite();
  for (const Parameter& parameter : trained_)
    if (where.empty() && !parameter.weight->value.is_finite())
      where = parameter.name + " is not finite";
  if (where.empty()) where = "all outputs are finite: look at the loss and the targets";
  throw Error(text("the loss became %g: %s; try a smaller learning rate", loss, where.c_str()));
}

}  // namespace nn
