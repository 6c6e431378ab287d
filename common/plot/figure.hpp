// Figures: first data (common/plot/marks.hpp), then drawn by gnuplot. Beside every picture stay its
// data (.csv) and its script (.gp), so that it can be restyled by hand: edit the script, then
// `gnuplot name.gp`.
//
//   nn::Figure figure({.title = "XOR", .x_label = "x1", .y_label = "x2"});
//   figure.regions([&](const nn::Matrix& XY) { return net.predict(XY); });
//   figure.scatter(X, classes, {"0", "1"});
//   figure.save("results/xor");           // xor.svg, xor.png, xor.gp, xor_points.csv …
//
// Texts are shown as they are written: _ ^ { } \ have no special meaning. Axes and legend take care
// of themselves. A figure without values is an empty frame, "no data": a program with --epochs 0
// still runs. Without gnuplot, data and script are written all the same and one line says how to
// get pictures.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/plot/marks.hpp"

namespace nn {

// The number of each point's class, from 0: of any list of whole numbers, or {0, 1, 1}.
struct ClassNumbers : std::vector<std::size_t> {
  ClassNumbers() = default;
  ClassNumbers(std::initializer_list<std::size_t> numbers) : vector(numbers) {}
  template <class List>
  requires requires(const List& list) { list.begin(); }
  ClassNumbers(const List& list) : vector(list.begin(), list.end()) {}
};

class Figure {
 public:
  using Numbers = std::vector<double>;
  using Names = std::vector<std::string>;

  explicit Figure(FigureOptions options = {});

  // Curves and points. Values that are not finite are left out of the line. Throws Error if lengths
  // do not agree.
  Figure& line(const Numbers& x, const Numbers& y, const std::string& label = "",
               LineOptions options = {});
  Figure& line(std::initializer_list<double> x, std::initializer_list<double> y,
               const std::string& label = "", LineOptions options = {}) {
    return line(Numbers(x), Numbers(y), label, options);  // line({0, 1}, {2, 3})
  }
  Figure& line(const Numbers& y, const std::string& label = "",
               LineOptions options = {});  // against 1, 2, 3 ...
  Figure& band(const Numbers& x, const Numbers& low, const Numbers& high,
               int color = -1);  // -1: that of the line before it
  Figure& scatter(const Grid& XY, const ClassNumbers& classes = {},
                  const Names& names = {});  // one colour and mark per class
  Figure& path(const Grid& XY, const std::string& label = "", LineOptions options = {});
  Figure& horizontal(double y, const std::string& label = "");  // thin dashed reference lines
  Figure& vertical(double x, const std::string& label = "");
  Figure& annotate(double x, double y, const std::string& text);

  // The plane. Needs x_range and y_range. The points (x, y) form a grid of resolution x resolution.
  Figure& regions(const PlaneFunction& class_of, int resolution = 160);  // numbers 0, 1, 2 ...
  Figure& shade(const PlaneFunction& value, Range value_range = {0, 0}, int resolution = 120);
  Figure& contour(const PlaneFunction& value, ContourOptions options = {});  // lines

  // Matrices.
  Figure& heatmap(const Grid& M, const Names& row_names = {}, const Names& column_names = {},
                  bool print_values = true);
  Figure& bars(const Names& names, const Grid& values, const Names& series = {});  // names x series
  Figure& images(const Grid& rows, ImagesOptions options = {});  // one image per row

  // Writes <stem>.svg, <stem>.png, <stem>.gp and <stem>_<what>.csv, and makes their folder. Throws
  // Error if a file cannot be written or gnuplot fails.
  void save(const std::filesystem::path& stem) const;

  const plotting::FigureData& data() const { return data_; }

 private:
  int next_color(int wanted) { return wanted < 0 ? -++automatic_colors_ : wanted; }

  plotting::FigureData data_;
  int automatic_colors_ = 0;  // used so far
};

// Several figures on one sheet, each at two thirds of its size.
class Panels {
 public:
  Panels(std::size_t rows, std::size_t columns, std::string title = "");
  Panels& add(const Figure& figure);  // left to right, top to bottom
  void save(const std::filesystem::path& stem) const;

 private:
  std::size_t rows_, columns_;
  std::string title_;
  std::vector<plotting::FigureData> figures_;
};

// A GIF; each frame is a figure of the same size. Axes are the same for all frames unless a frame
// gives its range; the last frame is shown longer, and also becomes <stem>.png. Data that change
// from frame to frame are in <stem>_frames/.
class Animation {
 public:
  explicit Animation(int milliseconds_per_frame = 120);
  Animation& add(const Figure& frame);
  std::size_t frames() const { return frames_.size(); }
  void save(const std::filesystem::path& stem) const;  // <stem>.gif, .png, .gp, data

 private:
  int milliseconds_;
  std::vector<plotting::FigureData> frames_;
};

}  // namespace nn
