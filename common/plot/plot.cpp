#include "common/plot/plot.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "common/plot/contour_lines.hpp"
#include "common/files/files.hpp"
#include "common/plot/gnuplot.hpp"
#include "common/plot/plot_parts.hpp"
#include "common/plot/plot_script.hpp"

namespace nn {

using namespace plotting;

namespace {

namespace fs = std::filesystem;

std::string who(const FigureParts& figure) {
  return figure.options.title.empty() ? "Figure" : "Figure \"" + figure.options.title + "\"";
}

void check_range(const FigureParts& figure, const char* name, const Range& range, bool log) {
  if (range[0] == 0.0 && range[1] == 0.0) return;
  if (!std::isfinite(range[0]) || !std::isfinite(range[1]) || !is_given(range))
    throw Error(text("%s: %s is {%g, %g}, expected {low, high}", who(figure).c_str(), name,
                     range[0], range[1]));
  if (log && range[0] <= 0.0)
    throw Error(text("%s: %s is {%g, %g}, but a logarithmic axis has positive values only",
                     who(figure).c_str(), name, range[0], range[1]));
}

void check_lengths(const FigureParts& figure, const std::string& part, const char* first,
                   std::size_t n, const char* second, std::size_t m) {
  if (n != m)
    throw Error(text("%s: %s has %zu %s but %zu %s", who(figure).c_str(), part.c_str(), n, first, m,
                     second));
}

void check_plane_points(const FigureParts& figure, const char* part, const Matrix& XY) {
  if (XY.n_cols != 2 && !(XY.n_rows == 0 && XY.n_cols == 0))
    throw Error(text("%s: %s: XY is %s, expected two columns, x and y", who(figure).c_str(), part,
                     shape_text(XY).c_str()));
}

// The function's values on a grid of n x n points. `cells`: the points are the middles of n x n
// cells that fill the picture; else the outermost points lie on its border.
Plane evaluated(const FigureParts& figure, const char* part, const PlaneFunction& function, int n,
                bool cells) {
  const FigureOptions& o = figure.options;
  if (!is_given(o.x_range) || !is_given(o.y_range))
    throw Error(
        text("%s: %s needs x_range and y_range in FigureOptions", who(figure).c_str(), part));
  if (cells && (o.log_x || o.log_y))
    throw Error(text("%s: %s cannot be drawn on logarithmic axes; give it the logarithms",
                     who(figure).c_str(), part));
  if (n < 2)
    throw Error(
        text("%s: %s: resolution is %d, expected at least 2", who(figure).c_str(), part, n));
  const auto N = static_cast<std::size_t>(n);
  const auto ends = [&](const Range& r) -> Range {
    const double margin = cells ? 0.5 * (r[1] - r[0]) / n : 0.0;
    return {r[0] + margin, r[1] - margin};
  };
  const auto along = [&](const Range& r, std::size_t i, bool log) {
    const double share = static_cast<double>(i) / (n - 1);
    return static_cast<Real>(log ? r[0] * std::pow(r[1] / r[0], share)
                                 : r[0] + share * (r[1] - r[0]));
  };
  Plane plane{Matrix(N, N), ends(o.x_range), ends(o.y_range), {0, 0}};
  Matrix XY(N * N, 2);
  for (std::size_t column = 0; column < N; ++column)
    for (std::size_t row = 0; row < N; ++row) {
      XY(column * N + row, 0) = along(plane.x, column, o.log_x);
      XY(column * N + row, 1) = along(plane.y, row, o.log_y);
    }
  const ColVector values = function(XY);
  if (values.n_elem != N * N)
    throw Error(text("%s: %s: the function gave %zu values for %zu points", who(figure).c_str(),
                     part, static_cast<std::size_t>(values.n_elem), N * N));
  plane.values = arma::reshape(values, N, N);
  return plane;
}

// Tables first, then the script that reads them, then the pictures that it makes.
void save_all(const fs::path& stem, const std::vector<Table>& tables,
              const std::vector<std::string>& endings, const ScriptFor& script) {
  for (const Table& table : tables)
    write_file(stem.string() + "_" + table.name + ".csv", table.csv);
  make_pictures(stem, script, endings);
}

}  // namespace

Figure::Figure(FigureOptions options) : parts_(std::make_unique<FigureParts>()) {
  parts_->options = std::move(options);
  const FigureOptions& o = parts_->options;
  check_range(*parts_, "x_range", o.x_range, o.log_x);
  check_range(*parts_, "y_range", o.y_range, o.log_y);
  if (o.width < 100 || o.height < 100 || o.width > 10000 || o.height > 10000)
    throw Error(text("%s: size is %d x %d pixels, expected 100 to 10000", who(*parts_).c_str(),
                     o.width, o.height));
  for (char c : o.legend)  // goes into the script as it is
    if (c != ' ' && !(c >= 'a' && c <= 'z'))
      throw Error(
          text("%s: legend is \"%s\", expected auto, outside, off, or words such as top left",
               who(*parts_).c_str(), o.legend.c_str()));
}
Figure::Figure(Figure&&) noexcept = default;
Figure& Figure::operator=(Figure&&) noexcept = default;
Figure::~Figure() = default;

Figure& Figure::line(const std::vector<double>& x, const std::vector<double>& y,
                     const std::string& label, LineOptions options) {
  check_lengths(*parts_, "line \"" + label + "\"", "x values", x.size(), "y values", y.size());
  const std::size_t automatic = options.color < 0 ? parts_->automatic_colors++ : 0;
  parts_->curves.push_back({x, y, label, options, false, automatic});
  return *this;
}

Figure& Figure::line(const std::vector<double>& y, const std::string& label, LineOptions options) {
  std::vector<double> x(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i + 1);
  return line(x, y, label, options);
}

Figure& Figure::band(const std::vector<double>& x, const std::vector<double>& low,
                     const std::vector<double>& high, int color) {
  check_lengths(*parts_, "band", "x values", x.size(), "low values", low.size());
  check_lengths(*parts_, "band", "x values", x.size(), "high values", high.size());
  Band band{x, low, high, color, 0};
  if (color < 0 && !parts_->curves.empty()) {  // the colour of the line before it
    band.color = parts_->curves.back().options.color;
    band.automatic = parts_->curves.back().automatic;
  }
  parts_->bands.push_back(std::move(band));
  return *this;
}

Figure& Figure::scatter(const Matrix& XY, const Indices& classes,
                        const std::vector<std::string>& names) {
  check_plane_points(*parts_, "scatter", XY);
  Points points{XY, classes, names, 0};
  if (classes.is_empty()) {
    points.automatic = parts_->automatic_colors++;
  } else {
    check_lengths(*parts_, "scatter", "points", XY.n_rows, "classes", classes.n_elem);
    const auto count = static_cast<std::size_t>(classes.max()) + 1;
    if (count > 100)
      throw Error(text("%s: scatter: class %zu, expected class numbers 0 … 99",
                       who(*parts_).c_str(), count - 1));
    if (names.empty())
      for (std::size_t k = 0; k < count; ++k) points.names.push_back(text("class %zu", k));
    if (points.names.size() < count)
      throw Error(text("%s: scatter: %zu names for classes 0 … %zu", who(*parts_).c_str(),
                       names.size(), count - 1));
  }
  parts_->points.push_back(std::move(points));
  return *this;
}

Figure& Figure::path(const Matrix& XY, const std::string& label, LineOptions options) {
  check_plane_points(*parts_, "path", XY);
  Curve curve{{}, {}, label, options, true, options.color < 0 ? parts_->automatic_colors++ : 0};
  for (std::size_t i = 0; i < XY.n_rows; ++i) {
    curve.x.push_back(static_cast<double>(XY(i, 0)));
    curve.y.push_back(static_cast<double>(XY(i, 1)));
  }
  parts_->curves.push_back(std::move(curve));
  return *this;
}

Figure& Figure::horizontal(double y, const std::string& label) {
  if (std::isfinite(y)) parts_->references.push_back({true, y, label});
  return *this;
}
Figure& Figure::vertical(double x, const std::string& label) {
  if (std::isfinite(x)) parts_->references.push_back({false, x, label});
  return *this;
}
Figure& Figure::annotate(double x, double y, const std::string& text) {
  if (std::isfinite(x) && std::isfinite(y)) parts_->notes.push_back({x, y, text});
  return *this;
}

Figure& Figure::regions(const PlaneFunction& class_of, int resolution) {
  Plane plane = evaluated(*parts_, "regions", class_of, resolution, true);
  for (Real& v : plane.values) {
    v = std::round(v);
    if (!(v >= 0 && v < 100))
      throw Error(text("%s: regions: the function gave %g, expected class numbers 0 … 99",
                       who(*parts_).c_str(), static_cast<double>(v)));
  }
  parts_->regions = std::move(plane);
  return *this;
}

Figure& Figure::shade(const PlaneFunction& value, Range value_range, int resolution) {
  check_range(*parts_, "value_range", value_range, false);
  Plane plane = evaluated(*parts_, "shade", value, resolution, true);
  plane.value_range = value_range;
  parts_->shade = std::move(plane);
  return *this;
}

Figure& Figure::contour(const PlaneFunction& value, ContourOptions options) {
  Contour contour{evaluated(*parts_, "contour", value, options.resolution, false),
                  std::move(options.levels), options.log_levels};
  if (contour.levels.empty())
    contour.levels = contour_levels(contour.plane.values, options.log_levels);
  std::sort(contour.levels.begin(), contour.levels.end());
  if (!contour.levels.empty() && contour.levels.front() <= 0.0) contour.log_levels = false;
  parts_->contours.push_back(std::move(contour));
  return *this;
}

Figure& Figure::heatmap(const Matrix& M, const std::vector<std::string>& row_names,
                        const std::vector<std::string>& column_names, bool print_values) {
  if (!row_names.empty())
    check_lengths(*parts_, "heatmap", "rows", M.n_rows, "row names", row_names.size());
  if (!column_names.empty())
    check_lengths(*parts_, "heatmap", "columns", M.n_cols, "column names", column_names.size());
  parts_->heatmap = HeatMap{M, row_names, column_names, print_values};
  return *this;
}

Figure& Figure::bars(const std::vector<std::string>& names, const Matrix& values,
                     const std::vector<std::string>& series) {
  check_lengths(*parts_, "bars", "names", names.size(), "rows of values", values.n_rows);
  if (!series.empty())
    check_lengths(*parts_, "bars", "columns of values", values.n_cols, "series", series.size());
  parts_->bar_chart = BarChart{names, values, series};
  return *this;
}

Figure& Figure::images(const Matrix& rows, ImagesOptions options) {
  if (options.height == 0 || options.width == 0 || options.columns == 0)
    throw Error(text("%s: images: height, width and columns must be at least 1, got %zu, %zu, %zu",
                     who(*parts_).c_str(), options.height, options.width, options.columns));
  if (rows.n_rows > 0 && rows.n_cols != options.height * options.width)
    throw Error(text("%s: images: a row has %zu values, expected %zu x %zu = %zu pixels",
                     who(*parts_).c_str(), static_cast<std::size_t>(rows.n_cols), options.height,
                     options.width, options.height * options.width));
  if (!options.captions.empty())
    check_lengths(*parts_, "images", "images", rows.n_rows, "captions", options.captions.size());
  parts_->images = ImageGrid{rows, std::move(options)};
  return *this;
}

void Figure::save(const fs::path& stem) const {
  const FigureOptions& o = parts_->options;
  ScriptOptions script{stem.filename().string(), "", o.title, o.width, o.height};
  const Extent shown = extent({parts_.get()});
  const Drawing drawing = Painter(*parts_, shown, o.width, o.height, script.stem).draw();
  save_all(stem, drawing.tables, {".svg", ".png"}, [&](const std::string& picture) {
    script.picture = picture;
    return figure_script(drawing, script);
  });
}

// ---- Panels -------------------------------------------------------------------------------------

Panels::Panels(std::size_t rows, std::size_t columns, std::string title)
    : rows_(rows), columns_(columns), title_(std::move(title)) {
  if (rows == 0 || columns == 0)
    throw Error(
        text("Panels: %zu rows and %zu columns, expected at least one each", rows, columns));
}

Panels& Panels::add(Figure figure) {
  if (figures_.size() == rows_ * columns_)
    throw Error(text("Panels: %zu x %zu places are taken, there is none for another figure", rows_,
                     columns_));
  figures_.push_back(std::move(figure));
  return *this;
}

// A panel is drawn at two thirds of its figure's size, with letters as large as ever.
void Panels::save(const fs::path& stem) const {
  int width = 100, height = 100;
  for (const Figure& figure : figures_) {
    width = std::max(width, figure.parts_->options.width * 2 / 3);
    height = std::max(height, figure.parts_->options.height * 2 / 3);
  }
  const Figure blank;
  std::vector<const FigureParts*> parts;
  for (const Figure& figure : figures_) parts.push_back(figure.parts_.get());
  if (parts.empty()) parts.push_back(blank.parts_.get());

  ScriptOptions script{stem.filename().string(), "", title_, static_cast<int>(columns_) * width,
                       static_cast<int>(rows_) * height + (title_.empty() ? 0 : 45)};
  std::vector<Drawing> panels;
  std::vector<Table> tables;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Extent shown = extent({parts[i]});
    const std::string panel = script.stem + text("_%zu", i + 1);
    panels.push_back(Painter(*parts[i], shown, width, height, panel).draw());
    for (const Table& table : panels.back().tables)
      tables.push_back({text("%zu_", i + 1) + table.name, table.csv});
  }
  save_all(stem, tables, {".svg", ".png"}, [&](const std::string& picture) {
    script.picture = picture;
    return panels_script(panels, rows_, columns_, script);
  });
}

