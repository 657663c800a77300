// One run of a case whose event is a call that the host makes.
#ifndef EXITBENCH_HARNESS_RUN_HOST_RUN_H_
#define EXITBENCH_HARNESS_RUN_HOST_RUN_H_

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Does all steps of a run. What it measures goes to `result`, which has one
// run. Sets `disturbed_only` to what IsDisturbedOnly() returns of the evidence.
// See harness/loop/outcome.h for the outcome of each error.
absl::Status RunHostCase(const Kvm& kvm, const CaseInstance& instance,
                         const RunSettings& settings, RunTools& tools,
                         CaseResult& result, bool& disturbed_only);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_HOST_RUN_H_
