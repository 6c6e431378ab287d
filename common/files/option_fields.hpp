// The options of a class, each named once, for both ways: to JSON and from it.
//
//   LayerHandle dense(OptionFields& f, const DenseLayer* was) {       null: there is none yet
//     auto o = options_of(was);
//     f("activation", o.activation);                                  writes it, or reads it
//     ...
#pragma once

#include <functional>

#include "common/files/json_reader.hpp"
#include "common/functions/activations.hpp"
#include "common/functions/schedules.hpp"
#include "common/functions/weight.hpp"
#include "common/kernels/window.hpp"

namespace nn {

// ---- One value ---------------------------------------------------------------------------------

// Throw Error for a function that is not one of the library's.
Json json_of(double value);  // 3, not 3.0, which Keras takes for no whole number
inline Json json_of(bool value) { return value; }
inline Json json_of(int value) { return value; }
inline Json json_of(std::size_t value) { return value; }
inline Json json_of(const std::string& value) { return value; }
inline Json json_of(const std::vector<long long>& sizes) { return sizes; }
Json json_of(Size2D size);
Json json_of(Padding padding);
Json json_of(const ActivationFunction& phi);
Json json_of(const Initializer& initializer);
Json json_of(const Regularizer& regularizer);  // null if there is none
Json json_of(const LearningRate& rate);        // a number, or a schedule

// Refuse, with its place, what is none.
void read(const JsonPlace& place, double& value);
void read(const JsonPlace& place, bool& value);
void read(const JsonPlace& place, int& value);
void read(const JsonPlace& place, std::size_t& value);  // from 1 on
void read(const JsonPlace& place, std::string& value);
void read(const JsonPlace& place, std::vector<long long>& sizes);  // null is -1
void read(const JsonPlace& place, Size2D& size);
void read(const JsonPlace& place, Padding& padding);
void read(const JsonPlace& place, ActivationFunction& phi);
void read(const JsonPlace& place, Initializer& initializer);
void read(const JsonPlace& place, Regularizer& regularizer);
void read(const JsonPlace& place, LearningRate& rate);

// ---- The fields of one object ------------------------------------------------------------------

class OptionFields {
 public:
  explicit OptionFields(Json& to) : to_(&to) {}
  explicit OptionFields(JsonFields& from) : from_(&from) {}
  JsonFields* reading() const { return from_; }  // null: writing

  // A value that is left out in the text stays as it is.
  template <class Value>
  void operator()(const char* name, Value& value) {
    if (to_)
      (*to_)[name] = json_of(value);
    else if (from_->has(name))
      read((*from_)[name], value);
  }
  // A value that must be there.
  template <class Value>
  void required(const char* name, Value& value) {
    if (to_)
      (*to_)[name] = json_of(value);
    else
      read((*from_)[name], value);
  }
  // A number from 1 on that must be there.
  long long count(const char* name, std::size_t value) {
    required(name, value);
    return static_cast<long long>(value);
  }
  // 0 means that it is not given, which is null in Keras.
  void null_for_zero(const char* name, double& value) {
    if (to_)
      (*to_)[name] = value == 0.0 ? Json() : json_of(value);
    else if (from_->has(name))
      read((*from_)[name], value);
    else if (from_->place().value().contains(name))
      value = 0.0;
  }
  // What says how something is computed, not what.
  void ignore(const char* name) {
    if (from_) from_->ignore(name);
  }

 private:
  Json* to_ = nullptr;
  JsonFields* from_ = nullptr;
};

// ---- Functions of the library by name ----------------------------------------------------------

using NumberList = std::vector<double>;

// A number that a function is called with.
struct NumberOption {
  enum Kind { number, yes_or_no, null_for_zero };
  const char* name;
  double otherwise;  // where it is left out
  Kind kind = number;
};

// A loss, a metric, an initializer, a schedule: Keras's name, what it is called with, and the call.
template <class Function>
struct Named {
  std::string name;
  std::vector<NumberOption> options;
  std::function<Function(const NumberList&)> make;
};
template <class Function>
using NamedList = std::vector<Named<Function>>;

template <class Function>
Named<Function> plain(const Function& function) {
  return {function.name, {}, [function](const NumberList&) { return function; }};
}

// Null if there is none of this name.
template <class Function>
const Named<Function>* find_named(const NamedList<Function>& list, const std::string& name) {
  for (const Named<Function>& entry : list)
    if (entry.name == name) return &entry;
  return nullptr;
}

Json numbers_json(const std::vector<NumberOption>& options, const NumberList& values);
// Refuses fields that are not among the options, unless Keras has them and they change nothing.
NumberList numbers_from_json(const JsonPlace& config, const std::vector<NumberOption>& options);
// The fields that Keras gives to everything.
void ignore_common(JsonFields& fields);

}  // namespace nn
