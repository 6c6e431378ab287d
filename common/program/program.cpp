#include "common/program/program.hpp"

#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <iostream>

#include "common/backend/nvblas.hpp"
#include "common/data/data.hpp"
#include "common/plot/plot.hpp"

namespace nn {

namespace {

// The whole of `value` as a number; throws the sentence that --help would explain.
template <class Number>
Number parsed(const std::string& option, const std::string& value, const char* expected) {
  Number number{};
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc{} || stop != end || !std::isfinite(static_cast<double>(number)))
    throw Error(text("--%s: expected %s, got \"%s\"", option.c_str(), expected, value.c_str()));
  return number;
}

// std::from_chars for double is missing in Apple's older library; strtod is everywhere.
template <>
double parsed<double>(const std::string& option, const std::string& value, const char* expected) {
  char* stop = nullptr;
  const double number = std::strtod(value.c_str(), &stop);
  if (value.empty() || *stop != '\0' || !std::isfinite(number))
    throw Error(text("--%s: expected %s, got \"%s\"", option.c_str(), expected, value.c_str()));
  return number;
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " | ") + word;
  return line;
}

std::string shown(const std::variant<int*, double*, bool*, std::string*>& variable) {
  if (const auto* i = std::get_if<int*>(&variable)) return std::to_string(**i);
  if (const auto* d = std::get_if<double*>(&variable)) return text("%g", **d);
  if (const auto* b = std::get_if<bool*>(&variable)) return **b ? "yes" : "no";
  return *std::get<std::string*>(variable);
}

}  // namespace

Program::Program(std::string sentence, std::uint64_t seed, const std::filesystem::path& chapter)
    : sentence_(std::move(sentence)), seed_(seed), folder_(repository_root() / "results" / chapter) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);  // each line is seen when it is printed
}

void Program::knob(const char* name, int& variable, const char* meaning, int min, int max) {
  knobs_.push_back({name, meaning, &variable, static_cast<double>(min), static_cast<double>(max), {}});
}
void Program::knob(const char* name, double& variable, const char* meaning, double min,
                   double max) {
  knobs_.push_back({name, meaning, &variable, min, max, {}});
}
void Program::knob(const char* name, bool& variable, const char* meaning) {
  knobs_.push_back({name, meaning, &variable, 0, 0, {}});
}
void Program::knob(const char* name, std::string& variable, const char* meaning,
                   std::vector<std::string> choices) {
  knobs_.push_back({name, meaning, &variable, 0, 0, std::move(choices)});
}

void Program::set(const Knob& knob, const std::string& value) const {
  const auto check_range = [&](double number) {
    if (number < knob.min)
      throw Error(text("--%s: expected at least %g, got %g", knob.name.c_str(), knob.min, number));
    if (number > knob.max)
      throw Error(text("--%s: expected at most %g, got %g", knob.name.c_str(), knob.max, number));
  };
  if (auto* i = std::get_if<int*>(&knob.variable)) {
    const int number = parsed<int>(knob.name, value, "a whole number");
    check_range(number);
    **i = number;
  } else if (auto* d = std::get_if<double*>(&knob.variable)) {
    const double number = parsed<double>(knob.name, value, "a number");
    check_range(number);
    **d = number;
  } else if (auto* b = std::get_if<bool*>(&knob.variable)) {
    if (value != "yes" && value != "no")
      throw Error(text("--%s: expected yes or no, got \"%s\"", knob.name.c_str(), value.c_str()));
    **b = value == "yes";
  } else {
    if (!knob.choices.empty() &&
        std::find(knob.choices.begin(), knob.choices.end(), value) == knob.choices.end())
      throw Error(text("--%s: expected %s, got \"%s\"", knob.name.c_str(),
                       joined(knob.choices).c_str(), value.c_str()));
    *std::get<std::string*>(knob.variable) = value;
  }
}

