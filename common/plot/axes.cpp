#include "common/plot/axes.hpp"

#include <algorithm>
#include <limits>

namespace nn::plotting {

namespace {

bool drawable_on(bool log, double value) { return drawable(value) && (!log || value > 1e-280); }
void include(Range& range, double value, bool log = false) {
  if (drawable_on(log, value)) range = {std::min(range[0], value), std::max(range[1], value)};
}

bool is_point(const Range& range) {
  return !(range[1] - range[0] > 1e-8 * std::max(std::abs(range[0]), std::abs(range[1])));
}

void collect(const FigureData& figure, Extent& e) {
  const auto points = [&](const std::vector<double>& x, const std::vector<double>& y) {
    for (std::size_t i = 0; i < x.size(); ++i)
      if (drawable_on(e.log_x, x[i]) && drawable_on(e.log_y, y[i])) {
        include(e.x, x[i]);
        include(e.y, y[i]);
      }
  };
  for (const Curve& curve : figure.curves) points(curve.x, curve.y);
  for (const Band& band : figure.bands) points(band.x, band.low);
  for (const Band& band : figure.bands) points(band.x, band.high);
  for (const Points& marks : figure.points) points(marks.XY.column(0), marks.XY.column(1));
  for (const Note& note : figure.notes) points({note.x}, {note.y});
  for (const Reference& line : figure.references)
    include(line.horizontal ? e.y : e.x, line.at, line.horizontal ? e.log_y : e.log_x);
  for (const Grid* M : {&figure.shade.values, &figure.heatmap.M, &figure.images.rows})
    for (double value : M->values) include(e.value, value);
  const Grid& bars = figure.bar_chart.values;
  for (double value : bars.values) include(e.y, value, e.log_y);
  if (bars.empty()) return;
  include(e.x, -0.6, e.log_x);
  include(e.x, static_cast<double>(bars.n_rows) - 0.4, e.log_x);
}

Extent collected(std::span<const FigureData> figures, bool log_x, bool log_y) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr Range kNothing = {kInfinity, -kInfinity};
  Extent e = {kNothing, kNothing, kNothing, log_x, log_y};
  for (const FigureData& figure : figures) collect(figure, e);
  return e;
}

}  // namespace

Range symmetric(const Range& range) {
  const double most = std::max(std::abs(range[0]), std::abs(range[1]));
  return {-most, most};
}

Range widened(const Range& range, bool log) {
  if (!is_point(range)) return range;
  if (log) return {range[0] / 2.0, range[1] * 2.0};
  const double size = std::abs(range[0]);
  const double half = size == 0.0 ? 1.0 : std::max(0.5 * std::min(1.0, size), 1e-6 * size);
  return {range[0] - half, range[0] + half};
}

double between(const Range& range, double share, bool log) {
  if (log) return range[0] * std::pow(range[1] / range[0], share);
  return range[0] + share * (range[1] - range[0]);
}
double share_of(const Range& range, double value, bool log) {
  if (log) return std::log(value / range[0]) / std::log(range[1] / range[0]);
  return (value - range[0]) / (range[1] - range[0]);
}

Extent extent(std::span<const FigureData> figures) {
  const FigureOptions& o = figures.front().options;
  const Extent e = collected(figures, o.log_x, o.log_y);
  if (!is_empty(e.x) && !is_empty(e.y)) return e;
  // Nothing positive: a plain axis.
  return collected(figures, o.log_x && is_given(o.x_range), o.log_y && is_given(o.y_range));
}

Range axis_range(const Range& wanted, const Range& data, double pad, bool log, bool from_zero) {
  if (is_given(wanted)) return wanted;
  if (is_empty(data)) return log ? Range{1.0, 10.0} : Range{0.0, 1.0};
  if (is_point(data)) return widened(data, log);
  if (log) {
    const double margin = std::pow(10.0, pad * (std::log10(data[1]) - std::log10(data[0])));
    return {data[0] / margin, data[1] * margin};
  }
  const double length = data[1] - data[0];
  Range range = {data[0] - pad * length, data[1] + pad * length};
  if (from_zero && data[0] >= 0.0 && data[0] < 0.2 * data[1]) range[0] = 0.0;
  return range;
}

}  // namespace nn::plotting
