#include "common/plot/plot_painter.hpp"

#include <algorithm>
#include <cmath>

#include "common/plot/contour_lines.hpp"
#include "common/plot/gnuplot.hpp"
#include "common/plot/plot_csv.hpp"

namespace nn::plotting {

using Strings = std::vector<std::string>;

// ---- Words and numbers --------------------------------------------------------------------------

std::string slot(const std::string& value) { return kSlotOpen + value + kSlotClose; }
std::string slot(double value) { return slot(text("%.10g", value)); }
std::string text_slot(const std::string& text) { return slot(gnuplot_string(text)); }

std::string tint(std::size_t color, double strength) {
  const PaletteColor& c = kPalette[color % kPaletteSize];
  const auto mix = [&](int part) {
    return static_cast<int>(std::lround(255 + strength * (part - 255)));
  };
  return text("'#%02X%02X%02X'", mix(c.red), mix(c.green), mix(c.blue));
}

std::string file_string(const std::string& name) {
  const unsigned char first = static_cast<unsigned char>(name.empty() ? '.' : name[0]);
  const bool plain = std::isalnum(first) || first == '_' || first >= 0x80;
  return gnuplot_string((plain ? "" : "./") + name);
}

double text_width(const std::string& line) {
  double width = 0.0, widest = 0.0;
  for (unsigned char c : line) {
    if (c == '\n') width = 0.0;
    if ((c & 0xC0) != 0x80) width += c >= 0xE1 ? 13.0 : 7.3;  // a Hangul syllable takes two places
    widest = std::max(widest, width);
  }
  return widest;
}
double text_width(const Strings& lines) {
  double width = 0.0;
  for (const std::string& line : lines) width = std::max(width, text_width(line));
  return width;
}

Strings number_names(std::size_t n, double first, double last) {
  Strings names;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0.0;
    names.push_back(text("%.10g", first + share * (last - first)));
  }
  return names;
}
Strings number_names(std::size_t n) { return number_names(n, 0.0, static_cast<double>(n) - 1.0); }

// ---- Ranges -------------------------------------------------------------------------------------

bool both_signs(const Range& range) { return range[0] < 0.0 && range[1] > 0.0; }
Range symmetric(const Range& range) {
  const double most = std::max(std::abs(range[0]), std::abs(range[1]));
  return {-most, most};
}

