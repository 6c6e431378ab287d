#include "common/distributed/pipeline.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>

#include "common/base/checks.hpp"
#include "common/distributed/replica.hpp"
#include "common/distributed/thread_group.hpp"

namespace nn {

namespace {

// How far each stage has come; who needs its result waits here.
class Handover {
 public:
  explicit Handover(std::size_t stages) : count_(stages, 0) {}
  void done(std::size_t stage) {
    const std::lock_guard lock(mutex_);
    ++count_[stage];
    changed_.notify_all();
  }
  void wait(std::size_t stage, std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return failure_ || count_[stage] >= count; });
    if (failure_) std::rethrow_exception(failure_);
  }
  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(failure);
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> count_;
  std::exception_ptr failure_ = nullptr;
};

}  // namespace

Pipeline::Pipeline(Model model, const PipelineOptions& options) : model_(std::move(model)) {
  const AsCompiled as_compiled(model_.trainer("rng"));  // refuses a model that is not compiled
  for (const Parameter& parameter : model_.trained_parameters())
    weights_.push_back(parameter.weight);
  if (options.micro_batches < 1)
    throw Error(text("Pipeline: .micro_batches is %d, expected at least 1", options.micro_batches));
  micro_batches_ = static_cast<std::size_t>(options.micro_batches);
  const std::vector<NetworkNode>& nodes = model_.network().nodes();
  for (std::size_t k = 1; k < nodes.size(); ++k)
    if (nodes[k].inputs != std::vector<std::size_t>{k - 1})
      throw Error("Pipeline: the model's layers branch, expected a chain");
  const CompileOptions& compiled = *model_.compile_options();
  if (compiled.loss.size() != 1) throw Error("Pipeline: expected one loss");
  const Loss& loss = compiled.loss[0];
  const Shape& output = nodes.back().shape;
  if (loss.along_last_axis && output.rank() > 1)
    throw Error(text("Pipeline: %s needs an output of shape (classes), got %s", loss.name.c_str(),
                     output.str().c_str()));
  if (!compiled.loss_weights.empty()) loss_weight_ = compiled.loss_weights[0];
  const std::vector<LayerHandle> layers = model_.layers();
  if (layers.size() + 1 != nodes.size()) throw Error("Pipeline: a layer is called twice");

  std::vector<std::size_t> cuts{0};
  for (int first : options.first_layers) {
    if (first <= static_cast<int>(cuts.back()) || first >= static_cast<int>(layers.size()))
      throw Error(
          text("Pipeline: .first_layers has %d after %zu, expected rising numbers below %zu", first,
               cuts.back(), layers.size()));
    cuts.push_back(static_cast<std::size_t>(first));
  }
  for (std::size_t s = 0; s < cuts.size(); ++s) {
    const std::size_t end = s + 1 < cuts.size() ? cuts[s + 1] : layers.size();
    const Tensor input = Input(nodes[cuts[s]].shape);
    Tensor x = input;
    for (std::size_t k = cuts[s]; k < end; ++k) x = layers[k](x);
    stages_.push_back({Model(input, x), {}, model_.rng().split()});
    stages_[s].weights = stages_[s].model.network().trainable_weights();
    stages_[s].gradients.resize(stages_[s].weights.size());
  }
  joined_ = layers.back().layer().activation.name == loss.joined_with;
  for (std::size_t s = 0; s < stages_.size(); ++s)
    for (std::size_t m = 0; m < micro_batches_; ++m) {
      Pass& pass = stages_[s].passes.emplace_back(stages_[s].model.network());
      pass.want_input_gradients({s > 0});
      if (joined_ && s + 1 == stages_.size()) pass.join_with_loss(0);
    }
}

