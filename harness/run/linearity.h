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

// Measures the cost per event with a quarter, half and all of the events of
// `plan`, and adds the three to `result`. `machine` was warmed up. A row with
// helper threads is measured in another machine, which this makes. Uses the
// buffers of tools.control.
absl::Status MeasureLinearity(const Kvm& kvm, Machine& machine,
                              const CaseInstance& instance,
                              const RunSettings& settings, LoopPlan plan,
                              RunTools& tools, CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_LINEARITY_H_