namespace {

void widen(Range& range, double value) {
  range[0] = std::min(range[0], value);
  range[1] = std::max(range[1], value);
}
bool drawable(double value) { return std::abs(value) < 1e300; }  // false for NaN and infinity
bool drawable_on(bool log, double value) { return drawable(value) && (!log || value > 1e-280); }

// Whether the ten digits of a script show (nearly) no difference between the ends.
bool is_point(const Range& range) {
  return !(range[1] - range[0] > 1e-8 * std::max(std::abs(range[0]), std::abs(range[1])));
}
Range around(double value) {
  const double size = std::abs(value);
  const double half = value == 0.0 ? 1.0 : std::max(0.5 * std::min(1.0, size), 1e-6 * size);
  return {value - half, value + half};
}

void collect(const FigureParts& figure, Extent& e) {
  const auto x_of = [&](double x) {
    if (drawable_on(e.log_x, x)) widen(e.x, x);
  };
  const auto y_of = [&](double y) {
    if (drawable_on(e.log_y, y)) widen(e.y, y);
  };
  const auto point = [&](double x, double y) {
    if (!drawable_on(e.log_x, x) || !drawable_on(e.log_y, y)) return;
    x_of(x);
    y_of(y);
  };
  const auto values = [&](const Matrix& M) {
    for (Real v : M)
      if (drawable(static_cast<double>(v))) widen(e.value, static_cast<double>(v));
  };
  for (const Curve& curve : figure.curves)
    for (std::size_t i = 0; i < curve.x.size(); ++i) point(curve.x[i], curve.y[i]);
  for (const Band& band : figure.bands)
    for (std::size_t i = 0; i < band.x.size(); ++i) {
      point(band.x[i], band.low[i]);
      point(band.x[i], band.high[i]);
    }
  for (const Points& points : figure.points)
    for (std::size_t i = 0; i < points.XY.n_rows; ++i)
      point(static_cast<double>(points.XY(i, 0)), static_cast<double>(points.XY(i, 1)));
  for (const Note& note : figure.notes) point(note.x, note.y);
  for (const Reference& reference : figure.references) {
    if (reference.horizontal) y_of(reference.at);
    if (!reference.horizontal) x_of(reference.at);
  }
  if (figure.shade) values(figure.shade->values);
  if (figure.heatmap) values(figure.heatmap->M);
  if (figure.images) values(figure.images->rows);
  if (figure.bar_chart && !figure.bar_chart->values.is_empty()) {
    x_of(-0.6);
    x_of(static_cast<double>(figure.bar_chart->values.n_rows) - 0.4);
    for (Real v : figure.bar_chart->values) y_of(static_cast<double>(v));
  }
}

// What an axis shows: the range given, or that of the data and a margin of `pad` times its length.
Range axis_range(const Range& wanted, const Range& data, double pad, bool log, bool from_zero) {
  if (is_given(wanted)) return wanted;
  if (is_empty(data)) return log ? Range{1.0, 10.0} : Range{0.0, 1.0};
  if (log) {
    const double decades = std::log10(data[1]) - std::log10(data[0]);
    const double margin = is_point(data) ? 2.0 : std::pow(10.0, pad * decades);
    return {data[0] / margin, data[1] * margin};
  }
  if (is_point(data)) return around(data[0]);
  const double length = data[1] - data[0];
  Range range = {data[0] - pad * length, data[1] + pad * length};
  if (from_zero && data[0] >= 0.0 && data[0] < 0.2 * data[1]) range[0] = 0.0;
  return range;
}

// Where a value lies between the ends of a range: 0 … 1.
double fraction(double value, const Range& range, bool log) {
  if (log) return std::log(value / range[0]) / std::log(range[1] / range[0]);
  return (value - range[0]) / (range[1] - range[0]);
}

std::string linetype(std::size_t color) { return text("lt %zu", color % kPaletteSize + 1); }

const char* const kDash = " dt 2";
const char* dash(const LineOptions& options, std::size_t color) {
  if (options.dashed) return kDash;
  return color < kPaletteSize ? "" : " dt 4";  // the palette starts again
}
constexpr double kPale = 0.27;  // strength of a class colour as background

}  // namespace

Extent extent(const std::vector<const FigureParts*>& figures) {
  const FigureOptions& o = figures.at(0)->options;
  Extent e;
  e.log_x = o.log_x;
  e.log_y = o.log_y;
  for (const FigureParts* figure : figures) collect(*figure, e);
  if ((is_empty(e.x) || is_empty(e.y)) && (o.log_x || o.log_y)) {  // nothing positive: a plain axis
    e = {};
    e.log_x = o.log_x && is_given(o.x_range);
    e.log_y = o.log_y && is_given(o.y_range);
    for (const FigureParts* figure : figures) collect(*figure, e);
  }
  return e;
}

// ---- The figure ---------------------------------------------------------------------------------

Painter::Painter(const FigureParts& figure, const Extent& shown, int width, int height,
                 std::string stem)
    : figure_(figure),
      options_(figure.options),
      shown_(shown),
      width_(width),
      height_(height),
      stem_(std::move(stem)) {
  for (const Points& points : figure.points)
    if (!points.classes.is_empty()) classes_ = std::max(classes_, points.names.size());
}

Drawing Painter::draw() {
  axes();
  regions();
  shade();
  heatmap();
  bars();
  images();
  bands();
  contours();
  references();
  curves();
  points();
  notes();
  legend_and_title();
  if (nothing_shown() || drawing_.plot.empty()) {
    add("NaN notitle");
    label("'no data'", "graph 0.5, graph 0.5 center textcolor rgb '#888888'");
  }
  return std::move(drawing_);
}

