// Other programs that are used when they are there: gnuplot, Graphviz.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nn {

// Where a program lies according to PATH, looked up anew each time; empty if it is not installed.
std::filesystem::path find_tool(const std::string& name);

struct ToolOutcome {
  int exit_code = 0;
  std::string output;  // what the program said
};

// Runs a program without a shell: nothing in the arguments is ever interpreted. Throws Error if it
// cannot be started.
ToolOutcome run_tool(const std::filesystem::path& program, std::vector<std::string> arguments);

// Prints, once per process and tool, how to get one that is not installed: "pictures: gnuplot is not
// installed; data and scripts are in ...; get it with apt-get install gnuplot-nox (brew install
// gnuplot)".
void say_missing(const std::string& tool, const std::string& without_it, const std::string& get_it);

}  // namespace nn
