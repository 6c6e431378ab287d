// A training that is one of several replicas'.
//
// Every replica holds the model, and takes its rows of every batch. The outputs are put together, so
// that loss and metrics are those of the whole batch and the mean over its n rows is taken once, as
// ever; the gradients of the replicas' rows are then summed. Decisions are the first replica's.

#include "common/model/trainer.hpp"

#include <bit>

namespace nn {

BatchPart Model::Trainer::part_of(std::size_t rows) const {
  if (!together_) return {0, rows};
  const BatchPart part = batch_part(rows, replicas->rank(), replicas->size());
  return part.count > 0 ? part : BatchPart{0, 0};  // the motions with the first row
}

const Matrix& Model::Trainer::merged_output(std::size_t i, std::size_t rows,
                                            const BatchPart& part) {
  merged_.resize(outputs_.size());
  const Matrix& own = pass_.output(i);
  Matrix& H = merged_[i].resize(rows, own.n_cols);
  H.zeros();  // 0 where other replicas have rows: the sum puts the rows together
  if (part.count > 0) H.rows(part.first, part.first + part.count - 1) = own;
  replicas->all_reduce(H.memptr(), H.n_elem);
  return H;
}

// One message: all gradients, and the state that every replica moved by its own rows (the averages
// of BatchNormalization), which becomes the mean weighted by the numbers of rows.
void Model::Trainer::sum_gradients(const BatchPart& part, std::size_t rows) {
  const Real weight = static_cast<Real>(part.count) / static_cast<Real>(rows);
  message_.clear();
  for (const Parameter& parameter : trained_) {
    const Matrix& gradient = parameter.gradient->sum();
    message_.insert(message_.end(), gradient.begin(), gradient.end());
  }
  for (const Parameter& parameter : averaged_)
    for (const Real value : *parameter.value) message_.push_back(weight * value);
  replicas->all_reduce(message_.data(), message_.size());
  const Real* next = message_.data();
  const auto take = [&next](Matrix& to) {
    std::copy_n(next, to.n_elem, to.memptr());
    next += to.n_elem;
  };
  for (const Parameter& parameter : trained_) take(parameter.gradient->sum());
  for (const Parameter& parameter : averaged_) take(*parameter.value);
}

// After each batch: what the first replica's callbacks and its user have decided.
void Model::Trainer::share_control() {
  double control[] = {double(stop), double(interrupted), optimizer.base_learning_rate()};
  replicas->broadcast(control, sizeof control);
  if (first_replica()) return;
  stop = control[0] != 0.0;
  interrupted = control[1] != 0.0;
  if (optimizer.schedule().is_constant()) optimizer.set_base_learning_rate(control[2]);
}

// Everything that training changes, as the first replica has it.
void Model::Trainer::share_state() {
  const auto share = [this](Matrix& matrix) {
    replicas->broadcast(matrix.memptr(), matrix.n_elem * sizeof(Real));
  };
  for (const Parameter& parameter : network_.parameters()) share(*parameter.value);
  optimizer.build(trained_);
  for (const OptimizerSlot& slot : optimizer.slots()) share(*slot.value);

  SavedState mine = state();
  std::string names;  // each with its number of numbers: "rng 4"
  for (const auto& [name, numbers] : mine.all()) names += name + text("\n%zu\n", numbers.size());
  std::size_t length = names.size();
  replicas->broadcast(&length, sizeof length);
  names.resize(length);
  replicas->broadcast(names.data(), length);
  SavedState first;
  std::istringstream lines(names);
  for (std::string name, count; std::getline(lines, name) && std::getline(lines, count);) {
    SavedState::Numbers numbers(std::stoul(count));
    if (first_replica()) numbers = mine.numbers(name);
    replicas->broadcast(numbers.data(), numbers.size() * sizeof(double));
    first.put(name, std::move(numbers));
  }
  if (!first_replica()) set_state(first);
}

// Same sums, same steps: every bit must agree. (A machine that rounds differently would drift.)
void Model::Trainer::require_identical() {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (const Parameter& parameter : network_.parameters())
    for (const Real value : *parameter.value)
      hash = (hash ^
              std::bit_cast<std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>>(
                  value)) *
             1099511628211u;
  std::uint64_t first = hash;
  replicas->broadcast(&first, sizeof first);
  Real differ = hash == first ? Real(0) : Real(1);
  replicas->all_reduce(&differ, 1);
  if (differ != 0)
    throw Error(text("fit: the weights of %g of %zu replicas are no longer those of the first",
                     static_cast<double>(differ), replicas->size()));
}

}  // namespace nn