// Whether the axes count the rows and columns of a matrix.
bool Painter::in_cells() const {
  return (figure_.heatmap && !figure_.heatmap->M.is_empty()) ||
         (figure_.images && !figure_.images->rows.is_empty());
}
bool Painter::nothing_shown() const {
  const bool plane = figure_.regions || figure_.shade || !figure_.contours.empty();
  return !plane && !in_cells() && (is_empty(shown_.x) || is_empty(shown_.y));
}

void Painter::set(const std::string& what, const std::string& undo_line) {
  drawing_.setup.push_back("set " + what);
  undo(undo_line);
}
void Painter::unset(const std::string& what, const std::string& undo_line) {
  drawing_.setup.push_back("unset " + what);
  undo(undo_line);
}
void Painter::undo(const std::string& line) {
  Strings& lines = drawing_.undo;
  if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end())
    lines.push_back(line);
}

void Painter::label(const std::string& words, const std::string& place) {
  set(text("label %zu ", ++labels_) + words + " at " + place + " front noenhanced", "unset label");
}

std::string Painter::table(const std::string& kind, const std::string& csv) {
  std::string name = kind;
  const auto taken = [&](const Table& other) { return other.name == name; };
  for (int k = 2; std::any_of(drawing_.tables.begin(), drawing_.tables.end(), taken); ++k)
    name = text("%s_%d", kind.c_str(), k);
  drawing_.tables.push_back({name, csv});
  return slot(file_string(stem_ + "_" + name + ".csv"));
}

std::string Painter::plane_table(const std::string& kind, const Plane& plane) {
  const Matrix& V = plane.values;
  return table(kind, csv_matrix(number_names(V.n_cols, plane.x[0], plane.x[1]),
                                number_names(V.n_rows, plane.y[0], plane.y[1]), V, 6));
}

std::string Painter::legend_entry(const std::string& name) {
  if (name.empty()) return " notitle";
  legend_.push_back(name);
  return " title " + text_slot(name);
}

std::size_t Painter::color_of(int color, std::size_t automatic) const {
  return color >= 0 ? static_cast<std::size_t>(color) : classes_ + automatic;
}

// ---- Axes ---------------------------------------------------------------------------------------

void Painter::axes() {
  if (!options_.x_label.empty())
    set("xlabel " + text_slot(options_.x_label) + " noenhanced", "unset xlabel");
  if (!options_.y_label.empty())
    set("ylabel " + text_slot(options_.y_label) + " noenhanced", "unset ylabel");
  if (in_cells()) return;

  bool marks = !figure_.points.empty() || !figure_.notes.empty();  // not half across the border
  for (const Curve& curve : figure_.curves) marks = marks || curve.options.markers || curve.path;
  const double x_pad = figure_.bar_chart || !marks ? 0.0 : figure_.points.empty() ? 0.02 : 0.05;
  x_ = axis_range(options_.x_range, shown_.x, x_pad, shown_.log_x, false);
  y_ = axis_range(options_.y_range, shown_.y, 0.05, shown_.log_y, figure_.points.empty());
  if (figure_.bar_chart && !is_given(options_.y_range) && !is_empty(shown_.y) && !shown_.log_y) {
    const double room = 0.1 * (std::max(0.0, shown_.y[1]) - std::min(0.0, shown_.y[0]));
    y_ = {std::min(0.0, shown_.y[0] - room), std::max(0.0, shown_.y[1] + room)};  // from zero
    if (shown_.y[0] >= 0.0) y_[0] = 0.0;
    if (shown_.y[1] <= 0.0) y_[1] = 0.0;
    if (y_[0] == y_[1]) y_[1] = 1.0;
  }
  set("xrange [" + slot(x_[0]) + ":" + slot(x_[1]) + "]");
  set("yrange [" + slot(y_[0]) + ":" + slot(y_[1]) + "]");
  if (shown_.log_x) log_axis("x", x_);
  if (shown_.log_y) log_axis("y", y_);
  if (!shown_.log_x && counts(&Curve::x) && x_[1] - x_[0] <= 12.0)
    set("xtics 1", "set xtics autofreq");
  if (!shown_.log_y && counts(&Curve::y) && y_[1] - y_[0] > 1.0 && y_[1] - y_[0] <= 12.0)
    set("ytics 1", "set ytics autofreq");
  if (options_.equal_axes) set("size ratio -1", "set size noratio");
}

