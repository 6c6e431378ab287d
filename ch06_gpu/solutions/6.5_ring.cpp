// Solution of exercise 6.5: all-reduce in a ring
#include "common/program/exercise.hpp"
#include "common/base/random.hpp"

// pieces(k, r) is piece k of replica r. In a round all send at the same time: what a replica sends is
// what it had before the round.
struct Ring {
  nn::Matrix pieces;
  int rounds = 0;

  std::size_t size() const { return pieces.n_cols; }
  // Piece (r + offset) mod p of every replica r goes to replica r + 1, and is added there or replaces
  // what stood there.
  void round(std::size_t offset, bool add) {
    const nn::Matrix before = pieces;
    const std::size_t p = size();
    for (std::size_t r = 0; r < p; ++r) {
      const std::size_t k = (r + offset) % p, to = (r + 1) % p;
      pieces(k, to) = add ? pieces(k, to) + before(k, r) : before(k, r);
    }
    ++rounds;
  }
};

void all_reduce(Ring& ring) {
  const std::size_t p = ring.size();
  // First half: a sum travels round the ring and grows at every replica (reduce-scatter).
  for (std::size_t s = 0; s + 1 < p; ++s) ring.round(p - s, true);
  // Second half: the finished sums travel round the ring (all-gather).
  for (std::size_t s = 0; s + 1 < p; ++s) ring.round(p + 1 - s, false);
}

int main() {
  nn::Exercise exercise("6.5");
  return exercise.verdict([&] {
    nn::Rng rng(6);
    for (std::size_t p : {4, 1, 2, 3, 9}) {
      Ring ring{rng.uniform_matrix(p, p)};
      const nn::Matrix sums = arma::sum(ring.pieces, 1);
      all_reduce(ring);
      for (std::size_t r = 0; r < p; ++r)
        exercise.expect(nn::text("sums at replica %zu of %zu", r, p), sums,
                        nn::Matrix(ring.pieces.col(r)), 1e-5);
      exercise.expect(nn::text("rounds with %zu replicas", p), 2.0 * static_cast<double>(p - 1),
                      ring.rounds);
    }
  });
}
