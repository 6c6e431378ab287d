// Random numbers that are the same for a seed with every compiler and library: one engine, and our
// own uniform, normal and shuffle on top of it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "common/base/matrix.hpp"

namespace nn {

// xoshiro256** (Blackman and Vigna 2018), seeded through splitmix64. Its whole state is four words,
// so that a checkpoint can hold it.
class Rng {
 public:
  using State = std::array<std::uint64_t, 4>;

  explicit Rng(std::uint64_t seed = 42);

  // 64 random bits. Here, since in a loop over a mask the call would cost more than the number.
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9, t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // in [0, 1), 53 bits
  double uniform(double low, double high);  // in [low, high); `low` where both are equal
  double normal(double mean = 0.0, double stddev = 1.0);  // one uniform each (inverse of the CDF)
  std::size_t below(std::size_t n);                       // 0 ... n-1, each equally likely; n > 0

  // Filled column after column, one number each.
  Matrix uniform_matrix(std::size_t rows, std::size_t columns, double low = 0.0, double high = 1.0);
  Matrix normal_matrix(std::size_t rows, std::size_t columns, double mean = 0.0,
                       double stddev = 1.0);

  void shuffle(Indices& values);                 // Fisher-Yates, in place
  Indices permutation(std::size_t n);            // 0 ... n-1 in random order
  Indices choice(std::size_t n, std::size_t k);  // k different numbers out of 0 ... n-1

  // A new, independent stream, for one number of this one; drawing from it does not disturb this.
  Rng split();

  const State& state() const { return state_; }
  void set_state(const State& state);  // not all four words 0

 private:
  State state_{};
};

// The stream from which layers draw their first weights and models their training streams.
Rng& global_rng();
void set_seed(std::uint64_t seed);  // restarts it

// Inverse of the standard normal distribution function, 0 < p < 1 (Wichura 1988, AS 241, PPND16).
double normal_quantile(double p);

}  // namespace nn