void Pipeline::run(const Matrix& X, const Matrix* Y, Matrix* H, double& loss) {
  const std::size_t n = X.n_rows, last = stages_.size() - 1;
  require_columns("Pipeline", "X", X, model_.network().nodes()[0].shape.size());
  if (n == 0) throw Error("Pipeline: X has no rows");
  require_finite("Pipeline", "X", X);
  if (Y) {
    require_same_rows("Pipeline", X, *Y);
    require_finite("Pipeline", "Y", *Y);
  }
  const std::size_t pieces = std::min(micro_batches_, n);
  const Loss& error = model_.compile_options()->loss[0];
  std::vector<Matrix> rows(pieces);
  for (std::size_t m = 0; m < pieces; ++m) {
    const BatchPart part = batch_part(n, m, pieces);
    rows[m] = X.rows(part.first, part.first + part.count - 1);
  }
  for (Stage& stage : stages_) stage.done.clear();
  start_ = Clock::now();
  Handover forward(stages_.size()), backward(stages_.size());

  const auto stage_thread = [&](std::size_t s) {
    Stage& stage = stages_[s];
    const auto timed = [&](std::size_t m, bool back, auto&& part_of_the_work) {
      const auto seconds = [&] {
        return std::chrono::duration<double>(Clock::now() - start_).count();
      };
      const double begin = seconds();
      part_of_the_work();
      stage.done.push_back({s, m, back, begin, seconds()});
    };
    for (std::size_t m = 0; m < pieces; ++m) {
      if (s > 0) forward.wait(s - 1, m + 1);
      timed(m, false, [&] {
        const Matrix& input = s > 0 ? stages_[s - 1].passes[m].output(0) : rows[m];
        stage.passes[m].forward({&input}, Y != nullptr, stage.rng);
      });
      forward.done(s);
    }
    if (!Y) return;
    for (std::size_t k = 0; k < pieces; ++k) {
      const std::size_t m = pieces - 1 - k;  // the last one forward is the first one back
      if (s < last) backward.wait(s + 1, k + 1);
      timed(m, true, [&] {
        Pass& pass = stage.passes[m];
        pass.start_backward();
        Matrix& dH = pass.output_gradient(0);
        if (s < last) {
          dH = stages_[s + 1].passes[m].input_gradient(0);
        } else {
          const BatchPart part = batch_part(n, m, pieces);
          const Matrix truth = Y->rows(part.first, part.first + part.count - 1);
          const double share =
              loss_weight_ * static_cast<double>(part.count) / static_cast<double>(n);
          if (joined_)
            error.joined_gradient(truth, pass.output(0), dH);
          else
            error.gradient(truth, pass.output(0), dH);
          dH *= static_cast<Real>(share);  // 1/n, not 1/count
          loss += share * error.value(truth, pass.output(0));
        }
        pass.written(0);
        pass.backward();
        for (std::size_t w = 0; w < stage.weights.size(); ++w) {  // a layer writes, we add up
          if (k == 0) stage.gradients[w].zeros(arma::size(stage.weights[w]->gradient));
          stage.gradients[w] += stage.weights[w]->gradient;
        }
      });
      backward.done(s);
    }
  };
  const OneThreadEach one_thread_each;
  ThreadGroup(stages_.size()).run([&](std::size_t s) {
    try {
      stage_thread(s);
    } catch (...) {
      forward.fail(std::current_exception());
      backward.fail(std::current_exception());
      throw;
    }
  });

  timeline_.clear();
  for (const Stage& stage : stages_)
    timeline_.insert(timeline_.end(), stage.done.begin(), stage.done.end());
  if (H) {
    H->set_size(n, stages_[last].passes[0].output(0).n_cols);
    for (std::size_t m = 0; m < pieces; ++m) {
      const BatchPart part = batch_part(n, m, pieces);
      H->rows(part.first, part.first + part.count - 1) = stages_[last].passes[m].output(0);
    }
  }
}

Matrix Pipeline::predict(const Matrix& X) {
  Matrix H;
  double none = 0.0;
  run(X, nullptr, &H, none);
  return H;
}

double Pipeline::train_on_batch(const Matrix& X, const Matrix& Y) {
  double loss = 0.0;
  run(X, &Y, nullptr, loss);
  loss += model_.network().penalty();
  if (!std::isfinite(loss))  // a step would spoil the weights
    throw Error(text("Pipeline: the loss became %g; try a smaller learning rate", loss));
  for (Stage& stage : stages_)
    for (std::size_t k = 0; k < stage.weights.size(); ++k)
      stage.weights[k]->gradient.swap(stage.gradients[k]);
  add_penalty_gradients(weights_);
  model_.optimizer().step(weights_);
  return loss;
}

double Pipeline::bubble() const {
  double busy = 0.0, end = 0.0, begin = 1e300;
  for (const Work& work : timeline_) {
    busy += work.end - work.start;
    end = std::max(end, work.end);
    begin = std::min(begin, work.start);
  }
  return timeline_.empty() ? 0.0 : 1.0 - busy / ((end - begin) * static_cast<double>(stages()));
}

}  // namespace nn
