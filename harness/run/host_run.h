// One run of a case whose event is a call of the host's own.
#ifndef EXITBENCH_HARNESS_RUN_HOST_RUN_H_
#define EXITBENCH_HARNESS_RUN_HOST_RUN_H_

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// What it measured is in `result`, whose runs has one run. `disturbed_only`:
// whether it was contradicted by nothing but what else the host did.
absl::Status RunHostCase(const Kvm& kvm, const CaseInstance& instance,
                         const RunSettings& settings, RunTools& tools,
                         CaseResult& result, bool& disturbed_only);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_HOST_RUN_H_
