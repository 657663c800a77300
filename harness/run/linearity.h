// --linearity: whether the cost of one event depends on how many there are.
#ifndef EXITBENCH_HARNESS_RUN_LINEARITY_H_
#define EXITBENCH_HARNESS_RUN_LINEARITY_H_

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/loop/guest_loop.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/kvm.h"
#include "vmm/machine.h"

namespace exitbench {

// Adds the cost per event at a quarter, half and all of the events of `plan`,
// each counted from a fresh start of the clock. `machine` has been warmed up,
// and nothing runs beside its vCPU 0: rows with such threads are measured in a
// machine of their own. Uses tools.control.
absl::Status MeasureLinearity(const Kvm& kvm, Machine& machine,
                              const CaseInstance& instance,
                              const RunSettings& settings, LoopPlan plan,
                              RunTools& tools, CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_LINEARITY_H_
