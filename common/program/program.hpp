// What every chapter program shares: options, the seed, the results folder, `result:` lines, the
// BLAS (--blas gpu: common/backend/nvblas.hpp), and errors that are one sentence.
//
//   int main(int argc, char** argv) {
//     nn::Program program("One TLU cannot learn XOR");
//     // ---- knobs ----------------------------------------------------------
//     int epochs = 30;     program.knob("epochs", epochs, "passes over the four samples");
//     double eta = 0.1;    program.knob("eta", eta, "learning rate", 0.0);
//     // ---------------------------------------------------------------------
//     return program.run(argc, argv, [&] {
//       ...
//       program.result("mistakes", mistakes);
//       program.save(figure, "boundary");     // results/<chapter>/<program>_boundary.svg
//     });
//   }
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#ifndef NN_CHAPTER_FOLDER
#define NN_CHAPTER_FOLDER "."  // CMake gives each chapter's programs the name of their folder
#endif

namespace nn {

class Rng;

class Program {
 public:
  // `sentence` says what the program shows; `seed` is the default of --seed.
  explicit Program(std::string sentence, std::uint64_t seed = 42,
                   const std::filesystem::path& chapter = NN_CHAPTER_FOLDER);

  // A knob is a variable of the program: its value is the default, --name changes it. `meaning` is
  // its line in --help; a value outside min ... max is refused.
  void knob(const char* name, int& variable, const char* meaning, int min = 0,
            int max = std::numeric_limits<int>::max());
  void knob(const char* name, double& variable, const char* meaning,
            double min = std::numeric_limits<double>::lowest(),
            double max = std::numeric_limits<double>::max());
  void knob(const char* name, bool& variable, const char* meaning);  // --name yes | no
  void knob(const char* name, std::string& variable, const char* meaning,
            std::vector<std::string> choices = {});  // no choices: any text

  // Reads the options, then runs `body`. Returns the exit code: 0, or 1 after printing the one
  // sentence of whatever was thrown.
  int run(int argc, char** argv, const std::function<void()>& body);

  std::uint64_t seed() const { return seed_; }
  template <class R = Rng>
  R rng() const {  // a template, so that only programs that use it need random.hpp
    return R(seed_);
  }
  bool plots() const { return plots_; }  // false with --no-plot

  // Matrix products on the GPU where there is one, as with --blas gpu, unless --blas cpu says
  // otherwise. Without this call the default is the CPU.
  void prefer_gpu() { blas_ = "gpu"; }

  // Prints `result: name value`, the lines that tests compare with expected/<program>.txt.
  void result(const std::string& name, double value);

  // Writes results/<chapter>/<program>_<name>.svg (.gif for an animation) with its data and script:
  // of a Figure, Panels or an Animation.
  template <class Picture>
  void save(const Picture& picture, const std::string& name) const {
    if (plots_) picture.save(out(name));
  }

  // results/<chapter>/<program>_<name>, the folder made: for files that are no figure.
  std::filesystem::path out(const std::string& name) const;

 private:
  struct Knob {
    std::string name, meaning;
    std::variant<int*, std::uint64_t*, double*, bool*, std::string*> variable;
    std::string expected = "";  // what a value is, for the sentence that refuses another
    double min = std::numeric_limits<double>::lowest(), max = std::numeric_limits<double>::max();
    std::vector<std::string> choices = {};
  };
  bool parse(int argc, char** argv);  // false: --help was printed
  void help() const;
  static void set(const Knob& knob, const std::string& value);

  std::string sentence_, name_ = "program", folder_, blas_ = "cpu";
  std::uint64_t seed_;
  bool plots_ = true;
  std::vector<Knob> knobs_;
};

}  // namespace nn
