// The command line that every chapter program has, and what it answers to bad input.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "common/base/error.hpp"
#include "common/data/find.hpp"
#include "common/plot/figure.hpp"
#include "common/program/program.hpp"
#include "tests/redirected.hpp"

namespace {

struct Knobs {
  int epochs = 10;
  double rate = 0.5;
  bool shuffle = true;
  std::string order = "random";
};

struct Outcome {
  int exit_code = -1;
  std::string output;
  Knobs knobs;
  std::uint64_t seed = 0;
  bool ran = false;
};

Outcome run(std::vector<std::string> arguments, const std::function<void(nn::Program&)>& body = {}) {
  Outcome outcome;
  Knobs& k = outcome.knobs;
  nn::Program program("Learns something");
  program.knob("epochs", k.epochs, "passes over the data", 1, 1000);
  program.knob("rate", k.rate, "learning rate", 0.0, 2.0);
  program.knob("shuffle", k.shuffle, "a new order in each epoch");
  program.knob("order", k.order, "of the samples", {"random", "sorted"});
  arguments.insert(arguments.begin(), "/somewhere/ch01_learner");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  outcome.output = printed([&] {
    outcome.exit_code = program.run(static_cast<int>(arguments.size()), argv.data(), [&] {
      outcome.ran = true;
      if (body) body(program);
    });
  });
  outcome.seed = program.seed();
  return outcome;
}

// One sentence, exit code 1, and nothing was done.
void refuses(const std::vector<std::string>& arguments, const std::string& sentence) {
  const Outcome outcome = run(arguments);
  BOOST_TEST(outcome.output == "ch01_learner: " + sentence + "\n");
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(!outcome.ran);
}

}  // namespace

BOOST_AUTO_TEST_CASE(defaults_and_options) {
  const Outcome plain = run({});
  BOOST_TEST(plain.exit_code == 0);
  BOOST_TEST(plain.output == "");
  BOOST_TEST(plain.knobs.epochs == 10);
  const Outcome given =
      run({"--epochs", "1000", "--rate=1e-3", "--shuffle", "no", "--order", "sorted", "--seed", "0"});
  BOOST_TEST(given.exit_code == 0);
  BOOST_TEST(given.ran);
  BOOST_TEST(given.knobs.epochs == 1000);
  BOOST_TEST(given.knobs.rate == 1e-3);
  BOOST_TEST(!given.knobs.shuffle);
  BOOST_TEST(given.knobs.order == "sorted");
  BOOST_TEST(given.seed == 0u);
  BOOST_TEST(run({"--seed", "18446744073709551615"}).seed == 18446744073709551615u);
}

BOOST_AUTO_TEST_CASE(bad_options_are_refused_in_one_sentence) {
  refuses({"--epoch", "5"}, "unknown option --epoch; --help lists the options");
  refuses({"epochs=5"}, "options have the form --name value; --help lists them");
  refuses({"-e", "5"}, "unknown option -e; --help lists the options");
  refuses({"--epochs", "5", "--epochs", "6"}, "option --epochs was given twice");
  refuses({"--no-plot", "--no-plot"}, "option --no-plot was given twice");
  refuses({"--epochs", "--seed", "6"}, "options have the form --name value; --help lists them");
  refuses({"--epochs", "many"}, "--epochs: expected a whole number, got \"many\"");
  refuses({"--epochs", "2.5"}, "--epochs: expected a whole number, got \"2.5\"");
  refuses({"--epochs", "99999999999"}, "--epochs: expected a whole number, got \"99999999999\"");
  refuses({"--epochs", "0"}, "--epochs: expected at least 1, got 0");
  refuses({"--epochs", "1001"}, "--epochs: expected at most 1000, got 1001");
  refuses({"--rate", "-0.5"}, "--rate: expected at least 0, got -0.5");
  refuses({"--rate", "nan"}, "--rate: expected a number, got \"nan\"");
  refuses({"--rate", "0.5x"}, "--rate: expected a number, got \"0.5x\"");
  refuses({"--shuffle", "true"}, "--shuffle: expected yes or no, got \"true\"");
  refuses({"--order", "Sorted"}, "--order: expected random | sorted, got \"Sorted\"");
  refuses({"--seed", "-1"}, "--seed: expected a whole number from 0, got \"-1\"");
  refuses({"--blas", "tpu"}, "--blas: expected cpu | gpu, got \"tpu\"");
  // In CLI11's words, which its versions change.
  for (const char* option : {"--epochs", "--epochs=", "--no-plot=perhaps"}) {
    const Outcome incomplete = run({option});
    BOOST_TEST(incomplete.exit_code == 1);
    BOOST_TEST(!incomplete.ran);
    BOOST_TEST(incomplete.output.ends_with("; --help lists the options\n"), incomplete.output);
    BOOST_TEST(std::count(incomplete.output.begin(), incomplete.output.end(), '\n') == 1);
  }
}

