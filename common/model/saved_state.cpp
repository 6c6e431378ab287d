#include "common/model/saved_state.hpp"

namespace nn {

const SavedState::Numbers& SavedState::find(const std::string& name) const {
  const auto found = all_.find(prefix_ + name);
  if (found == all_.end()) throw Error(text("the saved state has no \"%s\"", name.c_str()));
  return found->second;
}

double SavedState::saved(const std::string& name) const {
  const Numbers& list = find(name);
  if (list.size() != 1)
    throw Error(
        text("the saved state has %zu numbers in \"%s\", expected 1", list.size(), name.c_str()));
  return list[0];
}

void SavedState::single(const std::string& name, double& value) {
  if (writing())
    all_[prefix_ + name] = {value};
  else
    value = saved(name);
}

void SavedState::operator()(const std::string& name, Numbers& numbers) {
  if (writing())
    all_[prefix_ + name] = numbers;
  else if (way_ == Way::read)
    numbers = find(name);
  else
    find(name);
}

void SavedState::operator()(const std::string& name, Matrix& matrix) {
  if (writing()) {
    Numbers numbers{static_cast<double>(matrix.n_rows), static_cast<double>(matrix.n_cols)};
    numbers.insert(numbers.end(), matrix.begin(), matrix.end());
    all_[prefix_ + name] = std::move(numbers);
    return;
  }
  const Numbers& list = find(name);
  const bool has_size = list.size() >= 2 && list[0] >= 0.0 && list[1] >= 0.0;
  if (!has_size || list[0] * list[1] != static_cast<double>(list.size() - 2))
    throw Error(text("the saved state's \"%s\" is not a matrix", name.c_str()));
  if (checking()) return;
  matrix.set_size(static_cast<arma::uword>(list[0]), static_cast<arma::uword>(list[1]));
  for (std::size_t i = 0; i < matrix.n_elem; ++i) matrix[i] = static_cast<Real>(list[i + 2]);
}

void SavedState::operator()(const std::string& name, std::vector<Matrix>& matrices) {
  double count = static_cast<double>(matrices.size());
  single(name, count);
  std::vector<Matrix> checked;  // read, while the program's own stay as they are
  std::vector<Matrix>& list = checking() ? checked : matrices;
  for (std::size_t i = 0; static_cast<double>(i) < count; ++i) {
    if (list.size() == i) list.emplace_back();
    (*this)(text("%s %zu", name.c_str(), i), list[i]);
  }
  if (way_ == Way::read) matrices.resize(static_cast<std::size_t>(count));
}

// A double holds whole numbers up to 2^53: a word of 64 bits goes as two halves.
void SavedState::operator()(const std::string& name, Rng::State& words) {
  if (writing()) {
    Numbers halves;
    for (const std::uint64_t word : words) {
      halves.push_back(static_cast<double>(word >> 32));
      halves.push_back(static_cast<double>(word & 0xffffffffU));
    }
    all_[prefix_ + name] = std::move(halves);
    return;
  }
  const Numbers& halves = find(name);
  bool right = halves.size() == 2 * words.size();
  for (const double half : halves)
    right = right && half >= 0.0 && half < 0x1p32 && half == std::floor(half);
  if (!right)
    throw Error(text("the saved state's \"%s\" is not that of random numbers", name.c_str()));
  for (std::size_t i = 0; way_ == Way::read && i < words.size(); ++i)
    words[i] = static_cast<std::uint64_t>(halves[2 * i]) << 32 |
               static_cast<std::uint64_t>(halves[2 * i + 1]);
}

}  // namespace nn
