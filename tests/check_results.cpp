// check_results PROGRAM EXPECTED [--update] [options for the program]
//
// Runs a chapter program and compares its `result: name value` lines with those of the expected
// file, a real run's output. A line there may end with a tolerance and its reason:
//   result: accuracy 0.9139  +- 0.01  (BLAS kernels differ in summation order)
// Without one, 1e-6 relative. A larger tolerance needs a reason. --update writes the file anew from
// this run and keeps the tolerances. A program that only prints "skipped: ...", since its data are not
// here, is skipped by ctest too (exit code 77).
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Result {
  double value = 0.0, tolerance = 0.0;
  std::string suffix;  // "  +- 0.01  (reason)" as written
};

const std::string kMark = "result: ";

// Reads "result: name value  +- tolerance  (reason)" into `results`; false for any other line.
bool read_result(const std::string& line, std::map<std::string, Result>& results) {
  if (line.rfind(kMark, 0) != 0) return false;
  std::istringstream words(line.substr(kMark.size()));
  std::string name, number, rest;
  words >> name >> number;
  std::getline(words, rest);
  Result result;
  result.value = std::strtod(number.c_str(), nullptr);  // also nan and inf
  result.tolerance = 1e-6 * std::max(1e-6, std::abs(result.value));
  if (const auto at = rest.find("+-"); at != std::string::npos) {
    result.tolerance = std::strtod(rest.c_str() + at + 2, nullptr);
    result.suffix = rest;
    if (result.tolerance > 1e-6 * std::abs(result.value) && rest.find('(') == std::string::npos) {
      std::cerr << "result " << name << ": a tolerance above 1e-6 relative needs its (reason)\n";
      std::exit(1);
    }
  }
  results[name] = result;
  return true;
}

bool close(const Result& expected, double got) {
  if (std::isnan(expected.value) || std::isinf(expected.value))
    return std::isnan(got) ? std::isnan(expected.value) : got == expected.value;
  return std::abs(got - expected.value) <= expected.tolerance;
}

// For a shell.
std::string quoted(const std::string& word) {
  std::string line = "'";
  for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return line + "'";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: check_results PROGRAM EXPECTED [--update] [options]\n";
    return 1;
  }
  bool update = false;
  std::string command = quoted(argv[1]);
  for (int i = 3; i < argc; ++i) {
    if (std::string(argv[i]) == "--update") update = true;
    else command += " " + quoted(argv[i]);
  }

  std::map<std::string, Result> expected;
  std::ifstream file(argv[2]);
  for (std::string line; std::getline(file, line);) read_result(line, expected);
  if (expected.empty() && !update) {
    std::cerr << argv[2] << ": no such file, or no `result:` line in it\n";
    return 1;
  }

  std::FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return 1;
  std::string output;
  for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
  const int status = pclose(pipe);
  std::cout << output;
  if (status != 0) {
    std::cerr << "the program failed\n";
    return 1;
  }

  if (output.rfind("skipped: ", 0) == 0) return 77;

  std::map<std::string, Result> got;
  std::ostringstream renewed;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    std::map<std::string, Result> one;
    renewed << line;
    if (read_result(line, one)) {
      const auto& [name, result] = *one.begin();
      got[name] = result;
      if (expected.count(name)) renewed << expected[name].suffix;
    }
    renewed << '\n';
  }
  if (update) {
    std::ofstream(argv[2]) << renewed.str();
    return 0;
  }

  int wrong = 0;
  for (const auto& [name, result] : expected) {
    if (!got.count(name)) {
      std::cerr << "missing: result " << name << "\n";
      ++wrong;
    } else if (!close(result, got[name].value)) {
      std::fprintf(stderr, "differs: result %s is %.10g, expected %.10g +- %g\n", name.c_str(),
                   got[name].value, result.value, result.tolerance);
      ++wrong;
    }
  }
  for (const auto& [name, result] : got)
    if (!expected.count(name)) {
      std::cerr << "not in the expected file: result " << name << "\n";
      ++wrong;
    }
  return wrong == 0 ? 0 : 1;
}
