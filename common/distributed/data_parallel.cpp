#include "common/distributed/data_parallel.hpp"

#include <algorithm>

#include "common/base/checks.hpp"
#include "common/distributed/replica.hpp"
#include "common/distributed/thread_group.hpp"
#include "common/files/architecture.hpp"

namespace nn {

namespace {

Model copy_of(Model model) {
  const AsCompiled as_compiled(model.trainer("DataParallel"));
  Model copy = model_from_json(model.to_json());
  copy.compile(compile_options_from_json(compile_options_to_json(*model.compile_options())));
  return copy;
}

bool trains(const Model& model, const Weight* weight) {
  const std::vector<Parameter> trained = model.trained_parameters();
  return std::any_of(trained.begin(), trained.end(),
                     [&](const Parameter& parameter) { return parameter.weight == weight; });
}

// Whatever the copies draw for their first weights, the program's random numbers stay as they were.
class KeepRandomStream {
 public:
  ~KeepRandomStream() { global_rng().set_state(before_); }

 private:
  Rng::State before_ = global_rng().state();
};

}  // namespace

DataParallel::DataParallel(const Model& model, const DataParallelOptions& options)
    : DataParallel(
          model, [&model] { return copy_of(model); }, options) {}

DataParallel::DataParallel(const Model& model, const std::function<Model()>& build,
                           const DataParallelOptions& options)
    : options_(options), replicas_{model} {
  if (options.replicas < 1)
    throw Error(text("DataParallel: .replicas is %d, expected at least 1", options.replicas));
  replicas_[0].rng();  // refuses a model that is not compiled, and draws its stream now
  const KeepRandomStream keep;
  for (int r = 1; r < options.replicas; ++r) replicas_.push_back(build());
  require_replicas();
}

// The replicas need not have equal weights yet, fit sends them round; all else must fit.
void DataParallel::require_replicas() const {
  const std::vector<Parameter> first = replicas_[0].network().parameters();
  for (std::size_t r = 1; r < replicas_.size(); ++r) {
    if (replicas_[r].shared() == replicas_[0].shared())
      throw Error("DataParallel: build returns the same model again, expected a new one each time");
    const std::vector<Parameter> own = replicas_[r].network().parameters();
    if (own.size() != first.size())
      throw Error(text("DataParallel: replica %zu has %zu parameters, the model has %zu", r,
                       own.size(), first.size()));
    for (std::size_t k = 0; k < own.size(); ++k) {
      if (own[k].weight == first[k].weight)
        throw Error(
            text("DataParallel: replica %zu shares %s with the model, expected layers of "
                 "its own",
                 r, first[k].name.c_str()));
      require_shape(text("DataParallel: replica %zu", r), own[k].name.c_str(), own[k].weight->value,
                    first[k].weight->value.n_rows, first[k].weight->value.n_cols);
      if (trains(replicas_[r], own[k].weight) != trains(replicas_[0], first[k].weight))
        throw Error(text("DataParallel: %s is frozen in only one of replica %zu and the model",
                         own[k].name.c_str(), r));
    }
    Model replica = replicas_[r], model = replicas_[0];
    if (replica.optimizer().name() != model.optimizer().name())
      throw Error(text("DataParallel: replica %zu has the optimizer %s, the model has %s", r,
                       replica.optimizer().name().c_str(), model.optimizer().name().c_str()));
  }
}

History DataParallel::fit(const MatrixList& X, const MatrixList& Y, const FitOptions& options) {
  require_replicas();
  ThreadGroup group(replicas_.size());
  History history;
  const OneThreadEach one_thread_each;
  const auto train = [&](std::size_t rank) {
    if (options_.start) options_.start(static_cast<int>(rank));
    FitOptions own = options;
    if (rank > 0) {
      own.callbacks.clear();
      own.verbose = false;
    }
    History result = replicas_[rank].fit(X, Y, own);
    if (rank == 0) history = std::move(result);
  };
  for (std::size_t rank = 0; rank < replicas_.size(); ++rank)
    attach_replica(replicas_[rank], group.communicator(rank));
  const auto alone_again = [&] {
    for (Model& replica : replicas_) attach_replica(replica, nullptr);
  };
  try {
    group.run(train);
  } catch (...) {
    alone_again();
    throw;
  }
  alone_again();
  return history;
}

}  // namespace nn
