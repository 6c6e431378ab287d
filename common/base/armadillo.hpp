// Armadillo, set up for training; include this in place of <armadillo>.
//
// Every matrix begins with a line of the processor's cache (64 bytes): the widest vector
// instructions are slower on numbers that lie across two lines. And no matrix of more than one
// number keeps them inside of itself, or a short last batch would move it out of the heap and the
// next batch back. (One number always lies inside: a last batch of one row with one output costs
// that.)
#pragma once

#include <cstddef>
#include <cstdlib>

#ifdef ARMA_INCLUDES
#error "include common/base/armadillo.hpp instead of <armadillo>"
#endif
inline void* nn_aligned_memory(std::size_t bytes) {
  return std::aligned_alloc(64, (bytes + 63) / 64 * 64);
}
#define ARMA_ALIEN_MEM_ALLOC_FUNCTION nn_aligned_memory
#define ARMA_ALIEN_MEM_FREE_FUNCTION std::free
#define ARMA_MAT_PREALLOC 1
#include <armadillo>
