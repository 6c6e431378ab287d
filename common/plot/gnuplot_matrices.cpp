// A figure's matrices in gnuplot's words: heat map, bars, grid of images.
#include <algorithm>

#include "common/plot/gnuplot_figure.hpp"

namespace nn::plotting {

namespace {
// One rectangle per cell stays sharp in an SVG; ten thousands of them would make it huge.
constexpr std::size_t kMostCells = 10000;
constexpr const char* kSharpCells =
    "using 1:2:(0.52):(0.52):3 with boxxyerror fc palette fs solid 1 noborder notitle";
}  // namespace

void GnuplotFigure::heatmap() {
  const auto& [M, row_names, column_names, print_values] = figure_.heatmap;
  if (M.empty()) return;
  const double height = static_cast<double>(M.n_rows), width = static_cast<double>(M.n_cols);
  const bool named = !row_names.empty() || !column_names.empty();
  const bool print = print_values && width <= 16 && height <= 20;
  const Strings columns =
      column_names.empty() ? number_names(M.n_cols, {0, width - 1}) : column_names;
  const Strings rows = row_names.empty() ? number_names(M.n_rows, {0, height - 1}) : row_names;
  const std::string file = table("heatmap", csv_matrix(columns, rows, M, 0)) +
                           (named ? " matrix rowheaders columnheaders" : " nonuniform matrix");

  const bool diverging = both_signs(values_shown());
  const auto [low, high] = diverging ? symmetric(values_shown()) : values_shown();
  colors(diverging ? kDiverging : kSequential, {low, high}, false, !print);
  setup("unset border", "set border 3");
  setup("unset grid", "set grid");
  setup("set tics scale 0 noenhanced", "set tics scale 0.6");
  setup(filled("set xrange [-0.5:{}]", width - 0.5));
  setup(filled("set yrange [{}:-0.5]", height - 0.5));  // row 0 on top
  if (!named && width <= 20) setup("set xtics 1", "set xtics autofreq");
  if (!named && height <= 20) setup("set ytics 1", "set ytics autofreq");
  if (width == height || options_.equal_axes) setup("set size ratio -1", "set size noratio");
  if (named && text_width(columns) * width > 0.8 * sheet_.width)
    setup("set xtics rotate by 40 right", "set xtics norotate autojustify");

  if (M.values.size() <= 400)  // white lines between the cells
    add("{} using 1:2:(0.5):(0.5):3 with boxxyerror fc palette fs solid 1 border lc rgb 'white' "
        "notitle",
        file);
  else
    add("{} {}", file, M.values.size() <= kMostCells ? kSharpCells : "with image notitle");
  if (!print) return;
  const auto has_fraction = [](double v) { return std::isfinite(v) && v != std::floor(v); };
  const bool whole = std::none_of(M.values.begin(), M.values.end(), has_fraction);
  add("{} using 1:2:($3 == $3 ? sprintf({}) : ''):({} > {} ? 0xFFFFFF : 0x222222) "
      "with labels tc rgb variable notitle",                            // white on dark cells
      file, whole ? "'%.0f', $3" : "'%.2f', abs($3) < 0.005 ? 0 : $3",  // no minus zero
      diverging ? "abs($3)" : "$3", diverging ? 0.7 * high : low + 0.55 * (high - low));
}

void GnuplotFigure::bars() {
  const auto& [names, values, series] = figure_.bar_chart;
  if (values.empty()) return;
  const std::size_t n = values.n_rows, m = values.n_cols;
  std::vector<Strings> columns = {names};
  columns[0].insert(columns[0].begin(), options_.x_label.empty() ? "name" : options_.x_label);
  for (std::size_t k = 0; k < m; ++k) {
    const std::string unnamed = m == 1 ? y_name_ : std::to_string(k);
    columns.push_back(
        column(series.empty() ? unnamed : series[k], values.column(k), values.float32));
  }
  const std::string file = table("bars", csv_columns(columns)) + " skip 1 using";

  const double place = (sheet_.width - 90.0) / (static_cast<double>(n) + 0.2);
  double room = 0.0;  // that slanting names need on the left
  Strings ticks;
  for (std::size_t i = 0; i < n; ++i) {
    room = std::max(room, 0.82 * text_width(names[i]) - (static_cast<double>(i) + 0.6) * place);
    std::string name = names[i];
    for (std::size_t at = 0; (at = name.find('%', at)) != std::string::npos; at += 2)
      name.insert(at, "%");  // gnuplot takes a tick's text for a format
    ticks.push_back(filled("{} {}", text_slot(name), i));
  }
  setup(filled("set xtics scale 0 noenhanced ({})", join(ticks, ", ")),
        "set xtics scale 0.6 norotate autojustify autofreq");
  setup("set grid noxtics", "set grid xtics");
  const bool slanting = text_width(names) > 0.95 * place;
  if (slanting) setup("set xtics rotate by 35 right");
  if (slanting && room > 60.0)
    setup(filled("set lmargin {}", std::ceil(room / 7.0) + 2.0), "set lmargin");

  const double wide = 0.8 / static_cast<double>(m);
  for (std::size_t k = 0; k < m; ++k) {
    const double shift = (static_cast<double>(k) - 0.5 * static_cast<double>(m - 1)) * wide;
    const std::string x = text("($0 + %.6g)", shift), y = filled("${}", k + 2);
    add("{} {}:{}:({}) with boxes fs solid 0.85 noborder lt {} {}", file, x, k + 2,
        text("%.6g", 0.94 * wide), k % kPaletteSize + 1,
        legend_entry(series.empty() ? "" : series[k]));
    if (n * m <= 24 && !shown_.log_y)
      add("{} {}:({} + ({} < 0 ? -1 : 1)*{}):(sprintf('%.3g', {})) with labels font ',9' "
          "notitle",
          file, x, y, y, 0.035 * (y_[1] - y_[0]), y);
  }
}

void GnuplotFigure::images() {
  const auto& [rows, o] = figure_.images;
  if (rows.empty()) return;
  const std::size_t n = rows.n_rows, columns = std::min(o.columns, n);
  const std::size_t lines = (n + columns - 1) / columns;

  // All images on one sheet of pixels; an empty pixel between them, more where captions stand.
  const double pixel =
      std::min((sheet_.width - 60.0) / static_cast<double>(columns * (o.width + 1)),
               (sheet_.height - 60.0) / static_cast<double>(lines * (o.height + 1)));
  const double caption = o.captions.empty() ? 0.0 : std::ceil(15.0 / std::max(pixel, 1.0));
  const std::size_t step_x = o.width + 1;
  const std::size_t step_y = o.height + 1 + static_cast<std::size_t>(caption);
  Grid sheet(lines * step_y, columns * step_x, std::nan(""));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t p = 0; p < o.height * o.width; ++p)
      sheet((i / columns) * step_y + p / o.width, (i % columns) * step_x + p % o.width) =
          rows(i, p);
  const Range x = {0, static_cast<double>(sheet.n_cols) - 1.0};
  const Range y = {0, static_cast<double>(sheet.n_rows) - 1.0};
  const std::string file = plane_table("images", sheet, x, y);

