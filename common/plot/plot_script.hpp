// Whole gnuplot scripts: of a figure, of panels, of an animation.
#pragma once

#include <string>
#include <vector>

#include "common/plot/plot_painter.hpp"

namespace nn::plotting {

struct ScriptOptions {
  std::string stem = "";     // begins the names of the script and of the data files
  std::string picture = "";  // name of the pictures: the stem, but for a trial run
  std::string title = "";
  int width = 720;  // pixels of the whole picture
  int height = 480;
};

std::string figure_script(const Drawing& drawing, const ScriptOptions& options);

std::string panels_script(const std::vector<Drawing>& panels, std::size_t rows, std::size_t columns,
                          const ScriptOptions& options);

// `changing` names the tables that are not the same in all frames: each frame has its own file.
std::string animation_script(const std::vector<Drawing>& frames,
                             const std::vector<std::string>& changing, int milliseconds,
                             const ScriptOptions& options);
std::string frame_file(const std::string& stem, const std::string& table, std::size_t frame);

}  // namespace nn::plotting
