// The legs of a round trip: whether they can be measured, and whether the
// measured ones are right.
#ifndef EXITBENCH_HARNESS_RUN_LEGS_H_
#define EXITBENCH_HARNESS_RUN_LEGS_H_

#include <string>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/loop/guest_loop.h"
#include "harness/settings/run_settings.h"
#include "vmm/machine.h"

namespace exitbench {

// Sets legs and clock offset in `plan`, or sets `no_legs` to why there are no
// legs. It sets the guest's clock to the host's, where the backend allows it.
absl::Status PrepareLegs(Machine& machine, const CaseInstance& instance,
                         const RunSettings& settings, LoopPlan& plan,
                         std::string& no_legs);

// Checks the legs after a run. Drops them from `samples`, and sets `no_legs` to
// why, if a guest stamp was not between the host's, if the clock offset moved,
// or if the legs do not add up to the round trip. Stops the helper threads.
absl::Status CheckLegs(Machine& machine, const LoopPlan& plan,
                       LoopSamples& samples, std::string& no_legs);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_LEGS_H_