  const Range range = o.diverging ? symmetric(values_shown()) : values_shown();
  colors(o.diverging ? kDiverging : "(0 '#FFFFFF', 1 '#111111')", range, false, o.diverging);
  setup("unset border", "set border 3");
  setup("unset grid", "set grid");
  setup("unset xtics", "set xtics");
  setup("unset ytics", "set ytics");
  setup("set size ratio -1", "set size noratio");
  setup(filled("set xrange [-1:{}]", x[1] + 0.5));
  setup(filled("set yrange [{}:-1]", y[1] + 0.5));
  setup(filled("do for [k=0:{}] { x = (k % {})*{} - 0.5; y = (k / {})*{} - 0.5; \\\n"
               "  set object k+1 rect from x,y to x+{},y+{} front fs empty border lc rgb '#BBBBBB' "
               "lw 0.8 }",
               n - 1, columns, step_x, columns, step_y, o.width, o.height),
        "unset object");  // white paper needs an edge
  for (std::size_t i = 0; i < o.captions.size(); ++i)
    label(
        text_slot(o.captions[i]),
        text("%g,%g center font ',9' textcolor rgb '#333333'",
             static_cast<double>((i % columns) * step_x) + 0.5 * static_cast<double>(o.width) - 0.5,
             static_cast<double>((i / columns) * step_y + o.height) + 0.5 * caption));
  if (n * rows.n_cols <= kMostCells)
    add("{} {}", file, kSharpCells);
  else  // the gaps white, lest a smoothing viewer mix the images with nothing
    add("{} using 1:2:($3 == $3 ? $3 : {}) with image notitle", file, o.diverging ? 0.0 : range[0]);
}

}  // namespace nn::plotting
