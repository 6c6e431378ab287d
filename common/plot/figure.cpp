#include "common/plot/figure.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/base/error.hpp"
#include "common/plot/axes.hpp"
#include "common/plot/contour_lines.hpp"

namespace nn {

using namespace plotting;

namespace {

[[noreturn]] void refuse(const FigureData& figure, const std::string& sentence) {
  const std::string& title = figure.options.title;
  throw Error((title.empty() ? "Figure: " : "Figure \"" + title + "\": ") + sentence);
}

void check_range(const FigureData& figure, const char* name, const Range& range, bool log) {
  if (range[0] == 0.0 && range[1] == 0.0) return;
  const std::string is = text("%s is {%g, %g}, ", name, range[0], range[1]);
  if (!std::isfinite(range[0]) || !std::isfinite(range[1]) || !is_given(range))
    refuse(figure, is + "expected {low, high}");
  if (log && range[0] <= 0.0)
    refuse(figure, is + "but a logarithmic axis has positive values only");
}

void check_lengths(const FigureData& figure, const std::string& part, const char* first,
                   std::size_t n, const char* second, std::size_t m) {
  if (n != m) refuse(figure, text("%s has %zu %s but %zu %s", part.c_str(), n, first, m, second));
}

void check_plane_points(const FigureData& figure, const char* part, const Grid& XY) {
  if (XY.n_cols != 2 && XY.n_rows + XY.n_cols > 0)
    refuse(figure,
           text("%s: XY is (%zu, %zu), expected two columns, x and y", part, XY.n_rows, XY.n_cols));
}

// The function's values on a grid of n x n points. `cells`: the points are the middles of n x n
// cells that fill the picture; else the outermost points lie on its border.
Plane evaluated(const FigureData& figure, const std::string& part, const PlaneFunction& function,
                int n, bool cells) {
  const FigureOptions& o = figure.options;
  if (!is_given(o.x_range) || !is_given(o.y_range))
    refuse(figure, part + " needs x_range and y_range in FigureOptions");
  if (cells && (o.log_x || o.log_y))
    refuse(figure, part + " cannot be drawn on logarithmic axes; give it the logarithms");
  if (n < 2) refuse(figure, part + text(": resolution is %d, expected at least 2", n));
  const auto ends = [&](const Range& r) -> Range {
    const double margin = cells ? 0.5 * (r[1] - r[0]) / n : 0.0;
    return {r[0] + margin, r[1] - margin};
  };
  const auto N = static_cast<std::size_t>(n);
  Plane plane = {{}, ends(o.x_range), ends(o.y_range), {0, 0}};
  Grid XY(N * N, 2);
  for (std::size_t i = 0; i < N * N; ++i) {
    XY(i, 0) = between(plane.x, static_cast<double>(i / N) / (n - 1), o.log_x);
    XY(i, 1) = between(plane.y, static_cast<double>(i % N) / (n - 1), o.log_y);
  }
  plane.values = function(XY);
  if (plane.values.values.size() != N * N)
    refuse(figure, part + text(": the function gave %zu values for %zu points",
                               plane.values.values.size(), N * N));
  plane.values.n_rows = plane.values.n_cols = N;
  return plane;
}

}  // namespace

Figure::Figure(FigureOptions options) {
  data_.options = std::move(options);
  const FigureOptions& o = data_.options;
  check_range(data_, "x_range", o.x_range, o.log_x);
  check_range(data_, "y_range", o.y_range, o.log_y);
  if (o.width < 100 || o.height < 100 || o.width > 10000 || o.height > 10000)
    refuse(data_, text("size is %d x %d pixels, expected 100 to 10000", o.width, o.height));
  if (o.legend.find_first_not_of("abcdefghijklmnopqrstuvwxyz ") != std::string::npos)
    refuse(data_, "legend is \"" + o.legend +  // goes into the script as it is
                      "\", expected auto, outside, off, or words such as top left");
}

Figure& Figure::line(const Numbers& x, const Numbers& y, const std::string& label,
                     LineOptions options) {
  check_lengths(data_, "line \"" + label + "\"", "x values", x.size(), "y values", y.size());
  options.color = next_color(options.color);
  data_.curves.push_back({x, y, label, options, false});
  return *this;
}

Figure& Figure::line(const Numbers& y, const std::string& label, LineOptions options) {
  Numbers x(y.size());
  std::iota(x.begin(), x.end(), 1.0);
  return line(x, y, label, options);
}

Figure& Figure::band(const Numbers& x, const Numbers& low, const Numbers& high, int color) {
  check_lengths(data_, "band", "x values", x.size(), "low values", low.size());
  check_lengths(data_, "band", "x values", x.size(), "high values", high.size());
  if (color < 0) color = data_.curves.empty() ? -1 : data_.curves.back().options.color;
  data_.bands.push_back({x, low, high, color});
  return *this;
}

Figure& Figure::scatter(const Grid& XY, const ClassNumbers& classes, const Names& names) {
  check_plane_points(data_, "scatter", XY);
  Points points = {XY, classes, names, classes.empty() ? next_color(-1) : 0};
  if (!classes.empty()) {
    check_lengths(data_, "scatter", "points", XY.n_rows, "classes", classes.size());
    const std::size_t last = *std::max_element(classes.begin(), classes.end());
    if (last > 99) refuse(data_, text("scatter: class %zu, expected class numbers 0 … 99", last));
    for (std::size_t k = 0; names.empty() && k <= last; ++k)
      points.names.push_back(text("class %zu", k));
    if (points.names.size() <= last)
      refuse(data_, text("scatter: %zu names for classes 0 … %zu", names.size(), last));
  }
  data_.points.push_back(std::move(points));
  return *this;
}

Figure& Figure::path(const Grid& XY, const std::string& label, LineOptions options) {
  check_plane_points(data_, "path", XY);
  options.color = next_color(options.color);
  data_.curves.push_back({XY.column(0), XY.column(1), label, options, true});
  return *this;
}

Figure& Figure::horizontal(double y, const std::string& label) {
  if (std::isfinite(y)) data_.references.push_back({true, y, label});
  return *this;
}
Figure& Figure::vertical(double x, const std::string& label) {
  if (std::isfinite(x)) data_.references.push_back({false, x, label});
  return *this;
}
Figure& Figure::annotate(double x, double y, const std::string& text) {
  if (std::isfinite(x) && std::isfinite(y)) data_.notes.push_back({x, y, text});
  return *this;
}

Figure& Figure::regions(const PlaneFunction& class_of, int resolution) {
  Plane plane = evaluated(data_, "regions", class_of, resolution, true);
  for (double& v : plane.values.values) {
    v = std::round(v);
    if (!(v >= 0 && v < 100))
      refuse(data_, text("regions: the function gave %g, expected class numbers 0 … 99", v));
  }
  data_.regions = std::move(plane);
  return *this;
}

Figure& Figure::shade(const PlaneFunction& value, Range value_range, int resolution) {
  check_range(data_, "value_range", value_range, false);
  data_.shade = evaluated(data_, "shade", value, resolution, true);
  data_.shade.value_range = value_range;
  return *this;
}

Figure& Figure::contour(const PlaneFunction& value, ContourOptions options) {
  const Plane plane = evaluated(data_, "contour", value, options.resolution, false);
  std::vector<double>& levels = options.levels;
  if (levels.empty()) levels = contour_levels(plane.values, options.log_levels);
  std::sort(levels.begin(), levels.end());
  const bool log = options.log_levels && (levels.empty() || levels.front() > 0.0);
  data_.contours.push_back({plane, levels, log});
  return *this;
}

Figure& Figure::heatmap(const Grid& M, const Names& row_names, const Names& column_names,
                        bool print_values) {
  if (!row_names.empty())
    check_lengths(data_, "heatmap", "rows", M.n_rows, "row names", row_names.size());
  if (!column_names.empty())
    check_lengths(data_, "heatmap", "columns", M.n_cols, "column names", column_names.size());
  data_.heatmap = {M, row_names, column_names, print_values};
  return *this;
}

Figure& Figure::bars(const Names& names, const Grid& values, const Names& series) {
  check_lengths(data_, "bars", "names", names.size(), "rows of values", values.n_rows);
  if (!series.empty())
    check_lengths(data_, "bars", "columns of values", values.n_cols, "series", series.size());
  data_.bar_chart = {names, values, series};
  return *this;
}

Figure& Figure::images(const Grid& rows, ImagesOptions options) {
  const std::size_t height = options.height, width = options.width;
  if (height == 0 || width == 0 || options.columns == 0)
    refuse(data_, text("images: height, width and columns must be at least 1, got %zu, %zu, %zu",
                       height, width, options.columns));
  if (rows.n_rows > 0 && rows.n_cols != height * width)
    refuse(data_, text("images: a row has %zu values, expected %zu x %zu = %zu pixels", rows.n_cols,
                       height, width, height * width));
  if (!options.captions.empty())
    check_lengths(data_, "images", "images", rows.n_rows, "captions", options.captions.size());
  data_.images = {rows, std::move(options)};
  return *this;
}

// ---- Several figures ----------------------------------------------------------------------------

Panels::Panels(std::size_t rows, std::size_t columns, std::string title)
    : rows_(rows), columns_(columns), title_(std::move(title)) {
  if (rows == 0 || columns == 0)
    throw Error(
        text("Panels: %zu rows and %zu columns, expected at least one each", rows, columns));
}

Panels& Panels::add(const Figure& figure) {
  if (figures_.size() == rows_ * columns_)
    throw Error(text("Panels: %zu x %zu places are taken, there is none for another figure", rows_,
                     columns_));
  figures_.push_back(figure.data());
  return *this;
}

Animation::Animation(int milliseconds_per_frame) : milliseconds_(milliseconds_per_frame) {
  if (milliseconds_ < 10)
    throw Error(text("Animation: %d milliseconds per frame, expected at least 10", milliseconds_));
}

Animation& Animation::add(const Figure& frame) {
  const FigureOptions& o = frame.data().options;
  const FigureOptions& first = frames_.empty() ? o : frames_.front().options;
  if (o.width != first.width || o.height != first.height)
    throw Error(text("Animation: frame %zu is %d x %d pixels, the first is %d x %d",
                     frames_.size() + 1, o.width, o.height, first.width, first.height));
  frames_.push_back(frame.data());
  return *this;
}

}  // namespace nn