// ---- Animation ----------------------------------------------------------------------------------

Animation::Animation(int milliseconds_per_frame) : milliseconds_(milliseconds_per_frame) {
  if (milliseconds_per_frame < 10)
    throw Error(
        text("Animation: %d milliseconds per frame, expected at least 10", milliseconds_per_frame));
}

Animation& Animation::add(Figure frame) {
  const FigureOptions& o = frame.parts_->options;
  if (!frames_.empty()) {
    const FigureOptions& first = frames_.front().parts_->options;
    if (o.width != first.width || o.height != first.height)
      throw Error(text("Animation: frame %zu is %d x %d pixels, the first is %d x %d",
                       frames_.size() + 1, o.width, o.height, first.width, first.height));
  }
  frames_.push_back(std::move(frame));
  return *this;
}

void Animation::save(const fs::path& stem) const {
  const Figure blank;
  std::vector<const FigureParts*> parts;
  for (const Figure& frame : frames_) parts.push_back(frame.parts_.get());
  if (parts.empty()) parts.push_back(blank.parts_.get());

  const FigureOptions& o = parts[0]->options;
  ScriptOptions script{stem.filename().string(), "", o.title, o.width, o.height};
  const Extent shown = extent(parts);
  std::vector<Drawing> frames;
  for (const FigureParts* part : parts)
    frames.push_back(Painter(*part, shown, o.width, o.height, script.stem).draw());

  // A table that is the same in all frames is one file; of the others each frame has its own.
  std::map<std::string, std::vector<const Table*>> versions;
  for (const Drawing& frame : frames)
    for (const Table& table : frame.tables) versions[table.name].push_back(&table);
  std::vector<Table> shared;
  std::vector<std::string> changing;
  for (const auto& [name, tables] : versions) {
    const auto same = [first = tables[0]](const Table* other) { return other->csv == first->csv; };
    if (std::all_of(tables.begin(), tables.end(), same))
      shared.push_back(*tables[0]);
    else
      changing.push_back(name);
  }
  for (std::size_t f = 0; f < frames.size(); ++f)
    for (const Table& table : frames[f].tables)
      if (std::find(changing.begin(), changing.end(), table.name) != changing.end())
        write_file(stem.parent_path() / frame_file(script.stem, table.name, f), table.csv);
  save_all(stem, shared, {".gif", ".png"}, [&](const std::string& picture) {
    script.picture = picture;
    return animation_script(frames, changing, milliseconds_, script);
  });
}

bool have_gnuplot() { return !find_gnuplot().empty(); }

}  // namespace nn
