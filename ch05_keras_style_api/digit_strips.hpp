// Strips of handwritten digits, as a pen leaves them on a form: images of digits.csv side by side,
// each stretched at random, with gaps of random width.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "common/data/data.hpp"
#include "common/base/random.hpp"

constexpr std::size_t kSteps = 64, kHeight = 8;  // columns and rows of a strip

// Writes a random image of `digits` into a strip from column `first` on, stretched at random and
// without the empty columns at its sides. Returns its class, and moves `first` behind it.
inline arma::uword write_digit(const nn::Dataset& digits, nn::Rng& rng, nn::Matrix& strip,
                               std::size_t& first) {
  const arma::uword i = rng.below(digits.X.n_rows);
  const nn::Matrix image = arma::reshape(digits.X.row(i), kHeight, kHeight);  // (column, row)
  const arma::uvec inked = arma::find(arma::sum(image, 1) > 0);
  const double left = static_cast<double>(inked.front()), right = static_cast<double>(inked.back());
  const auto width =
      static_cast<std::size_t>(std::max(2.0, (right - left + 1) * rng.uniform(0.8, 1.3)));
  for (std::size_t k = 0; k < width; ++k) {
    const double at = left + (right - left) * static_cast<double>(k) / (width - 1.0);
    const auto column = std::min<std::size_t>(static_cast<std::size_t>(at), kHeight - 2);
    const auto part = static_cast<nn::Real>(at - static_cast<double>(column));
    strip.row(first + k) = (1 - part) * image.row(column) + part * image.row(column + 1);
  }
  first += width + rng.below(3);
  return digits.y[i];
}

// n strips of 2 to `longest` digits: X (n x steps*height) and the targets Y, classes 1 ... 10.
inline std::pair<nn::Matrix, nn::Matrix> make_strips(const nn::Dataset& digits, std::size_t n,
                                                     std::size_t longest, nn::Rng& rng) {
  nn::Matrix X(n, kSteps * kHeight), Y(n, longest);
  for (std::size_t i = 0; i < n; ++i) {
    nn::Matrix strip(kSteps, kHeight);
    std::size_t column = rng.below(4);
    const std::size_t length = 2 + rng.below(longest - 1);
    for (std::size_t j = 0; j < length; ++j)
      Y(i, j) = static_cast<nn::Real>(1 + write_digit(digits, rng, strip, column));
    X.row(i) = arma::vectorise(strip, 1);  // column of the strip after column: (steps, features)
  }
  return {X, Y};
}

// The digits of class numbers 1 ... 10; blanks (0) are left out.
inline std::string spelled(const nn::Indices& labels) {
  std::string word;
  for (const arma::uword label : labels)
    if (label > 0) word += static_cast<char>('0' + label - 1);
  return word;
}
