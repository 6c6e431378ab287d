// What a figure shows, as plain data: its options, its axes, its marks. Whoever draws it reads this.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "common/plot/grid.hpp"

namespace nn {

using Range = std::array<double, 2>;  // {low, high}; {0, 0} is automatic

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

namespace plotting {

// A colour is a number in the palette; below 0 an automatic one, -1 the first, -2 the second, which
// is known only when all classes are.
struct Curve {  // Figure::line and Figure::path
  std::vector<double> x, y;
  std::string label;
  LineOptions options;
  bool path = false;  // a walk in the plane, its start and end marked
};
struct Band {
  std::vector<double> x, low, high;
  int color = -1;
};
struct Points {
  Grid XY;
  std::vector<std::size_t> classes;  // empty: all points alike
  std::vector<std::string> names;    // one per class, or one for all
  int color = -1;                    // without classes
};
struct Reference {
  bool horizontal = true;
  double at = 0.0;
  std::string label;
};
struct Note {
  double x = 0.0, y = 0.0;
  std::string text;
};
struct Plane {  // a function's values on a grid; row 0 has the lowest y
  Grid values;
  Range x = {0, 0}, y = {0, 0};  // of the first and the last column, row
  Range value_range = {0, 0};
};
struct Contour {
  Plane plane;
  std::vector<double> levels;
  bool log_levels = false;
};
struct HeatMap {
  Grid M;
  std::vector<std::string> row_names, column_names;
  bool print_values = true;
};
struct BarChart {
  std::vector<std::string> names;
  Grid values;  // names x series
  std::vector<std::string> series;
};
struct ImageGrid {
  Grid rows;
  ImagesOptions options;
};

struct FigureData {
  FigureOptions options;
  std::vector<Curve> curves;
  std::vector<Band> bands;
  std::vector<Points> points;
  std::vector<Reference> references;
  std::vector<Note> notes;
  Plane regions, shade;  // these and the matrices: empty where the figure has none
  std::vector<Contour> contours;
  HeatMap heatmap;
  BarChart bar_chart;
  ImageGrid images;
};

}  // namespace plotting
}  // namespace nn
