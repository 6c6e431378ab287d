#include "common/plot/contour_lines.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "common/base/error.hpp"

namespace nn::plotting {

// A side between two neighbouring grid points has a number: twice the index of its left or lower
// end, plus one if it goes up. A line crosses a cell from side to side; the pieces share sides, so
// they tie together into long lines.
std::vector<Polyline> contour_lines(const Grid& V, double level) {
  const std::size_t rows = V.n_rows, columns = V.n_cols;
  const auto right_of = [&](std::size_t r, std::size_t c) { return 2 * (r * columns + c); };
  const auto up_from = [&](std::size_t r, std::size_t c) { return 2 * (r * columns + c) + 1; };

  std::map<std::size_t, std::vector<std::size_t>> next;  // of a side that is crossed: one or two
  const auto tie = [&](std::size_t a, std::size_t b) {
    next[a].push_back(b);
    next[b].push_back(a);
  };
  for (std::size_t r = 0; r + 1 < rows; ++r)
    for (std::size_t c = 0; c + 1 < columns; ++c) {
      const double corner[4] = {V(r, c), V(r, c + 1), V(r + 1, c + 1), V(r + 1, c)};
      const double sum = corner[0] + corner[1] + corner[2] + corner[3];
      if (!std::isfinite(sum)) continue;
      const std::size_t side[4] = {right_of(r, c), up_from(r, c + 1), right_of(r + 1, c),
                                   up_from(r, c)};  // below, right, above, left
      std::vector<std::size_t> crossed;
      for (std::size_t k = 0; k < 4; ++k)
        if ((corner[k] >= level) != (corner[(k + 1) % 4] >= level)) crossed.push_back(side[k]);
      if (crossed.size() == 2) {
        tie(crossed[0], crossed[1]);
      } else if (crossed.size() == 4) {  // a saddle: its centre tells which corners hang together
        const bool first_and_third = (sum / 4.0 >= level) == (corner[0] >= level);
        tie(side[0], side[first_and_third ? 1 : 3]);
        tie(side[2], side[first_and_third ? 3 : 1]);
      }
    }

  const auto crossing = [&](std::size_t side) -> std::array<double, 2> {
    const std::size_t r = side / 2 / columns, c = side / 2 % columns;
    const bool up = side % 2 == 1;
    const double here = V(r, c), there = up ? V(r + 1, c) : V(r, c + 1);
    const double share = (level - here) / (there - here);
    return {static_cast<double>(c) + (up ? 0.0 : share),
            static_cast<double>(r) + (up ? share : 0.0)};
  };
  std::vector<Polyline> lines;
  const auto follow = [&](std::size_t side) {
    Polyline line = {crossing(side)};
    while (!next[side].empty()) {
      const std::size_t to = next[side].front();
      std::erase(next[side], to);
      std::erase(next[to], side);
      line.push_back(crossing(to));
      side = to;
    }
    lines.push_back(std::move(line));
  };
  for (const auto& [side, neighbours] : next)  // first the lines with two ends,
    if (neighbours.size() == 1) follow(side);
  for (const auto& [side, neighbours] : next)  // then the closed ones
    if (!neighbours.empty()) follow(side);
  return lines;
}

std::vector<double> contour_levels(const Grid& V, bool log) {
  constexpr int kLines = 12;
  std::vector<double> levels;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double v : V.values) {
    if (!std::isfinite(v) || (log && v <= 0)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (!(low < high)) return levels;
  if (log) {
    low = std::max(low, 1e-6 * high);
    for (int k = 1; k <= kLines; ++k)
      levels.push_back(std::stod(text("%.2g", low * std::pow(high / low, k / (kLines + 1.0)))));
  } else {
    const double wanted = (high - low) / kLines;
    const double ten = std::pow(10.0, std::floor(std::log10(wanted)));
    const double step = ten * (wanted > 5.0 * ten ? 10.0 : wanted > 2.0 * ten ? 5.0 : 2.0);
    for (double k = std::floor(low / step) + 1.0; k * step < high; k += 1.0)
      levels.push_back(k * step);
  }
  return levels;
}

}  // namespace nn::plotting
