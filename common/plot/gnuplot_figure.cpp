#include "common/plot/gnuplot_figure.hpp"

#include <algorithm>

namespace nn::plotting {

// ---- Words --------------------------------------------------------------------------------------

std::string tint(std::size_t color, double strength) {
  const auto mix = [&](int part) { return std::lround(255 + strength * (part - 255)); };
  const auto& [red, green, blue] = kPalette[color % kPaletteSize].rgb;
  return text("'#%02lX%02lX%02lX'", mix(red), mix(green), mix(blue));
}

double text_width(const std::string& lines) {
  double width = 0.0, widest = 0.0;
  for (unsigned char c : lines) {
    const double letter = c >= 0xE1 ? 13.0 : 7.3;  // a Hangul syllable takes two places
    if (c == '\n')
      width = 0.0;
    else if ((c & 0xC0) != 0x80)
      width += letter;
    widest = std::max(widest, width);
  }
  return widest;
}

Strings number_names(std::size_t n, const Range& ends) {
  Strings names;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = n > 1 ? static_cast<double>(i) / static_cast<double>(n - 1) : 0.0;
    names.push_back(text("%.10g", between(ends, share)));
  }
  return names;
}

// ---- The figure ---------------------------------------------------------------------------------

GnuplotFigure::GnuplotFigure(const FigureData& figure, const Extent& shown, const Sheet& sheet)
    : figure_(figure), options_(figure.options), shown_(shown), sheet_(sheet) {
  x_name_ = options_.x_label.empty() ? "x" : options_.x_label;
  y_name_ = options_.y_label.empty() ? "y" : options_.y_label;
  for (const Points& points : figure.points)
    if (!points.classes.empty()) classes_ = std::max(classes_, points.names.size());
}

Drawing GnuplotFigure::draw() {
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
  const bool plane =
      !figure_.regions.values.empty() || !figure_.shade.values.empty() || !figure_.contours.empty();
  const bool nothing = !plane && !in_cells() && (is_empty(shown_.x) || is_empty(shown_.y));
  if (nothing || drawing_.plot.empty()) {
    add("NaN notitle");
    label("'no data'", "graph 0.5, graph 0.5 center textcolor rgb '#888888'");
  }
  return std::move(drawing_);
}

void GnuplotFigure::setup(const std::string& line, const std::string& undo) {
  drawing_.setup.push_back(line);
  const bool known = std::ranges::find(drawing_.undo, undo) != drawing_.undo.end();
  if (!undo.empty() && !known) drawing_.undo.push_back(undo);
}

void GnuplotFigure::label(const std::string& words, const std::string& place) {
  setup(filled("set label {} {} at {} front noenhanced", ++labels_, words, place), "unset label");
}

std::string GnuplotFigure::table(const std::string& kind, const std::string& csv) {
  std::string name = kind;
  const auto taken = [&](const Table& other) { return other.name == name; };
  for (int k = 2; std::ranges::any_of(drawing_.tables, taken); ++k) name = filled("{}_{}", kind, k);
  drawing_.tables.push_back({name, csv});
  return table_slot(sheet_.stem, name);
}

std::string GnuplotFigure::legend_entry(const std::string& name) {
  if (name.empty()) return "notitle";
  legend_.push_back(name);
  return "title " + text_slot(name);
}

std::size_t GnuplotFigure::color_of(int color) const {
  return color >= 0 ? static_cast<std::size_t>(color)
                    : classes_ + static_cast<std::size_t>(-1 - color);
}

// ---- Axes ---------------------------------------------------------------------------------------

void GnuplotFigure::axes() {
  const FigureOptions& o = options_;
  if (!o.x_label.empty())
    setup(filled("set xlabel {} noenhanced", text_slot(o.x_label)), "unset xlabel");
  if (!o.y_label.empty())
    setup(filled("set ylabel {} noenhanced", text_slot(o.y_label)), "unset ylabel");
  if (in_cells()) return;

  bool marks = !figure_.points.empty() || !figure_.notes.empty();  // not half across the border
  for (const Curve& curve : figure_.curves) marks = marks || curve.options.markers || curve.path;
  const bool bars = !figure_.bar_chart.values.empty();
  const double x_pad = bars || !marks ? 0.0 : figure_.points.empty() ? 0.02 : 0.05;
  x_ = axis_range(o.x_range, shown_.x, x_pad, shown_.log_x, false);
  y_ = axis_range(o.y_range, shown_.y, 0.05, shown_.log_y, figure_.points.empty());
  if (bars && !is_given(o.y_range) && !is_empty(shown_.y) && !shown_.log_y) {  // from zero
    const auto [low, high] = shown_.y;
    const double room = 0.1 * (std::max(0.0, high) - std::min(0.0, low));
    y_ = {low < 0.0 ? low - room : 0.0, high > 0.0 ? high + room : 0.0};
    if (y_[0] == y_[1]) y_[1] = 1.0;
  }
  setup(filled("set xrange [{}:{}]", x_[0], x_[1]));
  setup(filled("set yrange [{}:{}]", y_[0], y_[1]));
  if (shown_.log_x) log_axis("x", x_);
  if (shown_.log_y) log_axis("y", y_);
  if (!shown_.log_x && counts(&Curve::x) && x_[1] - x_[0] <= 12.0)
    setup("set xtics 1", "set xtics autofreq");
  if (!shown_.log_y && counts(&Curve::y) && y_[1] - y_[0] > 1.0 && y_[1] - y_[0] <= 12.0)
    setup("set ytics 1", "set ytics autofreq");
  if (o.equal_axes) setup("set size ratio -1", "set size noratio");
}