// Powers of ten over many decades, 1 2 5 10 20 … over a few, equal steps over less than one.
void Painter::log_axis(const char* axis, const Range& range) {
  set(text("logscale %s", axis), "unset logscale");
  const double decades = std::log10(range[1] / range[0]);
  if (decades > 3.0) {
    set(text("format %s '10^{%%T}'", axis), text("set format %s", axis));
    return;
  }
  std::string ticks;
  const auto add = [&](double tick) {
    if (tick >= range[0] && tick <= range[1])
      ticks += (ticks.empty() ? "" : ", ") + text("%.6g", tick);
  };
  if (decades > 0.5) {
    for (double ten = std::floor(std::log10(range[0])); ten <= std::log10(range[1]); ten += 1.0)
      for (double digit : {1.0, 2.0, 5.0}) add(digit * std::pow(10.0, ten));
  } else {
    const double room = range[1] - range[0], ten = std::pow(10.0, std::floor(std::log10(room)));
    const double step = ten * (room < 2.0 * ten ? 0.2 : room < 5.0 * ten ? 0.5 : 1.0);
    const double first = std::ceil(range[0] / step);
    for (int k = 0; k < 10; ++k) add((first + k) * step);
  }
  set(text("%stics (", axis) + slot(ticks) + ")", text("set %stics autofreq", axis));
}

// Whether x or y counts something (epochs, mistakes …), where ticks at halves would make no sense.
bool Painter::counts(std::vector<double> Curve::*values) const {
  if (figure_.curves.empty() || !figure_.points.empty() || figure_.bar_chart) return false;
  for (const Curve& curve : figure_.curves)
    for (double value : curve.*values)
      if (curve.path || (drawable(value) && value != std::floor(value))) return false;
  return true;
}

// ---- The plane ----------------------------------------------------------------------------------

const char* const kSequential = "(0 '#F7FBFF', 1 '#C6DBEF', 2 '#6BAED6', 3 '#2171B5', 4 '#08306B')";
const char* const kDiverging =
    "(-2 '#0072B2', -1 '#9CC7E0', 0 '#FFFFFF', 1 '#EFB999', 2 '#D55E00')";
const char* const kInk = "(0 '#FFFFFF', 1 '#111111')";

namespace {
// Lines on white: coloured where they are alone, gray where paths run over them.
const char* const kLevels = "(0 '#08306B', 1 '#2171B5', 2 '#3FA796', 3 '#A6C34C')";
const char* const kGrayLevels = "(0 '#444444', 1 '#CCCCCC')";
}  // namespace

void Painter::colors(const char* palette, Range range, bool log, bool bar) {
  if (is_point(range)) range = log ? Range{range[0] / 2.0, range[0] * 2.0} : around(range[0]);
  set(std::string("palette defined ") + palette);
  set("cbrange [" + slot(range[0]) + ":" + slot(range[1]) + "]");
  if (log) set("logscale cb", "unset logscale");
  set(std::string("format cb ") + (log && range[1] / range[0] > 1e3 ? "'10^{%T}'" : "'%g'"));
  if (bar)
    set("colorbox noborder");
  else
    unset("colorbox");
  bar_on_the_right_ = bar_on_the_right_ || bar;
}

Range Painter::values_shown(const Range& wanted) const {
  if (is_given(wanted)) return wanted;
  return is_empty(shown_.value) ? Range{0.0, 1.0} : shown_.value;
}

// In the classes' colours, pale; not through the palette, which belongs to values.
void Painter::regions() {
  if (!figure_.regions) return;
  const auto array = [&](const char* name, int PaletteColor::*part) {  // of class 0, 1, …
    std::string parts;
    for (const PaletteColor& color : kPalette)
      parts +=
          (parts.empty() ? "" : ", ") + text("%ld", std::lround(255 + kPale * (color.*part - 255)));
    drawing_.setup.push_back(text("array %s[%zu] = [", name, kPaletteSize) + parts + "]");
  };
  array("red", &PaletteColor::red);
  array("green", &PaletteColor::green);
  array("blue", &PaletteColor::blue);
  const std::string index = text("[int($3) %% %zu + 1])", kPaletteSize);
  set("border 15", "set border 3");
  add(plane_table("regions", *figure_.regions) + " nonuniform matrix using 1:2:(red" + index +
      ":(green" + index + ":(blue" + index + " with rgbimage notitle");
}

