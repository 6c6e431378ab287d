// Solution of exercise 2.8: a stopping rule
//
// Both are needed: the best E so far, and how many epochs ago it was.
#include "common/program/exercise.hpp"

// E[0] belongs to epoch 1. Returns the epoch (from 1) after which training stops, or 0.
static int stops_after([[maybe_unused]] const std::vector<double>& E,
                       [[maybe_unused]] int patience) {
  double best = std::numeric_limits<double>::infinity();
  int waited = 0;
  for (std::size_t i = 0; i < E.size(); ++i) {
    waited = E[i] < best ? 0 : waited + 1;
    best = std::min(best, E[i]);
    if (waited == patience) return static_cast<int>(i) + 1;
  }
  return 0;
}

int main() {
  nn::Exercise exercise("2.8");
  return exercise.verdict([&] {
    const std::vector<double> falls{5, 4, 3, 2, 1}, rises{1, 2, 3, 4, 5};
    const std::vector<double> saw{5, 6, 4, 5, 4.5, 4.2, 3, 3, 3, 9},
        down_again{5, 6, 5.9, 5.8, 5.7, 1};
    exercise.expect("E = 5 4 3 2 1, patience 1", 0, stops_after(falls, 1));
    exercise.expect("E = 1 2 3 4 5, patience 1", 2, stops_after(rises, 1));
    exercise.expect("E = 1 2 3 4 5, patience 3", 4, stops_after(rises, 3));
    exercise.expect("a curve like a saw, patience 3", 6, stops_after(saw, 3));
    exercise.expect("a curve like a saw, patience 4", 0,
                    stops_after({5, 6, 4, 5, 4.5, 4.2, 3, 3, 3}, 4));
    exercise.expect("falling, but above the best, patience 4", 5, stops_after(down_again, 4));
    exercise.expect("E = 1 1 1 1, patience 2", 3, stops_after({1, 1, 1, 1}, 2));
    exercise.expect("no epoch at all", 0, stops_after({}, 1));
  });
}
