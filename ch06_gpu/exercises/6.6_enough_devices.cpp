// Exercise 6.6: enough devices, not too many
//
// Task:   choose the number of devices and the batch, so that an epoch takes at most a quarter of a
//         second and each device computes for at least 80 % of its time. The batch may not exceed 8192
//         rows: more would need another learning rate.
// Goal:   at most 0.25 seconds an epoch, at least 0.8 efficiency
// Run:    ./book exercise 6.6
// Hint:   exercises/README.md, solution: solutions/6.6_enough_devices.cpp
#include "ch06_gpu/link_model.hpp"
#include "common/program/exercise.hpp"

// ---- knobs -------------------------------------------------------------------------------------
const int devices = 64;  // TODO: and the batch
const int batch = 1024;
// ------------------------------------------------------------------------------------------------

int main() {
  nn::Exercise exercise("6.6");
  return exercise.verdict([&] {
    const StepTime step{0.2e-3, 25e-6};  // a CPU like the chapter's, by rows
    const Link link{"10 Gbit Ethernet", 1.25e9, 30e-6};
    const double bytes = 2.68e6, samples = 60000;       // 669,706 weights in float32
    exercise.expect_at_least("batch", devices, batch);  // a row for every device
    exercise.expect_at_most("batch", 8192, batch);
    const double seconds = epoch_seconds(samples, batch, bytes, devices, step, link);
    const double computing = samples / batch * step.seconds(static_cast<double>(batch) / devices);
    exercise.expect_at_most("seconds of an epoch", 0.25, seconds);
    exercise.expect_at_least("efficiency", 0.8, computing / seconds);
  });
}
