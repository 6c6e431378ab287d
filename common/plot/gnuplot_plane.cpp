// A figure's planes in gnuplot's words: regions, shades, contour lines, and the colours of values.
#include "common/plot/contour_lines.hpp"
#include "common/plot/gnuplot_figure.hpp"

namespace nn::plotting {

std::string GnuplotFigure::plane_table(const std::string& kind, const Grid& V, const Range& x,
                                       const Range& y) {
  const std::string csv = csv_matrix(number_names(V.n_cols, x), number_names(V.n_rows, y), V, 6);
  return table(kind, csv) + " nonuniform matrix";
}

void GnuplotFigure::colors(const std::string& palette, const Range& range, bool log, bool bar) {
  const auto [low, high] = widened(range, log);
  setup("set palette defined " + palette);
  setup(filled("set cbrange [{}:{}]", low, high));
  if (log) setup("set logscale cb", "unset logscale");
  setup(log && high / low > 1e3 ? "set format cb '10^{%T}'" : "set format cb '%g'");
  setup(bar ? "set colorbox noborder" : "unset colorbox");
  bar_on_the_right_ = bar_on_the_right_ || bar;
}

// In the classes' colours, pale; not through the palette, which belongs to values.
void GnuplotFigure::regions() {
  const auto& [values, x, y, unused] = figure_.regions;
  if (values.empty()) return;
  constexpr double kPale = 0.27;
  const Strings names = {"red", "green", "blue"};
  for (std::size_t part = 0; part < 3; ++part) {  // of class 0, 1, …
    Strings tints;
    for (const PaletteColor& color : kPalette)
      tints.push_back(filled("{}", std::lround(255 + kPale * (color.rgb[part] - 255))));
    setup(filled("array {}[{}] = [{}]", names[part], kPaletteSize, join(tints, ", ")));
  }
  const std::string index = filled("[int($3) % {} + 1]", kPaletteSize);
  setup("set border 15", "set border 3");
  add("{} using 1:2:(red{}):(green{}):(blue{}) with rgbimage notitle",
      plane_table("regions", values, x, y), index, index, index);
}

void GnuplotFigure::shade() {
  const Plane& shade = figure_.shade;
  if (shade.values.empty()) return;
  const bool given = is_given(shade.value_range);
  const Range range = given ? shade.value_range : values_shown();
  std::string palette = both_signs(range) ? kDiverging : kSequential;
  if (classes_ == 2) palette = filled("(0 {}, 1 '#FFFFFF', 2 {})", tint(0, 0.5), tint(1, 0.5));
  setup("set border 15", "set border 3");
  colors(palette, both_signs(range) && !given ? symmetric(range) : range, false, true);
  add("{} with image notitle", plane_table("shade", shade.values, shade.x, shade.y));
}

void GnuplotFigure::contours() {
  for (const auto& [plane, levels, log_levels] : figure_.contours) {
    const double steps = static_cast<double>(plane.values.n_rows - 1);
    std::string csv = join({"level", csv_text(x_name_), csv_text(y_name_)}, ",") + "\n";
    for (double level : levels)
      for (const Polyline& line : contour_lines(plane.values, level)) {
        for (const auto& [column, row] : line)
          csv += text("%.6g,%.6g,%.6g\n", level, between(plane.x, column / steps, shown_.log_x),
                      between(plane.y, row / steps, shown_.log_y));
        csv += "\n";  // an empty line: the next one starts anew
      }
    const std::string file = table("contour", csv);
    if (!figure_.regions.values.empty() || !figure_.shade.values.empty() || levels.empty()) {
      add("{} skip 1 using 2:3 with lines lt 1 lw 1.2 lc rgb '#555555' notitle", file);
      continue;
    }
    // Lines on white: coloured where they are alone, gray where paths run over them.
    const bool alone = figure_.curves.empty() && figure_.points.empty();
    setup("set border 15", "set border 3");
    colors(alone ? "(0 '#08306B', 1 '#2171B5', 2 '#3FA796', 3 '#A6C34C')"
                 : "(0 '#444444', 1 '#CCCCCC')",
           {levels.front(), levels.back()}, log_levels, true);
    Strings numbers;
    for (double level : levels) numbers.push_back(text("%.6g", level));
    const std::string array = ++arrays_ == 1 ? "level" : filled("level{}", arrays_);
    setup(filled("array {}[{}] = [{}]", array, levels.size(), join(numbers, ", ")));
    add("for [k=1:{}] {} skip 1 using ($1 == {}[k] ? $2 : NaN):3 with lines lt 1 lw 1.3 "
        "lc palette cb {}[k] notitle",
        levels.size(), file, array, array);
  }
}

}  // namespace nn::plotting
