#include "common/files/saved_state.hpp"

namespace nn {

void SavedState::put(const std::string& name, const Matrix& matrix) {
  Numbers numbers{static_cast<double>(matrix.n_rows), static_cast<double>(matrix.n_cols)};
  numbers.insert(numbers.end(), matrix.begin(), matrix.end());
  put(name, std::move(numbers));
}

// A double holds whole numbers up to 2^53: a word of 64 bits goes as two halves.
void SavedState::put(const std::string& name, const Rng::State& words) {
  Numbers halves;
  for (const std::uint64_t word : words) {
    halves.push_back(static_cast<double>(word >> 32));
    halves.push_back(static_cast<double>(word & 0xffffffffU));
  }
  put(name, std::move(halves));
}

void SavedState::put(const std::string& name, const SavedState& part) {
  for (const auto& [inner, numbers] : part.all_) all_[name + "/" + inner] = numbers;
}

const SavedState::Numbers& SavedState::numbers(const std::string& name) const {
  const auto found = all_.find(name);
  if (found == all_.end()) throw Error(text("the saved state has no \"%s\"", name.c_str()));
  return found->second;
}

double SavedState::number(const std::string& name) const {
  const Numbers& list = numbers(name);
  if (list.size() != 1)
    throw Error(
        text("the saved state has %zu numbers in \"%s\", expected 1", list.size(), name.c_str()));
  return list[0];
}

Matrix SavedState::matrix(const std::string& name) const {
  const Numbers& list = numbers(name);
  const bool has_size = list.size() >= 2 && list[0] >= 0.0 && list[1] >= 0.0;
  if (!has_size || list[0] * list[1] != static_cast<double>(list.size() - 2))
    throw Error(text("the saved state's \"%s\" is not a matrix", name.c_str()));
  Matrix matrix(static_cast<arma::uword>(list[0]), static_cast<arma::uword>(list[1]));
  for (arma::uword i = 0; i < matrix.n_elem; ++i) matrix[i] = static_cast<Real>(list[i + 2]);
  return matrix;
}

Rng::State SavedState::words(const std::string& name) const {
  const Numbers& halves = numbers(name);
  Rng::State words{};
  bool right = halves.size() == 2 * words.size();
  for (const double half : halves)
    right = right && half >= 0.0 && half < 0x1p32 && half == std::floor(half);
  if (!right)
    throw Error(text("the saved state's \"%s\" is not that of random numbers", name.c_str()));
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = static_cast<std::uint64_t>(halves[2 * i]) << 32 |
               static_cast<std::uint64_t>(halves[2 * i + 1]);
  return words;
}

SavedState SavedState::part(const std::string& name) const {
  const std::string prefix = name + "/";
  SavedState inner;
  for (auto at = all_.lower_bound(prefix); at != all_.end(); ++at) {
    if (at->first.compare(0, prefix.size(), prefix) != 0) break;
    inner.all_[at->first.substr(prefix.size())] = at->second;
  }
  return inner;
}

}  // namespace nn
