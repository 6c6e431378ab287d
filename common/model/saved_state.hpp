// SavedState: what a training must remember to go on later, lists of numbers with names.
//
//   void remember(nn::SavedState& state) override { state("wait", wait_); }
//
// One function says it for both ways: while a state is written the numbers go into it, while one is
// read they come back, bit for bit. Reading is done twice, the first time without changing
// anything: a name that is not there or a list of another length throws Error before the first
// value is changed.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "common/base/matrix.hpp"
#include "common/base/random.hpp"

namespace nn {

class SavedState {
 public:
  using Numbers = std::vector<double>;
  using All = std::map<std::string, Numbers>;

  SavedState() = default;                                                   // to be written
  explicit SavedState(All all) : all_(std::move(all)), way_(Way::check) {}  // to be read
  const All& all() const { return all_; }

  bool writing() const { return way_ == Way::write; }
  bool checking() const { return way_ == Way::check; }
  // Says everything, for a state that is read twice.
  template <class Say>
  void visit(Say say) {
    say(*this);
    if (writing()) return;
    way_ = Way::read;
    say(*this);
    way_ = Way::check;
  }

  void operator()(const std::string& name, Numbers& numbers);  // of any length
  void operator()(const std::string& name, Matrix& matrix);    // of any size
  void operator()(const std::string& name, std::vector<Matrix>& matrices);
  void operator()(const std::string& name, Rng::State& words);
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void operator()(const std::string& name, Number& number) {
    double value = static_cast<double>(number);
    single(name, value);
    if (std::is_integral_v<Number> && !(std::abs(value) <= largest_whole<Number>()))
      throw Error(text("the saved state's \"%s\" is %g", name.c_str(), value));
    if (way_ == Way::read) number = static_cast<Number>(value);
  }

  // Of a state that is read: the number with this name, and how many numbers it has.
  double saved(const std::string& name) const;
  std::size_t count(const std::string& name) const { return find(name).size(); }

  // While it lives, all names are inside of this part: "fit/...".
  class Part {
   public:
    Part(SavedState& state, const std::string& name) : state_(state), before_(state.prefix_) {
      state.prefix_ += name + "/";
    }
    ~Part() { state_.prefix_ = before_; }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

   private:
    SavedState& state_;
    std::string before_;
  };

 private:
  template <class Number>
  static double largest_whole() {
    return std::min(9007199254740992.0, static_cast<double>(std::numeric_limits<Number>::max()));
  }
  void single(const std::string& name, double& value);
  const Numbers& find(const std::string& name) const;

  enum class Way { write, check, read };
  All all_;
  std::string prefix_;
  Way way_ = Way::write;
};

}  // namespace nn
