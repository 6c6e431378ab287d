// The curves come from std::sin and std::cos, whose last bit may differ between C libraries: a seed
// gives the same points everywhere to about 1e-16, not always the same bits.
#include "common/data/toy.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace nn {

namespace {

constexpr double pi = std::numbers::pi;

// n points of the plane, all at 0; their classes take turns.
Dataset plane(std::size_t n, std::size_t classes) {
  Dataset data;
  data.X.zeros(n, 2);
  data.y.set_size(n);
  data.feature_names = {"x1", "x2"};
  for (std::size_t i = 0; i < n; ++i) data.y[i] = i % classes;
  for (std::size_t k = 0; k < classes; ++k) data.class_names.push_back(std::to_string(k));
  return data;
}

using Point = std::complex<double>;  // std::polar(radius, angle) lies on a circle

// n points, each where place(its number, its class) says, and a random step away.
template <class Place>
Dataset scattered(const char* who, std::size_t n, std::size_t classes, double noise, Rng& rng,
                  Place place, const char* noise_name = "noise") {
  if (n == 0) throw Error(text("%s: n is 0, expected at least 1 point", who));
  if (!(noise >= 0.0 && std::isfinite(noise)))
    throw Error(text("%s: %s is %g, expected at least 0", who, noise_name, noise));
  Dataset data = plane(n, classes);
  for (std::size_t i = 0; i < n; ++i) {
    const Point point = place(i, data.y[i]);
    data.X(i, 0) = static_cast<Real>(rng.normal(point.real(), noise));
    data.X(i, 1) = static_cast<Real>(rng.normal(point.imag(), noise));
  }
  return data;
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
    const bool outputs[] = {a && b, a || b, !(a && b), !(a || b), a != b};  // in Gate's order
    data.y[i] = outputs[static_cast<int>(which)];
  }
  return data;
}

Dataset two_moons(std::size_t n, Rng& rng, double noise) {
  return scattered("two_moons", n, 2, noise, rng, [&](std::size_t i, std::size_t k) {
    const Point point = std::polar(1.0, pi * along(i, n, 2));
    return k == 0 ? point : Point(1.0, 0.5) - point;
  });
}

Dataset circles(std::size_t n, Rng& rng, double noise, double inner_radius) {
  if (!(inner_radius >= 0.0 && inner_radius < 1.0))
    throw Error(
        text("circles: inner_radius is %g, expected at least 0 and less than 1, the outer one",
             inner_radius));
  return scattered("circles", n, 2, noise, rng, [&](std::size_t i, std::size_t k) {
    return std::polar(k == 0 ? 1.0 : inner_radius, 2.0 * pi * along(i, n, 2, true));
  });
}

Dataset spirals(std::size_t n, Rng& rng, double noise, double turns) {
  if (!(turns > 0.0 && std::isfinite(turns)))
    throw Error(text("spirals: turns is %g, expected more than 0", turns));
  return scattered("spirals", n, 2, noise, rng, [&](std::size_t i, std::size_t k) {
    // The radius grows with the angle (Archimedes); its square evenly, so that the points are about
    // equally far apart. Not from 0: there the arms would meet.
    constexpr double start = 0.15;
    const double radius = std::sqrt(start * start + (1.0 - start * start) * along(i, n, 2));
    return std::polar(radius, 2.0 * pi * turns * radius + (k == 0 ? 0.0 : pi));
  });
}

Dataset xor_blobs(std::size_t n, Rng& rng, double noise) {
  return scattered("xor_blobs", n, 2, noise, rng, [](std::size_t i, std::size_t k) {
    const double x1 = i / 2 % 2 == 0 ? -0.5 : 0.5;  // left, left, right, right ...
    return Point(x1, k == 0 ? x1 : -x1);            // class 1: the signs differ
  });
}

Dataset gaussian_blobs(std::size_t n, std::size_t classes, Rng& rng, double spread) {
  if (classes == 0) throw Error("gaussian_blobs: classes is 0, expected at least 1");
  const auto corner = [&](std::size_t, std::size_t k) {
    return std::polar(1.0,
                      pi / 2.0 + 2.0 * pi * static_cast<double>(k) / static_cast<double>(classes));
  };
  return scattered("gaussian_blobs", n, classes, spread, rng, corner, "spread");
}

}  // namespace nn
