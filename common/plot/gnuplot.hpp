// gnuplot: finding it, quoting for it, running it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

// Where gnuplot lies according to PATH; empty if it is not installed.
std::filesystem::path find_gnuplot();

// Any text as a gnuplot string that shows exactly this text: it's -> 'it''s'. Single quotes,
// because gnuplot runs what stands between back quotes inside double ones. Control characters go, a
// byte that is not UTF-8 becomes '?' (an SVG with either could not be opened).
std::string gnuplot_string(const std::string& text);

// The script of the pictures `name`.svg, `name`.png …, which lie in the script's folder.
using ScriptFor = std::function<std::string(const std::string& name)>;

// Writes <stem>.gp, which makes <stem> + each of `endings`, and runs it. The pictures, too, are
// made under a temporary name and renamed. Without gnuplot it prints one line, once per program.
// Throws Error with gnuplot's own message if it fails.
void make_pictures(const std::filesystem::path& stem, const ScriptFor& script,
                   const std::vector<std::string>& endings);

}  // namespace nn
