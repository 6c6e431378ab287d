// Which rows learn and which test.
#pragma once

#include <vector>

#include "common/base/random.hpp"

namespace nn {

struct Split {
  Indices train, test;  // row numbers, in random order
};

// n rows in two parts; the test part has n * test_fraction rows, rounded, and each at least one.
Split train_test_split(std::size_t n, double test_fraction, Rng& rng);

// The same within every class, so that both parts have the classes in the same proportion.
Split stratified_split(const Indices& classes, double test_fraction, Rng& rng);

// k splits; every row is in one test part, and their sizes differ by one at most.
std::vector<Split> k_fold(std::size_t n, std::size_t k, Rng& rng);

// k splits that keep the rows of a group together; the sizes are as equal as whole groups allow.
std::vector<Split> grouped_k_fold(const Indices& groups, std::size_t k, Rng& rng);

}  // namespace nn
