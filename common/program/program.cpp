#include "common/program/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "common/backend/nvblas.hpp"
#include "common/base/error.hpp"
#include "common/data/find.hpp"

namespace nn {

namespace {

// The whole of `value` as an int, a double ...; false where it is something else.
template <class Integer>
bool read(const std::string& value, Integer& number) {
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  return error == std::errc{} && stop == end;
}
// std::from_chars for double is missing in Apple's older library; strtod is everywhere.
bool read(const std::string& value, double& number) {
  char* stop = nullptr;
  number = std::strtod(value.c_str(), &stop);
  return !value.empty() && *stop == '\0' && std::isfinite(number);
}
bool read(const std::string& value, bool& yes) {
  yes = value == "yes";
  return yes || value == "no";
}
bool read(const std::string& value, std::string& word) {
  word = value;
  return true;
}

std::string shown(bool yes) { return yes ? "yes" : "no"; }
std::string shown(double number) { return text("%g", number); }
std::string shown(const std::string& word) { return word; }
template <std::integral Integer>
std::string shown(Integer number) {
  return std::to_string(number);
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " | ") + word;
  return line;
}

}  // namespace

Program::Program(std::string sentence, std::uint64_t seed, const std::filesystem::path& chapter)
    : sentence_(std::move(sentence)),
      folder_(repository_root() / "results" / chapter),
      seed_(seed) {
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);  // each line is seen when it is printed
}

void Program::knob(const char* name, int& variable, const char* meaning, int min, int max) {
  knobs_.push_back({name, meaning, &variable, "a whole number", static_cast<double>(min),
                    static_cast<double>(max)});
}
void Program::knob(const char* name, double& variable, const char* meaning, double min,
                   double max) {
  knobs_.push_back({name, meaning, &variable, "a number", min, max});
}
void Program::knob(const char* name, bool& variable, const char* meaning) {
  knobs_.push_back({name, meaning, &variable, "yes or no"});
}
void Program::knob(const char* name, std::string& variable, const char* meaning,
                   std::vector<std::string> choices) {
  knobs_.push_back({.name = name,
                    .meaning = meaning,
                    .variable = &variable,
                    .expected = joined(choices),
                    .choices = std::move(choices)});
}

void Program::set(const Knob& knob, const std::string& value) {
  const auto refuse = [&](const std::string& expected, const std::string& got) {
    throw Error("--" + knob.name + ": expected " + expected + ", got " + got);
  };
  const auto& choices = knob.choices;
  const bool chosen =
      choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
  std::visit(
      [&](auto* variable) {
        auto parsed = *variable;
        if (!chosen || !read(value, parsed)) refuse(knob.expected, '"' + value + '"');
        if constexpr (!std::is_same_v<decltype(parsed), std::string>) {
          const auto number = static_cast<double>(parsed);
          if (number < knob.min) refuse(text("at least %g", knob.min), text("%g", number));
          if (number > knob.max) refuse(text("at most %g", knob.max), text("%g", number));
        }
        *variable = parsed;
      },
      knob.variable);
}

void Program::help() const {
  std::printf("%s: %s\n\noptions (defaults in brackets):\n", name_.c_str(), sentence_.c_str());
  const auto line = [](const std::string& option, const std::string& meaning) {
    std::printf("  %-24s %s\n", option.c_str(), meaning.c_str());
  };
  for (const Knob& knob : knobs_)
    line("--" + knob.name + " [" +
             std::visit([](const auto* variable) { return shown(*variable); }, knob.variable) + "]",
         knob.meaning + (knob.choices.empty() ? "" : ": " + joined(knob.choices)));
  line("--no-plot", "numbers only, no files");
  line("--help", "this text");
}

bool Program::parse(int argc, char** argv) {
  knobs_.push_back({"seed", "seed of the random numbers", &seed_, "a whole number from 0"});
  knob("blas", blas_, "who multiplies matrices, and a verdict at the end", {"cpu", "gpu"});
  knob("out", folder_, "folder for pictures and data");
  CLI::App app;
  app.set_help_flag();  // ours: the program's sentence, defaults and choices in one form
  app.allow_extras();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  for (const Knob& knob : knobs_) app.add_option("--" + knob.name)->type_name("value");
  bool no_plot = false, wants_help = false;
  app.add_flag("--no-plot", no_plot);
  app.add_flag("--help", wants_help);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Error& error) {
    throw Error(std::string(error.what()) + "; --help lists the options");
  }
  if (const std::vector<std::string> extras = app.remaining(); !extras.empty())
    throw Error(extras[0].starts_with('-')
                    ? "unknown option " + extras[0] + "; --help lists the options"
                    : "options have the form --name value; --help lists them");
  for (const CLI::Option* option : app.get_options())
    if (option->count() > 1) throw Error("option " + option->get_name() + " was given twice");
  for (const Knob& knob : knobs_)  // --help shows the defaults, and --out as ./book sets it
    if (const CLI::Option* option = app.get_option("--" + knob.name);
        option->count() > 0 && (!wants_help || knob.name == "out"))
      set(knob, option->results()[0]);
  if (wants_help) help();
  plots_ = !no_plot;
  return !wants_help;
}

int Program::run(int argc, char** argv, const std::function<void()>& body) {
  if (argc > 0) name_ = std::filesystem::path(argv[0]).filename().string();
  try {
    if (!parse(argc, argv)) return 0;
    const GpuBlas blas(blas_ == "gpu", argv);  // may start this program again, with NVBLAS in front
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
  const std::filesystem::path folder = folder_;
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem)
    throw Error(text("cannot make the folder %s (%s); choose another with --out, or --no-plot",
                     folder_.c_str(), problem.message().c_str()));
  const std::string stem = name_.substr(name_.find('_') + 1);  // chNN_xor_limit -> xor_limit
  return folder / (stem + "_" + name);
}

}  // namespace nn
