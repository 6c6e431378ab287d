// What must be remembered so that a training can go on later: lists of numbers with names.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/base/matrix.hpp"
#include "common/base/random.hpp"

namespace nn {

//   void save_state(nn::SavedState& state) const override { state.put("wait", wait_); }
//   void load_state(const nn::SavedState& state) override { wait_ = int(state.number("wait")); }
//
// Every number is kept bit for bit. What reads it refuses, with an Error, a name that is not there
// and a list of another length.
class SavedState {
 public:
  using Numbers = std::vector<double>;

  void put(const std::string& name, Numbers numbers) { all_[name] = std::move(numbers); }
  void put(const std::string& name, double number) { all_[name] = {number}; }
  void put(const std::string& name, const Matrix& matrix);
  void put(const std::string& name, const Rng::State& words);
  void put(const std::string& name, const SavedState& part);  // under "name/..."

  const Numbers& numbers(const std::string& name) const;
  double number(const std::string& name) const;
  Matrix matrix(const std::string& name) const;
  Rng::State words(const std::string& name) const;
  SavedState part(const std::string& name) const;  // empty if nothing begins with "name/"

  bool has(const std::string& name) const { return all_.count(name) > 0; }
  const std::map<std::string, Numbers>& all() const { return all_; }

 private:
  std::map<std::string, Numbers> all_;
};

}  // namespace nn
