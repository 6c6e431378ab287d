// What the axes and the colour bar show: from where to where they go.
#pragma once

#include <cmath>
#include <span>

#include "common/plot/marks.hpp"

namespace nn::plotting {

inline bool is_given(const Range& range) { return range[0] < range[1]; }
inline bool is_empty(const Range& range) { return range[0] > range[1]; }
inline bool both_signs(const Range& range) { return range[0] < 0.0 && range[1] > 0.0; }
inline bool drawable(double value) { return std::abs(value) < 1e300; }  // not NaN, not infinite

// {-m, m}, to have zero in the middle.
Range symmetric(const Range& range);

// The range itself, unless the ten digits of a script show (nearly) no difference between its ends:
// then one around it.
Range widened(const Range& range, bool log = false);

// The value at a share 0 … 1 of the way along a range, and back.
double between(const Range& range, double share, bool log = false);
double share_of(const Range& range, double value, bool log);

// The smallest ranges that hold a figure's marks; of an animation's frames, all of them.
struct Extent {
  Range x, y, value;  // low > high: nothing to show
  bool log_x, log_y;  // as wished, unless there is nothing positive
};
Extent extent(std::span<const FigureData> figures);

// What an axis shows: the range wanted, or that of the data and a margin of `pad` times its length.
Range axis_range(const Range& wanted, const Range& data, double pad, bool log, bool from_zero);

}  // namespace nn::plotting
