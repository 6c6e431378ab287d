// One figure in gnuplot's words: the settings, the plot command, and the tables that it reads.
#pragma once

#include "common/plot/axes.hpp"
#include "common/plot/gnuplot.hpp"

namespace nn::plotting {

struct Sheet {
  std::string stem;  // begins the names of the script and of the data files
  std::string title;
  int width, height;  // pixels
};

struct Drawing {
  Strings setup;  // set …
  Strings plot;   // what the plot command lists
  Strings undo;   // unset …, before the next panel
  std::vector<Table> tables;
};

// Okabe and Ito's colours, which colour-blind readers can tell apart, in an order that reads well
// on white; each has a mark of its own.
struct PaletteColor {
  int rgb[3];
  int mark;  // gnuplot's pt
};
constexpr PaletteColor kPalette[] = {{{0x00, 0x72, 0xB2}, 7},  {{0xD5, 0x5E, 0x00}, 9},
                                     {{0x00, 0x9E, 0x73}, 5},  {{0xCC, 0x79, 0xA7}, 13},
                                     {{0xE6, 0x9F, 0x00}, 11}, {{0x56, 0xB4, 0xE9}, 15},
                                     {{0x22, 0x22, 0x22}, 6},  {{0x99, 0x99, 0x99}, 8}};
constexpr std::size_t kPaletteSize = std::size(kPalette);

// '#RRGGBB' of a palette colour mixed with white; strength 1 is the colour itself.
std::string tint(std::size_t color, double strength);

class GnuplotFigure {
 public:
  GnuplotFigure(const FigureData& figure, const Extent& shown, const Sheet& sheet);
  Drawing draw();

 private:
  // In this order: later ones lie on top.
  void axes();
  void regions();
  void shade();
  void heatmap();
  void bars();
  void images();
  void bands();
  void contours();
  void references();
  void curves();
  void points();
  void notes();
  void legend_and_title();

  void log_axis(const std::string& axis, const Range& range);
  void curves_over_the_same_x(const std::vector<const Curve*>& curves);
  void path(const Curve& curve);

  // A line before the plot command, and the one that takes it back.
  void setup(const std::string& line, const std::string& undo = "");
  template <class... Values>
  void add(const std::string& pattern, const Values&... values) {
    drawing_.plot.push_back(filled(pattern, values...));
  }
  void label(const std::string& words, const std::string& place);
  std::string table(const std::string& kind, const std::string& csv);  // its file
  std::string plane_table(const std::string& kind, const Grid& V, const Range& x, const Range& y);
  std::string legend_entry(const std::string& name);  // title '…' or notitle
  std::string line_look(const LineOptions& options, const std::string& points = "") const;

  // The palette of the matrices and its bar.
  void colors(const std::string& palette, const Range& range, bool log, bool bar);
  Range values_shown() const { return is_empty(shown_.value) ? Range{0.0, 1.0} : shown_.value; }

  std::size_t color_of(int color) const;
  bool in_cells() const { return !figure_.heatmap.M.empty() || !figure_.images.rows.empty(); }
  bool counts(std::vector<double> Curve::*values) const;

  const FigureData& figure_;
  const FigureOptions& options_;
  const Extent& shown_;
  const Sheet& sheet_;
  std::string x_name_, y_name_;  // of the tables' columns
  std::size_t classes_ = 0;      // of the points: the lines' colours start after theirs
  Range x_ = {0, 1}, y_ = {0, 1};
  bool bar_on_the_right_ = false;
  double right_margin_ = 0.0;  // pixels wanted there by labels
  std::size_t labels_ = 0, arrows_ = 0, arrays_ = 0;
  Strings legend_;
  Drawing drawing_;
};

// The width of a text in pixels at the scripts' letter size, roughly; of the widest of its lines.
double text_width(const std::string& lines);
inline double text_width(const Strings& lines) { return text_width(join(lines, "\n")); }

// n numbers from one end of a range to the other, as texts.
Strings number_names(std::size_t n, const Range& ends);

// Palettes of the matrices. The middle of the diverging one is zero.
constexpr const char* kSequential =
    "(0 '#F7FBFF', 1 '#C6DBEF', 2 '#6BAED6', 3 '#2171B5', 4 '#08306B')";
constexpr const char* kDiverging =
    "(-2 '#0072B2', -1 '#9CC7E0', 0 '#FFFFFF', 1 '#EFB999', 2 '#D55E00')";

}  // namespace nn::plotting
