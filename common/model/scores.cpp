#include "common/model/scores.hpp"

#include <algorithm>

namespace nn {

namespace {
template <class Pairs>
auto find_name(Pairs& pairs, const std::string& name) {
  return std::find_if(pairs.begin(), pairs.end(), [&](const auto& p) { return p.first == name; });
}
template <class Pairs>
[[noreturn]] void unknown_name(const char* who, const Pairs& pairs, const std::string& name) {
  std::string names = "loss";
  for (const auto& pair : pairs) names += ", " + pair.first;
  throw Error(text("%s: there is no \"%s\"; there are %s", who, name.c_str(), names.c_str()));
}
}  // namespace

bool Scores::has(const std::string& name) const {
  return name == "loss" || find_name(others, name) != others.end();
}

double Scores::operator[](const std::string& name) const {
  if (name == "loss") return loss;
  const auto found = find_name(others, name);
  if (found == others.end()) unknown_name("Scores", others, name);
  return found->second;
}

History::History(const Scores& scores, std::size_t epochs) {
  loss_.reserve(epochs);
  for (const auto& [name, value] : scores.others) {
    others_.emplace_back(name, std::vector<double>());
    others_.back().second.reserve(epochs);
  }
}

std::vector<std::string> History::names() const {
  std::vector<std::string> all{"loss"};
  for (const auto& [name, values] : others_) all.push_back(name);
  return all;
}

const std::vector<double>& History::operator[](const std::string& name) const {
  if (name == "loss") return loss_;
  const auto found = find_name(others_, name);
  if (found == others_.end()) unknown_name("History", others_, name);
  return found->second;
}

void History::add(const Scores& scores) {
  loss_.push_back(scores.loss);
  for (std::size_t i = 0; i < others_.size(); ++i)
    others_[i].second.push_back(scores.others[i].second);
}

void History::remember(SavedState& state) {
  state("loss", loss_);
  for (auto& [name, values] : others_) {
    if (!state.writing() && state.count(name) != state.count("loss"))
      throw Error(text("the saved state has %zu epochs of \"%s\", expected %zu", state.count(name),
                       name.c_str(), state.count("loss")));
    state(name, values);
  }
}

namespace {
void require_one_output(std::size_t outputs) {
  if (outputs != 1)
    throw Error(text("predict: this model has %zu outputs; choose one by its number, predict(X)[0]",
                     outputs));
}
}  // namespace

Predictions::operator Matrix() const& {
  require_one_output(size());
  return front();
}
Predictions::operator Matrix() && {
  require_one_output(size());
  return std::move(front());
}

}  // namespace nn
