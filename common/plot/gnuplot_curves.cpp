// A figure's curves, bands and points in gnuplot's words.
#include <algorithm>

#include "common/plot/gnuplot_figure.hpp"

namespace nn::plotting {

void GnuplotFigure::bands() {
  for (const auto& [x, low, high, color] : figure_.bands) {
    const std::string csv =
        csv_columns({column(x_name_, x), column("low", low), column("high", high)});
    add("{} skip 1 using 1:2:3 with filledcurves lt {} fs transparent solid 0.2 notitle",
        table("band", csv), color_of(color) % kPaletteSize + 1);
  }
}

// Curves over the same x share a file: epoch, loss, val_loss.
void GnuplotFigure::curves() {
  std::vector<const Curve*> waiting;
  for (const Curve& curve : figure_.curves) waiting.push_back(&curve);
  while (!waiting.empty()) {
    const Curve& first = *waiting.front();
    const auto joins = [&](const Curve* other) {
      return other == &first || (!first.path && !other->path && other->x == first.x);
    };
    const auto rest = std::stable_partition(waiting.begin(), waiting.end(), joins);
    if (first.path)
      path(first);
    else
      curves_over_the_same_x({waiting.begin(), rest});
    waiting.erase(waiting.begin(), rest);
  }
}

// Colour, width and dashes: where the palette starts again, they tell two curves apart.
std::string GnuplotFigure::line_look(const LineOptions& o, const std::string& points) const {
  const std::size_t color = color_of(o.color);
  return filled("lt {} lw {}{}{}", color % kPaletteSize + 1, text("%g", o.width), points,
                o.dashed               ? " dt 2"
                : color < kPaletteSize ? ""
                                       : " dt 4");
}

void GnuplotFigure::curves_over_the_same_x(const std::vector<const Curve*>& curves) {
  std::vector<Strings> columns = {column(x_name_, curves[0]->x)};
  for (const Curve* curve : curves)
    columns.push_back(column(curve->label.empty() ? y_name_ : curve->label, curve->y));
  const std::string file = table("lines", csv_columns(columns));
  std::size_t k = 1;
  for (const Curve* curve : curves) {
    const bool one_point = std::count_if(curve->y.begin(), curve->y.end(), drawable) == 1;
    const bool markers = curve->options.markers || one_point;  // one point makes no line
    const bool steps = curve->options.steps;
    add("{} skip 1 using 1:{} with {} {} {}", file, ++k,
        steps     ? "steps"
        : markers ? "linespoints"
                  : "lines",
        line_look(curve->options, markers && !steps ? " ps 0.8" : ""), legend_entry(curve->label));
  }
}

// A walk: small dots on the way, a ring where it starts, a large dot where it ends.
void GnuplotFigure::path(const Curve& curve) {
  const std::string csv = csv_columns({column(x_name_, curve.x), column(y_name_, curve.y)});
  const std::string file = table("path", csv) + " skip 1";
  const std::string color = filled("lt {}", color_of(curve.options.color) % kPaletteSize + 1);
  const double last = curve.x.empty() ? 0.0 : static_cast<double>(curve.x.size() - 1);
  const std::string end = filled("every ::{}::{} using 1:2 with points", last, last);
  const std::string start = "every ::0::0 using 1:2 with points";
  const double interval = std::ceil((last + 1.0) / 60.0);  // at most sixty dots
  add("{} using 1:2 with linespoints {} pt 7 ps 0.45 pi {} {}", file, line_look(curve.options),
      interval, legend_entry(curve.label));
  add("{} {} pt 7 ps 1.2 lc rgb 'white' notitle", file, start);
  add("{} {} {} pt 6 ps 1.2 lw 2 notitle", file, start, color);
  add("{} {} pt 7 ps 1.5 lc rgb 'white' notitle", file, end);
  add("{} {} {} pt 7 ps 1.2 notitle", file, end, color);
}

// Each class has a colour and a mark, on a white rim that keeps neighbours apart.
void GnuplotFigure::points() {
  const double room =
      std::clamp(std::min(sheet_.width, sheet_.height) / 300.0, 0.6, 1.0);  // small panels
  for (const auto& [XY, classes, names, color] : figure_.points) {
    std::vector<Strings> columns = {column(x_name_, XY.column(0), XY.float32),
                                    column(y_name_, XY.column(1), XY.float32)};
    if (!classes.empty()) columns.insert(columns.end(), {{"class"}, {"name"}});
    for (std::size_t k : classes) {
      columns[2].push_back(std::to_string(k));
      columns[3].push_back(names[k]);
    }
    const std::string file = table("points", csv_columns(columns));
    const double size = (XY.n_rows > 400 ? 0.7 : 1.05) * room;
    for (std::size_t k = 0; k < (classes.empty() ? 1 : names.size()); ++k) {
      const std::size_t kth_color = (classes.empty() ? color_of(color) : k) % kPaletteSize;
      const std::string y = classes.empty() ? "2" : filled("($3 == {} ? $2 : NaN)", k);
      const std::string which = filled("{} skip 1 using 1:{} with points", file, y);
      add("{} pt {} ps {} lc rgb 'white' notitle", which, kPalette[kth_color].mark,
          text("%g", 1.4 * size));
      add("{} lt {} ps {} {}", which, kth_color + 1, text("%g", size),
          legend_entry(k < names.size() ? names[k] : ""));
    }
  }
}

}  // namespace nn::plotting
