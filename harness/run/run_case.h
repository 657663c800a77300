// One run of one case: a fresh VM, warmed up, measured, proven.
#ifndef EXITBENCH_HARNESS_RUN_RUN_CASE_H_
#define EXITBENCH_HARNESS_RUN_RUN_CASE_H_

#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Runs `instance` once. The result has one run, of session 0, and outcome,
// proof and metrics; failures are outcomes, never errors. A run that nothing
// contradicts but what else the host does (a page that NUMA balancing unmapped)
// is made again, twice at most, and says so.
CaseResult RunCase(const Kvm& kvm, const CaseInstance& instance,
                   const RunSettings& settings, RunTools& tools);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_RUN_CASE_H_
