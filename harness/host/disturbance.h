// What else the CPU did while a case ran. Noise is judged by its rate and never
// by the figures it spoilt: a run that was disturbed is tagged and run again,
// and both are kept.
#ifndef EXITBENCH_HARNESS_HOST_DISTURBANCE_H_
#define EXITBENCH_HARNESS_HOST_DISTURBANCE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace exitbench {

// What had happened up to one moment, to this thread and its CPU. A source
// that this host does not have, or does not let us read, stays 0.
struct NoiseSnapshot {
  absl::Time at;
  int cpu = -1;
  uint64_t involuntary_switches = 0;  // getrusage(RUSAGE_THREAD)
  uint64_t major_faults = 0;
  uint64_t interrupts = 0;           // On `cpu`, /proc/interrupts.
  uint64_t steal_ticks = 0;          // On `cpu`, /proc/stat, in USER_HZ.
  uint64_t pressure_us = 0;          // /proc/pressure/cpu, "some".
  uint64_t busy_ticks = 0;           // `cpu` not idle, /proc/stat, in USER_HZ.
  uint64_t own_us = 0;               // CPU time of this whole process.
  uint64_t firmware_interrupts = 0;  // Of `cpu`: firmware_interrupts.h.
};

// `root` stands before /proc and /dev; empty, but for tests.
NoiseSnapshot TakeNoiseSnapshot(const std::string& root = "");

// Why the time between the two counts as disturbed; empty if it does not. The
// limits are rates per second, chosen above what an idle host shows.
std::string Disturbance(const NoiseSnapshot& before,
                        const NoiseSnapshot& after);

// Interrupts on the CPU and involuntary switches of the thread between the two:
// how often the guest's run may have been ended by neither of us.
uint64_t NoiseEvents(const NoiseSnapshot& before, const NoiseSnapshot& after);

// Disturbance() for threads that share one CPU by design, and so switch and set
// timers all the time: what counts is the share of the CPU that went to other
// processes.
std::string DisturbanceByOthers(NoiseSnapshot before, NoiseSnapshot after);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_DISTURBANCE_H_
