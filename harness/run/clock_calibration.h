// What the clocks cost and how fine they are, found anew in each session.
#ifndef EXITBENCH_HARNESS_RUN_CLOCK_CALIBRATION_H_
#define EXITBENCH_HARNESS_RUN_CLOCK_CALIBRATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "harness/run/run_case.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Measures the host's empty pair of stamps and the clock's quantum; finds for
// each mode the best kind of stamp that this backend can run and what an empty
// pair costs there.
// Fills `settings` (stamps, pair ticks) and `calibration`.
// An error where not even the plainest runs in one of the modes.
absl::Status CalibrateClock(const Kvm& kvm, RunTools& tools,
                            RunSettings& settings, Calibration& calibration);

// The smallest step between two readings, from differences between them: the
// usual distance between neighbours among the frequent ones. 1 if there is no
// more than one. Differences are multiples of the quantum, but a common
// divisor of all of them is spoilt by a single odd one.
double ClockQuantum(std::vector<uint64_t> differences_ticks);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_CLOCK_CALIBRATION_H_