// Powers of ten over many decades, 1 2 5 10 20 … over a few, equal steps over less than one.
void GnuplotFigure::log_axis(const std::string& axis, const Range& range) {
  setup("set logscale " + axis, "unset logscale");
  const double decades = std::log10(range[1] / range[0]);
  if (decades > 3.0) {
    setup(filled("set format {} '10^{%T}'", axis), "set format " + axis);
    return;
  }
  Strings ticks;
  const auto add_tick = [&](double tick) {
    if (tick >= range[0] && tick <= range[1]) ticks.push_back(text("%.6g", tick));
  };
  if (decades > 0.5) {
    for (double ten = std::floor(std::log10(range[0])); ten <= std::log10(range[1]); ten += 1.0)
      for (double digit : {1.0, 2.0, 5.0}) add_tick(digit * std::pow(10.0, ten));
  } else {
    const double room = range[1] - range[0], ten = std::pow(10.0, std::floor(std::log10(room)));
    const double step = ten * (room < 2.0 * ten ? 0.2 : room < 5.0 * ten ? 0.5 : 1.0);
    const double first = std::ceil(range[0] / step);
    for (int k = 0; k < 10; ++k) add_tick((first + k) * step);
  }
  setup(filled("set {}tics ({})", axis, slot(join(ticks, ", "))),
        filled("set {}tics autofreq", axis));
}

// Whether x or y counts something (epochs, mistakes …), where ticks at halves would make no sense.
bool GnuplotFigure::counts(std::vector<double> Curve::*values) const {
  if (figure_.curves.empty() || !figure_.points.empty() || !figure_.bar_chart.values.empty())
    return false;
  for (const Curve& curve : figure_.curves)
    for (double value : curve.*values)
      if (curve.path || (drawable(value) && value != std::floor(value))) return false;
  return true;
}

// ---- Words in the picture -----------------------------------------------------------------------

void GnuplotFigure::references() {
  const bool side_is_free = !bar_on_the_right_ && options_.legend != "outside";
  const std::string look = "lt 1 lw 1.2 lc rgb '#777777' dt 2";
  const std::string gray = "textcolor rgb '#555555'";
  for (const auto& [horizontal, at, words] : figure_.references) {
    if (horizontal)
      add("{} with lines {} notitle", at, look);
    else
      setup(filled("set arrow {} from first {}, graph 0 to first {}, graph 1 nohead {}", ++arrows_,
                   at, at, look),
            "unset arrow");
    if (words.empty()) continue;
    std::string place = "graph 1.012, first {} left {}";
    if (horizontal && side_is_free)
      right_margin_ = std::max(right_margin_, text_width(words) + 18.0);
    else if (horizontal)
      place = "graph 0.99, first {} right offset 0,0.55 boxed {}";
    else if (share_of(x_, at, shown_.log_x) > 0.7)
      place = "first {}, graph 0.96 right offset -0.6,0 boxed {}";
    else
      place = "first {}, graph 0.96 left offset 0.6,0 boxed {}";
    label(text_slot(words), filled(place, at, gray));
  }
}

void GnuplotFigure::notes() {
  for (const auto& [x, y, words] : figure_.notes) {
    const bool on_its_left = !in_cells() && share_of(x_, x, shown_.log_x) > 0.65;
    const bool below = !in_cells() && share_of(y_, y, shown_.log_y) > 0.9;
    const std::string offset =
        std::string(on_its_left ? "right offset -0.9," : "left offset 0.9,") +
        (below ? "-0.7" : "0.7");
    label(text_slot(words),
          filled("{},{} {} boxed textcolor rgb '#222222' point pt 7 ps 0.6 lc rgb '#222222'", x, y,
                 offset));
  }
}

// The legend stands above the picture in a row or two, where it hides nothing; many or long names
// stand on its right.
void GnuplotFigure::legend_and_title() {
  const std::string& title = options_.title;
  const std::string& legend = options_.legend;
  const std::string style = "reverse Left samplen 2.5 noenhanced textcolor rgb '#333333'";
  const double columns = std::floor((sheet_.width - 80.0) / (text_width(legend_) + 55.0));
  const double names = static_cast<double>(legend_.size());
  const double rows = std::ceil(names / std::max(columns, 1.0));
  double title_offset = 0.0;
  if (names == 0.0 || legend == "off") {
    setup("unset key");
  } else if (legend == "auto" && columns >= 1.0 && rows <= 2.0) {
    setup(filled("set key at graph 0.5,1.015 center bottom horizontal maxcols {} maxrows {} {}",
                 std::ceil(names / rows), rows, style));
    title_offset = 1.25 * rows;
  } else if (legend == "auto" || legend == "outside") {
    setup("set key rmargin top vertical " + style);
  } else {
    setup(filled("set key inside {} vertical opaque {}", legend, style));
  }
  double above = title_offset + 1.2;
  if (!title.empty()) {
    const auto lines = std::count(title.begin(), title.end(), '\n') + 1;
    above = title_offset + 1.9 + 1.25 * static_cast<double>(lines);
    setup(filled("set title {} font ',13' noenhanced offset 0,{}", text_slot(title), title_offset),
          "unset title");
  }
  setup(filled("set tmargin {}", above));
  if (right_margin_ > 0.0)
    setup(filled("set rmargin {}", std::ceil(right_margin_ / 7.5)), "set rmargin");
}

}  // namespace nn::plotting
