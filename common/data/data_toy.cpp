// Toy sets: points in the plane whose classes are easy to see and not always easy to learn.
//
// The curves come from std::sin and std::cos, whose last bit may differ between C libraries: a seed
// gives the same points everywhere to about 1e-16, not always the same bits.
#include <cmath>
#include <numbers>

#include "common/data/data.hpp"

namespace nn {

namespace {

constexpr double pi = std::numbers::pi;

void require_toy(const char* who, std::size_t n, double noise, const char* noise_name = "noise") {
  if (n == 0) throw Error(text("%s: n is 0, expected at least 1 point", who));
  if (!(noise >= 0.0 && std::isfinite(noise)))
    throw Error(text("%s: %s is %g, expected at least 0", who, noise_name, noise));
}

// n points of the plane; their classes take turns, so that every class is as frequent as the others
// and a cut without shuffling is harmless.
Dataset plane(std::size_t n, std::size_t classes) {
  Dataset data;
  data.X.set_size(n, 2);
  data.y.set_size(n);
  data.feature_names = {"x1", "x2"};
  for (std::size_t i = 0; i < n; ++i) data.y[i] = i % classes;
  for (std::size_t k = 0; k < classes; ++k) data.class_names.push_back(std::to_string(k));
  return data;
}

void set_point(Dataset& data, std::size_t i, double x1, double x2, double noise, Rng& rng) {
  data.X(i, 0) = static_cast<Real>(rng.normal(x1, noise));
  data.X(i, 1) = static_cast<Real>(rng.normal(x2, noise));
}

// Where point i lies along its class's curve, evenly spaced from 0 to 1; `closed`: without the 1.
double along(std::size_t i, std::size_t n, std::size_t classes, bool closed = false) {
  const std::size_t which = i / classes, count = (n - i % classes + classes - 1) / classes;
  const std::size_t steps = closed ? count : count - 1;
  return steps == 0 ? 0.0 : static_cast<double>(which) / static_cast<double>(steps);
}

}  // namespace

Dataset gate(Gate which) {
  Dataset data = plane(4, 2);
  for (std::size_t i = 0; i < 4; ++i) {
    const bool a = i / 2 == 1, b = i % 2 == 1;
    data.X(i, 0) = a;
    data.X(i, 1) = b;
    switch (which) {
      case Gate::AND:
        data.y[i] = a && b;
        break;
      case Gate::OR:
        data.y[i] = a || b;
        break;
      case Gate::NAND:
        data.y[i] = !(a && b);
        break;
      case Gate::NOR:
        data.y[i] = !(a || b);
        break;
      case Gate::XOR:
        data.y[i] = a != b;
        break;
    }
  }
  return data;
}

Dataset two_moons(std::size_t n, Rng& rng, double noise) {
  require_toy("two_moons", n, noise);
  Dataset data = plane(n, 2);
  for (std::size_t i = 0; i < n; ++i) {
    const double angle = pi * along(i, n, 2);
    if (data.y[i] == 0)
      set_point(data, i, std::cos(angle), std::sin(angle), noise, rng);
    else
      set_point(data, i, 1.0 - std::cos(angle), 0.5 - std::sin(angle), noise, rng);
  }
  return data;
}

Dataset circles(std::size_t n, Rng& rng, double noise, double inner_radius) {
  require_toy("circles", n, noise);
  if (!(inner_radius >= 0.0 && inner_radius < 1.0))
    throw Error(
        text("circles: inner_radius is %g, expected at least 0 and less than 1, the outer one",
             inner_radius));
  Dataset data = plane(n, 2);
  for (std::size_t i = 0; i < n; ++i) {
    const double angle = 2.0 * pi * along(i, n, 2, true);
    const double radius = data.y[i] == 0 ? 1.0 : inner_radius;
    set_point(data, i, radius * std::cos(angle), radius * std::sin(angle), noise, rng);
  }
  return data;
}

Dataset spirals(std::size_t n, Rng& rng, double noise, double turns) {
  require_toy("spirals", n, noise);
  if (!(turns > 0.0 && std::isfinite(turns)))
    throw Error(text("spirals: turns is %g, expected more than 0", turns));
  Dataset data = plane(n, 2);
  for (std::size_t i = 0; i < n; ++i) {
    // The radius grows with the angle (Archimedes); its square evenly, so that the points are about
    // equally far apart. Not from 0: there the arms would meet.
    constexpr double start = 0.15;
    const double radius = std::sqrt(start * start + (1.0 - start * start) * along(i, n, 2));
    const double angle = 2.0 * pi * turns * radius + (data.y[i] == 0 ? 0.0 : pi);
    set_point(data, i, radius * std::cos(angle), radius * std::sin(angle), noise, rng);
  }
  return data;
}

Dataset xor_blobs(std::size_t n, Rng& rng, double noise) {
  require_toy("xor_blobs", n, noise);
  Dataset data = plane(n, 2);
  for (std::size_t i = 0; i < n; ++i) {
    const double x1 = i / 2 % 2 == 0 ? -0.5 : 0.5;  // left, left, right, right ...
    const double x2 = data.y[i] == 0 ? x1 : -x1;    // class 1: the signs differ
    set_point(data, i, x1, x2, noise, rng);
  }
  return data;
}

Dataset gaussian_blobs(std::size_t n, std::size_t classes, Rng& rng, double spread) {
  require_toy("gaussian_blobs", n, spread, "spread");
  if (classes == 0) throw Error("gaussian_blobs: classes is 0, expected at least 1");
  Dataset data = plane(n, classes);
  for (std::size_t i = 0; i < n; ++i) {
    const double angle =
        pi / 2.0 + 2.0 * pi * static_cast<double>(data.y[i]) / static_cast<double>(classes);
    set_point(data, i, std::cos(angle), std::sin(angle), spread, rng);
  }
  return data;
}

}  // namespace nn
