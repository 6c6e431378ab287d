// Data parallelism across processes and computers, by MPI: every process is one replica.
//
//   int main() {
//     return nn::mpi::run([](nn::mpi::Job& job) {
//       nn::Sequential model = ...;                       // the same in every process
//       job.fit(model, X, Y, {.epochs = 20});             // every process gives all of X and Y
//       if (job.rank() == 0) model.save("model.h5");
//     });
//   }
//
//   mpirun -np 2 ./program                    two processes on this computer
//   mpirun -host red,blue -np 2 ./program     one on each of two
//
// The result is that of model.fit to rounding (BatchNormalization apart, see data_parallel.hpp), and
// all processes have the same bits. A program built without MPI runs as one process.
#pragma once

#include <functional>
#include <memory>

#include "common/distributed/communicator.hpp"
#include "common/model/model.hpp"

namespace nn {

namespace mpi {

// Whether this program was built with MPI.
bool available();

struct JobOptions {
  double timeout = 600;  // seconds for which a process waits for the others; then the job ends
};

class Job {
 public:
  std::size_t rank() const { return line_->rank(); }  // 0 ... size - 1
  std::size_t size() const { return line_->size(); }
  // Among the processes on this computer: the number of the GPU to use, for instance.
  std::size_t local_rank() const { return local_rank_; }
  Communicator& communicator() const { return *line_; }

  // model.fit with the rows of every batch divided among the processes. Callbacks and progress are
  // those of rank 0, and so are the weights and the optimizer's state at the start: it is enough that
  // rank 0 reads a checkpoint. Throws Error if the processes do not give data of the same size.
  History fit(Model& model, const MatrixList& X, const MatrixList& Y,
              const FitOptions& options = {}) const;

  // A point to point message; send returns when X may be changed again, receive when it is there.
  // X has the same size at both ends.
  void send(const Matrix& X, std::size_t to) const;
  void receive(Matrix& X, std::size_t from) const;
  void barrier() const;

 private:
  friend int run(const std::function<void(Job&)>& body, const JobOptions& options);
  explicit Job(const JobOptions& options);
  std::shared_ptr<Communicator> line_;
  std::size_t local_rank_ = 0;
  JobOptions options_;
};

// Starts MPI, runs `body` in every process; returns the exit code. A process that throws prints its
// sentence and ends all of them: a half of a job would wait for ever. What a process has written
// before (whole files, atomically renamed) stays. Where several processes share a computer, a
// product has one thread in each.
int run(const std::function<void(Job&)>& body, const JobOptions& options = {});

}  // namespace mpi
}  // namespace nn
