// One figure in gnuplot's words: the settings, the plot command, and the tables that it reads.
#pragma once

#include <string>
#include <vector>

#include "common/plot/plot_parts.hpp"

namespace nn::plotting {

// What the user gave, texts and numbers and the names of files, stands between these two in a
// Drawing's lines, so that an animation can tell what changes from frame to frame.
constexpr char kSlotOpen = '\x01', kSlotClose = '\x02';

// A file <stem>_<name>.csv.
struct Table {
  std::string name, csv;
};

struct Drawing {
  std::vector<std::string> setup;  // set …
  std::vector<std::string> plot;   // what the plot command lists
  std::vector<std::string> undo;   // unset …, before the next panel
  std::vector<Table> tables;
};

// Okabe and Ito's colours, which colour-blind readers can tell apart, in an order that reads well
// on white; each has a mark of its own.
struct PaletteColor {
  int red, green, blue;
  int mark;  // gnuplot's pt
};
constexpr PaletteColor kPalette[] = {
    {0x00, 0x72, 0xB2, 7},  {0xD5, 0x5E, 0x00, 9},  {0x00, 0x9E, 0x73, 5}, {0xCC, 0x79, 0xA7, 13},
    {0xE6, 0x9F, 0x00, 11}, {0x56, 0xB4, 0xE9, 15}, {0x22, 0x22, 0x22, 6}, {0x99, 0x99, 0x99, 8}};
constexpr std::size_t kPaletteSize = std::size(kPalette);

// '#RRGGBB' of a palette colour mixed with white; strength 1 is the colour itself.
std::string tint(std::size_t color, double strength);

// The name of a file as gnuplot takes it literally: "|x" would be a command, "~" the home folder.
std::string file_string(const std::string& name);

class Painter {
 public:
  // `stem` begins the names of the tables' files.
  Painter(const FigureParts& figure, const Extent& shown, int width, int height, std::string stem);
  Drawing draw();

 private:
  // In this order: later ones lie on top.
  void axes();
  void regions();
  void shade();
  void heatmap();  // plot_matrices.cpp
  void bars();     // plot_matrices.cpp
  void images();   // plot_matrices.cpp
  void bands();
  void contours();
  void references();
  void curves();
  void points();
  void notes();
  void legend_and_title();

  void log_axis(const char* axis, const Range& range);
  void curve_group(const std::vector<const Curve*>& group);
  void path(const Curve& curve);

  // Settings with what takes them back, things to plot, labels, tables.
  void set(const std::string& what, const std::string& undo = "");
  void unset(const std::string& what, const std::string& undo = "");
  void undo(const std::string& line);
  void add(const std::string& element) { drawing_.plot.push_back(element); }
  void label(const std::string& words, const std::string& place);
  std::string table(const std::string& kind, const std::string& csv);  // the file, for plot
  std::string plane_table(const std::string& kind, const Plane& plane);
  std::string legend_entry(const std::string& name);  // title '…' or notitle

  // The palette of the matrices, and its bar.
  void colors(const char* palette, Range range, bool log, bool bar);
  Range values_shown(const Range& wanted = {0, 0}) const;

  std::string x_name() const { return options_.x_label.empty() ? "x" : options_.x_label; }
  std::string y_name() const { return options_.y_label.empty() ? "y" : options_.y_label; }
  std::size_t color_of(int color, std::size_t automatic) const;
  bool nothing_shown() const;
  bool counts(std::vector<double> Curve::*values) const;
  bool in_cells() const;

  const FigureParts& figure_;
  const FigureOptions& options_;
  const Extent& shown_;
  int width_, height_;
  std::string stem_;
  std::size_t classes_ = 0;  // of the points: the lines' colours start after theirs
  Range x_ = {0, 1}, y_ = {0, 1};
  bool bar_on_the_right_ = false;
  double right_margin_ = 0.0;  // pixels wanted there by labels
  std::size_t labels_ = 0, arrows_ = 0;
  std::vector<std::string> legend_;
  Drawing drawing_;
};

// Between the marks: a gnuplot string, a number.
std::string slot(const std::string& value);
std::string slot(double value);
std::string text_slot(const std::string& text);

// The width of a text in pixels at the scripts' letter size, roughly; of the widest of several.
double text_width(const std::string& line);
double text_width(const std::vector<std::string>& lines);

// n numbers from `first` to `last`, as texts; 0 … n-1.
std::vector<std::string> number_names(std::size_t n, double first, double last);
std::vector<std::string> number_names(std::size_t n);

// Palettes of the matrices. Their middle is zero where values have both signs.
bool both_signs(const Range& range);
Range symmetric(const Range& range);
extern const char* const kSequential;
extern const char* const kDiverging;
extern const char* const kInk;

}  // namespace nn::plotting
