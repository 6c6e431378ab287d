#include "common/distributed/replica.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <sstream>

namespace nn {

AsCompiled::AsCompiled(const Trainer& trainer) {
  const std::vector<Parameter>& trained = trainer.trained();
  for (const auto& layer : trainer.network().all_layers()) {
    before_.emplace_back(layer, layer->trainable);
    const std::vector<Weight*> weights = layer->weights();
    if (std::none_of(weights.begin(), weights.end(), [](const Weight* w) { return w->trained; }))
      continue;
    layer->trainable = std::any_of(trained.begin(), trained.end(), [&](const Parameter& p) {
      return std::count(weights.begin(), weights.end(), p.weight) > 0;
    });
  }
}

AsCompiled::~AsCompiled() {
  for (const auto& [layer, trainable] : before_) layer->trainable = trainable;
}

void attach_replica(Model& model, const std::shared_ptr<Communicator>& line) {
  Trainer& trainer = model.trainer();
  trainer.attached = nullptr;
  if (!line || line->size() == 1) return;
  const AsCompiled as_compiled(trainer);
  auto pass = std::make_unique<ReplicatedPass>(trainer, line);
  trainer.join_losses(*pass);
  trainer.attached = std::make_shared<Trainer::Attachment>();
  trainer.attached->pass = std::move(pass);
  trainer.attached->observer = std::make_shared<ReplicaObserver>(line);
  trainer.attached->catches_interrupts = line->rank() == 0;
}

// ---- The pass -----------------------------------------------------------------------------------

ReplicatedPass::ReplicatedPass(const Trainer& trainer, std::shared_ptr<Communicator> line)
    : Pass(trainer.network()),
      line_(std::move(line)),
      X_(trainer.network().inputs().size()),
      outputs_(trainer.network().outputs().size()),
      gradients_(outputs_.size()) {
  for (const Parameter& parameter : trainer.trained()) trained_.push_back(parameter.weight);
  for (const Parameter& parameter : trainer.network().parameters())
    if (!parameter.weight->trained) averaged_.push_back(parameter.weight);
  for (const Matrix& X : X_) inputs_.push_back(&X);
}

void ReplicatedPass::forward(const std::vector<const Matrix*>& X, bool training, Rng& rng) {
  rows_ = X[0]->n_rows;
  part_ = batch_part(rows_, line_->rank(), line_->size());
  if (part_.count == 0) part_.first = 0;  // the motions with the first row
  const std::size_t last = part_.first + std::max<std::size_t>(part_.count, 1) - 1;
  for (std::size_t i = 0; i < X.size(); ++i) X_[i] = X[i]->rows(part_.first, last);
  set_part(part_.first, rows_);
  Pass::forward(inputs_, training, rng);

  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const Matrix& own = Pass::output(i);
    outputs_[i].zeros(rows_, own.n_cols);  // where other replicas have rows: the sum joins them
    if (part_.count > 0) outputs_[i].rows(part_.first, last) = own;
    line_->all_reduce(outputs_[i].memptr(), outputs_[i].n_elem);
    gradients_[i].set_size(rows_, own.n_cols);
  }
}

void ReplicatedPass::written(std::size_t i) {
  if (part_.count == 0) return;
  Pass::output_gradient(i) = gradients_[i].rows(part_.first, part_.first + part_.count - 1);
  Pass::written(i);
}

// One message: all gradients, and the state that every replica moved by its own rows (the averages
// of BatchNormalization), which becomes the mean weighted by the numbers of rows.
void ReplicatedPass::backward() {
  if (part_.count > 0) Pass::backward();
  const Real share = static_cast<Real>(part_.count) / static_cast<Real>(rows_);
  message_.clear();
  for (const Weight* weight : trained_)
    for (const Real g : weight->gradient) message_.push_back(part_.count > 0 ? g : Real(0));
  for (const Weight* weight : averaged_)
    for (const Real value : weight->value) message_.push_back(share * value);
  line_->all_reduce(message_.data(), message_.size());
  const Real* next = message_.data();
  const auto take = [&next](Matrix& to) {
    std::copy_n(next, to.n_elem, to.memptr());
    next += to.n_elem;
  };
  for (Weight* weight : trained_) take(weight->gradient);
  for (Weight* weight : averaged_) take(weight->value);
}

// ---- The observer -------------------------------------------------------------------------------

// After each batch: what the first replica's callbacks and its user have decided.
void ReplicaObserver::on_batch_end(Model& model, int, int batch, const Scores&) {
  Trainer& trainer = model.trainer();
  Optimizer& optimizer = trainer.optimizer;
  double control[] = {double(trainer.stop), double(trainer.interrupted),
                      optimizer.base_learning_rate()};
  line_->broadcast(control, sizeof control);
  if (line_->rank() > 0) {
    trainer.stop = control[0] != 0.0;
    trainer.interrupted = control[1] != 0.0;
    if (optimizer.schedule().is_constant()) optimizer.set_base_learning_rate(control[2]);
  }
  if (batch + 1 >= batches_ || trainer.stop || trainer.interrupted)
    require_identical(trainer.network());
}

// Everything that training changes, as the first replica has it.
void ReplicaObserver::share_state(Model& model) {
  Trainer& trainer = model.trainer();
  const auto share = [this](auto& list) {  // of any length
    std::size_t length = list.size();
    line_->broadcast(&length, sizeof length);
    list.resize(length);
    line_->broadcast(list.data(), length * sizeof list[0]);
  };
  std::vector<Weight*> trained;
  for (const Parameter& parameter : trainer.trained()) trained.push_back(parameter.weight);
  trainer.optimizer.build(trained);
  std::vector<Matrix*> matrices;
  for (const Parameter& p : trainer.network().parameters()) matrices.push_back(&p.weight->value);
  for (const OptimizerSlot& slot : trainer.optimizer.slots()) matrices.push_back(slot.value);
  for (Matrix* M : matrices) line_->broadcast(M->memptr(), M->n_elem * sizeof(Real));

  SavedState mine;
  model.remember(mine);
  std::string names;
  SavedState::Numbers all;  // of each name: how many numbers, and they
  for (const auto& [name, numbers] : mine.all()) {
    names += name + '\n';
    all.push_back(static_cast<double>(numbers.size()));
    all.insert(all.end(), numbers.begin(), numbers.end());
  }
  share(names);
  share(all);
  SavedState::All first;
  std::istringstream lines(names);
  auto next = all.begin();
  for (std::string name; std::getline(lines, name);) {
    const auto begin = next + 1, end = begin + std::ptrdiff_t(*next);
    first[name] = SavedState::Numbers(begin, end);
    next = end;
  }
  SavedState theirs(std::move(first));
  if (line_->rank() > 0) model.remember(theirs);
  batches_ = std::ceil(theirs.saved("fit/rows") / theirs.saved("fit/batch_size"));
}

// Same sums, same steps: every bit must agree. (A machine that rounds differently would drift.)
void ReplicaObserver::require_identical(const Network& network) {
  using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const Parameter& parameter : network.parameters())
    for (const Real value : parameter.weight->value)
      hash = (hash ^ std::bit_cast<Bits>(value)) * 1099511628211u;
  std::uint64_t first = hash;
  line_->broadcast(&first, sizeof first);
  Real differ = hash == first ? Real(0) : Real(1);
  line_->all_reduce(&differ, 1);
  if (differ != 0)
    throw Error(text("fit: the weights of %g of %zu replicas are no longer those of the first",
                     static_cast<double>(differ), line_->size()));
}

}  // namespace nn
