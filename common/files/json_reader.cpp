#include "common/files/json_reader.hpp"

#include <algorithm>

namespace nn {

// ---- Text --------------------------------------------------------------------------------------

namespace {
void require_numbers(const Json& value, const char* who) {
  if (value.is_number_float() && !std::isfinite(value.get<double>()))
    throw Error(text("%s: a setting is %g, which JSON has no word for", who, value.get<double>()));
  if (value.is_structured())
    for (const Json& part : value) require_numbers(part, who);
}
}  // namespace

std::string json_text(const Json& value, const char* who) {
  require_numbers(value, who);
  try {
    return value.dump();
  } catch (const Json::exception&) {
    throw Error(text("%s: a name is not valid UTF-8", who));
  }
}

nlohmann::json parse_json(const std::string& json, const char* who) {
  constexpr int most_levels = 200;
  const auto shallow = [who](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > most_levels)
      throw Error(text("%s: the text is nested more than %d levels deep", who, most_levels));
    return true;
  };
  try {
    return nlohmann::json::parse(json, shallow);
  } catch (const nlohmann::json::parse_error& error) {
    const std::size_t read = std::min(error.byte, json.size());
    const auto begin = json.begin(), end = begin + static_cast<std::ptrdiff_t>(read);
    const auto line_start = std::find(std::make_reverse_iterator(end), json.rend(), '\n').base();
    throw Error(text("%s: the text is not JSON from line %td, column %td on%s", who,
                     std::count(begin, end, '\n') + 1, end - line_start,
                     read >= json.size() ? " (it ends too early)" : ""));
  } catch (const nlohmann::json::exception&) {
    throw Error(text("%s: a number in the text is too large", who));
  }
}

// ---- Places ------------------------------------------------------------------------------------

void JsonPlace::fail(const std::string& problem) const {
  throw Error(who_ + ": " + (path_.empty() ? "the text" : path_) + " " + problem);
}

void JsonPlace::refuse(const std::string& expected) const {
  std::string found;
  if (value_->is_object())
    found = "an object";
  else if (value_->is_array())
    found = "a list of " + std::to_string(value_->size());
  else
    found = value_->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (found.size() > 60) found = found.substr(0, 60) + "...";
  fail("is " + found + ", expected " + expected);
}

bool JsonPlace::has(const std::string& key) const {
  if (!value_->is_object()) refuse("an object");
  const auto found = value_->find(key);
  return found != value_->end() && !found->is_null();
}

JsonPlace JsonPlace::operator[](const std::string& key) const {
  if (!value_->is_object()) refuse("an object");
  const auto found = value_->find(key);
  if (found == value_->end()) fail("has no \"" + key + "\"");
  return {*found, who_, path_.empty() ? key : path_ + "." + key};
}

JsonPlace JsonPlace::operator[](std::size_t i) const {
  if (i >= count()) fail("has no entry " + std::to_string(i));
  return {(*value_)[i], who_, path_ + "[" + std::to_string(i) + "]"};
}

std::string JsonPlace::string() const {
  if (!value_->is_string()) refuse("a text in quotes");
  return value_->get<std::string>();
}

double JsonPlace::number() const {
  if (value_->is_boolean()) return value_->get<bool>() ? 1.0 : 0.0;
  if (!value_->is_number()) refuse("a number");
  return value_->get<double>();
}

bool JsonPlace::boolean() const {
  if (value_->is_number()) return value_->get<double>() != 0.0;
  if (!value_->is_boolean()) refuse("true or false");
  return value_->get<bool>();
}

long long JsonPlace::whole(long long least, long long most) const {
  const std::string expected = text("a whole number from %lld to %lld", least, most);
  if (!value_->is_number()) refuse(expected);
  const double number = value_->get<double>();
  if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most)) ||
      number != std::floor(number))
    refuse(expected);
  return static_cast<long long>(number);
}

std::size_t JsonPlace::count() const {
  if (!value_->is_array()) refuse("a list");
  return value_->size();
}

std::vector<std::string> JsonPlace::keys() const {
  if (!value_->is_object()) refuse("an object");
  std::vector<std::string> keys;
  for (const auto& entry : value_->items()) keys.push_back(entry.key());
  return keys;
}

// ---- Fields ------------------------------------------------------------------------------------

JsonFields::JsonFields(const JsonPlace& place) : place_(place) {
  if (!place.is_object()) place.refuse("an object");
}

bool JsonFields::has(const std::string& key) {
  seen_.insert(key);
  return place_.has(key);
}

JsonPlace JsonFields::operator[](const std::string& key) {
  seen_.insert(key);
  return place_[key];
}

double JsonFields::number(const std::string& key, double otherwise) {
  return has(key) ? place_[key].number() : otherwise;
}

void JsonFields::finish() const {
  for (const std::string& key : place_.keys()) {
    const nlohmann::json& value = place_.value()[key];
    if (seen_.count(key) || value.is_null() || value == false || value == 0) continue;
    place_[key].refuse("nothing there: this library does not have it");
  }
}

}  // namespace nn
