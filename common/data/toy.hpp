// Toy sets: points in the plane whose classes are easy to see and not always easy to learn.
//
// The classes take turns (0, 1, 0, 1 ...), so that every class is as frequent as the others and a
// cut without shuffling is harmless. `noise` and `spread` are standard deviations.
#pragma once

#include "common/base/random.hpp"
#include "common/data/datasets.hpp"

namespace nn {

enum class Gate { AND, OR, NAND, NOR, XOR };
Dataset gate(Gate which);  // 4 x 2, inputs 0/1, in the order 00 01 10 11
Dataset two_moons(std::size_t n, Rng& rng, double noise = 0.1);
Dataset circles(std::size_t n, Rng& rng, double noise = 0.05, double inner_radius = 0.5);
Dataset spirals(std::size_t n, Rng& rng, double noise = 0.05, double turns = 1.5);
Dataset xor_blobs(std::size_t n, Rng& rng, double noise = 0.15);  // at (+-0.5, +-0.5)
Dataset gaussian_blobs(std::size_t n, std::size_t classes, Rng& rng, double spread = 0.3);

}  // namespace nn