void Painter::shade() {
  if (!figure_.shade) return;
  const Range range = values_shown(figure_.shade->value_range);
  const bool diverging = both_signs(range) && !is_given(figure_.shade->value_range);
  const std::string two_classes = "(0 " + tint(0, 0.5) + ", 1 '#FFFFFF', 2 " + tint(1, 0.5) + ")";
  set("border 15", "set border 3");
  colors(classes_ == 2       ? two_classes.c_str()
         : both_signs(range) ? kDiverging
                             : kSequential,
         diverging ? symmetric(range) : range, false, true);
  add(plane_table("shade", *figure_.shade) + " nonuniform matrix with image notitle");
}

void Painter::contours() {
  for (const Contour& contour : figure_.contours) {
    const Plane& plane = contour.plane;
    const auto place = [](const Range& ends, double cell, std::size_t n, bool log) {
      const double share = cell / static_cast<double>(n - 1);
      return log ? ends[0] * std::pow(ends[1] / ends[0], share)
                 : ends[0] + share * (ends[1] - ends[0]);
    };
    std::string csv = csv_row({"level", csv_text(x_name()), csv_text(y_name())});
    for (double level : contour.levels)
      for (const Polyline& line : contour_lines(plane.values, level)) {
        for (const auto& [column, row] : line)
          csv += text("%.6g,%.6g,%.6g\n", level,
                      place(plane.x, column, plane.values.n_cols, shown_.log_x),
                      place(plane.y, row, plane.values.n_rows, shown_.log_y));
        csv += "\n";  // an empty line: the next one starts anew
      }
    const std::string file = table("contour", csv) + " skip 1 ";
    if (figure_.regions || figure_.shade || contour.levels.empty()) {
      add(file + "using 2:3 with lines lt 1 lw 1.2 lc rgb '#555555' notitle");
      continue;
    }
    const bool alone = figure_.curves.empty() && figure_.points.empty();
    set("border 15", "set border 3");
    colors(alone ? kLevels : kGrayLevels, {contour.levels.front(), contour.levels.back()},
           contour.log_levels, true);
    std::string levels;
    for (double level : contour.levels)
      levels += (levels.empty() ? "" : ", ") + text("%.6g", level);
    const std::size_t n = contour.levels.size();
    drawing_.setup.push_back(text("array level[%zu] = [", n) + levels + "]");
    add(text("for [k=1:%zu] ", n) + file +
        "using ($1 == level[k] ? $2 : NaN):3 with lines lt 1 lw 1.3 " +
        "lc palette cb level[k] notitle");
  }
}

// ---- Curves and points --------------------------------------------------------------------------

void Painter::bands() {
  for (const Band& band : figure_.bands) {
    std::string csv = csv_row({csv_text(x_name()), "low", "high"});
    for (std::size_t i = 0; i < band.x.size(); ++i)
      csv += csv_row({csv_number(band.x[i]), csv_number(band.low[i]), csv_number(band.high[i])});
    add(table("band", csv) + " skip 1 using 1:2:3 with filledcurves " +
        linetype(color_of(band.color, band.automatic)) + " fs transparent solid 0.2 notitle");
  }
}

// Curves over the same x share a file: epoch, loss, val_loss.
void Painter::curves() {
  std::vector<bool> drawn(figure_.curves.size(), false);
  for (std::size_t i = 0; i < figure_.curves.size(); ++i) {
    if (drawn[i]) continue;
    if (figure_.curves[i].path) {
      path(figure_.curves[i]);
      continue;
    }
    std::vector<const Curve*> group;
    for (std::size_t k = i; k < figure_.curves.size(); ++k) {
      const Curve& other = figure_.curves[k];
      if (other.path || other.x != figure_.curves[i].x) continue;
      group.push_back(&other);
      drawn[k] = true;
    }
    curve_group(group);
  }
}

