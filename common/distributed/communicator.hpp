// How the replicas of a model that are trained together speak to each other.
#pragma once

#include <cstddef>

#include "common/base/matrix.hpp"

namespace nn {

// One replica's end of the line. Every replica makes the same calls in the same order; each call
// waits for the others, and throws Error once one of them has failed.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual std::size_t rank() const = 0;  // 0 ... size - 1
  virtual std::size_t size() const = 0;

  // x[i] becomes the sum of all replicas' x[i]: the same bits everywhere.
  virtual void all_reduce(Real* x, std::size_t count) = 0;

  // The bytes of rank 0, everywhere.
  virtual void broadcast(void* bytes, std::size_t count) = 0;
};

// A batch's rows first ... first + count - 1: those of one replica.
struct BatchPart {
  std::size_t first = 0, count = 0;
};

// What rank `rank` of `size` gets of n rows: n / size, the first n mod size replicas one more.
inline BatchPart batch_part(std::size_t n, std::size_t rank, std::size_t size) {
  const std::size_t least = n / size, more = n % size;
  return {rank * least + (rank < more ? rank : more), least + (rank < more ? 1 : 0)};
}

}  // namespace nn