void Program::help() const {
  std::printf("%s: %s\n\noptions (defaults in brackets):\n", name_.c_str(), sentence_.c_str());
  const auto line = [](const std::string& option, const std::string& meaning) {
    std::printf("  %-24s %s\n", option.c_str(), meaning.c_str());
  };
  for (const Knob& knob : knobs_)
    line("--" + knob.name + " [" + shown(knob.variable) + "]",
         knob.meaning + (knob.choices.empty() ? "" : ": " + joined(knob.choices)));
  line("--seed [" + std::to_string(seed_) + "]", "seed of the random numbers");
  line(std::string("--blas [") + (gpu_blas_ ? "gpu" : "cpu") + "]",
       "who multiplies matrices, and a verdict at the end: cpu | gpu");
  line("--out [" + folder_.string() + "]", "folder for pictures and data");
  line("--no-plot", "numbers only, no files");
  line("--help", "this text");
}

bool Program::parse(int argc, char** argv) {
  namespace po = boost::program_options;
  po::options_description known;
  for (const Knob& knob : knobs_) known.add_options()(knob.name.c_str(), po::value<std::string>());
  known.add_options()("seed", po::value<std::string>())("blas", po::value<std::string>())("out", po::value<std::string>())("no-plot", "")("help", "");
  po::variables_map given;
  try {
    const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(argc, argv).options(known).positional({}).style(style).run(), given);
  } catch (const po::unknown_option& error) {
    throw Error("unknown option " + error.get_option_name() + "; --help lists the options");
  } catch (const po::too_many_positional_options_error&) {
    throw Error("options have the form --name value; --help lists them");
  } catch (const po::multiple_occurrences& error) {
    throw Error("option " + error.get_option_name() + " was given twice");
  } catch (const po::error& error) {
    throw Error(std::string(error.what()) + "; --help lists the options");
  }
  if (given.count("out")) folder_ = given["out"].as<std::string>();
  if (given.count("help")) {
    help();
    return false;
  }
  for (const Knob& knob : knobs_)
    if (given.count(knob.name)) set(knob, given[knob.name].as<std::string>());
  if (given.count("seed"))
    seed_ = parsed<std::uint64_t>("seed", given["seed"].as<std::string>(), "a whole number from 0");
  if (given.count("blas")) {
    const std::string blas = given["blas"].as<std::string>();
    if (blas != "cpu" && blas != "gpu")
      throw Error(text("--blas: expected cpu | gpu, got \"%s\"", blas.c_str()));
    gpu_blas_ = blas == "gpu";
  }
  plots_ = given.count("no-plot") == 0;
  return true;
}

int Program::run(int argc, char** argv, const std::function<void()>& body) {
  if (argc > 0) name_ = std::filesystem::path(argv[0]).filename().string();
  try {
    if (!parse(argc, argv)) return 0;
    const GpuBlas blas(gpu_blas_, argv);  // may start this program again, with NVBLAS in front
    body();
    blas.report();
    return 0;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "%s: not enough memory for this size\n", name_.c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name_.c_str(), error.what());
  }
  return 1;
}

void Program::result(const std::string& name, double value) {
  std::printf("result: %s %.10g\n", name.c_str(), value);
}

std::filesystem::path Program::out(const std::string& name) const {
  std::error_code problem;
  std::filesystem::create_directories(folder_, problem);
  if (problem)
    throw Error(text("cannot make the folder %s (%s); choose another with --out, or --no-plot",
                     folder_.c_str(), problem.message().c_str()));
  const std::string stem = name_.substr(name_.find('_') + 1);  // chNN_xor_limit -> xor_limit
  return folder_ / (stem + "_" + name);
}

template <class Picture>
void Program::save_picture(const Picture& picture, const std::string& name) {
  if (plots_) picture.save(out(name));
}
void Program::save(const Figure& figure, const std::string& name) { save_picture(figure, name); }
void Program::save(const Panels& panels, const std::string& name) { save_picture(panels, name); }
void Program::save(const Animation& movie, const std::string& name) { save_picture(movie, name); }

}  // namespace nn
