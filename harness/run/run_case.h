// One run of one case: a fresh VM, warmed up, measured, proven.
#ifndef EXITBENCH_HARNESS_RUN_RUN_CASE_H_
#define EXITBENCH_HARNESS_RUN_RUN_CASE_H_

#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Runs `instance` once and returns its outcome, proof and metrics, as one run
// of session 0. A failure is an outcome. A run that other work on the host may
// have contradicted, or made unexpected (NUMA balancing unmapped a page, many
// interrupts made exits), is repeated, twice at most, and tagged with that. The
// last attempt counts.
CaseResult RunCase(const Kvm& kvm, const CaseInstance& instance,
                   const RunSettings& settings, RunTools& tools);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_RUN_CASE_H_
