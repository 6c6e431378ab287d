// Reading JSON so that a mistake is named with its place, in one sentence:
//
//   model_from_json: config.layers[2].config.units is "many", expected a whole number from 1 to ...
//
// Only the .cpp files that read or write JSON include this file.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

using Json = nlohmann::ordered_json;  // for writing: keeps the order of the fields

// The text of a value. Throws Error for a NaN or an infinity, which JSON has no word for, and for
// names that are not UTF-8.
std::string json_text(const Json& value, const char* who);

// A value inside a JSON text, and where it stands.
class JsonPlace {
 public:
  JsonPlace(const nlohmann::json& value, std::string who, std::string path)
      : value_(&value), who_(std::move(who)), path_(std::move(path)) {}

  bool has(const std::string& key) const;              // and it is not null
  JsonPlace operator[](const std::string& key) const;  // refuses if there is none
  JsonPlace operator[](std::size_t i) const;

  bool is_null() const { return value_->is_null(); }
  bool is_string() const { return value_->is_string(); }
  bool is_number() const { return value_->is_number(); }
  bool is_list() const { return value_->is_array(); }
  bool is_object() const { return value_->is_object(); }

  std::string string() const;
  double number() const;  // yes is 1, no is 0
  bool boolean() const;
  long long whole(long long least, long long most = 2147483647) const;
  std::size_t count() const;              // of a list
  std::vector<std::string> keys() const;  // of an object

  const nlohmann::json& value() const { return *value_; }
  const std::string& who() const { return who_; }
  const std::string& path() const { return path_; }
  [[noreturn]] void refuse(const std::string& expected) const;
  [[noreturn]] void fail(const std::string& problem) const;  // "model_from_json: config: ..."

  // Does the work, and adds the place to what it refuses.
  template <class Work>
  auto guard(Work work) const -> decltype(work()) {
    try {
      return work();
    } catch (const Error& error) {
      if (std::string(error.what()).rfind(who_ + ": ", 0) == 0) throw;
      fail(std::string("is refused: ") + error.what());
    }
  }

 private:
  const nlohmann::json* value_;
  std::string who_, path_;
};

// The fields of one object, of which some may be left out. What was not asked for when all is read
// is refused, unless it says nothing: a field that this library does not know may change what a
// layer computes.
class JsonFields {
 public:
  explicit JsonFields(const JsonPlace& place);

  bool has(const std::string& key);
  JsonPlace operator[](const std::string& key);
  void ignore(const std::string& key) { seen_.insert(key); }

  double number(const std::string& key, double otherwise);

  void finish() const;  // refuses what is left
  const JsonPlace& place() const { return place_; }

 private:
  JsonPlace place_;
  std::set<std::string> seen_;
};

// Parses a text of at most 200 levels; throws Error with line and column where it is no JSON.
nlohmann::json parse_json(const std::string& text, const char* who);

}  // namespace nn
