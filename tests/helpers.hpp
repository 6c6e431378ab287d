// What several tests need: the sentence of a refusal, a folder to write in, Armadillo's vectors as
// lists that Boost.Test can compare and print.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"

// The sentence with which a call is refused: BOOST_TEST(refusal([&] { call; }) == "...").
template <class Call>
std::string refusal(Call call) {
  try {
    call();
  } catch (const nn::Error& error) {
    return error.what();
  }
  return "no error";
}

inline std::vector<arma::uword> list(const nn::Indices& values) {
  return {values.begin(), values.end()};
}

inline std::vector<double> row(const nn::Matrix& X, std::size_t i) {
  return arma::conv_to<std::vector<double>>::from(X.row(i));
}

// A folder for the length of a scope, removed with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() { std::filesystem::create_directories(path); }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Writes a file there and returns its path.
  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path / name, std::ios::binary) << bytes;
    return (path / name).string();
  }

  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / nn::text("nn_test_%d", static_cast<int>(getpid()));
};

// A value of an environment variable for the length of a scope.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) {
      old_ = old;
      was_set_ = true;
    }
    setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    if (was_set_)
      setenv(name_, old_.c_str(), 1);
    else
      unsetenv(name_);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string old_;
  bool was_set_ = false;
};
