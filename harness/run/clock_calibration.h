// Measures what it costs to stamp, and how fine the clock is. Each session does
// so anew.
#ifndef EXITBENCH_HARNESS_RUN_CLOCK_CALIBRATION_H_
#define EXITBENCH_HARNESS_RUN_CLOCK_CALIBRATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "harness/run/run_case.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Measures a pair of host stamps with nothing in between, and the quantum of
// the clock. For each mode it finds the best kind of guest stamp that runs
// here, and measures such a pair too. The results go to `settings` (kinds,
// step, ticks) and `calibration`. Needs the clock's frequency in `settings`.
// kInternal: not even the plainest stamps run in some mode.
absl::Status CalibrateClock(const Kvm& kvm, RunTools& tools,
                            RunSettings& settings,
                            ClockCalibration& calibration);

// Returns the step of the clock, by differences between two readings. It is the
// most usual distance between neighbours among the frequent differences, or 1
// if there is only one of these. A common divisor would not do: a single odd
// difference would make it 1.
double ClockQuantum(std::vector<uint64_t> differences_ticks);

// Returns the step of the clock if it is coarse (kCoarseStepNs of timer.h),
// else 0. A clock that counts instructions is not: its ticks are exact.
double CoarseStep(double quantum_ticks, double clock_khz, Tick tick);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_CLOCK_CALIBRATION_H_