BOOST_AUTO_TEST_CASE(help_lists_every_option_and_runs_nothing) {
  const Outcome help = run({"--help"});
  BOOST_TEST(help.exit_code == 0);
  BOOST_TEST(!help.ran);
  BOOST_TEST(help.output.starts_with("ch01_learner: Learns something\n"));
  for (const char* part : {"--epochs [10]", "--rate [0.5]", "--shuffle [yes]", "--order [random]",
                           "random | sorted", "--seed [", "--blas [cpu]", "--out [", "--no-plot"})
    BOOST_TEST(help.output.find(part) != std::string::npos, part);
  // Defaults, whatever else was given; but the folder that ./book chooses.
  const Outcome more = run({"--epochs", "many", "--rate", "1", "--out", "pictures", "--help"});
  BOOST_TEST(more.exit_code == 0);
  for (const char* part : {"--epochs [10]", "--rate [0.5]", "--out [pictures]"})
    BOOST_TEST(more.output.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_CASE(an_error_inside_is_one_sentence_and_exit_code_1) {
  const Outcome outcome = run({}, [](nn::Program&) { throw nn::Error("X has 6 columns"); });
  BOOST_TEST(outcome.exit_code == 1);
  BOOST_TEST(outcome.output == "ch01_learner: X has 6 columns\n");
  const Outcome memory = run({}, [](nn::Program&) { throw std::bad_alloc(); });
  BOOST_TEST(memory.output == "ch01_learner: not enough memory for this size\n");
}

BOOST_AUTO_TEST_CASE(results_have_ten_digits) {
  const Outcome outcome = run({}, [](nn::Program& program) { program.result("third", 1.0 / 3.0); });
  BOOST_TEST(outcome.output == "result: third 0.3333333333\n");
}

BOOST_AUTO_TEST_CASE(pictures_go_where_out_says) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("nn_program_" + std::to_string(::getpid()));
  const auto draw = [](nn::Program& program) {
    program.save(nn::Figure({.title = "t"}).line({1, 2, 3}, "a"), "curve");
  };
  BOOST_TEST(run({"--out", folder.string(), "--no-plot"}, draw).exit_code == 0);
  BOOST_TEST(!std::filesystem::exists(folder));
  BOOST_TEST(run({"--out", (folder / "deep" / "er").string()}, draw).exit_code == 0);
  BOOST_TEST(std::filesystem::exists(folder / "deep" / "er" / "learner_curve.gp"));
  // a file where the folder should be
  std::ofstream(folder / "file") << "kept";
  const Outcome blocked = run({"--out", (folder / "file").string()}, draw);
  BOOST_TEST(blocked.exit_code == 1);
  BOOST_TEST(blocked.output.find("choose another with --out, or --no-plot") != std::string::npos,
             blocked.output);
  BOOST_TEST(nn::read_file(folder / "file") == "kept");
  std::filesystem::remove_all(folder);
}