void Painter::curve_group(const std::vector<const Curve*>& group) {
  Strings header = {csv_text(x_name())};
  for (const Curve* curve : group)
    header.push_back(csv_text(curve->label.empty() ? y_name() : curve->label));
  std::string csv = csv_row(header);
  for (std::size_t i = 0; i < group[0]->x.size(); ++i) {
    Strings cells = {csv_number(group[0]->x[i])};
    for (const Curve* curve : group) cells.push_back(csv_number(curve->y[i]));
    csv += csv_row(cells);
  }
  const std::string file = table("lines", csv);
  for (std::size_t k = 0; k < group.size(); ++k) {
    const Curve& curve = *group[k];
    const std::size_t color = color_of(curve.options.color, curve.automatic);
    const bool one_point = std::count_if(curve.y.begin(), curve.y.end(), drawable) == 1;
    const bool markers = curve.options.markers || one_point;  // one point makes no line
    std::string look = curve.options.steps ? "steps " : markers ? "linespoints " : "lines ";
    look += linetype(color) + text(" lw %g", curve.options.width);
    if (markers && !curve.options.steps) look += " ps 0.8";
    look += dash(curve.options, color);
    add(file + text(" skip 1 using 1:%zu with ", k + 2) + look + legend_entry(curve.label));
  }
}

// A walk: small dots on the way, a ring where it starts, a large dot where it ends.
void Painter::path(const Curve& curve) {
  std::string csv = csv_row({csv_text(x_name()), csv_text(y_name())});
  for (std::size_t i = 0; i < curve.x.size(); ++i)
    csv += csv_row({csv_number(curve.x[i]), csv_number(curve.y[i])});
  const std::string file = table("path", csv) + " skip 1 ";
  const std::size_t color = color_of(curve.options.color, curve.automatic);
  const std::string type = linetype(color);
  const double last = curve.x.empty() ? 0.0 : static_cast<double>(curve.x.size() - 1);
  const double interval = std::ceil((last + 1.0) / 60.0);  // at most sixty dots
  const std::string end = "every ::" + slot(last) + "::" + slot(last) + " ";
  add(file + "using 1:2 with linespoints " + type + text(" lw %g", curve.options.width) +
      dash(curve.options, color) + " pt 7 ps 0.45 pi " + slot(interval) +
      legend_entry(curve.label));
  add(file + "every ::0::0 using 1:2 with points pt 7 ps 1.2 lc rgb 'white' notitle");
  add(file + "every ::0::0 using 1:2 with points " + type + " pt 6 ps 1.2 lw 2 notitle");
  add(file + end + "using 1:2 with points pt 7 ps 1.5 lc rgb 'white' notitle");
  add(file + end + "using 1:2 with points " + type + " pt 7 ps 1.2 notitle");
}

// Each class has a colour and a mark, on a white rim that keeps neighbours apart.
void Painter::points() {
  for (const Points& points : figure_.points) {
    const bool classed = !points.classes.is_empty();
    Strings header = {csv_text(x_name()), csv_text(y_name())};
    if (classed) header.insert(header.end(), {"class", "name"});
    std::string csv = csv_row(header);
    for (std::size_t i = 0; i < points.XY.n_rows; ++i) {
      Strings cells = {csv_number(points.XY(i, 0)), csv_number(points.XY(i, 1))};
      if (classed) {
        const auto k = static_cast<std::size_t>(points.classes(i));
        cells.insert(cells.end(), {text("%zu", k), csv_text(points.names[k])});
      }
      csv += csv_row(cells);
    }
    const std::string file = table("points", csv) + " skip 1 using 1:";
    const double room = std::clamp(std::min(width_, height_) / 300.0, 0.6, 1.0);  // small panels
    const double size = (points.XY.n_rows > 400 ? 0.7 : 1.05) * room;
    for (std::size_t k = 0; k < (classed ? points.names.size() : 1); ++k) {
      const std::size_t color = classed ? k : color_of(-1, points.automatic);
      const std::string which = classed ? text("($3 == %zu ? $2 : NaN)", k) : "2";
      add(file + which + text(" with points pt %d", kPalette[color % kPaletteSize].mark) +
          text(" ps %g lc rgb 'white' notitle", 1.4 * size));
      add(file + which + " with points " + linetype(color) + text(" ps %g", size) +
          legend_entry(k < points.names.size() ? points.names[k] : ""));
    }
  }
}

