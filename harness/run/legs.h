// The legs of a round trip: when they can be had, and whether those that were
// measured are to be believed.
#ifndef EXITBENCH_HARNESS_RUN_LEGS_H_
#define EXITBENCH_HARNESS_RUN_LEGS_H_

#include <string>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/loop/guest_loop.h"
#include "harness/settings/run_settings.h"
#include "vmm/machine.h"

namespace exitbench {

// Sets up legs in `plan`, or says in `no_legs` why there are none.
absl::Status PrepareLegs(Machine& machine, const CaseInstance& instance,
                         const RunSettings& settings, LoopPlan& plan,
                         std::string& no_legs);

// Drops the legs of `samples`, and says in `no_legs` why, once a guest stamp
// fell outside the host's or where they do not add up. Stops what runs beside
// vCPU 0.
absl::Status CheckLegs(Machine& machine, const LoopPlan& plan,
                       LoopSamples& samples, std::string& no_legs);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_LEGS_H_
