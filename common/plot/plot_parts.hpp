// What a figure holds until it is saved.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "common/plot/plot.hpp"

namespace nn::plotting {

struct Curve {  // Figure::line and Figure::path
  std::vector<double> x, y;
  std::string label;
  LineOptions options;
  bool path = false;          // a walk in the plane, its start and end marked
  std::size_t automatic = 0;  // which of the automatic colours, where options.color is -1
};
struct Band {
  std::vector<double> x, low, high;
  int color = -1;
  std::size_t automatic = 0;
};
struct Points {
  Matrix XY;
  Indices classes;                 // empty: all points alike
  std::vector<std::string> names;  // one per class, or one for all
  std::size_t automatic = 0;
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
  Matrix values;
  Range x = {0, 0}, y = {0, 0};  // of the first and the last column, row
  Range value_range = {0, 0};
};
struct Contour {
  Plane plane;
  std::vector<double> levels;
  bool log_levels = false;
};
struct HeatMap {
  Matrix M;
  std::vector<std::string> row_names, column_names;
  bool print_values = true;
};
struct BarChart {
  std::vector<std::string> names;
  Matrix values;  // names x series
  std::vector<std::string> series;
};
struct ImageGrid {
  Matrix rows;
  ImagesOptions options;
};

struct FigureParts {
  FigureOptions options;
  std::optional<Plane> regions, shade;
  std::vector<Contour> contours;
  std::vector<Curve> curves;
  std::vector<Band> bands;
  std::vector<Points> points;
  std::vector<Reference> references;
  std::vector<Note> notes;
  std::optional<HeatMap> heatmap;
  std::optional<BarChart> bar_chart;
  std::optional<ImageGrid> images;
  std::size_t automatic_colors = 0;  // used so far
};

inline bool is_given(const Range& range) { return range[0] < range[1]; }
inline bool is_empty(const Range& range) { return range[0] > range[1]; }

// What the axes and the colour bar have to show.
struct Extent {
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Range x = {kInfinity, -kInfinity};  // empty until there is something
  Range y = x, value = x;
  bool log_x = false, log_y = false;  // as wished, unless there is nothing positive
};
Extent extent(const std::vector<const FigureParts*>& figures);  // the same for all frames

}  // namespace nn::plotting
