// Connectionist temporal classification: a loss for sequences whose targets are shorter and carry
// no times, speech to letters for example (Graves, Fernandez, Gomez and Schmidhuber 2006).
//
// At each of T steps the network gives a score to each of K classes. Class 0 is the blank, "nothing
// new". A path is one class per step; what it spells is found by merging repetitions and then
// dropping the blanks: a a - a b b spells a a b. The probability of a target is the sum over all
// paths that spell it, and the loss is minus its logarithm.
#pragma once

#include <vector>

#include "common/functions/losses.hpp"

namespace nn {

// The loss, for outputs of shape (steps, classes): P (n x steps*classes) holds scores, not yet
// probabilities (no softmax before it). Y (n x longest target): each row holds a target's class
// numbers 1 ... classes - 1, then zeros. As keras.losses.CTC, which finds `classes` in the shape.
//
//   model.compile({.optimizer = nn::Adam(), .loss = nn::ctc(29)});
//
// A target needs a step for each label and one for a blank between equal neighbours. Throws Error
// for a target that needs more than there are (Keras returns about 1e5 or infinity, depending on
// its backend), for other numbers in Y, and for a P whose columns are no multiple of `classes`.
Loss ctc(long long classes);

// The class with the highest score at each step, repetitions merged, blanks dropped: the labels of
// each row of P. It is what the most probable path spells, which need not be the most probable
// target.
std::vector<Indices> ctc_greedy_decode(const Matrix& P, long long classes);

}  // namespace nn
