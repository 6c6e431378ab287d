// The painter's matrices: heat map, bars, grid of images.
#include <algorithm>
#include <cmath>

#include "common/plot/gnuplot.hpp"
#include "common/plot/plot_csv.hpp"
#include "common/plot/plot_painter.hpp"

namespace nn::plotting {

using Strings = std::vector<std::string>;

namespace {
// One rectangle per cell stays sharp in an SVG; ten thousands of them would make it huge.
constexpr std::size_t kMostCells = 10000;
}  // namespace

void Painter::heatmap() {
  if (!figure_.heatmap || figure_.heatmap->M.is_empty()) return;
  const HeatMap& map = *figure_.heatmap;
  const Matrix& M = map.M;
  const bool named = !map.row_names.empty() || !map.column_names.empty();
  const bool values = map.print_values && M.n_cols <= 16 && M.n_rows <= 20;
  const Strings columns = map.column_names.empty() ? number_names(M.n_cols) : map.column_names;
  const Strings rows = map.row_names.empty() ? number_names(M.n_rows) : map.row_names;
  const std::string file = table("heatmap", csv_matrix(columns, rows, M, 0)) +
                           (named ? " matrix rowheaders columnheaders" : " nonuniform matrix");

  const bool diverging = both_signs(values_shown());
  const Range scale = diverging ? symmetric(values_shown()) : values_shown();
  colors(diverging ? kDiverging : kSequential, scale, false, !values);
  unset("border", "set border 3");
  unset("grid", "set grid");
  set("tics scale 0 noenhanced", "set tics scale 0.6");
  set("xrange [-0.5:" + slot(static_cast<double>(M.n_cols) - 0.5) + "]");
  set("yrange [" + slot(static_cast<double>(M.n_rows) - 0.5) + ":-0.5]");  // row 0 on top
  if (!named && M.n_cols <= 20) set("xtics 1", "set xtics autofreq");
  if (!named && M.n_rows <= 20) set("ytics 1", "set ytics autofreq");
  if (M.n_rows == M.n_cols || options_.equal_axes) set("size ratio -1", "set size noratio");
  if (named && text_width(columns) * static_cast<double>(columns.size()) > 0.8 * width_)
    set("xtics rotate by 40 right", "set xtics norotate autojustify");

  if (M.n_elem <= 400)  // white lines between the cells
    add(file +
        " using 1:2:(0.5):(0.5):3 with boxxyerror fc palette fs solid 1 border lc rgb 'white'"
        " notitle");
  else if (M.n_elem <= kMostCells)
    add(file + " using 1:2:(0.52):(0.52):3 with boxxyerror fc palette fs solid 1 noborder notitle");
  else
    add(file + " with image notitle");
  if (!values) return;
  const auto has_fraction = [](Real v) { return std::isfinite(v) && v != std::floor(v); };
  const bool whole = std::none_of(M.begin(), M.end(), has_fraction);
  add(file + " using 1:2:($3 == $3 ? sprintf(" +  // no minus zero
      (whole ? "'%.0f', $3)" : "'%.2f', abs($3) < 0.005 ? 0 : $3)") + " : ''):" +
      (diverging ? "(abs($3) > " + slot(0.7 * scale[1])
                 : "($3 > " + slot(scale[0] + 0.55 * (scale[1] - scale[0]))) +
      " ? 0xFFFFFF : 0x222222) with labels tc rgb variable notitle");  // white on dark cells
}

void Painter::bars() {
  if (!figure_.bar_chart || figure_.bar_chart->values.is_empty()) return;
  const BarChart& chart = *figure_.bar_chart;
  const std::size_t n = chart.values.n_rows, series = chart.values.n_cols;
  Strings header = {csv_text(options_.x_label.empty() ? "name" : options_.x_label)};
  for (std::size_t k = 0; k < series; ++k)
    header.push_back(csv_text(!chart.series.empty() ? chart.series[k]
                              : series == 1         ? y_name()
                                                    : text("%zu", k)));
  std::string csv = csv_row(header);
  for (std::size_t i = 0; i < n; ++i) {
    Strings cells = {csv_text(chart.names[i])};
    for (std::size_t k = 0; k < series; ++k) cells.push_back(csv_number(chart.values(i, k)));
    csv += csv_row(cells);
  }
  const std::string file = table("bars", csv) + " skip 1 using ";

  std::string ticks;
  for (std::size_t i = 0; i < n; ++i) {
    std::string name = chart.names[i];
    for (std::size_t at = 0; (at = name.find('%', at)) != std::string::npos; at += 2)
      name.insert(at, "%");  // gnuplot takes a tick's text for a format
    ticks += (i ? ", " : "") + text_slot(name) + text(" %zu", i);
  }
  const double plot_width = width_ - 90.0, place = plot_width / (static_cast<double>(n) + 0.2);
  set("xtics scale 0 noenhanced (" + ticks + ")",
      "set xtics scale 0.6 norotate autojustify autofreq");
  set("grid noxtics", "set grid xtics");
  if (text_width(chart.names) > 0.95 * place) {  // slanting names need room on the left
    double room = 0.0;
    for (std::size_t i = 0; i < n; ++i)
      room = std::max(room,
                      0.82 * text_width(chart.names[i]) - (static_cast<double>(i) + 0.6) * place);
    set("xtics rotate by 35 right");
    if (room > 60.0) set("lmargin " + slot(std::ceil(room / 7.0) + 2.0), "set lmargin");
  }

  const double wide = 0.8 / static_cast<double>(series);
  const double above = 0.035 * (y_[1] - y_[0]);
  for (std::size_t k = 0; k < series; ++k) {
    const double shift = (static_cast<double>(k) - 0.5 * static_cast<double>(series - 1)) * wide;
    const std::string x = text("($0 + %.6g):", shift);
    add(file + x +
        text("%zu:(%.6g) with boxes fs solid 0.85 noborder lt %zu", k + 2, 0.94 * wide,
             k % kPaletteSize + 1) +
        legend_entry(chart.series.empty() ? "" : chart.series[k]));
    if (n * series <= 24 && !shown_.log_y)
      add(file + x + text("($%zu + ($%zu < 0 ? -1 : 1)*", k + 2, k + 2) + slot(above) +
          text("):(sprintf('%%.3g', $%zu)) with labels font ',9' notitle", k + 2));
  }
}

void Painter::images() {
  if (!figure_.images || figure_.images->rows.is_empty()) return;
  const Matrix& rows = figure_.images->rows;
  const ImagesOptions& o = figure_.images->options;
  const std::size_t n = rows.n_rows, columns = std::min(o.columns, n);
  const std::size_t lines = (n + columns - 1) / columns;

  // All images on one sheet of pixels; an empty pixel between them, more where captions stand.
  const double pixel = std::min((width_ - 60.0) / static_cast<double>(columns * (o.width + 1)),
                                (height_ - 60.0) / static_cast<double>(lines * (o.height + 1)));
  const std::size_t strip =
      o.captions.empty() ? 1 : 1 + static_cast<std::size_t>(std::ceil(15.0 / std::max(pixel, 1.0)));
  const std::size_t step_x = o.width + 1, step_y = o.height + strip;
  Matrix sheet(lines * step_y, columns * step_x);
  sheet.fill(arma::Datum<Real>::nan);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t p = 0; p < o.height * o.width; ++p)
      sheet((i / columns) * step_y + p / o.width, (i % columns) * step_x + p % o.width) =
          rows(i, p);
  const std::string file = table("images", csv_matrix(number_names(sheet.n_cols),
                                                      number_names(sheet.n_rows), sheet, 6)) +
                           " nonuniform matrix ";

