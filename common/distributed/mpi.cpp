#include "common/distributed/mpi.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "common/backend/blas.hpp"
#include "common/distributed/replica.hpp"
#include "common/kernels/parallel.hpp"

#ifdef NN_MPI
#define OMPI_SKIP_MPICXX  // the C functions only
#define MPICH_SKIP_MPICXX
#include <mpi.h>
#endif

namespace nn {

namespace mpi {

namespace {

// One process: nobody to speak to.
class Alone : public Communicator {
 public:
  std::size_t rank() const override { return 0; }
  std::size_t size() const override { return 1; }
  void all_reduce(Real*, std::size_t) override {}
  void broadcast(void*, std::size_t) override {}
};

}  // namespace

#ifdef NN_MPI

namespace {

const MPI_Datatype real_type = sizeof(Real) == 4 ? MPI_FLOAT : MPI_DOUBLE;
constexpr std::size_t most_at_once = std::size_t{1} << 30;  // MPI counts with int

void require_success(const char* call, int code) {
  if (code == MPI_SUCCESS) return;
  char message[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, message, &length);
  throw Error(text("%s: %s", call, message));
}

// Calls `start` and waits for the message by asking again and again: a process that has died or
// hangs would otherwise keep all others waiting without a word.
template <class Start, class... Arguments>
void complete(const char* call, double timeout, Start start, Arguments... arguments) {
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  MPI_Request request;
  require_success(call, start(arguments..., MPI_COMM_WORLD, &request));
  for (long tries = 1;; ++tries) {
    int arrived = 0;
    require_success(call, MPI_Test(&request, &arrived, MPI_STATUS_IGNORE));
    if (arrived) return;
    if (tries % 1000 != 0) continue;
    std::this_thread::yield();  // there may be more processes than cores
    if (std::chrono::duration<double>(Clock::now() - begin).count() > timeout)
      throw Error(text("%s: the other processes have not answered for %g seconds", call, timeout));
  }
}

class Line : public Communicator {
 public:
  explicit Line(double timeout) : timeout_(timeout) {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  std::size_t rank() const override { return static_cast<std::size_t>(rank_); }
  std::size_t size() const override { return static_cast<std::size_t>(size_); }

  void all_reduce(Real* x, std::size_t count) override {
    for (std::size_t first = 0; first < count; first += most_at_once)
      complete("MPI_Iallreduce", timeout_, MPI_Iallreduce, MPI_IN_PLACE, x + first,
               part(count - first), real_type, MPI_SUM);
  }
  void broadcast(void* bytes, std::size_t count) override {
    for (std::size_t first = 0; first < count; first += most_at_once)
      complete("MPI_Ibcast", timeout_, MPI_Ibcast, static_cast<char*>(bytes) + first,
               part(count - first), MPI_BYTE, 0);
  }

 private:
  static int part(std::size_t rest) { return static_cast<int>(std::min(rest, most_at_once)); }
  int rank_ = 0, size_ = 1;
  double timeout_;
};

// Once in a program; MPI ends when the program does.
void start_mpi() {
  int started = 0;
  MPI_Initialized(&started);
  if (started) return;
  MPI_Init(nullptr, nullptr);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);  // errors become exceptions
  std::atexit([] {
    int ended = 0;
    MPI_Finalized(&ended);
    if (!ended) MPI_Finalize();
  });
}

}  // namespace

bool available() { return true; }

Job::Job(const JobOptions& options) : options_(options) {
  start_mpi();
  line_ = std::make_shared<Line>(options.timeout);
  MPI_Comm here;  // the processes on this computer
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
  int rank = 0, size = 1;
  MPI_Comm_rank(here, &rank);
  MPI_Comm_size(here, &size);
  MPI_Comm_free(&here);
  local_rank_ = static_cast<std::size_t>(rank);
  if (size > 1) {
    set_blas_threads(1);
    set_thread_count(1);
  }
}

void Job::send(const Matrix& X, std::size_t to) const {
  complete("MPI_Isend", options_.timeout, MPI_Isend, X.memptr(), static_cast<int>(X.n_elem),
           real_type, static_cast<int>(to), 0);
}

void Job::receive(Matrix& X, std::size_t from) const {
  complete("MPI_Irecv", options_.timeout, MPI_Irecv, X.memptr(), static_cast<int>(X.n_elem),
           real_type, static_cast<int>(from), 0);
}

namespace {
[[noreturn]] void end_all_processes() {
  MPI_Abort(MPI_COMM_WORLD, 1);
  std::_Exit(1);
}
}  // namespace

#else

bool available() { return false; }
Job::Job(const JobOptions& options) : line_(std::make_shared<Alone>()), options_(options) {}
void Job::send(const Matrix&, std::size_t) const { throw Error("mpi: built without MPI"); }
void Job::receive(Matrix&, std::size_t) const { throw Error("mpi: built without MPI"); }

namespace {
[[noreturn]] void end_all_processes() { std::_Exit(1); }
}  // namespace

#endif

void Job::barrier() const {
  Real nothing = 0;
  line_->all_reduce(&nothing, 1);
}

History Job::fit(Model& model, const MatrixList& X, const MatrixList& Y,
                 const FitOptions& options) const {
  double first[] = {X.empty() ? 0.0 : static_cast<double>(X[0].n_rows),
                    X.empty() ? 0.0 : static_cast<double>(X[0].n_cols),
                    static_cast<double>(options.batch_size), static_cast<double>(options.epochs)};
  const std::vector<double> mine(std::begin(first), std::end(first));
  line_->broadcast(first, sizeof first);
  const char* what[] = {"rows of X", "columns of X", "rows in a batch", "epochs"};
  for (std::size_t k = 0; k < mine.size(); ++k)
    if (mine[k] != first[k])
      throw Error(
          text("mpi: rank %zu has %g %s, rank 0 has %g; every process gives all data and the "
               "same options",
               rank(), mine[k], what[k], first[k]));
  FitOptions own = options;
  if (rank() > 0) {
    own.callbacks.clear();
    own.verbose = false;
  }
  model.rng();  // refuses a model that is not compiled
  attach_replica(model, line_);
  History history = model.fit(X, Y, own);
  attach_replica(model, nullptr);
  return history;
}

int run(const std::function<void(Job&)>& body, const JobOptions& options) {
  Job job(options);
  try {
    body(job);
    return 0;
  } catch (const std::exception& error) {
    if (job.size() == 1) throw;
    std::fflush(stdout);
    std::fprintf(stderr, "rank %zu of %zu: %s\n", job.rank(), job.size(), error.what());
    std::fflush(stderr);
  }
  end_all_processes();
}

}  // namespace mpi
}  // namespace nn