// ---- Words in the picture -----------------------------------------------------------------------

void Painter::references() {
  const bool side_is_free = !bar_on_the_right_ && options_.legend != "outside";
  for (const Reference& reference : figure_.references) {
    const std::string at = slot(reference.at);
    const std::string look = std::string("lt 1 lw 1.2 lc rgb '#777777'") + kDash;
    const std::string gray = " textcolor rgb '#555555'";
    if (reference.horizontal) {
      add(at + " with lines " + look + " notitle");
      if (reference.label.empty()) continue;
      label(text_slot(reference.label),
            side_is_free ? "graph 1.012, first " + at + " left" + gray
                         : "graph 0.99, first " + at + " right offset 0,0.55 boxed" + gray);
      if (side_is_free) right_margin_ = std::max(right_margin_, text_width(reference.label) + 18.0);
    } else {
      set(text("arrow %zu from first ", ++arrows_) + at + ", graph 0 to first " + at +
              ", graph 1 nohead " + look,
          "unset arrow");
      if (reference.label.empty()) continue;
      const bool on_its_left = fraction(reference.at, x_, shown_.log_x) > 0.7;
      label(text_slot(reference.label),
            "first " + at + ", graph 0.96 " +
                (on_its_left ? "right offset -0.6,0 boxed" : "left offset 0.6,0 boxed") + gray);
    }
  }
}

void Painter::notes() {
  for (const Note& note : figure_.notes) {
    const bool on_its_left = !in_cells() && fraction(note.x, x_, shown_.log_x) > 0.65;
    const bool below = !in_cells() && fraction(note.y, y_, shown_.log_y) > 0.9;
    label(text_slot(note.text),
          slot(note.x) + "," + slot(note.y) +
              (on_its_left ? " right offset -0.9," : " left offset 0.9,") +
              (below ? "-0.7" : "0.7") +
              " boxed textcolor rgb '#222222' point pt 7 ps 0.6 lc rgb '#222222'");
  }
}

// The legend stands above the picture in a row or two, where it hides nothing; many or long names
// stand on its right.
void Painter::legend_and_title() {
  const std::string style = " reverse Left samplen 2.5 noenhanced textcolor rgb '#333333'";
  const auto title_lines = std::count(options_.title.begin(), options_.title.end(), '\n') + 1;
  double above = options_.title.empty() ? 1.2 : 1.9 + 1.25 * static_cast<double>(title_lines);
  double title_offset = 0.0;
  if (legend_.empty() || options_.legend == "off") {
    unset("key");
  } else if (options_.legend == "auto" || options_.legend == "outside") {
    const double columns = std::floor((width_ - 80.0) / (text_width(legend_) + 55.0));
    const double rows = std::ceil(static_cast<double>(legend_.size()) / std::max(columns, 1.0));
    if (options_.legend == "auto" && columns >= 1.0 && rows <= 2.0) {
      const double even = std::ceil(static_cast<double>(legend_.size()) / rows);
      set("key at graph 0.5,1.015 center bottom horizontal maxcols " + slot(even) + " maxrows " +
          slot(rows) + style);
      title_offset = 1.25 * rows;
      above += title_offset;
    } else {
      set("key rmargin top vertical" + style);
    }
  } else {
    set("key inside " + options_.legend + " vertical opaque" + style);
  }
  if (!options_.title.empty())
    set("title " + text_slot(options_.title) + " font ',13' noenhanced offset 0," +
            slot(title_offset),
        "unset title");
  set("tmargin " + slot(above));
  if (right_margin_ > 0.0) set("rmargin " + slot(std::ceil(right_margin_ / 7.5)), "set rmargin");
}

}  // namespace nn::plotting
