// Lines of equal height of a matrix, for the contour plots.
#pragma once

#include <array>
#include <vector>

#include "common/plot/grid.hpp"

namespace nn::plotting {

using Polyline = std::vector<std::array<double, 2>>;  // {column, row}, between grid points too

// Where V, taken as linear between neighbouring grid points, equals `level`: marching squares. A
// closed line ends with its first point. Cells with a value that is not finite have no line.
std::vector<Polyline> contour_lines(const Grid& V, double level);

// Round levels between the lowest and the highest finite value, about twelve: evenly spaced, or
// evenly spaced in the logarithm (of the positive values, down to a millionth of the highest).
std::vector<double> contour_levels(const Grid& V, bool log);

}  // namespace nn::plotting
