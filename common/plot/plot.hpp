// Figures through gnuplot. Beside every picture stay its data (.csv) and its script (.gp), so that
// it can be restyled by hand: edit the script, then `gnuplot name.gp`.
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

#include <array>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "common/base/matrix.hpp"

namespace nn {

// A function of the plane: one value for each row (x, y) of an n x 2 matrix.
using PlaneFunction = std::function<ColVector(const Matrix& XY)>;

using Range = std::array<double, 2>;  // {low, high}; {0, 0} is automatic

namespace plotting {
struct FigureParts;  // common/plot/plot_parts.hpp: what a figure holds until it is saved
}

struct FigureOptions {
  std::string title = "";
  std::string x_label = "";
  std::string y_label = "";
  bool log_x = false;
  bool log_y = false;
  Range x_range = {0, 0};
  Range y_range = {0, 0};
  bool equal_axes = false;      // one unit of x as long as one of y
  std::string legend = "auto";  // where it hides nothing; "outside", "off", or a place: "top left"
  int width = 720;              // pixels
  int height = 480;
};

// The palette: 0 blue, 1 orange-red, 2 green, 3 pink, 4 orange, 5 light blue, 6 black, 7 gray
// (Okabe and Ito, "Color universal design", 2008). Classes take the colours 0, 1, 2 …, lines those
// after.
struct LineOptions {
  int color = -1;  // number in the palette; -1: the next one
  double width = 2.0;
  bool dashed = false;
  bool markers = false;  // a point at each value
  bool steps = false;
};

struct ContourOptions {
  std::vector<double> levels = {};  // empty: automatic
  bool log_levels = false;          // levels evenly spaced in the logarithm (narrow valleys)
  int resolution = 120;             // grid points along each axis
};

struct ImagesOptions {
  std::size_t height = 8;  // of one image, in pixels
  std::size_t width = 8;
  std::size_t columns = 10;                // images side by side
  std::vector<std::string> captions = {};  // one per image
  bool diverging = false;  // blue - white - red around 0 (weights) instead of white - black
};

class Figure {
 public:
  explicit Figure(FigureOptions options = {});
  Figure(Figure&&) noexcept;
  Figure& operator=(Figure&&) noexcept;
  ~Figure();

  // Curves and points. Values that are not finite are left out of the line. Throws Error if lengths
  // do not agree.
  Figure& line(const std::vector<double>& x, const std::vector<double>& y,
               const std::string& label = "", LineOptions options = {});
  Figure& line(std::initializer_list<double> x, std::initializer_list<double> y,
               const std::string& label = "", LineOptions options = {}) {
    return line(std::vector<double>(x), std::vector<double>(y), label,
                options);  // line({0, 1}, {2, 3})
  }
  Figure& line(const std::vector<double>& y, const std::string& label = "",
               LineOptions options = {});  // against 1, 2, 3 ...
  Figure& band(const std::vector<double>& x, const std::vector<double>& low,
               const std::vector<double>& high, int color = -1);  // -1: that of the line before it
  Figure& scatter(const Matrix& XY, const Indices& classes = {},
                  const std::vector<std::string>& names = {});  // one colour and mark per class
  Figure& path(const Matrix& XY, const std::string& label = "", LineOptions options = {});
  Figure& horizontal(double y, const std::string& label = "");  // thin dashed reference lines
  Figure& vertical(double x, const std::string& label = "");
  Figure& annotate(double x, double y, const std::string& text);

  // The plane. Needs x_range and y_range. The points (x, y) form a grid of resolution x resolution.
  Figure& regions(const PlaneFunction& class_of,
                  int resolution = 160);  // class numbers 0, 1, 2 ...
  Figure& shade(const PlaneFunction& value, Range value_range = {0, 0}, int resolution = 120);
  Figure& contour(const PlaneFunction& value, ContourOptions options = {});  // lines

  // Matrices.
  Figure& heatmap(const Matrix& M, const std::vector<std::string>& row_names = {},
                  const std::vector<std::string>& column_names = {}, bool print_values = true);
  Figure& bars(const std::vector<std::string>& names, const Matrix& values,  // names x series
               const std::vector<std::string>& series = {});
  Figure& images(const Matrix& rows, ImagesOptions options = {});  // one image per row

  // Writes <stem>.svg, <stem>.png, <stem>.gp and <stem>_<what>.csv, and makes their folder. Throws
  // Error if a file cannot be written or gnuplot fails.
  void save(const std::filesystem::path& stem) const;

 private:
  friend class Panels;
  friend class Animation;
  std::unique_ptr<plotting::FigureParts> parts_;
};

// Several figures on one sheet, each at two thirds of its size.
class Panels {
 public:
  Panels(std::size_t rows, std::size_t columns, std::string title = "");
  Panels& add(Figure figure);  // left to right, top to bottom
  void save(const std::filesystem::path& stem) const;

 private:
  std::size_t rows_, columns_;
  std::string title_;
  std::vector<Figure> figures_;
};

// A GIF; each frame is a figure of the same size. Axes are the same for all frames unless a frame
// gives its range; the last frame is shown longer, and also becomes <stem>.png. Data that change
// from frame to frame are in <stem>_frames/.
class Animation {
 public:
  explicit Animation(int milliseconds_per_frame = 120);
  Animation& add(Figure frame);
  std::size_t frames() const { return frames_.size(); }
  void save(const std::filesystem::path& stem) const;  // <stem>.gif, .png, .gp, data

 private:
  int milliseconds_;
  std::vector<Figure> frames_;
};

// Whether gnuplot is there (looked for in PATH).
bool have_gnuplot();

}  // namespace nn
