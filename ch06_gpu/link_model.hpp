// What an epoch costs on p devices: arithmetic, and a ring all-reduce over a link.
#pragma once

#include <string>

struct Link {
  std::string name;
  double bytes_per_second, latency;  // of one message from neighbour to neighbour
};

// Ring all-reduce: in 2 (p - 1) messages each device sends 2 (p - 1) / p of all gradients, hardly more
// with a thousand devices than with two; but the number of messages grows with p.
inline double all_reduce_seconds(double bytes, double p, const Link& link) {
  return 2 * (p - 1) * (bytes / p / link.bytes_per_second + link.latency);
}

// A step on `rows` rows of one device: a fixed part (the optimizer, starting things) and a part for
// each row. Both are measured.
struct StepTime {
  double fixed = 0.0, per_row = 0.0;
  double seconds(double rows) const { return fixed + per_row * rows; }
};

// An epoch of n samples in batches of `batch` rows, divided among p devices; nothing overlaps.
inline double epoch_seconds(double n, double batch, double bytes, double p, const StepTime& step,
                            const Link& link) {
  const double rows = batch > p ? batch / p : 1;  // of the device that has most, at least one
  return n / batch * (step.seconds(rows) + all_reduce_seconds(bytes, p, link));
}
