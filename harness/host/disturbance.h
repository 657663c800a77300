// What else the CPU did while a case ran.
//
// A run is judged disturbed by the rates of interrupts, switches and the like
// alone. Its figures have no say. A disturbed run is tagged and repeated, and
// both runs are kept.
#ifndef EXITBENCH_HARNESS_HOST_DISTURBANCE_H_
#define EXITBENCH_HARNESS_HOST_DISTURBANCE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace exitbench {

// Counts of this thread and its CPU up to one moment. A count is 0 where this
// host does not have it, or does not let us read it.
struct NoiseSnapshot {
  absl::Time at;
  int cpu = -1;
  uint64_t involuntary_switches = 0;  // getrusage(RUSAGE_THREAD)
  uint64_t major_faults = 0;
  uint64_t interrupts = 0;   // On `cpu`, /proc/interrupts.
  uint64_t steal_ticks = 0;  // On `cpu`, /proc/stat, in USER_HZ.
  uint64_t pressure_us = 0;  // /proc/pressure/cpu, "some".
  uint64_t busy_ticks = 0;   // `cpu` was not idle, /proc/stat, in USER_HZ.
  uint64_t own_us = 0;       // CPU time of this process, all threads.
  uint64_t firmware_interrupts = 0;  // Of `cpu`: firmware_interrupts.h.
};

// Reads the counts now, for the calling thread. `root` is put before all paths.
// It is empty except in tests.
NoiseSnapshot TakeNoiseSnapshot(const std::string& root = "");

// Returns why the time between the two counts as disturbed: "moved from CPU 1
// to 2, 3000 involuntary switches/s". Empty if it does not. The limits are
// above what an idle host shows.
std::string Disturbance(const NoiseSnapshot& before,
                        const NoiseSnapshot& after);

// Counts the interrupts on the CPU and the involuntary switches of the thread
// between the two. Each may have caused an exit of the guest that is not the
// event's.
uint64_t NoiseEvents(const NoiseSnapshot& before, const NoiseSnapshot& after);

// Returns what Disturbance() does, for threads that share one CPU by design.
// These switch and set timers all the time, so switches, interrupts and
// pressure do not count. The share of the CPU that other processes took does.
std::string DisturbanceByOthers(NoiseSnapshot before, NoiseSnapshot after);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_DISTURBANCE_H_
