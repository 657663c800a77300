// --native: what the same work costs without a VM.
#ifndef EXITBENCH_HARNESS_RUN_NATIVE_RUN_H_
#define EXITBENCH_HARNESS_RUN_NATIVE_RUN_H_

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/loop/guest_loop.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/machine.h"

namespace exitbench {

// Runs the payload and its control in this process. Adds the times of both, and
// the ratio of guest to native, both without the control. Uses up the guest's
// samples, which are in `tools`. Where the payload can't run natively it adds
// nothing and says why in result.no_native. Adds no ratio where the work is too
// short for the clock, or does not show above the control.
absl::Status MeasureNative(Machine& machine, const CaseInstance& instance,
                           const RunSettings& settings, const LoopPlan& plan,
                           RunTools& tools, CaseResult& result);

// Returns why a payload of this row and mode is not to be run natively, or null
// if it is.
const char* WhyNotNative(const Case& row, GuestMode mode);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_NATIVE_RUN_H_