  const Range range = o.diverging ? symmetric(values_shown()) : values_shown();
  colors(o.diverging ? kDiverging : kInk, range, false, o.diverging);
  unset("border", "set border 3");
  unset("grid", "set grid");
  unset("xtics", "set xtics");
  unset("ytics", "set ytics");
  set("size ratio -1", "set size noratio");
  set("xrange [-1:" + slot(static_cast<double>(sheet.n_cols) - 0.5) + "]");
  set("yrange [" + slot(static_cast<double>(sheet.n_rows) - 0.5) + ":-1]");
  drawing_.setup.push_back(  // white paper needs an edge
      text("do for [k=0:%zu] { x = (k %% %zu)*%zu - 0.5; y = (k / %zu)*%zu - 0.5; \\\n"
           "  set object k+1 rect from x,y to x+%zu,y+%zu front fs empty border lc rgb '#BBBBBB' "
           "lw 0.8 }",
           n - 1, columns, step_x, columns, step_y, o.width, o.height));
  undo("unset object");
  for (std::size_t i = 0; i < o.captions.size(); ++i)
    label(text_slot(o.captions[i]), text("%g,%g center font ',9' textcolor rgb '#333333'",
                                         static_cast<double>((i % columns) * step_x) +
                                             0.5 * static_cast<double>(o.width) - 0.5,
                                         static_cast<double>((i / columns) * step_y + o.height) +
                                             0.5 * static_cast<double>(strip) - 0.5));
  if (n * rows.n_cols <= kMostCells)
    add(file + "using 1:2:(0.52):(0.52):3 with boxxyerror fc palette fs solid 1 noborder notitle");
  else  // the gaps white, lest a smoothing viewer mix the images with nothing
    add(file + "using 1:2:($3 == $3 ? $3 : " + slot(o.diverging ? 0.0 : range[0]) +
        ") with image notitle");
}

}  // namespace nn::plotting
